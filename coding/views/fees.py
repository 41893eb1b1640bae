"""Fees: which applies and why, and the contracts they come from."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from coding.forms import ContractImportForm, FeeQuestionForm
from coding.pricing.answer import answer
from coding.selectors import contracts
from coding.services.import_contract import COLUMNS, NewContract, import_contract
from core import clock
from core.errors import ApplicationError
from core.web import add_error, go, page, say

_EXAMPLE = "code,to,modifier,place,method,value\n,,,,pct_medicare,115\n20610,,,,fixed,92.50\n"


@require_GET
def fees(request: HttpRequest) -> HttpResponse:
    """The tester, and the contracts. The question stands in the address: it names no patient."""
    today = clock.today(request.practice)  # type: ignore[attr-defined]
    asked = "lines" in request.GET
    form = FeeQuestionForm(
        request.GET if asked else None, today=today, initial={"on": today, "place": "11"}
    )
    found = None
    if asked and form.is_valid():
        values = form.cleaned_data
        try:
            found = answer(
                plan=values["plan"],
                on=values["on"],
                place=values["place"],
                lines=values["lines"],
                is_non_physician=values["non_physician"],
            )
        except ApplicationError as error:
            add_error(form, error)
    request.nav = "fees"  # type: ignore[attr-defined]
    context = {"form": form, "found": found, "contracts": contracts(), "today": today}
    return page(request, "coding/fees.html", None, context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def contract_import(request: HttpRequest) -> HttpResponse:
    """Take a payer's rates from a file."""
    if request.GET.get("template"):
        headers = {"Content-Disposition": 'attachment; filename="contract.csv"'}
        return HttpResponse(_EXAMPLE, content_type="text/csv", headers=headers)
    form = ContractImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        content = values.pop("file")
        try:
            contract = import_contract(wanted=NewContract(**values), content=content)
        except ApplicationError as error:
            add_error(form, error)
        else:
            count = contract.rules.count()
            say(request, f"{contract.name} is in force from {contract.effective_from:%m/%d/%Y} "
                         f"with {count} rule{'s' if count != 1 else ''}.")  # fmt: skip
            return go(request, reverse("coding:fees"))
    request.nav = "fees"  # type: ignore[attr-defined]
    context = {"form": form, "columns": COLUMNS}
    status = 422 if form.errors else 200
    return page(request, "coding/contract_import.html", None, context, status=status)

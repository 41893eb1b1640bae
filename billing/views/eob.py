"""Typing in a paper EOB (S20, S22): claims line by line, a proof beside, then the same posting."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from billing.eob.as_payment import Header, as_payment
from billing.eob.draft import (
    MOST_CLAIMS,
    STATUSES,
    TypedClaim,
    TypedProviderAdjustment,
    read_claim,
    read_provider_adjustments,
)
from billing.eob.forms import EobForm
from billing.eob.proof import Problem, prove, total_of
from billing.posting.provider_codes import PROVIDER_CODES
from billing.selectors.eob_claims import billed_to, claim_by_number, payee_of
from billing.services.enter_eob import enter_eob
from claims.models import Claim
from claims.services.enter_remittance import originator_of
from core import audit, clock
from core.errors import ApplicationError
from core.web import go, known_ids, page, say
from patients.models import Payer

SAVE, CHECK = "save", "check"


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The screen; every button sends all of it, so that nothing that was typed is lost."""
    entry = _Entry(request)
    if request.method != "POST":
        return entry.show()
    act = request.POST.get("do", CHECK)
    entry.read(without=act.removeprefix("drop-") if act.startswith("drop-") else "")
    if entry.add_typed():
        return entry.show()
    if act not in {SAVE, CHECK}:
        return entry.show()
    if not entry.prove():
        return entry.show(422)
    if act == CHECK:
        return entry.show()
    return entry.save() or entry.show(422)


class _Entry:
    """One request's EOB: the form of its head, its claims and what is wrong with them."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.practice: Any = request.practice  # type: ignore[attr-defined]
        is_post = request.method == "POST"
        self.form = EobForm(request.POST) if is_post else EobForm(initial=self._initial())
        self.claims: list[TypedClaim] = []
        self.provider: list[TypedProviderAdjustment] = read_provider_adjustments({})
        self.problems: list[Problem] = []
        self.add, self.focus, self.is_proved = "", "", False
        if not is_post:
            self._begin_with(request.GET.get("claim", ""))

    def _initial(self) -> dict[str, Any]:
        return {"paid_on": clock.today(self.practice), "method_code": "CHK"}

    def _begin_with(self, public_id: str) -> None:
        """From a claim's page: its payer and its lines stand there at once."""
        for claim in Claim.objects.filter(public_id__in=known_ids([public_id])):
            payer = claim.version.payer
            self.form.initial["payer"] = payer.public_id
            self._take([claim.public_id], payer, QueryDict())

    @property
    def payer(self) -> Payer | None:
        """The chosen payer, whatever else is wrong with the head."""
        self.form.is_valid()
        return self.form.cleaned_data.get("payer")

    def read(self, *, without: str = "") -> None:
        """Everything that was typed; the claim named `without` is taken off."""
        data = self.request.POST
        self.provider = read_provider_adjustments(data)
        self.add = data.get("add", "").strip()
        if self.payer is not None:
            self._take(known_ids(data.getlist("claim")), self.payer, data)
        self.claims = [claim for claim in self.claims if claim.name != without]

    def _take(self, ids: list[UUID], payer: Payer, data: QueryDict) -> None:
        """Names of controls follow the place a claim has in what was sent."""
        places = {str(public_id): place for place, public_id in enumerate(ids)}
        for billed in billed_to(ids, payer):
            self.claims.append(read_claim(data, places[billed.public_id], billed))

    def add_typed(self) -> bool:
        """Add the claim whose number was typed; False where none was."""
        if not self.add:
            return False
        try:
            if self.payer is None:
                raise ApplicationError("Choose the payer first.", field="add")
            if len(self.claims) >= MOST_CLAIMS:
                raise ApplicationError(f"At most {MOST_CLAIMS} claims: save these first.")
            claim = claim_by_number(self.add, self.payer)
        except ApplicationError as error:
            self.problems.append(Problem("add", error.message))
            return True
        if any(typed.billed.public_id == str(claim.public_id) for typed in self.claims):
            self.problems.append(Problem("add", f"Claim {claim.control_number} is there already."))
            return True
        [billed] = billed_to([claim.public_id], self.payer)
        name = self._free_place()
        self.claims.append(read_claim({}, name, billed))
        self.add, self.focus = "", f"c{name}.0.paid"
        return True

    def _free_place(self) -> int:
        taken = {int(claim.name[1:]) for claim in self.claims}
        return max(taken, default=-1) + 1

    def prove(self) -> bool:
        """Whether the head is right and everything adds up; what is wrong is kept for the page."""
        head = self.form.is_valid()
        self.problems = prove(self.form.cleaned_data.get("amount"), self.claims, self.provider)
        self.is_proved = head and not self.problems
        return self.is_proved

    def save(self) -> HttpResponse | None:
        """Import it; None where it is in Claimline already."""
        values, payer = self.form.cleaned_data, self.form.cleaned_data["payer"]
        payee = payee_of([claim.billed for claim in self.claims])
        header = Header(
            payer_name=payer.name,
            payer_number=payer.payer_number,
            payee_npi=payee.npi if payee else "",
            payee_tax_id=payee.tax_id if payee else "",
            trace_number=values["trace"],
            trace_originator=originator_of(payer),
            method_code=values["method_code"],
            payment_amount=values["amount"],
            paid_on=values["paid_on"],
        )
        remit, typed = as_payment(header, self.claims, self.provider)
        try:
            remittance = enter_eob(practice=self.practice, remit=remit, typed=typed)
        except ApplicationError as error:
            self.form.add_error(error.field, error.message)
            self.is_proved = False
            return None
        say(self.request, "Kept. This is what posting will write")
        return go(self.request, reverse("billing:remittance", args=[remittance.public_id]))

    def show(self, status: int = 200) -> HttpResponse:
        """The page with everything as it was typed."""
        self.request.nav = "remits"  # type: ignore[attr-defined]
        ids = [claim.billed.public_id for claim in self.claims]
        if ids:
            patients = Claim.objects.filter(public_id__in=ids).values_list("patient_id", flat=True)
            audit.read_many(
                set(patients), action="page.read", note="EOB by hand", practice=self.practice
            )
        total = total_of(self.claims, self.provider)
        bound = self.form.is_bound and self.form.is_valid()
        amount = self.form.cleaned_data.get("amount") if bound else None
        context = {
            "form": self.form,
            "claims": self._in_places(),
            "provider": self.provider,
            "problems": self.problems,
            "wrong": {problem.target for problem in self.problems},
            "add": self.add,
            "focus": self.focus,
            "total": total,
            "amount": amount,
            "difference": None if amount is None else amount - total,
            "is_proved": self.is_proved,
            "statuses": STATUSES,
            "codes": [(code, found.words) for code, found in PROVIDER_CODES.items()],
        }
        return page(self.request, "billing/eob.html", None, context, status=status)

    def _in_places(self) -> list[TypedClaim]:
        """Names by the order on the page, for that is the order in which they are sent again."""
        for place, claim in enumerate(self.claims):
            old, new = claim.name, f"c{place}"
            if old == new:
                continue
            claim.name = new
            for line in claim.lines:
                line.name = line.name.replace(f"{old}.", f"{new}.", 1)
            self.focus = self.focus.replace(f"{old}.", f"{new}.", 1)
        return self.claims

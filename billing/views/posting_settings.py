"""How a payer's remittances are posted: how far it is trusted, what stops it, where money goes."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from billing.ledger.accounts import CHART, Account
from billing.models import PayerPostingSettings, ProviderAdjustmentRule
from billing.posting.provider_codes import PROVIDER_CODES, provider_code
from billing.posting.reasons import ProviderAccount
from billing.posting.stopping import LEVEL_WORDS, MAY_PASS, STOP_WORDS
from billing.services.save_posting_settings import save_posting_settings
from claims.choices import PostingLevel
from claims.selectors import filing_settings
from core.errors import ApplicationError
from core.web import add_error, get_or_404, go, page, say
from patients.models import Payer

SPARE_ROWS = 2
_MAPPED = [(code, found) for code, found in PROVIDER_CODES.items() if found.may_be_mapped]


class PostingForm(forms.Form):
    """The level and the reason codes; the accounts of PLB codes have rows of their own."""

    level = forms.ChoiceField(
        label="Remittances of this payer are",
        widget=forms.RadioSelect,
        required=False,
        choices=[
            (value, f"{PostingLevel(value).label}: {words}") for value, words in LEVEL_WORDS.items()
        ],
    )
    passes = forms.MultipleChoiceField(
        label="Post all the same, with an exception, where",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[(code, words) for code, words in STOP_WORDS.items() if code in MAY_PASS],
        help_text="Automatic posting only: what these are about waits in 2010 or 1300, or shows as"
        " a credit, until a person has answered; the other claims are posted.",
    )
    posts_on_deposit = forms.BooleanField(
        label="Post on deposit: wait until the bank has the money",
        required=False,
        help_text="Known by trace number and amount. A person may post it before, and sees why it"
        " waits.",
    )
    codes = forms.CharField(
        label="CO reasons that the contract makes a write-off",
        required=False,
        max_length=200,
        help_text="Reason codes beside those that always are one, such as 45: 59 131 B10",
    )

    def clean_codes(self) -> list[str]:
        """Codes apart, in capitals, without the group."""
        found = self.cleaned_data["codes"].upper().replace(",", " ").split()
        codes = [code.removeprefix("CO-").removeprefix("CO") for code in found]
        for code in codes:
            if not code.isalnum() or len(code) > 5 or not any(c.isdigit() for c in code):
                raise forms.ValidationError(f"“{code}” is not a reason code. Write 59 131 B10.")
        return codes


class RuleForm(forms.Form):
    """One row: a PLB code, how its reference begins, and the account it goes to."""

    code = forms.ChoiceField(
        label="Code",
        required=False,
        choices=[("", "None"), *((code, f"{code}: {found.words}") for code, found in _MAPPED)],
    )
    begins = forms.CharField(label="Reference begins with", required=False, max_length=20)
    account = forms.TypedChoiceField(
        label="Account",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "Choose"), *((row.number, f"{row.number} {row.name}") for row in CHART
                 if row.number not in {1020, 1100, 1200, 1250, 2000})],
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A row is whole or empty."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("account") and not values.get("code"):
            self.add_error("code", "Choose the code.")
        if values.get("code") and not values.get("account"):
            self.add_error("account", "Choose the account.")
        return values

    def rule(self) -> ProviderAccount | None:
        """The rule of this row, None where it is empty."""
        values = self.cleaned_data
        if not values.get("code"):
            return None
        return ProviderAccount(values["code"], values["begins"].strip(), Account(values["account"]))


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Everything about posting one payer, on one page."""
    payer = get_or_404(Payer.objects.select_related("practice"), public_id)
    filing = filing_settings(payer)
    kept = list(ProviderAdjustmentRule.objects.filter(payer=payer))
    data = request.POST or None
    own = PayerPostingSettings.objects.filter(payer=payer).first()
    form = PostingForm(
        data,
        initial={
            "level": filing.posts if filing else "",
            "codes": " ".join(own.extra_contractual_codes) if own else "",
            "passes": own.passed_stops if own else [],
            "posts_on_deposit": own.posts_on_deposit if own else False,
        },
    )
    rows = [
        RuleForm(data, prefix=f"r{place}", initial=_initial(kept, place))
        for place in range(len(kept) + SPARE_ROWS)
    ]
    if request.method == "POST" and all([form.is_valid(), *(row.is_valid() for row in rows)]):
        try:
            _save(payer, form, rows)
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, "Saved: what is posted from now on follows it")
            return go(request, reverse("billing:payer-posting", args=[payer.public_id]))
    request.nav = "payers"  # type: ignore[attr-defined]
    bad = bool(form.errors or any(row.errors for row in rows)) and request.method == "POST"
    context = {
        "payer": payer,
        "form": form,
        "rules": rows,
        "has_filing": filing is not None,
        "stops": [words for code, words in STOP_WORDS.items() if code not in MAY_PASS],
        "waiting": [(code, provider_code(code).words) for code, found in _MAPPED],
    }
    return page(request, "billing/posting_settings.html", None, context, status=422 if bad else 200)


def _initial(kept: list[ProviderAdjustmentRule], place: int) -> dict[str, Any]:
    if place >= len(kept):
        return {}
    rule = kept[place]
    return {
        "code": rule.reason_code, "begins": rule.reference_prefix, "account": rule.account_id,
    }  # fmt: skip


def _save(payer: Payer, form: PostingForm, rows: list[RuleForm]) -> None:
    found = [rule for row in rows if (rule := row.rule()) is not None]
    if len({(rule.reason_code, rule.reference_prefix) for rule in found}) < len(found):
        raise ApplicationError("Two rows say the same code and beginning: keep one of them.")
    save_posting_settings(
        payer=payer,
        level=form.cleaned_data["level"],
        extra_contractual_codes=form.cleaned_data["codes"],
        passed_stops=form.cleaned_data["passes"],
        posts_on_deposit=form.cleaned_data["posts_on_deposit"],
        provider_accounts=found,
    )

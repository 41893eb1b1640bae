"""The trial balance: every account, as of any day, and the proof that they tie to zero."""

from django.http import HttpRequest, HttpResponse

from billing.forms import AsOfForm
from billing.ledger.balances import trial_balance
from billing.models import Journal
from core import clock
from core.money import ZERO
from core.web import page

LATEST = 20
# Accounts whose sub-ledger is by patient; the others are by payer.
PATIENT_ACCOUNTS = frozenset({1010, 1015, 1200, 1250, 2000, 2020, 4000, 4130, 4140, 4150, 5000})


def ledger(request: HttpRequest) -> HttpResponse:
    """The accounts and the latest journals; `?as_of=` goes back in time."""
    practice = request.practice  # type: ignore[attr-defined]
    form = AsOfForm(request.GET or None)
    as_of = form.cleaned_data.get("as_of") if form.is_valid() else None
    rows = trial_balance(practice, as_of=as_of)
    journals = Journal.objects.order_by("-number")
    if as_of is not None:
        journals = journals.filter(posted_on__lte=as_of)
    context = {
        "form": form if form.is_bound else AsOfForm(initial={"as_of": clock.today(practice)}),
        "as_of": as_of or clock.today(practice),
        "rows": rows,
        "by_patient": PATIENT_ACCOUNTS,
        "debits": sum((row.debit_amount for row in rows), ZERO),
        "credits": sum((row.credit_amount for row in rows), ZERO),
        "difference": sum((row.balance_amount for row in rows), ZERO),
        "journals": journals[:LATEST],
    }
    return page(request, "billing/ledger.html", None, context)

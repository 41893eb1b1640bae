"""The balances of one account as of any day, by payer, patient or guarantor."""

from django.http import HttpRequest, HttpResponse

from billing.adjusting_forms import BalancesForm
from billing.ledger.accounts import Account, account_name
from billing.selectors.balance_rows import MOST, balance_rows
from core import audit, clock
from core.web import page


def balances(request: HttpRequest) -> HttpResponse:
    """`?account=1100&by=payer&as_of=2026-06-30`."""
    practice = request.practice  # type: ignore[attr-defined]
    form = BalancesForm(request.GET or None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    account = int(asked.get("account") or Account.INSURANCE_AR)
    by = asked.get("by") or "payer"
    as_of = asked.get("as_of") or clock.today(practice)
    found = balance_rows(practice, account, by, as_of)
    if found.patient_ids:
        audit.read_many(found.patient_ids, action="list.read", note="balances", practice=practice)
    initial = {"account": str(account), "by": by, "as_of": as_of}
    context = {
        "form": form if form.is_bound else BalancesForm(initial=initial),
        "found": found,
        "account": account,
        "account_name": account_name(account),
        "by": by,
        "as_of": as_of,
        "most": MOST,
    }
    return page(request, "billing/balances.html", None, context)

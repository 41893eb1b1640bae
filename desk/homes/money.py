"""The numbers of those who work with claims and money: the lists' own buckets, and the books."""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.http import HttpRequest
from django.urls import reverse

from billing.adjusting_choices import RefundState, RequestState
from billing.ledger.accounts import Account
from billing.ledger.balances import trial_balance
from billing.models import BalanceRequest, LedgerEntry, Refund
from billing.views.statements import SPEC as STATEMENTS
from claims.bucket_flags import OPEN, flagged
from claims.choices import Outcome, VersionState
from claims.models import Claim, ClaimVersion
from claims.money_at_risk import money_at_risk
from claims.views.inbox import INBOX
from claims.views.remittances import REMITTANCES
from claims.views.worklist import WORKLIST
from core import audit, clock
from core.money import ZERO, format_money
from desk.calls import patients_to_call, payers_to_call
from desk.homes.cards import ACT, CARE, Card, Table, bucket_cards

_TRAILING_DAYS, _MOST_SHOWN = 90, 8


def before_sending_cards(request: HttpRequest) -> list[Card]:
    """Claims that have not gone out."""
    tones = {"needs-fix": ACT, "waiting-provider": "", "on-hold": "", "ready": ""}
    return bucket_cards(request, WORKLIST, "claims:worklist", tones)


def with_payer_cards(request: HttpRequest) -> list[Card]:
    """Claims that came back or wait too long."""
    tones = {
        "rejected": ACT,
        "no-acknowledgement": CARE,
        "no-answer": CARE,
        "denied": ACT,
        "appeal-out": "",
        "secondary-due": "",
        "filing-limit": ACT,
    }
    return bucket_cards(request, WORKLIST, "claims:worklist", tones)


def remittance_cards(request: HttpRequest) -> list[Card]:
    """Remittances that wait for somebody."""
    tones = {"open": ACT, "exceptions": ACT, "balance": ACT, "held": CARE}
    return bucket_cards(request, REMITTANCES, "claims:remittances", tones)


def inbox_cards(request: HttpRequest) -> list[Card]:
    """Messages that could not be used as they came."""
    return bucket_cards(request, INBOX, "claims:inbox", {"aside": ACT, "failed": ACT})


def statement_cards(request: HttpRequest) -> list[Card]:
    """Statements by where they stand."""
    tones = {bucket.key: "" for bucket in STATEMENTS.buckets}
    return bucket_cards(request, STATEMENTS, "billing:statements", tones)


def book_cards(request: HttpRequest) -> list[Card]:
    """What is owed, and how long it takes to be paid (domain F.7), from the ledger."""
    practice = request.practice  # type: ignore[attr-defined]
    balances = {row.number: row.balance_amount for row in trial_balance(practice)}
    insurers = balances.get(Account.INSURANCE_AR, ZERO)
    patients = balances.get(Account.PATIENT_AR, ZERO)
    charged = _charged(clock.today(practice) - timedelta(days=_TRAILING_DAYS))
    ledger = reverse("billing:ledger")
    return [
        Card("Insurers owe", ledger, "", insurers),
        Card("Patients owe", ledger, "", patients),
        Card("Charged in 90 days", ledger, "", charged),
        Card(
            "Days in A/R",
            ledger,
            _days(insurers + patients, charged),
            meta="what is owed, by charges a day of the last 90",
        ),
        Card(
            "Posted, not deposited", ledger, "", balances.get(Account.REMIT_CLEARING, ZERO)
        ),
        Card("First answers denied", _denied_url(), _denied_share(), meta="of adjudicated claims"),
    ]  # fmt: skip


def approval_cards(request: HttpRequest) -> list[Card]:
    """What somebody asked for and a second person has to approve (domain F.4)."""
    asked = BalanceRequest.objects.filter(state=RequestState.WAITING)
    refunds = Refund.objects.filter(state=RefundState.WAITING)
    found = []
    for label, rows, name in (
        ("Write-offs and moves to approve", asked, "billing:requests"),
        ("Refunds to approve", refunds, "billing:refunds"),
    ):
        tally = rows.aggregate(count=Count("pk"), total=Sum("amount", default=ZERO))
        url = f"{reverse(name)}?bucket=waiting"
        tone = ACT if tally["count"] else ""
        found.append(Card(label, url, f"{tally['count']:,}", tally["total"], tone=tone))
    return found


def _charged(since: date) -> Decimal:
    """Gross charges since a day: what the ledger's revenue account took, less mirrors."""
    rows = LedgerEntry.objects.filter(account_id=Account.CHARGES, posted_on__gte=since)
    return -(rows.aggregate(total=Sum("amount"))["total"] or ZERO)


def _days(owed: Decimal, charged: Decimal) -> str:
    return f"{owed * _TRAILING_DAYS / charged:.1f}" if charged else "n/a"


def _denied_url() -> str:
    return reverse("claims:denials")


def _denied_share() -> str:
    answered = ClaimVersion.objects.filter(
        state__in=[VersionState.ADJUDICATED, VersionState.CLOSED]
    )
    total = answered.count()
    denied = answered.filter(Q(outcome=Outcome.DENIED) | Q(outcome=Outcome.PARTIAL)).count()
    return f"{Decimal(denied) * 100 / total:.1f} %" if total else "n/a"


def call_cards(request: HttpRequest) -> list[Card]:
    """Claims to call payers about, and patients to call, today."""
    today = clock.today(request.practice)  # type: ignore[attr-defined]
    payers = payers_to_call(today)
    patients = patients_to_call(today)
    claims = sum(one.count for one in payers)
    return [
        Card("Calls to payers due", reverse("desk:calls"), f"{claims:,}",
             sum((one.amount for one in payers), ZERO),
             meta=f"{len(payers)} payers" if len(payers) != 1 else payers[0].payer.name,
             tone=CARE if claims else ""),
        Card("Patients to call", reverse("desk:patient-calls"), f"{len(patients):,}",
             sum((one.patient_balance_amount for one in patients), ZERO)),
    ]  # fmt: skip


def most_at_risk(request: HttpRequest) -> Table:
    """The open claims with most money at risk, as the worklist sorts them."""
    today = clock.today(request.practice)  # type: ignore[attr-defined]
    rows = (
        flagged(Claim.objects.filter(OPEN), today)
        .filter(is_snoozed=False)
        .annotate(at_risk_amount=money_at_risk(today))
        .select_related("patient", "current_version__payer")
        .defer("current_version__snapshot")
        .order_by("-at_risk_amount", "-pk")[:_MOST_SHOWN]
    )
    shown = [row for row in rows if row.at_risk_amount > 0]
    audit.read_many(
        [row.patient_id for row in shown], action="list.read", note="home, most at risk",
        practice=request.practice,  # type: ignore[attr-defined]
    )  # fmt: skip
    return Table(
        title="What to do first",
        meta="most money at risk",
        heads=("Patient", "Payer", "Status", "At risk, $"),
        rows=[
            (
                row.patient.list_name,
                row.version.payer.name,
                str(row.version.get_state_display()),
                format_money(row.at_risk_amount),
            )
            for row in shown
        ],
        urls=[reverse("claims:detail", args=[row.public_id]) for row in shown],
        numeric=frozenset({3}),
        empty="Nothing is at risk.",
    )


def work_next(request: HttpRequest) -> str:
    """The worklist that has something to do, the most pressing first; empty when all is done."""
    cards = [
        *with_payer_cards(request),
        *before_sending_cards(request),
        *remittance_cards(request),
        *call_cards(request),
    ]
    pressing = [card for card in cards if card.tone and card.figure != "0"]
    return pressing[0].url if pressing else ""

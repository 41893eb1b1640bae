"""`/api/v1/journal`: the books out, for a general ledger that follows them exactly once.

No patient stands in it: accounts, payers, amounts and reasons are what a general ledger needs. So
what people typed and what payers wrote of a claim stays here: the memo is ours by the journal's
kind, and a provider adjustment's reference, which may be a patient's account, is left out.
"""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Prefetch, Sum
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.ledger.accounts import account_name
from billing.ledger.horizon import settled_through
from billing.models import Journal, JournalLine
from core.api.fields import Amount
from core.api.query import StrictQuery
from core.api.views import ApiView
from core.money import ZERO
from core.web import get_or_404

# What a journal of each kind is, without anybody in it.
_MEMOS = {
    "charge": "Charges of a visit",
    "responsibility": "What a payer is to be asked for",
    "declined_payer": "A payer that is not billed",
    "remittance": "A payer's remittance",
    "deposit": "A payer's payment reached the bank",
    "slip": "A deposit reached the bank",
    "returned_check": "The bank sent a check back",
    "payment": "A patient's payment",
    "credit_applied": "Money paid before, used for what is now owed",
    "credit_used": "A credit, used for what is owed",
    "refund": "A refund",
    "recovery": "A recovery, or a takeback whose claim was found",
    "write_off": "A write-off",
    "transfer": "A balance moved",
    "mirror": "Undoes an earlier journal",
}
_PROVIDER_ADJUSTMENT = "PLB-"
PAGE, MOST = 50, 500
MOST_DAYS = 92


class SideOutput(serializers.Serializer):
    """One end of a line; the payer is named on insurance accounts."""

    account = serializers.IntegerField()
    name = serializers.CharField()
    payer_id = serializers.UUIDField(allow_null=True)
    payer_name = serializers.CharField(allow_blank=True)


class JournalLineOutput(serializers.Serializer):
    """`amount` moves from `credit` to `debit`: a line cannot be unbalanced."""

    position = serializers.IntegerField()
    debit = serializers.SerializerMethodField()
    credit = serializers.SerializerMethodField()
    amount = Amount()
    reason_code = serializers.CharField(allow_blank=True)
    reference_number = serializers.SerializerMethodField()

    def get_reference_number(self, row: JournalLine) -> str:
        """Empty for a provider adjustment: payers write a patient's account there."""
        return "" if row.reason_code.startswith(_PROVIDER_ADJUSTMENT) else row.reference_number

    @extend_schema_field(SideOutput)
    def get_debit(self, row: JournalLine) -> dict[str, Any]:
        """Where the money goes to."""
        return _side(row.debit_account_id, row.debit_payer)

    @extend_schema_field(SideOutput)
    def get_credit(self, row: JournalLine) -> dict[str, Any]:
        """Where it comes from."""
        return _side(row.credit_account_id, row.credit_payer)


class JournalOutput(serializers.Serializer):
    """One fact in the books. It never changes; a correction is another one that `reverses` it."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.IntegerField()
    posted_on = serializers.DateField()
    kind = serializers.CharField(source="source_kind")
    memo = serializers.SerializerMethodField()
    amount = Amount()
    reverses_number = serializers.IntegerField(
        source="reverses.number", default=None, allow_null=True
    )
    created_at = serializers.DateTimeField()
    lines = JournalLineOutput(many=True)

    def get_memo(self, row: Journal) -> str:
        """What a journal of its kind is."""
        return _MEMOS.get(row.source_kind, "")


class JournalPageOutput(serializers.Serializer):
    """Journals in the order of their numbers. `next` goes on where this ends, now or later."""

    data = JournalOutput(many=True)  # type: ignore[assignment]
    next = serializers.CharField(help_text="Follow it at once while `has_more`, else in a while")
    has_more = serializers.BooleanField()
    through = serializers.IntegerField(
        help_text="Every journal up to this number is here; what is still being posted is above"
    )


class JournalQuery(StrictQuery):
    """Where to go on, and how far."""

    after = serializers.IntegerField(
        required=False, default=0, min_value=0, max_value=2**62,
        help_text="The number of the last journal that you have",
    )  # fmt: skip
    limit = serializers.IntegerField(required=False, default=PAGE, min_value=1)


class DaysQuery(StrictQuery):
    """Which days."""

    first_day = serializers.DateField()
    last_day = serializers.DateField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """In order, and not more than a quarter."""
        first, last = attrs["first_day"], attrs["last_day"]
        if last < first:
            raise serializers.ValidationError({"last_day": "It ends before it begins."})
        if last - first > timedelta(days=MOST_DAYS):
            raise serializers.ValidationError({"last_day": f"At most {MOST_DAYS} days at a time."})
        return attrs


class AccountDayOutput(serializers.Serializer):
    """What went in and out of one account on a day."""

    account = serializers.IntegerField()
    name = serializers.CharField()
    debit_amount = Amount()
    credit_amount = Amount()


class DayOutput(serializers.Serializer):
    """One day's postings. Debits and credits are equal, or something is wrong."""

    day = serializers.DateField()
    journal_count = serializers.IntegerField()
    first_number = serializers.IntegerField()
    last_number = serializers.IntegerField()
    debit_amount = Amount()
    credit_amount = Amount()
    accounts = AccountDayOutput(many=True)


class DaysOutput(serializers.Serializer):
    """Days with postings, up to a number: compare with what you took over up to it."""

    through = serializers.IntegerField()
    data = DayOutput(many=True)  # type: ignore[assignment]


def journals() -> Any:
    """Journals with what their answer shows."""
    lines = JournalLine.objects.select_related("debit_payer", "credit_payer").order_by("position")
    return Journal.objects.select_related("reverses").prefetch_related(Prefetch("lines", lines))


class JournalList(ApiView):
    """The books by number."""

    scopes = {"GET": "journal:read"}
    filter_class = JournalQuery

    @extend_schema(responses=JournalPageOutput)
    def get(self, request: Request) -> Response:
        """Journals after a number; each is shown once and for good, in this order."""
        given = JournalQuery(data=request.query_params.dict())
        given.is_valid(raise_exception=True)
        after, limit = given.validated_data["after"], min(given.validated_data["limit"], MOST)
        through = settled_through()
        rows = list(
            journals().filter(number__gt=after, number__lte=through).order_by("number")[: limit + 1]
        )
        shown = rows[:limit]
        last = shown[-1].number if shown else after
        address = request.build_absolute_uri(request.path)
        page = {
            "data": shown,
            "next": f"{address}?after={last}&limit={limit}",
            "has_more": len(rows) > limit,
            "through": through,
        }
        return Response(JournalPageOutput(page).data)


class JournalDetail(ApiView):
    """One journal."""

    scopes = {"GET": "journal:read"}

    @extend_schema(responses=JournalOutput)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Its lines, and what it reverses."""
        return Response(JournalOutput(get_or_404(journals(), public_id)).data)


class JournalDays(ApiView):
    """Totals of days."""

    scopes = {"GET": "journal:read"}

    filter_class = DaysQuery

    @extend_schema(responses=DaysOutput)
    def get(self, request: Request) -> Response:
        """Debits and credits by day and account."""
        given = DaysQuery(data=request.query_params.dict())
        given.is_valid(raise_exception=True)
        through = settled_through()
        first, last = given.validated_data["first_day"], given.validated_data["last_day"]
        return Response(
            DaysOutput({"through": through, "data": day_totals(first, last, through)}).data
        )


def day_totals(first: date, last: date, through: int) -> list[dict[str, Any]]:
    """Each day with postings, by account, of the journals up to a number."""
    counted = (
        Journal.objects.filter(posted_on__range=(first, last), number__lte=through)
        .order_by("posted_on")
        .values("posted_on")
        .annotate(count=Count("pk"), first=Min("number"), last=Max("number"))
    )
    sums = {end: _sums(f"{end}_account_id", first, last, through) for end in ("debit", "credit")}
    return [
        {
            "day": row["posted_on"],
            "journal_count": row["count"],
            "first_number": row["first"],
            "last_number": row["last"],
            "debit_amount": sum(sums["debit"][row["posted_on"]].values(), ZERO),
            "credit_amount": sum(sums["credit"][row["posted_on"]].values(), ZERO),
            "accounts": _accounts(
                sums["debit"][row["posted_on"]], sums["credit"][row["posted_on"]]
            ),
        }
        for row in counted
    ]


def _sums(account: str, first: date, last: date, through: int) -> dict[date, dict[int, Decimal]]:
    found: dict[date, dict[int, Decimal]] = defaultdict(dict)
    rows = JournalLine.objects.filter(
        posted_on__range=(first, last), journal__number__lte=through
    ).order_by()
    for day, number, total in rows.values_list("posted_on", account).annotate(Sum("amount")):
        found[day][number] = total
    return found


def _accounts(debits: dict[int, Decimal], credited: dict[int, Decimal]) -> list[dict[str, Any]]:
    return [
        {
            "account": number,
            "name": account_name(number),
            "debit_amount": debits.get(number, ZERO),
            "credit_amount": credited.get(number, ZERO),
        }
        for number in sorted({*debits, *credited})
    ]


def _side(account: int, payer: Any) -> dict[str, Any]:
    return {
        "account": account,
        "name": account_name(account),
        "payer_id": payer.public_id if payer else None,
        "payer_name": payer.name if payer else "",
    }

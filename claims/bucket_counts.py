"""How many claims are in each bucket of the worklist, and for how much.

The open claims are grouped by their state and flags in one statement; the few groups are added up
by the very conditions that choose a bucket's rows, so that a count cannot say something else than
the list it opens (docs/decisions/0019).
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import add
from typing import Any

from django.db import connection
from django.db.models import Case, IntegerField, Q, QuerySet, Sum, Value, When
from django.http import HttpRequest

from claims.bucket_flags import OPEN, STATE, Source, own_flags, sources, with_second
from claims.buckets import ALL, BALANCE, SHARES
from claims.models import Claim
from core import clock
from core.lists.query import condition
from core.lists.spec import Bucket
from core.money import ZERO
from core.tenancy import current_practice_id

_Asked = tuple[str, tuple[Any, ...]]


def tallies(request: HttpRequest) -> Mapping[str, tuple[int, Decimal]]:
    """Count and open balance of every bucket: one pass over the open claims for all but the last.

    All claims there are is the one count that old ones take part in; what they still owe lies in
    an index of those that owe anything. Counted once a request: home shows them in several groups.
    """
    kept = request.__dict__.get("_claim_tallies")
    if kept is None:
        kept = request.__dict__["_claim_tallies"] = _counted(request)
    return kept


def _counted(request: HttpRequest) -> dict[str, tuple[int, Decimal]]:
    groups = grouped(clock.today(request.practice))  # type: ignore[attr-defined]
    counted = {bucket.key: _sum(bucket, request, groups) for bucket in SHARES}
    owing = Claim.objects.exclude(insurance_balance_amount=0, patient_balance_amount=0)
    everything = owing.order_by().aggregate(total=Sum(BALANCE))["total"] or ZERO
    return counted | {ALL: (Claim.objects.count(), everything)}


def grouped(today: date) -> list[dict[str, Any]]:
    """The open claims by state and flags: `n` claims, `s` open on them, `u` underpaid on them.

    Each source is read once and says by bits what it knows of a claim; all bits of a claim come
    together before they meet the claims. Thirteen questions to each of fifty thousand claims took
    three times as long.
    """
    current_practice_id()  # Django's check of it is not asked where the statement is put together
    own, told = own_flags(today), [*sources(today), Source(with_second(), "pk", _HAS_SECOND)]
    bits = {flag: 1 << place for place, flag in enumerate([*own, *_names(told)])}
    claims, values = _claims(own, bits)
    parts = [_part(source, bits) for source in told]
    every = " UNION ALL ".join(part for part, _ in parts)
    statement = f"""
        SELECT claim.state, claim.marks | coalesce(beside.marks, 0), count(*), sum(claim.balance),
               sum(claim.underpaid)
          FROM ({claims}) claim (id, state, marks, balance, underpaid)
          LEFT JOIN (SELECT claim_id, bit_or(marks) AS marks FROM ({every}) part (claim_id, marks)
                      GROUP BY claim_id) beside ON beside.claim_id = claim.id
         GROUP BY 1, 2"""  # noqa: S608 - statements that Django wrote
    parameters = [*values, *(value for _, part in parts for value in part)]
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows = cursor.fetchall()
    return [
        {STATE: state, "n": n, "s": balance, "u": underpaid} | _flags(marks, bits)
        for state, marks, n, balance, underpaid in rows
    ]


_HAS_SECOND = {"has_second": Q()}


def _names(told: list[Source]) -> list[str]:
    return [flag for source in told for flag in source.flags]


def _claims(own: Mapping[str, Q], bits: Mapping[str, int]) -> _Asked:
    rows = Claim.objects.filter(OPEN).annotate(marks=_marks(own, bits), balance=BALANCE)
    return _sql(rows.values_list("pk", STATE, "marks", "balance", "underpaid_amount"))


def _part(source: Source, bits: Mapping[str, int]) -> _Asked:
    rows = source.rows.annotate(marks=_marks(source.flags, bits))
    return _sql(rows.values_list(source.claim, "marks"))


def _sql(rows: QuerySet[Any, Any]) -> _Asked:
    return rows.order_by().query.sql_with_params()


def _marks(flags: Mapping[str, Q], bits: Mapping[str, int]) -> Any:
    return reduce(add, (_bit(condition, bits[flag]) for flag, condition in flags.items()))


def _bit(where: Q, bit: int) -> Any:
    if not where:
        return Value(bit, output_field=IntegerField())
    return Case(When(where, then=Value(bit)), default=Value(0), output_field=IntegerField())


def _flags(marks: int, bits: Mapping[str, int]) -> dict[str, bool]:
    found = {flag: bool(marks & bit) for flag, bit in bits.items()}
    return found | {"is_snoozed": found["is_put_off"] and not found["is_at_hand"]}


def _sum(bucket: Bucket, request: HttpRequest, groups: list[dict[str, Any]]) -> tuple[int, Decimal]:
    where = condition(bucket.where, request)
    inside = [group for group in groups if _holds(where, group)]
    money = "u" if bucket.money_total == "underpaid_amount" else "s"
    return sum(group["n"] for group in inside), sum((group[money] for group in inside), ZERO)


def _holds(where: Q, group: dict[str, Any]) -> bool:
    """Whether a group fulfils a bucket's condition: the very one that its rows are chosen by."""
    met = [
        _holds(child, group) if isinstance(child, Q) else _is(child, group)
        for child in where.children
    ]
    found = any(met) if where.connector == Q.OR and met else all(met)
    return found != where.negated


def _is(child: Any, group: dict[str, Any]) -> bool:
    name, value = child
    if name == "pk__isnull":  # a bucket that holds nothing yet (core/lists/query.py)
        return not value
    if name == f"{STATE}__in":
        return group[STATE] in value
    return bool(group[name] == value)

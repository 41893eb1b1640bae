"""What a 271 says, in words: covered or not, and what the patient's share is (domain J.2).

Pure: the same answer gives the same sheet. The sheet is kept with the check, so that the proof of
what the payer said then does not change when our words do.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from claims.choices import CoverageVerdict
from claims.edi.inquiry_records import BenefitItem, CoverageAnswer, Span
from claims.refusals import COME_BACK_LATER, Told, told
from core.money import format_money

WHOLE_PLAN = "30"
SERVICE_TYPES: dict[str, str] = {
    "30": "Whole plan", "1": "Medical care", "2": "Surgery", "4": "X-ray", "5": "Laboratory",
    "12": "Medical equipment", "33": "Chiropractic", "35": "Dental", "47": "Hospital",
    "48": "Hospital, inpatient", "50": "Hospital, outpatient", "68": "Well baby care",
    "86": "Emergency", "88": "Pharmacy", "98": "Office visit", "A4": "Psychiatry",
    "A6": "Psychotherapy", "AL": "Vision", "BY": "Office visit, sick", "BZ": "Office visit, well",
    "MH": "Mental health", "PT": "Physical therapy", "UC": "Urgent care",
}  # fmt: skip
_ACTIVE, _PENDING, _INACTIVE = frozenset("1234"), "5", frozenset("678")
_TOTAL, _LEFT = frozenset({"22", "23", "25"}), "29"
_PERIODS = {
    "6": "an hour", "7": "a day", "21": "a year", "22": "a service year", "23": "a calendar year",
    "24": "this year so far", "25": "a contract", "26": "an episode", "27": "a visit",
    "29": "left", "32": "in a lifetime", "33": "left in a lifetime", "34": "a month",
    "35": "a week", "36": "an admission",
}  # fmt: skip
_UNITS = {"VS": "visits", "P6": "services", "DY": "days", "MN": "months", "99": "units"}
_SPANS = {
    "291": "Plan", "307": "Eligibility", "346": "Plan begins", "347": "Plan ends",
    "356": "Eligibility begins", "357": "Eligibility ends", "382": "Enrolled", "442": "Died",
}  # fmt: skip
_PLAN_ENDS = frozenset({"347", "357"})
_AUTHORIZATION = {"Y": "Needed", "N": "Not needed", "U": "Ask the payer"}
_IN_NETWORK, _OUTSIDE = frozenset({"Y", "W"}), "N"
_LEVELS = {"IND": 0, "": 1, "EMP": 2, "ESP": 2, "ECH": 2, "SPC": 2, "FAM": 3}


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One kind of service: each share in words, "" where the payer said nothing."""

    service: str
    covered: str = ""
    copay: str = ""
    deductible: str = ""
    deductible_left: str = ""
    coinsurance: str = ""
    out_of_pocket: str = ""
    out_of_pocket_left: str = ""
    authorization: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole answer as people read it."""

    verdict: str
    headline: str
    plan_name: str = ""
    group_number: str = ""
    dates: tuple[str, ...] = ()
    rows: tuple[ServiceRow, ...] = ()
    notes: tuple[str, ...] = ()
    refusals: tuple[Told, ...] = ()
    member_id: str = ""
    member_name: str = ""
    birth_date: str = ""

    @property
    def asks_for_patience(self) -> bool:
        """Whether nothing is wrong but that the payer's system is away."""
        return bool(self.refusals) and all(one.code in COME_BACK_LATER for one in self.refusals)


def read_sheet(answer: CoverageAnswer, service_on: date) -> Sheet:
    """Read `answer` for services on `service_on`."""
    refusals = tuple(told(one.reason, one.follow_up, one.level) for one in answer.refusals)
    verdict = _verdict(answer, service_on)
    plan = next((one.plan_name for one in answer.benefits if one.plan_name), "")
    return Sheet(
        verdict=verdict,
        headline=_headline(verdict, answer, service_on),
        plan_name=plan,
        group_number=answer.group_number,
        dates=tuple(_dates(answer.spans)),
        rows=tuple(_rows(answer.benefits)),
        notes=tuple(_general(answer.benefits)),
        refusals=tuple(dict.fromkeys(refusals)),
        member_id=answer.member_id,
        member_name=" ".join(filter(None, (answer.first_name, answer.last_name))),
        birth_date=f"{answer.birth_date:%m/%d/%Y}" if answer.birth_date else "",
    )


def _verdict(answer: CoverageAnswer, service_on: date) -> str:
    """The plan's own word comes before that of a single service; an end in the past ends both."""
    plan = [one for one in answer.benefits if WHOLE_PLAN in one.service_types]
    for items in (plan, answer.benefits):
        codes = {one.code for one in items}
        is_active, is_inactive = bool(codes & _ACTIVE), bool(codes & _INACTIVE)
        if is_active and is_inactive and items is plan:
            return CoverageVerdict.UNCLEAR
        if is_active or _PENDING in codes:
            ended = _ended_on(answer.spans)
            is_over = ended is not None and ended < service_on
            if is_over:
                return CoverageVerdict.INACTIVE
            return CoverageVerdict.ACTIVE if is_active else CoverageVerdict.UNCLEAR
        if is_inactive:
            return CoverageVerdict.INACTIVE
    return CoverageVerdict.NOT_TOLD if answer.refusals else CoverageVerdict.UNCLEAR


def _headline(verdict: str, answer: CoverageAnswer, service_on: date) -> str:
    day = f"{service_on:%m/%d/%Y}"
    if verdict == CoverageVerdict.ACTIVE:
        return f"Active on {day}"
    if verdict == CoverageVerdict.INACTIVE:
        ended = _ended_on(answer.spans)
        return f"Not active on {day}" + (f", it ended on {ended:%m/%d/%Y}" if ended else "")
    if verdict == CoverageVerdict.NOT_TOLD:
        return "The payer could not say"
    if any(one.code == _PENDING for one in answer.benefits):
        return f"Active on {day}, but still being looked at by the payer"
    return "The answer does not say whether the coverage is active"


def _ended_on(spans: Iterable[Span]) -> date | None:
    ends = [one.first for one in spans if one.qualifier in _PLAN_ENDS]
    ends += [one.last for one in spans if one.qualifier in {"291", "307"} and one.last]
    return min(ends, default=None)


def _dates(spans: Iterable[Span]) -> Iterable[str]:
    for one in spans:
        words = _SPANS.get(one.qualifier)
        if words is None:
            continue
        until = f" to {one.last:%m/%d/%Y}" if one.last else ""
        yield f"{words} {one.first:%m/%d/%Y}{until}"


def _rows(items: Sequence[BenefitItem]) -> Iterable[ServiceRow]:
    """The whole plan first, then each service in the payer's order; a procedure by itself."""
    keys: dict[tuple[str, str], None] = {}
    for item in items:
        for service in item.service_types:
            keys.setdefault((service, item.procedure_code))
    for key in sorted(keys, key=lambda one: one != (WHOLE_PLAN, "")):
        row = _row(key, [one for one in items if _is_about(one, *key)])
        if row is not None:
            yield row


def _is_about(item: BenefitItem, service: str, procedure: str) -> bool:
    return service in item.service_types and item.procedure_code == procedure


def _row(key: tuple[str, str], items: list[BenefitItem]) -> ServiceRow | None:
    service, procedure = key
    name = SERVICE_TYPES.get(service, f"Service type {service}")
    chosen = in_network(items)
    inside = [one for one in chosen if one.network != _OUTSIDE]
    row = ServiceRow(
        service=f"{name}, procedure {procedure}" if procedure else name,
        covered=_covered(chosen),
        copay=_amount(best(chosen, "B")),
        deductible=_amount(best(chosen, "C", _TOTAL)),
        deductible_left=_left(chosen, "C"),
        coinsurance=_share(best(chosen, "A")),
        out_of_pocket=_amount(best(chosen, "G", _TOTAL)),
        out_of_pocket_left=_left(chosen, "G"),
        authorization=_authorization(chosen),
        notes=tuple(_notes(chosen, items if inside else [], outside_only=not inside)),
    )
    return None if row == ServiceRow(row.service) else row


def _covered(items: list[BenefitItem]) -> str:
    codes = {one.code for one in items}
    if "E" in codes or "I" in codes:
        return "Not covered"
    if codes & _INACTIVE:
        return "Not active"
    if codes & _ACTIVE:
        return "Active"
    return "Pending" if _PENDING in codes else ""


def in_network(items: list[BenefitItem]) -> list[BenefitItem]:
    """What holds in the network or everywhere; where nothing does, what holds outside."""
    return [one for one in items if one.network != _OUTSIDE] or items


def best(
    items: list[BenefitItem], code: str, periods: Iterable[str] | None = None
) -> BenefitItem | None:
    """In network before unknown, one person before the family (domain J.2)."""
    fitting = [
        one
        for one in items
        if one.code == code
        and (one.period in periods if periods is not None else one.period != _LEFT)
    ]
    return min(
        fitting,
        key=lambda one: (one.network not in _IN_NETWORK, _LEVELS.get(one.level, 2)),
        default=None,
    )


def _left(items: list[BenefitItem], code: str) -> str:
    amount = left_amount(items, code)
    return f"${format_money(amount)}" if amount is not None else ""


def left_amount(items: list[BenefitItem], code: str) -> Decimal | None:
    """What is left; the family's rest limits the person's, so the smaller one counts."""
    left = [one for one in items if one.code == code and one.period == _LEFT]
    inside = [one for one in left if one.network in _IN_NETWORK] or left
    amounts = [one.amount for one in inside if one.amount is not None]
    return min(amounts, default=None)


def _amount(item: BenefitItem | None) -> str:
    if item is None or (item.amount is None and item.percent is None):
        return ""
    if item.amount is None:
        return _share(item)
    period = _PERIODS.get(item.period, "")
    return f"${format_money(item.amount)}{f' {period}' if period else ''}"


def _share(item: BenefitItem | None) -> str:
    if item is None or item.percent is None:
        return ""
    return f"{_plain(item.percent * 100)}%"


def _authorization(items: list[BenefitItem]) -> str:
    """Needed where any of the answers says so: better asked once too often."""
    said = {one.authorization for one in items}
    return next((words for code, words in _AUTHORIZATION.items() if code in said), "")


def _notes(
    items: list[BenefitItem], everything: list[BenefitItem], *, outside_only: bool
) -> Iterable[str]:
    found: list[str] = ["Out of network"] if outside_only else []
    for one in items:
        found += _limit(one)
        found += one.messages
    for one in everything:
        if one.network == _OUTSIDE:
            words = _amount(one) or _share(one)
            what = {"A": "coinsurance", "B": "copay", "C": "deductible"}.get(one.code)
            if what and words:
                found.append(f"Out of network: {what} {words}")
    return dict.fromkeys(found)


def _limit(item: BenefitItem) -> list[str]:
    if item.code == "H":
        return ["Unlimited"]
    if item.code == "N":
        return ["Only by the provider that the plan names"]
    if item.code != "F" or (item.quantity is None and item.amount is None):
        return []
    period = _PERIODS.get(item.period, "")
    if item.quantity is None:
        return [f"Limit {_amount(item)}"]
    unit = _UNITS.get(item.quantity_unit, "")
    count = " ".join(filter(None, (_plain(item.quantity), unit, period)))
    return [f"Limit {count}"]


# What an answer says beside the benefits, and whom it names.
_GENERAL = {
    "CB": "Basis of coverage",
    "J": "Cost containment",
    "L": "Primary care provider",
    "M": "Medicaid",
    "MC": "Managed care coordinator",
    "P": "Disclaimer",
    "Q": "Second opinion needed",
    "R": "Another payer: add it as a coverage",
    "U": "Ask by telephone",
    "V": "The payer could not process a part of the question",
    "W": "Another source knows more",
    "X": "Health care facility",
    "Y": "Spend-down",
}


def _general(items: Iterable[BenefitItem]) -> Iterable[str]:
    found: list[str] = []
    for one in items:
        words = _GENERAL.get(one.code)
        is_told = one.service_types and one.code not in {"R", "U", "L", "MC"}
        said = [*one.other, *([] if one.service_types else one.messages)]
        if words and not is_told:
            found.append(f"{words}: {'; '.join(said)}" if said else words)
        elif not one.service_types and one.messages:
            found += one.messages
    return dict.fromkeys(found)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"

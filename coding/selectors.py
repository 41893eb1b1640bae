"""Reading code sets, charge items, cases and lines."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, Value, When

from coding.choices import CaseState, CodeSetKind, LineState
from coding.code_sets.releases import in_force, release_on
from coding.models import (
    ChargeItem,
    ChargeLine,
    CodingCase,
    Contract,
    IcdCode,
    PlaceOfService,
)
from coding.search.for_coder import nickname_code
from coding.search.hit import Hit
from coding.search.index import IcdIndex
from coding.search.kept import index_of
from coding.states import TO_CODE
from core import practice_settings
from core.choices import Role
from core.models import Practice, User
from patients.models import Coverage

TAKE_UNASSIGNED = "coding.take_unassigned"
CODING_ROLES = (Role.CODER, Role.CODING_LEAD)

# -- code sets, by date of service -------------------------------------------------------------


def undotted(code: str) -> str:
    """A diagnosis code as it is kept and sent: capitals, without the dot (ICD-01)."""
    return code.strip().upper().replace(".", "")


def icd_codes(codes: Iterable[str], on: date) -> dict[str, IcdCode]:
    """The rows of `codes` in the release for `on`, by code; unknown ones are left out."""
    release = release_on(CodeSetKind.ICD10CM, on)
    wanted = {undotted(code) for code in codes}
    if release is None or not wanted:
        return {}
    return {row.code: row for row in IcdCode.objects.filter(release=release, code__in=wanted)}


def icd_lookup(code: str, on: date) -> IcdCode | None:
    """One code in the release for `on`; None when there is no such code."""
    return icd_codes([code], on).get(undotted(code))


def icd_children(code: str, on: date, limit: int = 20) -> "QuerySet[IcdCode]":
    """Billable codes below a header, in order."""
    release = release_on(CodeSetKind.ICD10CM, on)
    return IcdCode.objects.filter(
        release=release, code__startswith=undotted(code), is_billable=True
    ).order_by("code")[:limit]


def icd_index(on: date) -> IcdIndex | None:
    """The search over the release for `on` and the Alphabetic Index that goes with it."""
    release = release_on(CodeSetKind.ICD10CM, on)
    return index_of(release, release_on(CodeSetKind.ICD10CM_INDEX, on)) if release else None


def search_icd(query: str, on: date, limit: int = 20) -> list[Hit]:
    """The best matches of a code, words, a short form or everyday words, best first."""
    index = icd_index(on)
    return index.search(query, limit) if index else []


def usual_icd(text: str, on: date) -> IcdCode | None:
    """The code that words plainly mean: a nickname of the practice in scope, a short form, everyday
    words. None where that is not plain.
    """
    if nickname := nickname_code(text):
        return icd_lookup(nickname, on)
    index = icd_index(on)
    hit = index.plainly(text) if index else None
    return icd_lookup(hit.code, on) if hit else None


def places_on(on: date) -> "QuerySet[PlaceOfService]":
    """Every place of service, by code."""
    return PlaceOfService.objects.filter(release=release_on(CodeSetKind.POS, on)).order_by("code")


# -- the practice's charge master --------------------------------------------------------------


def charge_items_on(codes: Iterable[str], on: date) -> dict[str, ChargeItem]:
    """The practice's charge master rows in force on `on`, by procedure code."""
    rows = ChargeItem.objects.filter(in_force(on), procedure_code__in=set(codes))
    return {row.procedure_code: row for row in rows.order_by("effective_from")}


def service_names(lines: Collection[ChargeLine]) -> dict[int, str]:
    """What each line is in the practice's own words, by its key; its code where it has none.

    A line's own description first, then the charge master's name on the day of service.
    """
    items: dict[str, list[ChargeItem]] = defaultdict(list)
    codes = {line.procedure_code for line in lines if not line.description}
    for item in ChargeItem.objects.filter(procedure_code__in=codes).order_by("-effective_from"):
        items[item.procedure_code].append(item)

    def name(line: ChargeLine) -> str:
        if line.description:
            return line.description
        on = line.service_date_from
        known = (item for item in items[line.procedure_code] if item.effective_from <= on)
        return next((item.short_name for item in known), line.procedure_code)

    return {line.pk: name(line) for line in lines}


def charge_item_on(code: str, on: date) -> ChargeItem | None:
    """One row of the charge master in force on `on`, by its code or by its nickname."""
    rows = ChargeItem.objects.filter(in_force(on)).order_by("-effective_from")
    by_code = rows.filter(procedure_code=code.upper()).first()
    if by_code is not None or not code:
        return by_code
    return rows.filter(nickname__iexact=code).first()


def contracts() -> "QuerySet[Contract]":
    """Every contract with the number of its rules, by payer, the newest first."""
    rows = Contract.objects.select_related("payer", "plan").annotate(rule_count=Count("rules"))
    return rows.order_by("payer__name", "plan__name", "-effective_from")


# -- cases and lines ---------------------------------------------------------------------------


def released_lines(case_id: int) -> "QuerySet[ChargeLine]":
    """The released lines of a case, in order."""
    return ChargeLine.objects.filter(case_id=case_id, state=LineState.RELEASED).order_by("position")


def next_case(
    *, practice: Practice, user: Any, after: CodingCase | None = None
) -> CodingCase | None:
    """What this coder codes next: their own first, then nobody's; returned work, then the oldest.

    What is somebody else's is left to them. Whether nobody's may be taken is a practice setting.
    """
    whose = Q(coder=user)
    if practice_settings.value(practice, TAKE_UNASSIGNED):
        whose |= Q(coder__isnull=True)
    rows = CodingCase.objects.filter(whose, state__in=list(TO_CODE))
    if after is not None:
        rows = rows.exclude(pk=after.pk)
    first = Case(
        When(coder=user, state=CaseState.RETURNED, then=Value(0)),
        When(coder=user, then=Value(1)),
        When(state=CaseState.RETURNED, then=Value(2)),
        default=Value(3),
    )
    return rows.order_by(first, "encounter__service_date_from", "id").first()


def coders_of(practice: Practice) -> "QuerySet[User]":
    """The people who code here: coders and coding leads with a sign-in that works."""
    return User.objects.filter(
        is_active=True,
        memberships__practice=practice,
        memberships__is_active=True,
        memberships__role__in=CODING_ROLES,
    ).order_by("last_name", "first_name", "pk")


def primary_payers(cases: Collection[CodingCase]) -> dict[int, int]:
    """The payer of the lowest rank on the day of service, by case; without one it is self-pay."""
    days = {case.pk: (case.patient_id, case.encounter.service_date_from) for case in cases}
    covered: dict[int, list[tuple[date, date | None, int]]] = defaultdict(list)
    rows = Coverage.everywhere.filter(patient__in={patient for patient, _ in days.values()})
    for patient, first, last, payer in rows.order_by("rank", "pk").values_list(
        "patient", "effective_from", "effective_to", "plan__payer"
    ):
        covered[patient].append((first, last, payer))
    found = {}
    for key, (patient, day) in days.items():
        for first, last, payer in covered[patient]:
            if first <= day and (last is None or last >= day):
                found[key] = payer
                break
    return found

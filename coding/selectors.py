"""Reading code sets, charge items, cases and lines."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from coding.choices import CaseState, LineState, ReleaseState
from coding.models import (
    CaseDiagnosis,
    ChargeItem,
    ChargeLine,
    CodeSetRelease,
    CodingCase,
    IcdCode,
    PlaceOfService,
)
from coding.search.index import Hit, index_of


def release_on(kind: str, on: date) -> CodeSetRelease | None:
    """The release in force on `on`; where that one is not loaded, the newest (DESIGN 3.9)."""
    loaded = CodeSetRelease.objects.filter(kind=kind, state=ReleaseState.ACTIVE)
    in_force = loaded.filter(_in_force(on)).order_by("-effective_from", "-id").first()
    return in_force or loaded.order_by("-effective_from", "-id").first()


def icd_lookup(code: str, on: date) -> IcdCode | None:
    """The code as the release for `on` knows it, header or billable; None when it does not."""
    return icd_lookup_many([code], on).get(plain_icd(code))


def icd_lookup_many(codes: Collection[str], on: date) -> dict[str, IcdCode]:
    """Those of `codes` that the release for `on` knows, by code without its dot."""
    release = release_on("icd10cm", on)
    wanted = {plain_icd(code) for code in codes}
    found = IcdCode.objects.filter(release=release, code__in=wanted)
    return {row.code: row for row in found}


def plain_icd(code: str) -> str:
    """As stored and sent: capitals without the dot (ICD-01)."""
    return code.strip().upper().replace(".", "")


def codes_below(code: str, on: date, limit: int = 12) -> list[IcdCode]:
    """The billable codes under a header, in code order."""
    rows = IcdCode.objects.filter(
        release=release_on("icd10cm", on), code__startswith=plain_icd(code), is_billable=True
    )
    return list(rows.order_by("code")[:limit])


def search_icd(query: str, on: date, limit: int = 20) -> list[Hit]:
    """The best matches of typed words, an abbreviation, or the beginning of a code."""
    release = release_on("icd10cm", on)
    return index_of(release).search(query, limit) if release else []


def place_on(code: str, on: date) -> PlaceOfService | None:
    """The place of service with this code."""
    return PlaceOfService.objects.filter(release=release_on("pos", on), code=code).first()


def places_on(on: date) -> dict[str, PlaceOfService]:
    """Every place of service, by code."""
    return {
        place.code: place for place in PlaceOfService.objects.filter(release=release_on("pos", on))
    }


def charge_item_on(practice: Any, code: str, on: date) -> ChargeItem | None:
    """The practice's service with this code or nickname that is offered on `on`."""
    rows = ChargeItem.everywhere.filter(_in_force(on), practice=practice)
    by_code = rows.filter(procedure_code=code.upper()).order_by("-effective_from").first()
    if by_code is not None:
        return by_code
    return (
        rows.filter(nickname__iexact=code).exclude(nickname="").order_by("-effective_from").first()
    )


def charge_items_like(practice: Any, text: str, on: date, limit: int = 12) -> list[ChargeItem]:
    """Services whose code or nickname begins with `text`, or whose name has all its words."""
    rows = ChargeItem.everywhere.filter(_in_force(on), practice=practice)
    named = Q()
    for word in text.split():
        named &= Q(short_name__icontains=word)
    begins = Q(procedure_code__istartswith=text) | Q(nickname__istartswith=text)
    return list(rows.filter(begins | named).order_by("procedure_code")[:limit])


def released_lines(case_id: int) -> QuerySet[ChargeLine]:
    """The case's lines that are charges, in their order."""
    return ChargeLine.objects.filter(case_id=case_id, state=LineState.RELEASED).order_by(
        "position", "id"
    )


def lines_of(case: CodingCase) -> list[ChargeLine]:
    """Every line of a case but the void ones, in their order."""
    rows = ChargeLine.objects.filter(case=case).exclude(state=LineState.VOID)
    return list(rows.order_by("position", "id"))


def diagnoses_of(case: CodingCase) -> list[CaseDiagnosis]:
    """The diagnoses of a case, A first."""
    return list(CaseDiagnosis.objects.filter(case=case).order_by("position"))


def next_case(*, user: Any, after: CodingCase | None = None) -> CodingCase | None:
    """What this coder codes next: returned work first, then the oldest service date.

    Cases that somebody else is coding are left to them.
    """
    waiting = Q(state__in=[CaseState.RETURNED, CaseState.READY, CaseState.IN_PROGRESS])
    rows = CodingCase.objects.filter(waiting).filter(Q(coder=user) | Q(coder__isnull=True))
    if after is not None:
        rows = rows.exclude(pk=after.pk)
    returned_first = rows.filter(state=CaseState.RETURNED)
    order = ("encounter__service_date_from", "id")
    return returned_first.order_by(*order).first() or rows.order_by(*order).first()


@dataclass(frozen=True)
class CodeSetStatus:
    """One code set for the page that says what is loaded."""

    label: str
    releases: list[CodeSetRelease]
    used: CodeSetRelease | None
    is_in_force: bool
    billable: int


def code_set_status(kind: str, label: str, on: date) -> CodeSetStatus:
    """What is loaded of a code set, which release is used on `on`, and whether it is the right one."""
    releases = list(CodeSetRelease.objects.filter(kind=kind).order_by("-effective_from", "-id"))
    used = release_on(kind, on)
    billable = 0
    if used is not None and kind == "icd10cm":
        counts = IcdCode.objects.filter(release=used).aggregate(
            billable=Count("pk", filter=Q(is_billable=True))
        )
        billable = counts["billable"]
    fits = (
        used is not None
        and used.effective_from <= on
        and (used.effective_to is None or on <= used.effective_to)
    )
    return CodeSetStatus(label, releases, used, fits, billable)


def _in_force(on: date) -> Q:
    return Q(effective_from__lte=on) & (Q(effective_to__isnull=True) | Q(effective_to__gte=on))

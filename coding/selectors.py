"""Reading code sets, cases and lines."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from coding.choices import CodeSetKind, LineState, ReleaseState
from coding.models import ChargeItem, ChargeLine, CodeSetRelease, IcdCode


def undotted(code: str) -> str:
    """A diagnosis code as it is kept and sent: capitals, without the dot (ICD-01)."""
    return code.strip().upper().replace(".", "")


def release_on(kind: str, on: date) -> CodeSetRelease | None:
    """The release in force on `on`; the newest one where that is not loaded (DESIGN 3.9)."""
    active = CodeSetRelease.objects.filter(kind=kind, state=ReleaseState.ACTIVE)
    in_force = (
        active.filter(effective_from__lte=on)
        .filter(Q(effective_to__isnull=True) | Q(effective_to__gte=on))
        .order_by("-effective_from")
        .first()
    )
    return in_force or active.order_by("-effective_from").first()


def icd_codes(codes: Iterable[str], on: date) -> dict[str, IcdCode]:
    """The rows of `codes` in the release for `on`, by code; unknown ones are left out."""
    release = release_on(CodeSetKind.ICD10CM, on)
    if release is None:
        return {}
    wanted = {undotted(code) for code in codes}
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


def charge_items_on(codes: Iterable[str], on: date) -> dict[str, ChargeItem]:
    """The practice's charge master rows in force on `on`, by procedure code."""
    rows = ChargeItem.objects.filter(
        Q(effective_to__isnull=True) | Q(effective_to__gte=on),
        procedure_code__in=set(codes),
        effective_from__lte=on,
    ).order_by("effective_from")
    return {row.procedure_code: row for row in rows}


def charge_item_on(code: str, on: date) -> ChargeItem | None:
    """One row of the charge master in force on `on`."""
    return charge_items_on([code], on).get(code)


def released_lines(case_id: int) -> "QuerySet[ChargeLine]":
    """The released lines of a case, in order."""
    return ChargeLine.objects.filter(case_id=case_id, state=LineState.RELEASED).order_by("position")

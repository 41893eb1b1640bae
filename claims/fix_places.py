"""Where a finding of the claim's own rules is put right: the page, and the field on it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from claims.field_places import field_url
from claims.models import ClaimVersion, ScrubFinding
from claims.scrub.coding import place_of
from coding.models import CodingCase

ENROLMENT = "enrolment."


@dataclass(frozen=True, slots=True)
class FixPlace:
    """An address with what its link says."""

    url: str
    label: str


def fix_places(findings: Iterable[ScrubFinding]) -> dict[int, FixPlace]:
    """By finding: where it is put right. The findings come with version, claim, patient and
    coverage; one query more for the encounters.
    """
    rows = list(findings)
    cases = _cases({row.version.claim_id for row in rows})
    places = {row.pk: _place(row, cases.get(row.version.claim_id, [])) for row in rows}
    return places | _enrolments([row for row in rows if row.field.startswith(ENROLMENT)])


def _enrolments(rows: list[ScrubFinding]) -> dict[int, FixPlace]:
    """The payer's enrolments, where one is recorded or the payer's answer is kept."""
    if not rows:
        return {}
    versions = ClaimVersion.objects.filter(pk__in={row.version_id for row in rows})
    payers = dict(versions.values_list("pk", "payer__public_id"))
    return {
        row.pk: FixPlace(
            f"{reverse('claims:payer', args=[payers[row.version_id]])}?tab=enrolments",
            "Open the enrolments",
        )
        for row in rows
    }


def _cases(claim_ids: set[int]) -> dict[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = {}
    pairs = CodingCase.objects.filter(lines__claim_link__claim__in=claim_ids).values_list(
        "lines__claim_link__claim_id", "pk", "public_id"
    )
    for claim_id, pk, public_id in pairs.distinct().order_by("pk"):
        found.setdefault(claim_id, []).append((pk, str(public_id)))
    return found


def _place(row: ScrubFinding, cases: list[tuple[int, str]]) -> FixPlace:
    coding = place_of(row.field)
    if coding is not None:
        known = dict(cases).get(coding.case_id)
        if known:
            url = reverse("coding:case", args=[known])
            return FixPlace(f"{url}#finding-{coding.key}", "Open in coding")
    field = field_url(row)
    if field:
        return FixPlace(field, "Open the field")
    part, name = _part_and_name(row.field)
    claim, version = row.version.claim, row.version
    if part == "patient":
        url = reverse("patients:edit", args=[claim.patient.public_id])
        return FixPlace(f"{url}#id_{name}", "Open the patient")
    if part in {"coverage", "subscriber"}:
        url = reverse("patients:coverage-edit", args=[version.coverage.public_id])
        anchor = f"subscriber_{name}" if part == "subscriber" else name
        return FixPlace(f"{url}#id_{anchor}", "Open the coverage")
    if part in {"lines", "diagnoses"} and cases:
        return FixPlace(reverse("coding:case", args=[cases[0][1]]), "Open in coding")
    admin = {
        "billing_provider": ("patients_billingprovider", claim.billing_provider_id),
        "facility": ("patients_servicefacility", claim.facility_id),
        "rendering_provider": ("patients_provider", claim.rendering_provider_id),
        "payer": ("patients_payer", version.payer_id),
    }.get(part)
    if admin is not None:
        url = reverse(f"admin:{admin[0]}_change", args=[admin[1]])
        return FixPlace(f"{url}#id_{name}", "Open the set-up, as an admin")
    tab = "raw" if row.field.startswith("x12.") else "edits"
    url = reverse("claims:detail", args=[claim.public_id])
    return FixPlace(f"{url}?tab={tab}", "Open the claim")


def _part_and_name(field: str) -> tuple[str, str]:
    """The part of the snapshot, and the name in it. A line's own field may be another part's."""
    parts = field.split(".")
    if parts[0] == "x12":
        parts = parts[2:]
    if parts and parts[0] == "lines" and len(parts) > 3:
        parts = parts[2:]
    return (parts[0] if parts else "", parts[-1] if len(parts) > 1 else "")

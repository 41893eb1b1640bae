"""Where a finding of the claim's own rules is put right: the page, and the field on it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from claims.field_places import field_url
from claims.models import ClaimVersion, ScrubFinding
from claims.scrub.coding import place_of
from coding.models import CodingCase
from patients.models import Coverage

ENROLMENT, OTHER_PAYERS = "enrolment.", "other_payers."
# Who took part besides the rendering provider is named beside the codes.
_ROLES = frozenset({
    "referring_provider", "ordering_provider", "supervising_provider", "primary_care_provider",
})  # fmt: skip
_DECIDED = frozenset({"decision", "paid_amount"})


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
    places |= _enrolments([row for row in rows if row.field.startswith(ENROLMENT)])
    return places | _other_coverages([row for row in rows if row.field.startswith(OTHER_PAYERS)])


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


def _other_coverages(rows: list[ScrubFinding]) -> dict[int, FixPlace]:
    """The coverage with another payer that a finding is about. What that payer decided is told by
    its remittance, so such a finding stays with the claim.
    """
    asked = {row.pk: row.field.split(".") for row in rows}
    asked = {pk: parts for pk, parts in asked.items() if parts[-1] not in _DECIDED}
    versions = ClaimVersion.objects.filter(pk__in={row.version_id for row in rows if asked})
    others = dict(versions.values_list("pk", "snapshot__other_payers"))
    found = {}
    for row in (row for row in rows if row.pk in asked):
        rank, *names = asked[row.pk][1:]
        told = [one for one in others[row.version_id] if str(one["coverage"]["rank"]) == rank]
        coverage = _coverage_of(row, told[0]["coverage"]["member_id"]) if told else None
        if coverage:
            url = reverse("patients:coverage-edit", args=[coverage.public_id])
            anchor = f"#id_{names[-1]}" if names else ""
            found[row.pk] = FixPlace(f"{url}{anchor}", "Open the coverage")
    return found


def _coverage_of(row: ScrubFinding, member_id: str) -> Coverage | None:
    patient = row.version.claim.patient_id
    rows = Coverage.objects.filter(patient=patient, member_id=member_id)
    return rows.exclude(pk=row.version.coverage_id).order_by("-effective_from").first()


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
    visit = _at_the_visit(part, name, cases)
    place = visit or _in_records(row, part, name) or _in_set_up(row, part, name)
    if place:
        return place
    tab = "raw" if row.field.startswith("x12.") else "edits"
    url = reverse("claims:detail", args=[row.version.claim.public_id])
    return FixPlace(f"{url}?tab={tab}", "Open the claim")


def _at_the_visit(part: str, name: str, cases: list[tuple[int, str]]) -> FixPlace | None:
    """Codes, and who took part in the visit."""
    role = name if part == "encounter" else part
    if cases and role in _ROLES:
        url = reverse("coding:claim-data", args=[cases[0][1]])
        return FixPlace(f"{url}#id_{role}", "Open the field")
    if cases and part in {"lines", "diagnoses"}:
        return FixPlace(reverse("coding:case", args=[cases[0][1]]), "Open in coding")
    return None


def _in_records(row: ScrubFinding, part: str, name: str) -> FixPlace | None:
    """The patient, and the coverage that is billed."""
    if part == "patient":
        url = reverse("patients:edit", args=[row.version.claim.patient.public_id])
        return FixPlace(f"{url}#id_{name}", "Open the patient")
    if part in {"coverage", "subscriber"}:
        url = reverse("patients:coverage-edit", args=[row.version.coverage.public_id])
        anchor = f"subscriber_{name}" if part == "subscriber" else name
        return FixPlace(f"{url}#id_{anchor}", "Open the coverage")
    return None


def _in_set_up(row: ScrubFinding, part: str, name: str) -> FixPlace | None:
    """Providers, places and payers, which admins keep; a payer's road is on its own page."""
    claim, version = row.version.claim, row.version
    if row.field == "payer.route":
        url = reverse("claims:payer-filing", args=[version.payer.public_id])
        return FixPlace(f"{url}#id_partner", "Open the filing settings")
    admin = {
        "billing_provider": ("patients_billingprovider", claim.billing_provider_id),
        "facility": ("patients_servicefacility", claim.facility_id),
        "rendering_provider": ("patients_provider", claim.rendering_provider_id),
        "payer": ("patients_payer", version.payer_id),
    }.get(part)
    if admin is None:
        return None
    url = reverse(f"admin:{admin[0]}_change", args=[admin[1]])
    return FixPlace(f"{url}#id_{name}", "Open the set-up, as an admin")


def _part_and_name(field: str) -> tuple[str, str]:
    """The part of the snapshot, and the name in it. A line's own field may be another part's."""
    parts = field.split(".")
    if parts[0] == "x12":
        parts = parts[2:]
    if parts and parts[0] == "lines" and len(parts) > 3:
        parts = parts[2:]
    return (parts[0] if parts else "", parts[-1] if len(parts) > 1 else "")

"""Where a finding is put right: those of coding have their place on the coding screen."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from claims.models import ClaimVersion, ScrubFinding
from claims.scrub.coding import place_of
from coding.models import CodingCase

ENROLMENT = "enrolment."


@dataclass(frozen=True, slots=True)
class PlacedFinding:
    """A finding with the address of its place on the coding screen or among the enrolments; both
    are "" for the other rules of claims.
    """

    row: ScrubFinding
    coding_url: str
    enrolment_url: str = ""


def with_places(findings: Iterable[ScrubFinding]) -> list[PlacedFinding]:
    """The findings with their places, in one query more."""
    rows = [(row, place_of(row.field)) for row in findings]
    wanted = {place.case_id for _, place in rows if place}
    urls = {
        pk: reverse("coding:case", args=[public_id])
        for pk, public_id in CodingCase.objects.filter(pk__in=wanted).values_list("pk", "public_id")
    }
    enrolments = _enrolments([row for row, _ in rows if row.field.startswith(ENROLMENT)])
    return [
        PlacedFinding(
            row,
            f"{urls[place.case_id]}#finding-{place.key}" if place else "",
            enrolments.get(row.pk, ""),
        )
        for row, place in rows
    ]


def _enrolments(rows: list[ScrubFinding]) -> dict[int, str]:
    """The payer's enrolments, where one is recorded or the payer's answer is kept."""
    versions = ClaimVersion.objects.filter(pk__in={row.version_id for row in rows})
    payers = dict(versions.values_list("pk", "payer__public_id"))
    return {
        row.pk: f"{reverse('claims:payer', args=[payers[row.version_id]])}?tab=enrolments"
        for row in rows
    }

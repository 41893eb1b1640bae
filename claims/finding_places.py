"""Where a finding is put right: those of coding have their place on the coding screen."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from claims.field_places import field_url
from claims.models import ScrubFinding
from claims.scrub.coding import place_of
from coding.models import CodingCase


@dataclass(frozen=True, slots=True)
class PlacedFinding:
    """A finding with the address of its place on the coding screen, "" for a rule of claims; and
    that of the field to fill in for one of claim data, people and coverage.
    """

    row: ScrubFinding
    coding_url: str
    field_url: str = ""


def with_places(findings: Iterable[ScrubFinding]) -> list[PlacedFinding]:
    """The findings with their places on the coding screen, in one query more; a place among claim
    data costs one of its own.
    """
    rows = [(row, place_of(row.field)) for row in findings]
    wanted = {place.case_id for _, place in rows if place}
    urls = {
        pk: reverse("coding:case", args=[public_id])
        for pk, public_id in CodingCase.objects.filter(pk__in=wanted).values_list("pk", "public_id")
    }
    return [
        PlacedFinding(
            row,
            f"{urls[place.case_id]}#finding-{place.key}" if place else "",
            field_url(row) if not place else "",
        )
        for row, place in rows
    ]

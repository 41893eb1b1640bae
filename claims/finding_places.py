"""Where a finding is put right: those of coding have their place on the coding screen, those of
the claim's own rules at their field.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from claims.fix_places import FixPlace, fix_places
from claims.models import ScrubFinding
from claims.scrub.coding import place_of
from coding.models import CodingCase


@dataclass(frozen=True, slots=True)
class PlacedFinding:
    """A finding with the address of its place on the coding screen, "" for a rule of claims, and
    with the page and field where it is put right.
    """

    row: ScrubFinding
    coding_url: str
    fix: FixPlace


def with_places(findings: Iterable[ScrubFinding]) -> list[PlacedFinding]:
    """The findings with their places, in two queries more."""
    found = list(findings)
    fixes = fix_places(found)
    rows = [(row, place_of(row.field)) for row in found]
    wanted = {place.case_id for _, place in rows if place}
    urls = {
        pk: reverse("coding:case", args=[public_id])
        for pk, public_id in CodingCase.objects.filter(pk__in=wanted).values_list("pk", "public_id")
    }
    return [
        PlacedFinding(
            row, f"{urls[place.case_id]}#finding-{place.key}" if place else "", fixes[row.pk]
        )
        for row, place in rows
    ]

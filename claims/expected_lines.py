"""Lines of versions as pricing is told of them. One place, for freezing and for denials."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import F

from claims.models import ClaimVersion, ClaimVersionLine
from coding.edits.families import is_non_physician
from coding.pricing.many import Session
from coding.pricing.terms import LineToPrice
from coding.selectors import places_on


def sessions_of(
    versions: Iterable[ClaimVersion], rows: Iterable[ClaimVersionLine]
) -> list[Session]:
    """The sessions of `versions`, a day each; the key of each line is the id of its row.

    The rows are those of `lines_to_price`. One query for each day.
    """
    version_of = {version.pk: version for version in versions}
    days: dict[tuple[int, date], list[ClaimVersionLine]] = defaultdict(list)
    for row in rows:
        days[row.version_id, row.service_date].append(row)
    facilities = {
        on: {place.code for place in places_on(on) if place.is_facility}
        for on in {day for _, day in days}
    }
    return [
        Session(
            version_of[version_id].payer_id,
            version_of[version_id].plan_id,
            on,
            tuple(_to_price(row, facilities[on]) for row in lines),
        )
        for (version_id, on), lines in days.items()
    ]


def lines_to_price(versions: Sequence[ClaimVersion]) -> list[ClaimVersionLine]:
    """The rows of `versions` with what `sessions_of` needs of them, in one query."""
    encounter = "charge_line__encounter"
    return list(
        ClaimVersionLine.objects.filter(version__in=[version.pk for version in versions])
        .annotate(  # columns, not rows: of thousands of claims three more objects a line are much
            line_place=F("charge_line__place_of_service_code"),
            visit_place=F(f"{encounter}__place_of_service_code"),
            minutes=F("charge_line__minutes"),
            taxonomy_code=F(f"{encounter}__rendering_provider__taxonomy_code"),
        )
        .order_by("version_id", "line_number")
    )


def _to_price(row: Any, facilities: set[str]) -> LineToPrice:
    place = row.line_place or row.visit_place
    return LineToPrice(
        key=row.pk, code=row.procedure_code, modifiers=tuple(row.modifiers),
        units=row.units, minutes=row.minutes, charge=row.charge_amount, place=place,
        is_facility=place in facilities,
        is_non_physician=is_non_physician(row.taxonomy_code),
    )  # fmt: skip

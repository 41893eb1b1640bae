"""Lines of versions as pricing is told of them. One place, for freezing and for denials."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from claims.models import ClaimVersion, ClaimVersionLine
from coding.edits.families import is_non_physician
from coding.pricing.many import Session
from coding.pricing.terms import LineToPrice
from coding.selectors import places_on


def sessions_of(
    versions: Iterable[ClaimVersion], rows: Iterable[ClaimVersionLine]
) -> list[Session]:
    """The sessions of `versions`, a day each; the key of each line is the id of its row.

    Needs `charge_line__encounter__rendering_provider` of the rows. One query for each day.
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
    return list(
        ClaimVersionLine.objects.filter(version__in=[version.pk for version in versions])
        .select_related("charge_line__encounter__rendering_provider")
        .order_by("version_id", "line_number")
    )


def _to_price(row: ClaimVersionLine, facilities: set[str]) -> LineToPrice:
    line = row.charge_line
    place = line.place_of_service_code or line.encounter.place_of_service_code
    return LineToPrice(
        key=row.pk, code=row.procedure_code, modifiers=tuple(row.modifiers),
        units=row.units, minutes=line.minutes, charge=row.charge_amount, place=place,
        is_facility=place in facilities,
        is_non_physician=is_non_physician(line.encounter.rendering_provider.taxonomy_code),
    )  # fmt: skip

"""Which lines may stand on one claim: the split rules of domain B.1 as one pure function."""

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import date

from claims.scrub.services import MOST_LINES

MOST_DIAGNOSES = 12  # HI holds twelve, and so does box 21
# Places where one stays the night: their services are another episode than an office visit's.
INPATIENT = frozenset({"21", "31", "51", "61"})
_ICD_YEAR_STARTS = 10  # a release of ICD-10-CM is in force from October to September


@dataclass(frozen=True, slots=True)
class Service:
    """A charge line as far as it decides which claim it goes on.

    `identity` is what B.1 takes apart whatever the payer wants: who is paid, who pays, whose
    service it is, where it was given, under which authorization. `together` names groups that the
    line shares with others; lines of one group are not parted.
    """

    key: int
    service_date: date
    place_of_service_code: str
    diagnoses: tuple[int, ...]
    rendering: int = 0
    identity: Hashable = ()
    together: frozenset[Hashable] = frozenset()


@dataclass(frozen=True, slots=True)
class SplitRules:
    """What the payer takes on one claim; the limits are those of the 837P."""

    months_apart: bool = False
    years_apart: bool = False
    rendering_apart: bool = False
    most_lines: int = MOST_LINES
    most_diagnoses: int = MOST_DIAGNOSES


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of one claim, by key, and why it stands alone; "" for a claim that is whole."""

    keys: tuple[int, ...]
    reason: str = ""


_Group = list[Service]
_Units = list[_Group]


def split_services(services: Sequence[Service], rules: SplitRules | None = None) -> list[Part]:
    """The claims that `services` make, in the order of domain B.1; each line on exactly one.

    Code-set years, dates, episodes and identities part lines even where they belong together: the
    payer would refuse the claim. Diagnoses and the number of lines part only between groups,
    unless a group alone is more than a claim holds.
    """
    rules = rules or SplitRules()
    parts: list[tuple[_Group, list[str]]] = [(list(services), [])] if services else []
    for differs, reason in _dividers(rules):
        parts = [piece for part in parts for piece in _divide(part, differs, reason)]
    parts = [piece for part in parts for piece in _by_diagnoses(part, rules.most_diagnoses)]
    parts = [piece for part in parts for piece in _by_count(part, rules.most_lines)]
    return [
        Part(tuple(service.key for service in group), "; ".join(dict.fromkeys(reasons)))
        for group, reasons in parts
    ]


def _dividers(rules: SplitRules) -> list[tuple[Callable[[Service], Hashable], str]]:
    """What must be alike on one claim, and the words for what is not."""
    found: list[tuple[Callable[[Service], Hashable], str]] = [
        (lambda s: s.identity, "another provider, place or authorization"),
        (lambda s: _code_set_year(s.service_date), "diagnosis codes of another year's release"),
    ]
    if rules.rendering_apart:
        found.append((lambda s: s.rendering, "the payer takes one rendering provider a claim"))
    if rules.months_apart:
        found.append(
            (lambda s: (s.service_date.year, s.service_date.month), "the payer takes one month")
        )
    elif rules.years_apart:
        found.append((lambda s: s.service_date.year, "the payer takes one year"))
    found.append((lambda s: s.place_of_service_code in INPATIENT, "inpatient and outpatient"))
    return found


def _code_set_year(day: date) -> int:
    return day.year + (day.month >= _ICD_YEAR_STARTS)


def _divide(
    part: tuple[_Group, list[str]], differs: Callable[[Service], Hashable], reason: str
) -> list[tuple[_Group, list[str]]]:
    group, reasons = part
    piles: dict[Hashable, _Group] = {}
    for service in group:
        piles.setdefault(differs(service), []).append(service)
    if len(piles) == 1:
        return [part]
    return [(pile, [*reasons, reason]) for pile in piles.values()]


def _by_diagnoses(part: tuple[_Group, list[str]], most: int) -> list[tuple[_Group, list[str]]]:
    """Greedy: each group goes where it adds the fewest diagnoses, if there is room (B.1, 3)."""
    group, reasons = part
    if len(_diagnoses(group)) <= most:
        return [part]
    piles: list[_Units] = []
    for unit in _fitting(_units(group), lambda unit: len(_diagnoses(unit)) <= most):
        wanted = _diagnoses(unit)
        rooms = [
            (len(wanted - have), number)
            for number, pile in enumerate(piles)
            if len(wanted | (have := _diagnoses([s for u in pile for s in u]))) <= most
        ]
        if rooms:
            piles[min(rooms)[1]].append(unit)
        else:
            piles.append([unit])
    words = f"more than {most} diagnoses"
    order = {service.key: place for place, service in enumerate(group)}
    return [
        (sorted((s for unit in pile for s in unit), key=lambda s: order[s.key]), [*reasons, words])
        for pile in piles
    ]


def _by_count(part: tuple[_Group, list[str]], most: int) -> list[tuple[_Group, list[str]]]:
    """In order; what belongs together starts the next claim where the room is too small (B.1, 5).

    A day is kept whole where it fits on a claim of its own.
    """
    group, reasons = part
    if len(group) <= most:
        return [part]
    pieces: list[_Group] = [[]]
    for day in _days(group):
        room = most - len(pieces[-1])
        if room < len(day) <= most and pieces[-1]:
            pieces.append([])
        for unit in _fitting(_units(day), lambda unit: len(unit) <= most):
            if len(pieces[-1]) + len(unit) > most:
                pieces.append([])
            pieces[-1] += unit
    return [(piece, [*reasons, f"more than {most} lines"]) for piece in pieces]


def _days(group: _Group) -> list[_Group]:
    """The lines by their day; groups over several days stay with the first of them."""
    day_of: dict[int, date] = {}
    for unit in _units(group):
        first = min(service.service_date for service in unit)
        day_of.update((service.key, first) for service in unit)
    days: dict[date, _Group] = {}
    for service in group:
        days.setdefault(day_of[service.key], []).append(service)
    return list(days.values())


def _units(group: _Group) -> _Units:
    """What may not be parted: lines that share a group, and those that share one with them."""
    units: list[tuple[set[Hashable], _Group]] = []
    order = {service.key: place for place, service in enumerate(group)}
    for service in group:
        names, members = set(service.together), [service]
        for other in [unit for unit in units if unit[0] & service.together]:
            units.remove(other)
            names |= other[0]
            members = other[1] + members
        units.append((names, members))
    joined = [sorted(members, key=lambda s: order[s.key]) for _, members in units]
    return sorted(joined, key=lambda unit: order[unit[0].key])


def _fitting(units: _Units, fits: Callable[[_Group], bool]) -> _Units:
    """The units, and the lines of those that are more than a claim holds one by one."""
    return [
        piece for unit in units for piece in ([unit] if fits(unit) else [[one] for one in unit])
    ]


def _diagnoses(services: Collection[Service]) -> set[int]:
    return {diagnosis for service in services for diagnosis in service.diagnoses}

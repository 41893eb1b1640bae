"""Which code a visit supports, by medical decision making and by time (domain A.11). Pure."""

from dataclasses import dataclass

from coding.em.tables import Family, Prolonged

LEVELS = ("straightforward", "low", "moderate", "high")
ELEMENTS = ("problems", "data", "risk")
Ticks = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Entered:
    """What a worksheet holds: problems, data and risk from 1 to 4, or nothing of them; minutes."""

    ticks: Ticks | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What follows: the code by each way (empty where there is none) and the higher of the two."""

    family: Family
    level: int | None
    by_mdm: str
    by_time: str
    code: str
    why_not_higher: str
    prolonged_code: str = ""
    prolonged_units: int = 0

    @property
    def level_name(self) -> str:
        """The level of decision making in a word."""
        return LEVELS[self.level - 1] if self.level else ""

    @property
    def uses_time(self) -> bool:
        """Whether the code rests on time alone."""
        return self.code == self.by_time and self.code != self.by_mdm


def mdm_level(ticks: Ticks) -> int:
    """The level that two of the three reach: the middle one."""
    return sorted(ticks)[1]


def judge(entered: Entered, family: Family, prolonged: Prolonged | None = None) -> Judged:
    """The code a worksheet supports, and why not one higher."""
    ranked = family.ranked
    level = mdm_level(entered.ticks) if entered.ticks else None
    by_mdm = family.codes[level - 1] if level else ""
    by_time = _by_time(family, entered.minutes)
    code = max((by_mdm, by_time), key=lambda one: ranked.index(one) if one else -1)
    units = 0
    if prolonged and entered.minutes and code == by_time:
        units = prolonged.units(code, entered.minutes)
    return Judged(
        family=family,
        level=level,
        by_mdm=by_mdm,
        by_time=by_time,
        code=code,
        why_not_higher=_why_not_higher(entered, family, code),
        prolonged_code=prolonged.code if prolonged and units else "",
        prolonged_units=units,
    )


def _by_time(family: Family, minutes: int | None) -> str:
    """The highest code whose fewest minutes were met."""
    if minutes is None:
        return ""
    met = [code for code in family.ranked if family.minutes.get(code, minutes + 1) <= minutes]
    return met[-1] if met else ""


def _why_not_higher(entered: Entered, family: Family, code: str) -> str:
    ranked = family.ranked
    place = ranked.index(code) + 1 if code else 0
    if place == len(ranked):
        return "It is the highest of its kind."
    higher = ranked[place]
    parts = [_by_elements(entered, family.codes.index(higher) + 1)]
    if higher in family.minutes:
        written = f"{entered.minutes} are" if entered.minutes else "none are"
        parts.append(f"or {family.minutes[higher]} minutes: {written} written down")
    else:
        parts.append("time does not count here")
    return f"{higher} takes {'; '.join(parts)}."


def _by_elements(entered: Entered, needed: int) -> str:
    wanted = f"two of problems, data and risk at {LEVELS[needed - 1]}"
    if entered.ticks is None:
        return f"{wanted}: none is ticked"
    reached = [
        name for name, tick in zip(ELEMENTS, entered.ticks, strict=True) if tick >= needed
    ]  # fmt: skip
    return f"{wanted}: {'only ' + reached[0] if reached else 'none'} is"

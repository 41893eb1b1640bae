"""Arithmetic of units: minutes of therapy, drugs and their waste. Pure numbers."""

from collections.abc import Sequence

CMS, SPM = "CMS", "SPM"
_UNIT = 15
_ENOUGH = 8


def minutes_to_units(session: Sequence[tuple[str, int]], rule: str = CMS) -> list[int]:
    """Units of each (code, minutes) of one session and discipline (domain A.5.2).

    CMS pools the minutes: 8 to 22 are one unit, 23 to 37 two, and so on; what is left over after
    whole quarters goes to the largest remainders. SPM counts each code alone, a unit from 8
    minutes on.
    """
    if rule == SPM:
        return [m // _UNIT + (1 if m % _UNIT >= _ENOUGH else 0) for _, m in session]
    total = sum(minutes for _, minutes in session)
    owed = 0 if total < _ENOUGH else (total + 7) // _UNIT
    units = [minutes // _UNIT for _, minutes in session]
    by_remainder = sorted(
        range(len(session)), key=lambda n: (-(session[n][1] % _UNIT), -session[n][1], n)
    )
    for place in by_remainder[: max(owed - sum(units), 0)]:
        units[place] += 1
    return units


def drug_units(dose: int, unit_size: int, container: int) -> tuple[int, int]:
    """Administered and discarded units of one container (domain A.5.5); the dose rounds up.

    Raises ValueError where the dose is more than the container holds.
    """
    if dose > container:
        raise ValueError("The dose is more than one container holds.")
    given = -(-dose // unit_size)
    return given, max(container // unit_size - given, 0)

"""The auditor's codes as typed: read by the grammar of the coding screen, checked against the code
sets of the day of service. All that is wrong with a field is said at once.
"""

import re
from datetime import date
from decimal import Decimal

from coding.auditing.coded import Coded, CodedLine
from coding.choices import CodeSetKind
from coding.code_sets.lookups import cpt_codes, hcpcs_codes, modifiers
from coding.code_sets.modifier_codes import STARTER
from coding.code_sets.releases import release_on
from coding.edits.diagnoses import MOST, dotted
from coding.edits.families import is_anesthesia
from coding.grammar import TypedLine, parse_line
from coding.models import ChargeItem
from coding.selectors import charge_items_on, icd_codes, undotted
from core.errors import ApplicationError

MOST_LINES = 50
_MOST_POINTERS = 4
_CPT = re.compile(r"\d{4}[0-9A-Z]", re.ASCII)


def read_diagnoses(text: str, on: date) -> tuple[str, ...]:
    """The codes in their order, with spaces, commas or line ends between them.

    Raises ApplicationError at `diagnoses` for unknown codes, headers, a code twice, a thirteenth.
    """
    codes = [undotted(word) for word in re.split(r"[\s,;]+", text) if word]
    if not codes:
        raise ApplicationError("Type the diagnoses, in their order.", field="diagnoses")
    if len(codes) > MOST:
        raise ApplicationError(f"A claim carries at most {MOST} diagnoses.", field="diagnoses")
    rows = icd_codes(codes, on)
    wrong = [
        f"{dotted(code[:10])} is no code on {on:%m/%d/%Y}." for code in codes if code not in rows
    ]
    wrong += [
        f"{row.dotted} needs more characters." for row in rows.values() if not row.is_billable
    ]
    wrong += [
        f"{dotted(code)} stands twice." for code in dict.fromkeys(codes) if codes.count(code) > 1
    ]
    if wrong:
        raise ApplicationError(" ".join(wrong), field="diagnoses")
    return tuple(codes)


def read_lines(text: str, diagnoses: tuple[str, ...], on: date) -> tuple[CodedLine, ...]:
    """One line of the grammar a row. Units and pointers that are not typed are those that the
    coding screen would put: the charge master's units, the first four diagnoses.

    Raises ApplicationError at `lines`, naming each row that is not understood.
    """
    rows = [row for row in text.splitlines() if row.strip()]
    if not rows:
        raise ApplicationError("Type the lines, one a row.", field="lines")
    if len(rows) > MOST_LINES:
        raise ApplicationError(f"At most {MOST_LINES} lines.", field="lines")
    typed: list[TypedLine] = []
    wrong: list[str] = []
    for number, row in enumerate(rows, 1):
        try:
            typed.append(parse_line(row))
        except ApplicationError as error:
            wrong.append(f"Line {number}: {error.message}")
    wrong += _unknown_codes(typed, on) + _missing_letters(typed, diagnoses)
    if wrong:
        raise ApplicationError(" ".join(wrong), field="lines")
    items = charge_items_on([line.procedure_code for line in typed], on)
    return tuple(_coded(line, diagnoses, items.get(line.procedure_code)) for line in typed)


def _coded(line: TypedLine, diagnoses: tuple[str, ...], item: ChargeItem | None) -> CodedLine:
    places = line.pointers or tuple(range(1, min(len(diagnoses), _MOST_POINTERS) + 1))
    minutes = line.minutes if is_anesthesia(line.procedure_code) else None
    return CodedLine(
        line.procedure_code,
        line.modifiers,
        # Anesthesia is billed by the minute, as the coding screen does it.
        Decimal(minutes) if minutes else line.units or (item.default_units if item else Decimal(1)),
        tuple(diagnoses[place - 1] for place in places),
    )


def _missing_letters(typed: list[TypedLine], diagnoses: tuple[str, ...]) -> list[str]:
    places = {place for line in typed for place in line.pointers if place > len(diagnoses)}
    return [f"There is no diagnosis {chr(ord('A') + place - 1)}." for place in sorted(places)]


def _unknown_codes(typed: list[TypedLine], on: date) -> list[str]:
    """Codes of neither the charge master nor a release. Where no CPT file is loaded nothing is
    known of its codes, and any number of their shape passes.
    """
    codes = {line.procedure_code for line in typed}
    known = {*charge_items_on(codes, on), *cpt_codes(codes, on)}
    known |= {
        row.code for row in hcpcs_codes(codes, on).values() if _is_alive(row.terminated_on, on)
    }
    if release_on(CodeSetKind.CPT, on) is None:
        known |= {code for code in codes if _CPT.fullmatch(code)}
    wrong = [f"{code} is no code on {on:%m/%d/%Y}." for code in sorted(codes - known)]
    marks = {modifier for line in typed for modifier in line.modifiers} - STARTER
    marks -= modifiers(marks, on).keys()
    return wrong + [f"{mark} is no modifier." for mark in sorted(marks)]


def _is_alive(terminated_on: date | None, on: date) -> bool:
    return terminated_on is None or terminated_on >= on


def read_second_coding(diagnoses: str, lines: str, on: date) -> Coded:
    """Both fields. Raises ApplicationError at the first field with something wrong in it."""
    codes = read_diagnoses(diagnoses, on)
    return Coded(codes, read_lines(lines, codes, on))

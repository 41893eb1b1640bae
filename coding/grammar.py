"""The typed charge line: `code[-mod[-mod]] [xunits] [/pointers] [tminutes] [@POS] [$fee]
[#NDC qty unit]`.

Pure: text in, parts out. Example: `20610-RT x1 /ab $150`.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from core.errors import ApplicationError
from core.identifiers import ndc11
from core.money import dollars

# A code has five characters; a nickname of the charge master may be shorter or longer.
_CODE = re.compile(r"([0-9A-Z]{2,12})((?:-[0-9A-Z]{2})*)", re.ASCII)
_POINTERS = re.compile(r"[A-L]{1,4}", re.ASCII)
_NDC_UNITS = {"F2", "GR", "ME", "ML", "UN"}
MOST_MODIFIERS = 4
MOST_CHARGED = Decimal("999999.99")


@dataclass(frozen=True, slots=True)
class TypedLine:
    """What was typed; None and empty where it was left to the defaults."""

    procedure_code: str
    modifiers: tuple[str, ...] = ()
    units: Decimal | None = None
    pointers: tuple[int, ...] = ()
    place_of_service_code: str = ""
    fee_amount: Decimal | None = None
    ndc_code: str = ""
    ndc_quantity: Decimal | None = None
    ndc_unit_code: str = ""
    minutes: int | None = None


def parse_line(text: str) -> TypedLine:
    """The parts of a typed line. Raises ApplicationError saying which part is not understood."""
    words = text.upper().replace("/", " /").replace("$", " $").replace("@", " @").split()
    if not words:
        raise ApplicationError("Type a code.", field="line")
    code, modifiers = _code(words[0])
    parts: dict[str, object] = {}
    rest = iter(words[1:])
    for word in rest:
        sign, value = word[0], word[1:]
        if sign == "X" and value:
            parts["units"] = _number(value, "units")
        elif sign == "T" and value:
            parts["minutes"] = _minutes(value)
        elif sign == "/":
            parts["pointers"] = _pointers(value)
        elif sign == "@":
            parts["place_of_service_code"] = _place(value)
        elif sign == "$":
            parts["fee_amount"] = _fee(value)
        elif sign == "#":
            parts |= _drug(value, next(rest, ""), next(rest, ""))
        else:
            raise _not_understood(word)
    return TypedLine(code, modifiers, **parts)  # type: ignore[arg-type]


def code_of(text: str) -> str:
    """The bare code at the head of what was typed: E119 of `E11.9`, 99214 of `99214-25 /a`."""
    return re.split(r"[ /-]", text.strip().upper().replace(".", ""), maxsplit=1)[0]


def written(line: TypedLine) -> str:
    """The line as one would type it: parse_line of it gives the same parts."""
    words = ["-".join([line.procedure_code, *line.modifiers])]
    if line.units is not None:
        words.append(f"x{line.units.normalize():f}")
    if line.pointers:
        words.append("/" + "".join(chr(ord("a") + p - 1) for p in line.pointers))
    if line.minutes is not None:
        words.append(f"t{line.minutes}")
    if line.place_of_service_code:
        words.append(f"@{line.place_of_service_code}")
    if line.fee_amount is not None:
        words.append(f"${line.fee_amount}")
    if line.ndc_code and line.ndc_quantity is not None:
        words += [f"#{line.ndc_code}", f"{line.ndc_quantity.normalize():f}", line.ndc_unit_code]
    return " ".join(words)


def _code(word: str) -> tuple[str, tuple[str, ...]]:
    match = _CODE.fullmatch(word)
    if match is None:
        raise ApplicationError(
            f"{word[:20]} is not a procedure code: five characters, modifiers after dashes.",
            field="line",
        )
    modifiers = tuple(match[2].split("-")[1:])
    if len(modifiers) > MOST_MODIFIERS:
        raise ApplicationError("A line takes at most four modifiers.", field="line")
    return match[1], modifiers


def _pointers(value: str) -> tuple[int, ...]:
    if not _POINTERS.fullmatch(value):
        raise ApplicationError("Point to diagnoses by one to four letters, such as /ab.",
                               field="line")  # fmt: skip
    if len(set(value)) != len(value):
        raise ApplicationError("A line points to a diagnosis once.", field="line")
    return tuple(ord(letter) - ord("A") + 1 for letter in value)


def _place(value: str) -> str:
    if len(value) != 2 or not (value.isascii() and value.isdigit()):
        raise ApplicationError("A place of service has two digits, such as @11.", field="line")
    return value


def _fee(value: str) -> Decimal:
    try:
        amount = dollars(value)
    except ValueError:
        raise _not_understood(f"${value}") from None
    if not 0 <= amount <= MOST_CHARGED:
        raise ApplicationError("A fee is from zero to 999,999.99.", field="line")
    return amount


def _minutes(value: str) -> int:
    if not (value.isascii() and value.isdigit() and 0 < int(value) <= 999):
        raise ApplicationError("The minutes are a whole number from 1 to 999.", field="line")
    return int(value)


def _number(value: str, what: str) -> Decimal:
    try:
        number = Decimal(value) if value.isascii() and "E" not in value else None
    except InvalidOperation:
        number = None
    is_known = number is not None and number.is_finite() and 0 < number <= Decimal("999.9")
    if number is None or not is_known or number != number.quantize(Decimal("0.001")):
        raise ApplicationError(
            f"The {what} are a number from 0.001 to 999.9, with at most three decimals.",
            field="line",
        )
    return number.quantize(Decimal("0.001")).normalize() if number % 1 else number.quantize(
        Decimal(1)
    )  # fmt: skip


def _drug(code: str, quantity: str, unit: str) -> dict[str, object]:
    try:
        ndc = ndc11(code)
    except ValueError as error:
        raise ApplicationError(str(error), field="line") from None
    if unit not in _NDC_UNITS:
        raise ApplicationError("A drug needs its quantity and unit: #NDC 1 ML.", field="line")
    return {
        "ndc_code": ndc,
        "ndc_quantity": _number(quantity, "drug quantity"),
        "ndc_unit_code": unit,
    }


def _not_understood(word: str) -> ApplicationError:
    return ApplicationError(
        f"{word[:20]} is not understood: code-mod x2 /ab @11 $150", field="line"
    )

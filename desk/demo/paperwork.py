"""What comes with a demo visit beside its facts: the note, orders, the provider's codes."""

from functools import cache
from typing import Any

from coding.grammar import code_of
from desk.demo.cast import charges
from desk.demo.schedule import Fate, PlannedVisit
from patients.choices import SuggestionKind

_AS_FILE_EVERY = 4  # of the visits that a newcomer may code
_LINE_HEIGHT, _LEFT, _TOP, _WIDTH = 15, 56, 730, 88


def paperwork(planned: PlannedVisit) -> dict[str, Any]:
    """The arguments of record_encounter that are about documentation."""
    is_file = planned.fate is Fate.READY and planned.number % _AS_FILE_EVERY == 0
    told = planned.source == "api"
    return {
        "note_text": "" if is_file else planned.note,
        "note_file": pdf_of(planned.note) if is_file and planned.note else b"",
        "note_is_signed": planned.fate is not Fate.NO_NOTE,
        "suggestions": _suggestions(planned) if told else (),
        "orders": _orders(planned) if told else (),
    }


def pdf_of(text: str) -> bytes:
    """A one-page PDF with `text`, as a clinic's own system might print a note."""
    shown = [f"BT /F1 11 Tf {_LEFT} {_TOP - _LINE_HEIGHT * number} Td ({_escaped(line)}) Tj ET"
             for number, line in enumerate(_wrapped(text))]  # fmt: skip
    page = "\n".join(shown).encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
            b"/Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n" % (len(objects) + 1, start)
    return bytes(out + b"%%EOF\n")


def _wrapped(text: str) -> list[str]:
    lines: list[str] = []
    for paragraph in text.splitlines():
        line = ""
        for word in paragraph.split():
            if len(line) + len(word) > _WIDTH:
                lines.append(line)
                line = ""
            line = f"{line} {word}".strip()
        lines.append(line)
    return lines


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _suggestions(planned: PlannedVisit) -> list[tuple[str, str, str]]:
    return [
        *((SuggestionKind.DIAGNOSIS, code, "") for code in planned.visit.diagnoses),
        *((SuggestionKind.LINE, line, "") for line in planned.lines),
    ]


@cache
def _names() -> dict[str, str]:
    return {charge.code: charge.name for charge in charges()}


def _orders(planned: PlannedVisit) -> list[tuple[str, str, str]]:
    """Tests and drugs of the visit; what was done there is known at once."""
    names = _names()
    codes = [code_of(line) for line in planned.lines]
    ordered = [code for code in codes if not code.startswith("99")]
    return [(names.get(code, code), code, "done at the visit") for code in ordered]

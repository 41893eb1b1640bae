"""An appeal packet as one PDF: cover with its index, letter, the parts from the record, the files.

What we draw is one WeasyPrint document; files that were added come behind it as they are, without
their links and actions. Every page is stamped with its number, which the index names.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from core.pdf import render_pdf
from patients.note_files import PDF

TEMPLATE = "pdf/appeal_packet.html"
_LETTER = (612.0, 792.0)
_MARGIN = 36.0


@dataclass(frozen=True, slots=True)
class AddedFile:
    """A file behind what we draw: its words in the index, its bytes, and what they are."""

    label: str
    content: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Packet:
    """The whole PDF and how many pages it has."""

    content: bytes
    pages: int


def draw_packet(
    context: Mapping[str, Any], files: Sequence[AddedFile], stamp: str, *, template: str = TEMPLATE
) -> Packet:
    """The packet. `context` is the template's, `stamp` what stands beside each page number.

    Raises PdfUnavailable on a machine without PDF.
    """
    added = [_as_pdf(one) for one in files]
    front = render_pdf(template, {**context, "files": _index(files, added, 0)})
    if added:
        first = _count(front) + 1
        front = render_pdf(template, {**context, "files": _index(files, added, first)})
    return _joined(front, added, stamp)


def _index(files: Sequence[AddedFile], added: Sequence[bytes], first: int) -> list[tuple[str, int]]:
    """Label and first page of each file. The second drawing knows the numbers; they are as wide as
    what the first one had, so that nothing moves.
    """
    found, page = [], first
    for one, content in zip(files, added, strict=True):
        found.append((one.label, page))
        page += _count(content)
    return found


def _count(content: bytes) -> int:
    pikepdf = import_module("pikepdf")  # here, because it takes a while and few processes need it
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return len(pdf.pages)


def _as_pdf(one: AddedFile) -> bytes:
    """A file as PDF: a picture is put on a page of its own."""
    if one.content_type == PDF:
        return one.content
    reader = import_module("reportlab.lib.utils").ImageReader(io.BytesIO(one.content))
    canvas, buffer = _canvas()
    width, height = reader.getSize()
    scale = min((_LETTER[0] - 2 * _MARGIN) / width, (_LETTER[1] - 2 * _MARGIN) / height)
    canvas.drawImage(
        reader, (_LETTER[0] - width * scale) / 2, _LETTER[1] - _MARGIN - height * scale,
        width * scale, height * scale,
    )  # fmt: skip
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _joined(front: bytes, added: Sequence[bytes], stamp: str) -> Packet:
    pikepdf = import_module("pikepdf")
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(front)) as packet:  # it stays itself: its index keeps its links
        first = len(packet.pages)
        for content in added:
            with pikepdf.open(io.BytesIO(content)) as part:
                packet.add_pages_from(part)
        for page in packet.pages[first:]:
            for key in ("/AA", "/Annots"):  # a payer gets pages, no links or scripts from outside
                if key in page:
                    del page[key]
        total = len(packet.pages)
        with pikepdf.open(io.BytesIO(_stamps(total, stamp))) as stamps:
            for page, over in zip(packet.pages, stamps.pages, strict=True):
                page.add_overlay(over)
        packet.save(out, deterministic_id=True)
    return Packet(out.getvalue(), total)


def _stamps(total: int, stamp: str) -> bytes:
    canvas, buffer = _canvas()
    for number in range(1, total + 1):
        canvas.setFont("Helvetica", 8)
        canvas.drawRightString(_LETTER[0] - _MARGIN, 22, f"{stamp} · page {number} of {total}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _canvas() -> tuple[Any, io.BytesIO]:
    buffer = io.BytesIO()
    canvas = import_module("reportlab.pdfgen.canvas").Canvas(buffer, pagesize=_LETTER, invariant=1)
    return canvas, buffer

"""A clinical note that comes as a file: what may be taken, what is read of it, how it is shown.

Pure: bytes in, facts and pictures out. A page is always shown as a picture that we draw, so no
bytes from outside reach a browser as they came.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import ApplicationError

MOST_BYTES = 15 * 1024 * 1024
MOST_PAGES = 60
MOST_CHARACTERS = 20_000
MOST_PIXELS = 60_000_000
SHOWN_WIDTH, SHOWN_HEIGHT = 1100, 2200
PDF = "application/pdf"
IMAGES = {"PNG": "image/png", "JPEG": "image/jpeg"}
_ONE_AT_A_TIME = Lock()
_LAST_BYTES = {"PNG": b"IEND", "JPEG": b"\xff\xd9"}
ACCEPT = ".pdf,.png,.jpg,.jpeg"


@dataclass(frozen=True, slots=True)
class NoteFile:
    """What a file is: its type, its pages, and the text that can be read from it."""

    content_type: str
    page_count: int
    text: str


def read_note_file(content: bytes) -> NoteFile:
    """Look at a file that is to be a note.

    Raises ApplicationError at the field `file` for one that is empty, too large, locked, broken or
    neither PDF, PNG nor JPEG. The type is told by the bytes, never by the name.
    """
    if not content:
        raise ApplicationError("The file is empty.", field="file")
    if len(content) > MOST_BYTES:
        raise ApplicationError("The file is larger than 15 MB.", field="file")
    return _read_pdf(content) if content[:1024].lstrip()[:5] == b"%PDF-" else _read_image(content)


def page_picture(content: bytes, content_type: str, number: int) -> bytes:
    """Page `number`, from 1, as a PNG picture. Raises ApplicationError where there is none."""
    picture = _pdf_page(content, number) if content_type == PDF else _image(content, number)
    picture.thumbnail((SHOWN_WIDTH, SHOWN_HEIGHT))
    out = io.BytesIO()
    picture.convert("RGB").save(out, "PNG")
    return out.getvalue()


@contextmanager
def _opened(content: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """A PDF, open; nobody else in this process uses PDFium meanwhile, which knows no threads."""
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(content)
        try:
            yield document
        finally:
            document.close()


def _read_pdf(content: bytes) -> NoteFile:
    try:
        with _opened(content) as document:
            return _facts_of(document)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise ApplicationError(
            "The PDF is locked by a password." if locked else "This PDF cannot be read.",
            field="file",
        ) from None


def _facts_of(document: pypdfium2.PdfDocument) -> NoteFile:
    count = len(document)
    if not 1 <= count <= MOST_PAGES:
        raise ApplicationError(f"A note has 1 to {MOST_PAGES} pages.", field="file")
    pages = (page.get_textpage().get_text_bounded() for page in document)
    text = "\n\n".join(page.replace("\r\n", "\n").replace("\x00", "").strip() for page in pages)
    return NoteFile(PDF, count, text.strip()[:MOST_CHARACTERS])


def _read_image(content: bytes) -> NoteFile:
    try:
        with Image.open(io.BytesIO(content), formats=tuple(IMAGES)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ApplicationError("The picture has too many pixels.", field="file")
            picture.load()
            kind = str(picture.format)
            # Where WeasyPrint is loaded, half a picture counts as one: its end tells.
            if _LAST_BYTES[kind] not in content[-4096:]:
                raise ApplicationError("Only a part of the picture is there.", field="file")
            return NoteFile(IMAGES[kind], 1, "")
    except Image.DecompressionBombError:
        raise ApplicationError("The picture has too many pixels.", field="file") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise ApplicationError(
            "The file is no PDF, PNG or JPEG that can be read.", field="file"
        ) from None


def _pdf_page(content: bytes, number: int) -> Image.Image:
    with _opened(content) as document:
        if not 1 <= number <= len(document):
            raise ApplicationError("There is no such page.")
        page = document[number - 1]
        # A page may say that it is a mile long: it is drawn no larger for that.
        fitting = (SHOWN_WIDTH / max(page.get_width(), 1), SHOWN_HEIGHT / max(page.get_height(), 1))
        rendered: Image.Image = page.render(scale=min(*fitting, 4)).to_pil()
        return rendered.copy()  # its own memory: PDFium's goes with the document


def _image(content: bytes, number: int) -> Image.Image:
    if number != 1:
        raise ApplicationError("There is no such page.")
    picture = Image.open(io.BytesIO(content), formats=tuple(IMAGES))
    picture.load()
    return ImageOps.exif_transpose(picture)  # a phone's picture lies as it was held

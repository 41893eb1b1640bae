"""A clinical note that comes as a file: what is taken, what is read of it, what is refused."""

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from core.errors import ApplicationError
from desk.demo.paperwork import pdf_of
from patients.note_files import page_picture, read_note_file

ROOT = Path(__file__).parents[2]


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 200)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


def pdf_with(pages: int, password: str = "") -> bytes:
    out = io.BytesIO()
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page()
    key = pikepdf.Encryption(owner=password, user=password) if password else False
    made.save(out, encryption=key)
    return out.getvalue()


def test_the_words_of_a_pdf_are_read_so_that_they_can_be_searched_and_quoted() -> None:
    read = read_note_file(pdf_of("Exam: right knee (swollen).\nPlan: rest."))
    assert (read.content_type, read.page_count) == ("application/pdf", 1)
    assert read.text.splitlines() == ["Exam: right knee (swollen).", "Plan: rest."]


@pytest.mark.parametrize(("kind", "told"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_a_picture_is_taken_and_has_no_words(kind: str, told: str) -> None:
    read = read_note_file(picture(kind))
    assert (read.content_type, read.page_count, read.text) == (told, 1, "")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"MZ\x90\x00 this is a program", "no PDF, PNG or JPEG"),
        (b"%PDF-1.7 and then nothing", "cannot be read"),
        (picture()[:60], "no PDF, PNG or JPEG|Only a part"),
        (picture("GIF"), "no PDF, PNG or JPEG"),
        (pdf_with(1, "secret"), "locked by a password"),
        (pdf_with(61), "1 to 60 pages"),
        (b"x" * (15 * 1024 * 1024 + 1), "larger than 15 MB"),
    ],
    ids=["empty", "program", "no pdf", "half a picture", "gif", "locked", "long", "large"],
)
def test_what_is_no_note_is_refused_at_its_field(content: bytes, told: str) -> None:
    with pytest.raises(ApplicationError, match=told) as refused:
        read_note_file(content)
    assert refused.value.field == "file"


def test_a_page_is_shown_as_a_picture_that_we_drew() -> None:
    content = pdf_of("Plan: rest.")
    shown = Image.open(io.BytesIO(page_picture(content, "application/pdf", 1)))
    assert (shown.format, shown.width) == ("PNG", 1100)
    with pytest.raises(ApplicationError, match="no such page"):
        page_picture(content, "application/pdf", 2)


THREADS = """
from concurrent.futures import ThreadPoolExecutor
from desk.demo.paperwork import pdf_of
from patients.note_files import page_picture, read_note_file
content = pdf_of("Exam: knee swollen. " * 200)
with ThreadPoolExecutor(6) as pool:
    drawn = list(pool.map(lambda _: page_picture(content, "application/pdf", 1), range(60)))
    read = list(pool.map(lambda _: read_note_file(content).page_count, range(30)))
print(len(set(drawn)), set(read))
"""


def test_pages_drawn_by_many_threads_at_once_crash_nothing() -> None:
    done = subprocess.run(  # a process of its own: a crash there fails only this test
        [sys.executable, "-c", THREADS], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "1 {1}"), done.stderr


def test_a_page_that_says_it_is_a_mile_long_is_drawn_no_larger_for_that() -> None:
    made = pikepdf.new()
    made.add_blank_page(page_size=(3, 14_000))
    out = io.BytesIO()
    made.save(out)
    shown = Image.open(io.BytesIO(page_picture(out.getvalue(), "application/pdf", 1)))
    assert max(shown.size) <= 2200


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it has so many pixels, and has none of them."""

    def chunk(name: bytes, content: bytes) -> bytes:
        checksum = zlib.crc32(name + content)
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)

    size = struct.pack(">II", width, height) + b"\x08\x02\x00\x00\x00"
    head = chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(b""))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [9_000, 40_000])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(side: int) -> None:
    with pytest.raises(ApplicationError, match="too many pixels"):
        read_note_file(png_of(side, side))


def test_a_wide_picture_is_made_to_fit() -> None:
    shown = Image.open(io.BytesIO(page_picture(picture(size=(4000, 1000)), "image/png", 1)))
    assert shown.size == (1100, 275)


def test_the_demos_own_pdf_is_one_that_readers_take() -> None:
    assert len(pypdfium2.PdfDocument(pdf_of("A (b) \\ c"))) == 1

"""What is taken as a file, and what is refused before a byte of it is read."""

import gzip
import io
import zipfile

import pytest

from coding.code_sets.files import BadFile, SourceFile, members


def zipped(**entries: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return kept.getvalue()


def test_members_are_read_in_place_also_one_archive_deep() -> None:
    inner = zipped(**{"article.csv": b"a,b\r\n1,2\r\n"})
    outer = zipped(**{"Folder/readme.txt": b"hello", "current_csv.zip": inner})
    found = {one.base: one for one in members([SourceFile("export.zip", outer)])}
    assert list(found["article.csv"].table()) == [["a", "b"], ["1", "2"]]
    assert list(found["readme.txt"].lines()) == ["hello"]


def test_a_gzip_file_and_mixed_encodings_are_read() -> None:
    content = gzip.compress(
        "\ufeffone\n".encode() + "tw\xf6\n".encode("cp1252") + "thr\xf6\n".encode()
    )
    [found] = members([SourceFile("list.txt.gz", content)])
    assert (found.base, list(found.lines())) == ("list.txt", ["one\n", "tw\xf6\n", "thr\xf6\n"])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (zipped(**{"../../etc/passwd": b"x"}), "leads outside"),
        (zipped(**{"C:/x.txt": b"x"}), "leads outside"),
        (zipped(**{"bomb.txt": b"0" * 30_000_000}), "over 100 times its size"),
        (zipped(**{f"{number}.txt": b"" for number in range(401)}), "401 files"),
        (zipped(**{"a.zip": zipped(**{"b.zip": zipped()})}), "archives within archives"),
        (b"PK\x03\x04 broken", "no ZIP file, or not whole"),
        (b"<html>no file</html>", "no ZIP file, or not whole"),
        (zipped(), "no ZIP file, or not whole"),
    ],
)
def test_what_could_hurt_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(BadFile, match=sentence):
        members([SourceFile("x.zip", content)])


def test_half_an_archive_is_refused() -> None:
    whole = zipped(**{"a.txt": b"some text " * 1_000})
    with pytest.raises(BadFile, match="not whole"):
        members([SourceFile("x.zip", whole[: len(whole) // 2])])


def test_a_damaged_member_is_refused_when_it_is_read() -> None:
    whole = bytearray(zipped(**{"a.txt": bytes(range(256)).replace(b"\0", b"") * 50}))
    whole[60] ^= 0xFF
    [found] = members([SourceFile("x.zip", bytes(whole))])
    with pytest.raises(BadFile, match="damaged"):
        list(found.lines())

"""The worked examples of the trade as files, and small edits of them."""

from pathlib import Path

DATA = Path(__file__).parent / "data"
NAMES = sorted(path.stem for path in DATA.glob("*.edi"))
END = b"~\n"


def worked(name: str) -> bytes:
    """The file whose name begins with `name`, such as "w10"."""
    (path,) = DATA.glob(f"{name}_*.edi")
    return path.read_bytes()


def segments(content: bytes) -> list[bytes]:
    return [piece for piece in content.split(END) if piece]


def joined(pieces: list[bytes]) -> bytes:
    return END.join(pieces) + END


def changed(content: bytes, old: str, new: str) -> bytes:
    """`content` with its first `old` replaced, which must be there."""
    assert old.encode() in content, old
    return content.replace(old.encode(), new.encode(), 1)


def recounted(content: bytes) -> bytes:
    """SE01 set to what it should be, so that only the change under test is wrong."""
    pieces, start = segments(content), 0
    for number, piece in enumerate(pieces):
        if piece.startswith(b"ST*"):
            start = number
        if piece.startswith(b"SE*"):
            elements = piece.split(b"*")
            pieces[number] = b"*".join([b"SE", str(number - start + 1).encode(), elements[2]])
    return joined(pieces)


def without(content: bytes, beginning: str) -> bytes:
    """`content` less its first segment that begins so."""
    pieces = segments(content)
    place = next(n for n, piece in enumerate(pieces) if piece.startswith(beginning.encode()))
    return recounted(joined(pieces[:place] + pieces[place + 1 :]))

"""Quick looks at a file's envelope, without reading the file."""

from claims.choices import MessageKind
from x12.delimiters import learn

_KIND_OF_GROUP = {
    "FA": MessageKind.ACK_999,
    "HN": MessageKind.ACK_277CA,
    "HP": MessageKind.REMITTANCE,
    "HB": MessageKind.BENEFITS_271,
}
_ANSWERS_TO_276 = "005010X212"  # the guide in GS08; 277CA and 277 share the group HN
_USAGE_AT = 102  # ISA15 in the fixed-width ISA


def usage_of(content: bytes) -> str:
    """ISA15 of the first interchange: P, T, or "" where there is no readable ISA."""
    text = content[:256].decode("latin-1").lstrip()
    return text[_USAGE_AT] if learn(text) else ""


def is_complete(content: bytes) -> bool:
    """Whether the file ends as an interchange ends, with a terminated IEA."""
    text = content.decode("latin-1").strip(" \r\n\t\x00\x1a")
    delimiters = learn(text)
    if delimiters is None or not text.endswith(delimiters.segment):
        return False
    last = text[:-1].rsplit(delimiters.segment, 1)[-1].strip()
    return last.startswith(f"IEA{delimiters.element}")


def kinds_in(content: bytes) -> set[str]:
    """The kinds of message in a file, by its groups and TA1 segments; unreadable ones have none."""
    text = content.decode("latin-1").lstrip("\ufeff\xef\xbb\xbf \r\n\t")
    delimiters = learn(text)
    if delimiters is None:
        return set()
    kinds: set[str] = set()
    for piece in text.split(delimiters.segment):
        elements = piece.strip().split(delimiters.element)
        if elements[0] == "TA1":
            kinds.add(MessageKind.TA1)
        elif elements[0] == "GS" and len(elements) > 1:
            kinds.add(_kind_of_group(elements[1], elements[-1]))
    return kinds


def _kind_of_group(functional_code: str, guide: str) -> str:
    kind = _KIND_OF_GROUP.get(functional_code, MessageKind.OTHER)
    is_status = kind == MessageKind.ACK_277CA and guide.startswith(_ANSWERS_TO_276)
    return MessageKind.STATUS_277 if is_status else kind

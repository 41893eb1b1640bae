"""The shapes in an 837: two claims of one shape differ in names, numbers, codes and amounts only.

A shape keeps what a grammar looks at: which segments stand in which order, their qualifiers and
short codes, which elements are filled, and how long numbers are. What is equal in shape is equal
for a judge of grammar, so that one of each is enough; but for texts as long as they may be, which
`lengths` tells apart.
"""

from collections.abc import Iterator

Shape = tuple[str, ...]
_LONG = 4  # from this length on a number's digits are counted: days, postal codes, NPI, telephone
_CODE = 3  # up to this length an element is taken for a code and kept
# Segments of which only these elements are codes; of all others every short element is one.
_CODES = {
    "BHT": (1, 2, 6), "HL": (3, 4), "LX": (), "CLM": (5, 6, 7, 8, 9, 10, 11, 12, 20),
    "SV1": (3, 5, 9, 11, 12, 15), "SVD": (), "CAS": (1,), "AMT": (1,), "QTY": (1,),
    "MEA": (1, 2), "CTP": (5,), "CR1": (1, 3, 4, 5), "NM1": (1, 2, 8), "N3": (), "N4": (),
    "REF": (1,), "PER": (1, 3, 5, 7), "NTE": (1,), "HCP": (1, 9, 11, 13, 14, 15), "K3": (),
    "PS1": (), "SE": (), "ST": (1,), "GS": (1,), "SBR": (1, 2, 5, 9), "CN1": (1,), "FRM": (2,),
    "LIN": (2,), "HI": (),
}  # fmt: skip


def shapes_in(content: bytes) -> set[Shape]:
    """The shape of each claim with the levels above it, and that of the file's head."""
    return set(_shapes(*rows_of(content)))


def rows_of(content: bytes) -> tuple[list[list[str]], str]:
    """The segments, each as its elements, and what parts components."""
    text = content.decode("latin-1")
    element, end = text[3], text[105]
    rows = [piece.strip().split(element) for piece in text.split(end) if piece.strip()]
    return rows, text[104]


def is_code_in(segment: str, place: int) -> bool:
    """Whether a short element at that place is a code, which a shape keeps as it is."""
    codes = _CODES.get(segment)
    return codes is None or place in codes


def _shapes(rows: list[list[str]], component: str) -> Iterator[Shape]:
    levels: dict[str, list[str]] = {}
    block: list[str] = []
    code = "head"
    for row in rows:
        is_claim = row[0] == "CLM"
        if row[0] in {"HL", "CLM", "SE"}:
            if code == "claim":
                yield _claim(levels, block)
            else:
                levels = _under(levels, code, block)
            code, block = ("claim" if is_claim else row[3] if row[0] == "HL" else "end"), []
        if row[0] == "GE":
            break
        block.append(_token(row, component))
    yield ("head", *levels.get("head", []))


def _under(levels: dict[str, list[str]], code: str, block: list[str]) -> dict[str, list[str]]:
    """A new level ends those of its own kind and below it."""
    order = ["head", "20", "22", "23"]
    if code not in order:
        return levels
    kept = {name: levels[name] for name in order[: order.index(code)] if name in levels}
    return {**kept, code: block}


def _claim(levels: dict[str, list[str]], block: list[str]) -> Shape:
    """Its lines as a set: what comes again in the same shape tells nothing new."""
    starts = [place for place, token in enumerate(block) if token.startswith("LX")]
    first = starts[0] if starts else len(block)
    ends = [*starts[1:], len(block)]
    lines = {tuple(block[start:stop]) for start, stop in zip(starts, ends, strict=True)}
    above = [token for name in ("20", "22", "23") for token in levels.get(name, [])]
    return (*above, *block[:first], *(token for one in sorted(lines) for token in one))


def _token(row: list[str], component: str) -> str:
    masked = [
        component.join(
            _mask(part, is_code=is_code_in(row[0], number)) for part in element.split(component)
        )
        for number, element in enumerate(row[1:], 1)
    ]
    if row[0] == "HI":  # of each composite the first component is the qualifier
        masked = [component.join([e.split(component)[0], "X"]) for e in row[1:]]
    return "*".join([row[0], *masked])


def _mask(text: str, *, is_code: bool) -> str:
    if not text or (is_code and len(text) <= _CODE):
        return text
    if text.isdigit():
        return "9" * len(text) if len(text) >= _LONG else "9"
    digits = text.replace(".", "", 1).replace("-", "", 1)
    return "9" if digits.isdigit() else "X"

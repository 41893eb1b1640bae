"""The rows of the worksheet in our own short words; the CPT book's are the AMA's."""

from dataclasses import dataclass

from coding.em.levels import ELEMENTS, LEVELS


@dataclass(frozen=True, slots=True)
class Choice:
    """One level of a row: its digit, its name, and what it means for the row."""

    digit: int
    level: str
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """One of the three elements with its four choices."""

    name: str
    label: str
    choices: tuple[Choice, ...]


_WORDS = {
    "problems": (
        "Problems",
        "one that passes by itself",
        "two such, one stable chronic, or one simple acute",
        "a chronic one worse, two stable chronic, an unclear new one, or acute and generally ill",
        "one severely worse, or a threat to life or function",
    ),
    "data": (
        "Data",
        "none or hardly any",
        "two of outside notes and tests, or what a relative tells",
        "three of these; or own reading of a test; or talk with an outside clinician",
        "two of those three",
    ),
    "risk": (
        "Risk",
        "hardly any from what is ordered",
        "little from what is ordered",
        "prescription drugs, a procedure with some risk, or care limited by living conditions",
        "drugs watched for toxicity, major surgery with risk, hospital care, or end-of-life orders",
    ),
}
ROWS = tuple(
    Row(
        name,
        _WORDS[name][0],
        tuple(
            Choice(digit, LEVELS[digit - 1], words)
            for digit, words in enumerate(_WORDS[name][1:], 1)
        ),
    )
    for name in ELEMENTS
)

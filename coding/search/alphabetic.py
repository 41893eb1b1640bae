"""Entries of the Alphabetic Index and its tables as phrases that lead to codes."""

import re
from collections.abc import Iterator, Sequence

from coding.choices import IndexTable
from coding.search.index import INDEX, Term
from coding.search.text import stem

NEOPLASM_COLUMNS = (
    "malignant primary", "malignant secondary", "carcinoma in situ", "benign",
    "uncertain behavior", "unspecified behavior",
)  # fmt: skip
_NEOPLASM_WORDS = (
    "malignant neoplasm", "secondary malignant neoplasm", "carcinoma in situ",
    "benign neoplasm", "neoplasm of uncertain behavior", "neoplasm of unspecified behavior",
)  # fmt: skip
_NOT_CODED = re.compile(r"\b(NEC|NOS)\b")
_SEPARATOR = " > "
_SAME_BEGINNING = 4


def terms_of_entry(
    table: IndexTable, path: str, modifiers: str, codes: Sequence[str]
) -> Iterator[Term]:
    """The phrases of one entry of the index or of a table.

    A drug leads to the header of its codes; which of them is meant (poisoning and how, adverse
    effect, underdosing) their titles say. A neoplasm leads to one code for each behavior.
    """
    plain = _NOT_CODED.sub(" ", path.replace(_SEPARATOR, " "))
    if table == IndexTable.DRUGS:
        code = next(filter(None, codes), "")
        if code:
            yield Term(bare(code)[:5], plain, INDEX, path, modifiers)
    elif table == IndexTable.NEOPLASMS:
        plain = plain.removeprefix("Neoplasm, neoplastic")
        for code, column, said in zip(codes, NEOPLASM_COLUMNS, _NEOPLASM_WORDS, strict=False):
            if code:
                shown = f"{path}{_SEPARATOR}{column}"
                yield Term(bare(code), f"{plain} {said}", INDEX, shown, modifiers)
    else:
        for code in codes[:1]:
            for text in _forms(path):
                yield Term(bare(code), text, INDEX, path, modifiers)


def _forms(path: str) -> list[str]:
    """An entry with the first form of its main term, and once more with another form."""
    main, *below = path.split(_SEPARATOR)
    rest = _NOT_CODED.sub(" ", " ".join(below))
    first, *others = main.split(",")
    forms = [first]
    for other in others:
        word = other.strip()
        if " " in word or len(word) < _SAME_BEGINNING:
            return [f"{main} {rest}"]  # words that go with the first, not forms of it
        if stem(word) != stem(first.lower()) and len(forms) < 2:
            forms.append(word)
    return [_NOT_CODED.sub(" ", f"{form} {rest}") for form in forms]


def bare(code: str) -> str:
    """A code of the index without the dash that says that more characters follow."""
    return code.rstrip("-").replace(".", "")

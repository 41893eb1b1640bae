"""Entries of the Alphabetic Index and its tables as phrases that lead to codes."""

import re
from collections.abc import Iterator, Sequence

from coding.choices import IndexTable
from coding.search.index import INDEX, Term

NEOPLASM_COLUMNS = (
    "malignant primary", "malignant secondary", "carcinoma in situ", "benign",
    "uncertain behavior", "unspecified behavior",
)  # fmt: skip
_NEOPLASM_WORDS = (
    "malignant neoplasm cancer", "secondary malignant neoplasm metastasis", "carcinoma in situ",
    "benign neoplasm", "neoplasm of uncertain behavior", "neoplasm of unspecified behavior",
)  # fmt: skip
DRUG_COLUMNS = (
    "poisoning, accidental", "poisoning, self-harm", "poisoning, assault",
    "poisoning, undetermined", "adverse effect", "underdosing",
)  # fmt: skip
_DRUG_WORDS = (
    "poisoning accidental overdose", "poisoning intentional self-harm overdose suicide",
    "poisoning assault", "poisoning undetermined", "adverse effect", "underdosing",
)  # fmt: skip
_NOT_CODED = re.compile(r"\b(NEC|NOS)\b")


def terms_of_entry(
    table: IndexTable, path: str, modifiers: str, codes: Sequence[str]
) -> Iterator[Term]:
    """The phrases of one entry: one for its code, or one for each column of a table."""
    plain = _NOT_CODED.sub(" ", path.replace(" > ", " "))
    if table in (IndexTable.NEOPLASMS, IndexTable.DRUGS):
        is_drug = table == IndexTable.DRUGS
        shown = DRUG_COLUMNS if is_drug else NEOPLASM_COLUMNS
        said = _DRUG_WORDS if is_drug else _NEOPLASM_WORDS
        for code, column, extra in zip(codes, shown, said, strict=False):
            if code:
                yield Term(bare(code), f"{plain} {extra}", INDEX, f"{path} > {column}")
        return
    for code in codes[:1]:
        yield Term(bare(code), plain, INDEX, path)


def bare(code: str) -> str:
    """A code of the index without the dash that says that more characters follow."""
    return code.rstrip("-").replace(".", "")

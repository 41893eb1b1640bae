"""The search over the release that comes with Claimline: our queries, our lists."""

import re

import pytest

from bench.queries import Query, queries, shares
from coding.code_sets import icd10cm
from coding.code_sets.icd_tabular import Tabular
from coding.search.index import IcdIndex, Term
from coding.search.vocabulary import FOLDER, vocabulary


@pytest.fixture(scope="module")
def files() -> tuple[list[icd10cm.IcdRow], Tabular]:
    return icd10cm.read_folder(icd10cm.data_folder())


@pytest.fixture(scope="module")
def codes(files: tuple[list[icd10cm.IcdRow], Tabular]) -> dict[str, tuple[str, bool]]:
    return {row.code: (row.title, row.is_billable) for row in files[0]}


@pytest.fixture(scope="module")
def terms(files: tuple[list[icd10cm.IcdRow], Tabular]) -> list[tuple[str, str]]:
    found = [(code, text) for code, text in icd10cm.term_table(files[1]).rows]
    assert len(found) > 12_000
    return found


@pytest.fixture(scope="module")
def index(codes: dict[str, tuple[str, bool]], terms: list[tuple[str, str]]) -> IcdIndex:
    more = [Term(code, text) for code, text in terms]
    return IcdIndex([(code, *rest) for code, rest in codes.items()], more)


def found(index: IcdIndex, some: list[Query]) -> tuple[float, float]:
    got = shares(some, lambda text, most: [hit.code for hit in index.search(text, most)])
    assert got.count > 200
    return got.first, got.among_five


@pytest.mark.parametrize("held_out", [False, True])
def test_lay_words_short_forms_and_slips_find_the_code(index: IcdIndex, held_out: bool) -> None:
    first, among_five = found(index, [one for one in queries() if one.is_held_out == held_out])
    assert first >= 0.9
    assert among_five >= 0.95


@pytest.mark.parametrize(
    ("typed", "code"), [("influenza a", "J101"), ("Flu A", "J101"), ("flu", "J111")]
)
def test_a_letter_that_stands_alone_tells_phrases_apart(
    index: IcdIndex, typed: str, code: str
) -> None:
    assert index.search(typed, 3)[0].code == code


def test_every_inclusion_term_is_found_by_its_own_words(
    index: IcdIndex, terms: list[tuple[str, str]]
) -> None:
    some = terms[::97]
    missed = [
        (code, text)
        for code, text in some
        if not any(hit.code.startswith(code) for hit in index.search(text, 10))
    ]
    assert len(some) > 100
    assert len(missed) <= len(some) // 25, missed


def test_every_code_is_found_by_its_own_title(
    index: IcdIndex, codes: dict[str, tuple[str, bool]]
) -> None:
    some = [(code, title) for code, (title, billable) in codes.items() if billable][::701]
    missed = [
        (code, title)
        for code, title in some
        if not any(hit.code[:6] == code[:6] for hit in index.search(title, 5))
    ]
    assert len(some) > 100
    assert missed == []


def test_every_exact_code_comes_first(index: IcdIndex, codes: dict[str, tuple[str, bool]]) -> None:
    some = list(codes)[::977]
    assert [index.search(code, 3)[0].code for code in some] == some


def test_every_usual_code_is_a_code(codes: dict[str, tuple[str, bool]]) -> None:
    assert {usual.code for usual in vocabulary().usual} - codes.keys() == set()


def test_every_line_of_the_lists_can_be_read() -> None:
    assert len(vocabulary().short) > 450
    assert len(vocabulary().everyday) > 900
    assert len(vocabulary().usual) > 3_000
    for path in FOLDER.glob("*.txt"):
        lines = [x for x in path.read_text().splitlines() if x.strip() and x[0] != "#"]
        shape = re.compile(r"[a-z ]+" if path.name == "same.txt" else r"[^=]+ ?= ?[^=]*")
        assert [line for line in lines if not shape.fullmatch(line)] == []

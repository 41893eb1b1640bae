"""The code sets that come with the product, from the real files of the wheel."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command

from coding.code_sets import icd10cm, places
from coding.code_sets.lookups import (
    external_codes,
    icd_facts,
    icd_notes,
    procedure_indicators,
    ptp_edits,
    relative_values,
    seventh_characters,
    unit_limits,
    waived_tests,
)
from coding.code_sets.overview import code_sets_on
from coding.models import CodeSetRelease, IcdCode, IcdNote, PlaceOfService
from coding.selectors import icd_children, icd_lookup, release_on, search_icd
from coding.services.load_code_sets import load_icd10cm, load_starters
from core.errors import ApplicationError

FRACTURE = (
    "Unspecified fracture of the lower end of right radius, initial encounter for closed fracture"
)


@pytest.fixture(scope="module")
def rows() -> dict[str, icd10cm.IcdRow]:
    return {row.code: row for row in icd10cm.read_folder(icd10cm.data_folder())[0]}


def test_every_code_is_there_and_as_many_are_billable_as_officially(
    rows: dict[str, icd10cm.IcdRow],
) -> None:
    assert len(rows) == 98_186
    assert sum(row.is_billable for row in rows.values()) == 74_719


@pytest.mark.parametrize("code", ["B20", "F99", "P84", "R99", "Z66"])
def test_a_category_that_shares_its_name_with_a_block_is_billable(
    rows: dict[str, icd10cm.IcdRow], code: str
) -> None:
    assert rows[code].is_billable
    assert rows[code].title


@pytest.mark.parametrize(
    ("code", "title", "parent", "chapter"),
    [
        ("E1122", "Type 2 diabetes mellitus with diabetic chronic kidney disease", "E112", 4),
        ("W19XXXA", "Unspecified fall, initial encounter", "W19", 20),
        ("S52501A", FRACTURE, "S52501", 19),
    ],
)  # fmt: skip
def test_titles_are_whole_also_with_a_seventh_character(
    rows: dict[str, icd10cm.IcdRow], code: str, title: str, parent: str, chapter: int
) -> None:
    row = rows[code]
    assert (row.title, row.parent_code, row.chapter) == (title, parent, chapter)


def test_no_header_is_billable_and_no_title_is_empty(rows: dict[str, icd10cm.IcdRow]) -> None:
    parents = {row.parent_code for row in rows.values()} - {""}
    assert len(parents) > 20_000
    assert not any(rows[code].is_billable for code in parents)
    assert all(row.title.strip() for row in rows.values())


def test_place_names_are_ours_and_complete() -> None:
    assert len(places.NAMES) == 52
    assert places.NAMES.keys() >= places.FACILITY


@pytest.mark.django_db
def test_loading_is_whole_and_a_second_time_changes_nothing() -> None:
    call_command("load_code_sets", stdout=open("/dev/null", "w"))  # noqa: PTH123, SIM115
    release = CodeSetRelease.objects.get(kind="icd10cm")
    assert release.row_count == IcdCode.objects.filter(release=release).count() == 98_186
    assert PlaceOfService.objects.count() == 52
    again, is_new = load_icd10cm()
    assert (again, is_new) == (release, False)
    in_force = date(2026, 6, 1)
    found = icd_lookup("e11.22", in_force)
    assert found is not None
    assert found.is_billable
    assert icd_lookup("E11.2", in_force).is_billable is False  # type: ignore[union-attr]
    assert icd_lookup("E11.299", in_force) is None
    assert [row.code for row in icd_children("H3532", in_force, 3)] == [
        "H353210", "H353211", "H353212",
    ]  # fmt: skip
    assert search_icd("type 2 diabetes", in_force)[0].code == "E119"
    # October 2026: the release in force is not loaded, the newest is used, and the page says so.
    later = date(2026, 11, 2)
    assert release_on("icd10cm", later) == release
    status = code_sets_on(later)[0]
    assert (status.kind, status.used, status.is_in_force) == ("icd10cm", release, False)
    assert code_sets_on(in_force)[0].is_in_force


@pytest.mark.django_db
def test_a_file_that_breaks_off_loads_nothing(tmp_path: Path) -> None:
    folder = icd10cm.data_folder()
    (tmp_path / icd10cm.LIST_FILE).write_bytes((folder / icd10cm.LIST_FILE).read_bytes())
    half = (folder / icd10cm.TABULAR_FILE).read_bytes()[:200_000]
    (tmp_path / icd10cm.TABULAR_FILE).write_bytes(half)
    with pytest.raises(ApplicationError, match="not whole XML"):
        load_icd10cm(tmp_path)
    assert not CodeSetRelease.objects.filter(kind="icd10cm").exists()


@pytest.mark.django_db
def test_the_starter_tables_know_the_demos_charge_master_and_say_what_they_are() -> None:
    first = load_starters()
    assert all(is_new for _, is_new in first)
    assert all(release.is_starter and release.row_count for release, _ in first)
    assert all("tarter" in release.source or "own short words" in release.source
               for release, _ in first)  # fmt: skip
    assert [is_new for _, is_new in load_starters()] == [False] * len(first)
    on = date(2026, 11, 2)
    pair = ptp_edits([("99213", "20610")], on)["20610", "99213"]
    assert pair.modifier_indicator == "1"
    assert unit_limits(["20610"], on)["20610"].most_units == 2
    assert waived_tests(["87880", "81002", "99213"], on)["87880"].needs_qw
    values = procedure_indicators(["20610", "12001"], on)
    assert list(relative_values(["20610", "12001"], on)) == [("20610", "")]
    assert (values["20610", ""].global_days, values["20610", ""].has_values) == ("000", True)
    assert (values["12001", ""].global_days, values["12001", ""].has_values) == ("000", False)
    assert external_codes("carc", ["45"], on)["45"].meaning == "Above the allowed amount"
    kinds = {fact.kind for fact in icd_facts(["O0900"], on)["O0900"]}
    assert kinds == {"maternity", "sex"}


@pytest.mark.django_db
def test_notes_come_with_those_of_ancestors_block_and_chapter_nearest_first() -> None:
    load_icd10cm()
    on = date(2026, 6, 1)
    notes = icd_notes(["E1122", "NONE"], on)
    assert list(notes) == ["E1122"]
    kinds = [(note.owner, note.kind) for note in notes["E1122"]]
    assert kinds[0] == ("E1122", "use_additional")
    assert ("E11", "excludes1") in kinds
    assert kinds[-1][0] in {"E08-E13", "CH04"}
    # 39 blocks share their one category's name; each keeps its own notes.
    assert IcdNote.objects.filter(owner="T07", kind="excludes1").exists()
    assert IcdNote.objects.filter(owner="T07-T07", kind="excludes1").exists()
    assert seventh_characters(["W19", "E119"], on) == {
        "W19": {"A": "initial encounter", "D": "subsequent encounter", "S": "sequela"}
    }
    assert IcdNote.objects.filter(kind="excludes1").count() == 5_407

"""Files: numbers as numbers, one header row, nothing a spreadsheet would run, all of it audited."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from core.choices import WorkState
from core.lists import export
from core.lists.export import csv_file, safe_text
from core.models import AuditEvent
from tests.core.lists.conftest import MakeItem

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.site")]


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_csv_has_one_header_row_and_sums_to_the_cent(biller: Client, make_item: MakeItem) -> None:
    make_item("One", "1234.50", reason="r")
    make_item("Two", "-0.25")
    answer = biller.get("/work/?export=csv")
    heads, *lines = rows_of(answer.content)
    assert heads == ["Title", "Reason", "Status", "Amount, $", "Due", "Owner", "Kind"]
    assert [line[0] for line in lines] == ["One", "Two"]
    assert sum(Decimal(line[3]) for line in lines) == Decimal("1234.25")
    assert lines[0] == ["One", "r", "Open", "1234.50", "2026-11-02", "", "fix"]
    assert answer["Content-Disposition"].startswith('attachment; filename="test-work-')


def test_a_file_holds_every_page_and_only_what_is_filtered(
    biller: Client, make_item: MakeItem
) -> None:
    for _ in range(70):
        make_item()
    make_item(kind="call")
    make_item(state=WorkState.DONE)
    assert len(rows_of(biller.get("/work/?export=csv").content)) == 72
    assert len(rows_of(biller.get("/work/?export=csv&kind=call").content)) == 2


def test_an_xlsx_keeps_types_and_never_a_formula(biller: Client, make_item: MakeItem) -> None:
    make_item("=1+1", "12.30", due_on=dt.date(2026, 11, 3), reason="@SUM(A1)")
    book = load_workbook(io.BytesIO(biller.get("/work/?export=xlsx").content))
    sheet = book.active
    head, line = list(sheet.iter_rows())
    assert head[0].value == "Title"
    assert head[0].font.bold
    assert sheet.freeze_panes == "A2"
    assert (line[0].value, line[0].data_type) == ("=1+1", "s")
    assert line[1].data_type == "s"
    assert (line[3].value, line[3].data_type, line[3].number_format) == (12.3, "n", "#,##0.00")
    assert line[4].value == dt.datetime(2026, 11, 3)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\0"])
def test_text_that_a_spreadsheet_would_run_is_made_text(
    biller: Client, make_item: MakeItem, start: str
) -> None:
    if start != "\0":  # the database itself takes no NUL
        make_item(reason=f"{start}cmd")
        cells = [cell for line in rows_of(biller.get("/work/?export=csv").content) for cell in line]
        assert f"'{start}cmd" in [cell.replace("\r\n", "\n") for cell in cells]
    assert not safe_text(f"{start}cmd").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\0"))


def test_a_negative_amount_stays_a_number(biller: Client, make_item: MakeItem) -> None:
    make_item(amount="-5.00")
    assert rows_of(biller.get("/work/?export=csv").content)[1][3] == "-5.00"


@given(st.text(max_size=50))
def test_no_text_ever_starts_a_formula(text: str) -> None:
    (line,) = rows_of(csv_file([], iter([[text, 1]])))[1:] or [[""]]
    assert not line[0].startswith(export.STARTS_FORMULA)


def test_an_export_is_audited_with_count_and_filter_but_no_name(
    biller: Client, make_item: MakeItem
) -> None:
    make_item("Testperson, Abel", kind="call")
    where = biller.post("/work/?kind=call", {"person": "testperson"})["Location"]
    biller.get(f"{where}&export=csv")
    event = AuditEvent.objects.get(action="list.exported")
    assert event.note == "test.work as csv, 1 rows; bucket open; Kind: Call; Person: (a term)"
    assert event.practice is not None


def test_too_many_rows_are_refused_in_words(
    biller: Client, make_item: MakeItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.lists.view.MOST_ROWS", 1)
    make_item()
    make_item()
    answer = biller.get("/work/?export=csv", follow=True)
    assert "Narrow the list first" in answer.content.decode()
    assert not AuditEvent.objects.filter(action="list.exported").exists()

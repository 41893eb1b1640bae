"""Coverage exports, plain lists and workbooks."""

import io
import zipfile
from datetime import date

from openpyxl import Workbook

from coding.code_sets.files import SourceFile, members
from coding.code_sets.kinds import SPECS
from coding.code_sets.reading import Options, Reading

ON = Options(effective_from=date(2026, 11, 1))
ARTICLE = """\
article_id,article_version,title,article_eff_date,article_end_date
52001,4,Made up test,2026-01-01 00:00:00,
52001,3,Made up test (older),2025-01-01 00:00:00,2025-12-31 00:00:00
"""
CODES = """\
article_id,article_version,hcpc_code_id,hcpc_code_version,hcpc_code_group,long_description
52001,4,X0001,1,1,NEVER READ
52001,3,X0001,1,1,NEVER READ
52001,4,X0002,1,2,NEVER READ
"""
COVERED = """\
article_id,article_version,icd10_code_id,icd10_covered_group,description
52001,4,E11.9,1,NEVER READ
52001,4,I10,2,NEVER READ
"""
EXCLUDED = """\
article_id,article_version,icd10_code_id,icd10_noncovered_group,description
52001,4,Z00.00,1,NEVER READ
"""
CONTRACTOR = "contractor_id,contractor_name,contractor_number\n7,Made up MAC,04412\n"
FOLLOWS = "article_id,article_version,contractor_id\n52001,4,7\n"


def read(kind: str, name: str, content: str | bytes, options: Options = ON) -> Reading:
    sent = content.encode() if isinstance(content, str) else content
    return SPECS[kind].read(members([SourceFile(name, sent)]), options)


def rows_of(reading: Reading, place: int = 0) -> list[tuple[object, ...]]:
    return [tuple(row) for row in reading.tables[place].rows]


def archive(entries: dict[str, str | bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as opened:
        for name, content in entries.items():
            opened.writestr(name, content)
    return kept.getvalue()


def test_a_coverage_export_gives_policies_their_groups_and_who_follows_them() -> None:
    inner = archive(
        {
            "article.csv": "\ufeff" + ARTICLE, "article_x_hcpc_code.csv": CODES,
            "article_x_icd10_covered.csv": COVERED, "article_x_icd10_noncovered.csv": EXCLUDED,
            "contractor.csv": CONTRACTOR, "article_x_contractor.csv": FOLLOWS,
        }
    )  # fmt: skip
    whole = archive({"current_article_csv.zip": inner, "readme.txt": "hello"})
    reading = read("coverage", "current_article.zip", whole)
    assert reading.label == "Articles of 2026-11-01"
    assert rows_of(reading) == [
        ("A52001", 4, "article", "Made up test", ["04412"], date(2026, 1, 1), None)
    ]
    assert rows_of(reading, 1) == [("X0001", "A52001", 1), ("X0002", "A52001", 2)]
    assert rows_of(reading, 2) == [
        ("A52001", True, 1, "E119"), ("A52001", True, 2, "I10"), ("A52001", False, 1, "Z0000"),
    ]  # fmt: skip


def test_a_workbook_is_read_like_the_text_it_copies() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["A notice"],
        ["HCPCS/\nCPT Code", "Values", "MAI", "Why"],
        ["X0001", 2, "3 Date of Service Edit: Clinical", "Made up"],
    ):
        sheet.append(row)
    kept = io.BytesIO()
    book.save(kept)
    reading = read("mue", "MCR_MUE_DMESupplierServices_Eff_10-01-2026.xlsx", kept.getvalue())
    assert reading.variant == "dme"
    assert rows_of(reading) == [("X0001", 2, 3, "Made up")]


def test_a_licensees_cpt_list_gives_numbers_and_words_only_where_asked() -> None:
    text = "CPT Code\tLong\n00001\tOur own words\nnot a code\tx\n0001T\tOthers\n"
    assert rows_of(read("cpt", "licence.txt", text)) == [("00001", ""), ("0001T", "")]
    kept = Options(effective_from=date(2026, 1, 1), keep_texts=True)
    assert rows_of(read("cpt", "licence.txt", text, kept))[0] == ("00001", "Our own words")


def test_short_lists_under_their_headers() -> None:
    taxonomy = "Code,Grouping,Display Name\n123456789X,Group,Own words\n"
    assert rows_of(read("taxonomy", "list.csv", taxonomy)) == [("123456789X", "", None, None)]
    places = "code,name,facility\n1,Pharmacy,NF\n21,Hospital,\n"
    assert rows_of(read("pos", "list.csv", places)) == [
        ("01", "Pharmacy", False), ("21", "Hospital", True),
    ]  # fmt: skip
    tests = "code,qw\nX0001,yes\nX0002,no\n"
    assert rows_of(read("clia", "list.csv", tests)) == [
        ("X0001", True, None), ("X0002", False, None),
    ]  # fmt: skip
    facts = "begins_with,kind,age_from,age_to,sex\nZ00.12,pediatric,0,17,\nO,sex,,,F\n"
    assert rows_of(read("icd_facts", "list.csv", facts)) == [
        ("Z0012", "pediatric", "0", "17", ""), ("O", "sex", None, None, "F"),
    ]  # fmt: skip


def test_a_list_without_its_day_takes_the_year_of_its_name() -> None:
    reading = read("carc", "codes-2026.csv", "code,description\n45,x\nA1,y\n", Options())
    assert reading.effective_from == date(2026, 1, 1)
    assert [row[0] for row in rows_of(reading)] == ["45", "A1"]

"""Official files in, rows out: what is published, with its oddities, as small made-up files."""

from datetime import date
from decimal import Decimal

import pytest

from coding.code_sets.files import BadFile, SourceFile, members
from coding.code_sets.kinds import SPECS
from coding.code_sets.reading import Options, Reading, day

PTP = """\
Made up.\t\t\t\t\t\t
Column1/Column2 Edits\t\t\t\t\t\t
Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale
\t\tprior to 1996\tDate\tDate\t0=not allowed\t
\t\t\t\t*=no data\t1=allowed\t
\t\t\t\t\t9=not applicable\t
X0001\tX0002\t\t20240101\t*\t1\tMisuse of column two code
X0001\tX0003\t*\t20180701\t20260630\t0\tMore extensive procedure
X0001\tX0003\t\t20260701\t*\t1\tMore extensive procedure
"""
MUE = """\
"Made up.

Nothing here is real.\xae",,,
"HCPCS/
CPT Code",Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale
X0001,1,2 Date of Service Edit: Policy,Code Descriptor
X0002,3,3 Date of Service Edit: Clinical,Nature of Analyte
"""
AOC = """\
Add-on Code\tType\tPrimary Code\tPrimary Eff Dt\tAdd-on Eff Dt\tDeletion Dt
X0009\t1\tX0001\t20130401\t20130401\t
X0009\t1\tX0002\t2013091\t2013091\t20251231
X0008\t2\tCCCCC\t20130401\t20130401\t
"""
_TAIL = ",33.4009,09,0,99,0.00,0.00,0.00"
_HEAD = ",,2026 National Physician Fee Schedule Relative Value File July Release" + "," * 29
RVU = f"""\
{_HEAD}
{"," * 31}
,,,STATUS,MEDICARE,WORK,NON-FAC,NA,FACILITY,NA,MP{"," * 21}
HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,IND,PE RVU,IND,RVU,TOTAL,TOTAL,{"X," * 18}AMOUNT
X0001,,NEVER READ,A,,0.79,1.04,,0.44,NA,0.13,1.96,1.36,0,000,0.10,0.80,0.10,2,1,1,0,0,0,{_TAIL}
X0001,26,NEVER READ,C,,0,0,,0,,0,0,0,1,XXX,0,0,0,0,0,0,0,0,0,X0005,33.4009,01,0,88,0,0,0
"""
GPCI = """\
ADDENDUM E. FINAL CY 2026 GEOGRAPHIC PRACTICE COST INDICES,,,,,,
,,,,,,
Medicare Administrative Contractor (MAC),State,Locality Number,Locality Name,PW,PE,MP
02102,AK,01,ALASKA*,1.500,1.065,0.551
10112,AL,00,ALABAMA,1.000,0.875,0.566
* A foot note,,,,,,
"""
ORDER = (
    "00001 A00     0 Cholera" + " " * 54 + "Cholera\r\n"
    "00002 A000    1 Cholera due to Vibrio cholerae 01, biovar cholerae" + " " * 11
    + "Cholera due to Vibrio cholerae 01, biovar cholerae\r\n"
    "00003 QA0     0 Made up family" + " " * 47 + "Made up family\r\n"
    "00004 QA01    1 Made up" + " " * 54 + "Made up, whole title\r\n"
)  # fmt: skip


def read(kind: str, name: str, text: str | bytes, options: Options | None = None) -> Reading:
    content = text.encode() if isinstance(text, str) else text
    return SPECS[kind].read(members([SourceFile(name, content)]), options or Options())


def rows_of(reading: Reading, place: int = 0) -> list[tuple[object, ...]]:
    return [tuple(row) for row in reading.tables[place].rows]


def test_pairs_have_their_dates_and_a_pair_may_come_twice() -> None:
    reading = read("ptp", "ccipra-v322r0-f1.TXT", PTP.replace("\n", "\r\n"))
    assert (reading.label, reading.effective_from, reading.effective_to) == (
        "v32.2, 2026 Q3", date(2026, 7, 1), date(2026, 9, 30),
    )  # fmt: skip
    assert rows_of(reading) == [
        ("X0001", "X0002", date(2024, 1, 1), None, "1", 1),
        ("X0001", "X0003", date(2018, 7, 1), date(2026, 6, 30), "0", 2),
        ("X0001", "X0003", date(2026, 7, 1), None, "1", 2),
    ]
    assert reading.facts["rationales"] == {
        "Misuse of column two code": 1, "More extensive procedure": 2,
    }  # fmt: skip
    assert reading.warnings == ["Holds part f1; the official table has f1 to f4."]


def test_pairs_under_one_line_of_heading_are_read_too() -> None:
    text = "Column 1,Column 2,Prior,Effective,Deletion,Modifier,Why\nX0001,X0002,,20240101,*,1,\n"
    assert len(rows_of(read("ptp", "ccioph-v323r0-f2.csv", text))) == 1
    assert read("ptp", "ccioph-v323r0-f2.csv", text).variant == "hospital"


def test_unit_limits_stand_under_a_notice_and_a_broken_header() -> None:
    name = "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv"
    reading = read("mue", name, MUE.encode("latin-1"))
    assert (reading.label, reading.variant) == ("2026 Q3", "")
    assert rows_of(reading) == [
        ("X0001", 1, 2, "Code Descriptor"), ("X0002", 3, 3, "Nature of Analyte"),
    ]  # fmt: skip


def test_add_on_codes_by_the_words_of_their_header_in_either_form_of_date() -> None:
    reading = read("add_on", "AOC_V2026Q2-F-MCR.txt", AOC)
    assert (reading.effective_from, reading.effective_to) == (date(2026, 4, 1), date(2026, 6, 30))
    assert rows_of(reading) == [
        ("X0009", "X0001", 1, date(2013, 4, 1), None),
        ("X0009", "X0002", 1, date(2013, 4, 1), date(2025, 12, 31)),
        ("X0008", "CCCCC", 2, date(2013, 4, 1), None),
    ]


def test_relative_values_by_position_under_stacked_headers_and_without_the_description() -> None:
    reading = read("rvu", "PPRRVU2026_Jul_nonQPP.csv", RVU)
    first, second = rows_of(reading)
    assert first == (
        "X0001", "", "A", Decimal("0.79"), Decimal("1.04"), False, Decimal("0.44"), True,
        Decimal("0.13"), "0", "000", Decimal("0.10"), Decimal("0.80"), Decimal("0.10"), "2", "1",
        "1", "0", "0", "", "09", "99", True,
    )  # fmt: skip
    assert second[:3] == ("X0001", "26", "C")
    assert second[19:] == ("X0005", "01", "88", True)
    assert "NEVER READ" not in repr([first, second])
    # The factor stands in every row, so it is known after them.
    assert rows_of(reading, 1) == [
        ("standard", date(2026, 7, 1), date(2026, 9, 30), Decimal("33.4009"))
    ]


def test_a_layout_that_has_changed_is_refused_not_misread() -> None:
    with pytest.raises(BadFile, match="column 6 is not the work value"):
        read("rvu", "PPRRVU2026_Jul.csv", RVU.replace("WORK", "OTHER"))


def test_localities_keep_their_zeros_and_lose_their_stars() -> None:
    reading = read("gpci", "GPCI2026.csv", GPCI)
    alaska, alabama = rows_of(reading)
    assert alabama[:3] == ("10112", "AL", "00")
    assert alaska == (
        "02102", "AK", "01", "ALASKA", Decimal("1.500"), Decimal("1.065"), Decimal("0.551"),
    )  # fmt: skip


def test_hcpcs_joins_continuations_keeps_modifiers_and_ends() -> None:
    def record(code: str, kind: str, words: str, short: str = "", ended: str = "") -> str:
        text = f"{code:>5}{'00100'}{kind}{words:<80}{short:<28}"
        return f"{text:<268}{'20180101':<8}{'20180101':<8}{ended:<8}N" + " " * 27

    text = "\r\n".join(
        [
            "A notice before the records",
            "",
            record("   A1", "7", "Dressing for one wound", "Dressing one wound"),
            record("J0001", "3", "A made up drug that takes more than one line, which is"),
            "J000100200" + "4" + "how the file says it".ljust(80),
            record("J0002", "3", "An old one\xb5", "Old", "20191231"),
        ]
    )
    reading = read("hcpcs", "HCPC2026_OCT_ANWEB_09232026.txt", text.encode("cp1252"))
    assert (reading.label, reading.effective_from) == ("2026 Q4", date(2026, 10, 1))
    codes = rows_of(reading)
    assert codes[0][2] == (
        "A made up drug that takes more than one line, which is how the file says it"
    )
    assert (codes[1][2], codes[1][-1]) == ("An old one\xb5", date(2019, 12, 31))
    assert [row[0] for row in rows_of(reading, 1)] == ["A1"]
    assert reading.facts["terminated_before"] == 1


def test_the_order_file_says_what_is_billable() -> None:
    reading = read("icd10cm", "Code Descriptions/icd10cm_order_2027.txt", ORDER)
    assert (reading.label, reading.effective_from, reading.effective_to) == (
        "FY2027", date(2026, 10, 1), date(2027, 9, 30),
    )  # fmt: skip
    assert rows_of(reading) == [
        ("A00", "Cholera", False, "", "", 1),
        ("A000", "Cholera due to Vibrio cholerae 01, biovar cholerae", True, "A00", "", 1),
        ("QA0", "Made up family", False, "", "", 17),
        ("QA01", "Made up, whole title", True, "QA0", "", 17),
    ]
    assert reading.warnings


@pytest.mark.parametrize(
    "name",
    ["icd10cm-tabular_-2027.xml", "icd10c-tabular-April-1-2026.xml", "icd-10-cm-tabular-2025.xml"],
)
def test_the_tabular_list_is_known_by_every_name_it_has_had(name: str) -> None:
    tabular = (
        b"<ICD10CM.tabular><chapter><desc>Infections (A00-B99)</desc><section id='A00-A09'>"
        b"<desc>Intestinal</desc><diag><name>A00</name><desc>Cholera</desc></diag></section>"
        b"</chapter></ICD10CM.tabular>"
    )
    sent = [SourceFile("icd10cm_order_2027.txt", ORDER.encode()), SourceFile(name, tabular)]
    reading = SPECS["icd10cm"].read(members(sent), Options())
    assert rows_of(reading)[0] == ("A00", "Cholera", False, "", "A00-A09", 1)
    assert reading.facts["chapters"] == {"CH01": "Infections (A00-B99)"}
    assert reading.warnings == []


@pytest.mark.parametrize(("keep", "kept"), [(False, ""), (True, "Our own words")])
def test_a_licensors_words_are_dropped_unless_one_asks(keep: bool, kept: str) -> None:
    options = Options(keep_texts=keep, effective_from=date(2026, 1, 1))
    reading = read(
        "carc", "list.csv", "Code,Description,Start\nX45,Our own words,1/1/1995\n", options
    )
    assert rows_of(reading) == [("X45", kept, date(1995, 1, 1), None)]


@pytest.mark.parametrize(
    ("kind", "name", "text", "sentence"),
    [
        ("ptp", "ccipra-v322r0-f1.txt", "no pairs here\n", "holds no pair"),
        ("ptp", "ccipra-v322r0-f1.txt", PTP + "X0001\tX\t\t\t\t\n", "line 10: this is no pair"),
        ("ptp", "ccipra-v322r0-f1.txt", PTP.replace("\t1\t", "\t7\t"), "line 7: no effective"),
        ("ptp", "letter.docx", "hello", "no NCCI pair file"),
        ("mue", "MCR_MUE_X_Eff_07-01-2026.csv", "a,b,c\n", "holds no code with a limit"),
        ("hcpcs", "HCPC2026_OCT_ANWEB.txt", "word\n" * 20, "not in the record layout"),
        ("icd10cm", "icd10cm_order_2027.txt", "A00 Cholera\n", "line 1: not in the layout"),
        ("gpci", "GPCI2026.csv", "2026\n", "holds no locality"),
        ("cpt", "codes-2026.txt", "nothing\n", "no CPT code"),
        ("ptp", "ccipra-v322r0-f1.txt", "X\0Y\n", "not a text file"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_a_sentence(
    kind: str, name: str, text: str, sentence: str
) -> None:
    with pytest.raises(BadFile, match=sentence):
        list(read(kind, name, text).tables[0].rows)


@pytest.mark.parametrize(
    ("text", "meant"),
    [("20260930", date(2026, 9, 30)), ("2013091", date(2013, 4, 1)), ("*", None), ("", None),
     ("9/30/2026", date(2026, 9, 30)), ("2026-09-30", date(2026, 9, 30))],
)  # fmt: skip
def test_dates_in_every_form_the_files_use(text: str, meant: date | None) -> None:
    assert day(text) == meant

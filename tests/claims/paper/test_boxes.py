"""The boxes and rows of a CMS-1500 (domain A.3, B.4, B.9, W-08)."""

from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from claims.choices import PaperTotals
from claims.paper import words
from claims.paper.boxes import paper_claim
from claims.paper.geometry import CELLS, COLUMNS, LINES
from claims.paper.rows import placed, rows
from tests.claims.paper.snapshots import W01, changed, child, line, many_lines

W08 = """\
    8 X                                                1EG4TE5MK73
   10 TESTPATIENT, JOAN, Q          04 12 1950      X
   12 12 ELM ST                       X
   14 ANYTOWN                  CO
   16 800015678
   18                                                  NONE
   20                                         X
   22                                         X
   24                                         X
   29       SIGNATURE ON FILE                               SIGNATURE ON FILE
   36                                                         X
   37                                          0
   38   M1711        I10
   44 11 02 26 11 02 26 11    99214   25          AB     200 00 1        2000000028
   46 11 02 26 11 02 26 11    20610   RT          A      150 00 1        2000000028
   47 N400003029305   ML1
   48 11 02 26 11 02 26 11    J3301   JZ          A       40 00 4        2000000028
   56 841234567         X   SFM1001        X               390 00      0 00
   57                                                                  303 555-0100
   58                                                  SUMMIT FAMILY MEDICINE PL
   59                                                  100 MAIN ST STE 200
   60 SIGNATURE ON FILE                                ANYTOWN CO 800011234
   61                                                  2000000010
"""


def boxes(snapshot: dict[str, Any], form: int = 0) -> dict[str, str]:
    return paper_claim(snapshot).forms[form]


CUT_25 = "is cut: its box holds 25 characters"


def told(snapshot: dict[str, Any]) -> dict[str, str]:
    """By box what does not fit, as it is told."""
    return {one.box: one.reason for one in paper_claim(snapshot).misfits}


def test_the_rows_of_w01_are_those_of_w08() -> None:
    found = rows(boxes(W01))
    printed = "".join(f"{line:5} {text}\n" for line, text in found.items() if line > 5)
    assert printed == W08


def test_the_payer_and_its_address_stand_on_top_without_a_gap() -> None:
    payer = {
        "name": "Acme Health Plan, Inc.", "address_line1": "P.O. Box #12", "address_line2": "",
        "city": "Anytown", "state_code": "CO", "zip_code": "80001-0012",
    }  # fmt: skip
    found = rows(boxes(changed(W01, payer=payer)))
    assert [found[2].strip(), found[3].strip(), found[4].strip()] == [
        "ACME HEALTH PLAN INC", "PO BOX 12", "ANYTOWN CO 800010012",
    ]  # fmt: skip
    assert found[2].index("ACME") == 40


def test_a_dependents_form_names_the_subscriber_and_the_plan() -> None:
    form = boxes(child())
    assert (form["2"], form["4"]) == ("CARTER, LILY", "CARTER, MARK")
    assert form["6.child"] == "X"
    assert (form["11"], form["11c"], form["11d.no"]) == ("55001", "ACME PPO", "X")
    assert (form["11a.month"], form["11a.year"], form["11a.sex.M"]) == ("01", "1985", "X")
    assert form["1.group"] == "X"


def test_a_suffix_follows_the_last_name() -> None:
    named = changed(W01, patient={"last_name": "O'Brien-Doe", "suffix": "Jr."})
    assert boxes(named)["2"] == "OBRIEN-DOE JR, JOAN, Q"


def test_a_part_of_a_unit_keeps_its_point() -> None:
    assert boxes(changed(W01, lines=[line(1, units="1.5")]))["24.1.units"] == "1.5"


def test_accents_become_plain_letters_and_what_has_no_likeness_is_told() -> None:
    assert boxes(changed(W01, patient={"last_name": "Núñez Łoś"}))["2"].startswith("NUNEZ LOS,")
    assert told(changed(W01, patient={"last_name": "Núñez Łoś"})) == {"33.name": CUT_25}
    foreign = changed(W01, patient={"last_name": "Жук"})
    assert told(foreign)["2"] == "has a letter that the form cannot print"


def test_a_name_that_is_cut_is_told() -> None:
    assert told(W01) == {"33.name": CUT_25}
    assert boxes(W01)["33.name"] == "SUMMIT FAMILY MEDICINE PL"


def test_half_a_number_is_never_printed() -> None:
    long = changed(W01, claim={"control_number": "SFM10012345678901"})
    assert "26" not in boxes(long)
    assert [one.box for one in paper_claim(long).misfits if one.stops] == ["26"]
    dear = changed(W01, lines=[line(1, charge_amount="123456.00")])
    assert "24.1.charge" not in boxes(dear)
    assert told(dear)["24.1.charge"] == "does not fit: its box holds 8 characters"


def test_what_does_not_fit_on_the_second_form_is_told_of_it() -> None:
    dear = many_lines(7)
    dear["lines"][6]["charge_amount"] = "123456.00"
    found = [(one.form, one.box) for one in paper_claim(dear).misfits if one.stops]
    assert found == [(2, "24.1.charge")]


def test_thirteen_diagnoses_do_not_go_on_a_form() -> None:
    many = changed(W01, diagnoses=[{"code": f"M17{n:02}", "title": ""} for n in range(13)])
    assert told(many)["21.indicator"] == "are too many: the form holds 12"
    assert boxes(many)["21.L"] == "M1711"


def test_diagnoses_run_across_and_then_down() -> None:
    many = changed(W01, diagnoses=[{"code": f"M17{n:02}", "title": ""} for n in range(12)])
    found = rows(boxes(many))
    assert found[39] == "  M1704        M1705        M1706        M1707"


def test_pointers_are_letters_without_separators() -> None:
    assert boxes(changed(W01, lines=[line(1, pointers=[4, 1, 12])]))["24.1.pointers"] == "DAL"


def test_seven_lines_need_two_forms_each_with_its_own_total() -> None:
    first, second = paper_claim(many_lines(7)).forms
    assert (first["28"], second["28"]) == ("   60 00", "   10 00")
    assert (first["24.6.code"], second["24.1.code"]) == ("99213", "99213")
    assert "24.2.code" not in second
    assert first["2"] == second["2"]


def test_or_the_last_form_has_the_total_and_the_first_is_continued() -> None:
    first, second = paper_claim(many_lines(7), PaperTotals.LAST).forms
    assert (first["28"], second["28"]) == ("CONTINUED", "   70 00")
    assert "29" not in first


def test_what_the_patient_paid_stands_on_one_form_only() -> None:
    paid = changed(many_lines(7), claim={"patient_paid_amount": "25.50"})
    assert [form["29"] for form in paper_claim(paid).forms] == ["   25 50", "    0 00"]


def test_a_corrected_claim_names_the_payers_number() -> None:
    again = changed(W01, claim={"frequency_code": "7", "original_reference_number": "EMC-123"})
    assert (boxes(again)["22.code"], boxes(again)["22.reference"]) == ("7", "EMC-123")
    assert "22.code" not in boxes(W01)


def test_a_waived_test_names_the_laboratory() -> None:
    waived = changed(W01, lines=[line(1, modifiers=["QW"])], facility={"clia_number": "06D0000001"})
    assert boxes(waived)["23"] == "06D0000001"
    assert "23" not in boxes(W01)


def test_a_referring_provider_is_named_with_qualifier_and_npi() -> None:
    who = {"first_name": "Ben", "last_name": "Cole", "npi": "2000000036", "taxonomy_code": ""}
    form = boxes(changed(W01, referring_provider=who))
    assert (form["17.qualifier"], form["17"], form["17b"]) == ("DN", "BEN COLE", "2000000036")


def test_a_facility_is_named_where_it_is_not_the_billing_address() -> None:
    apart = changed(W01, facility={"is_separate": True, "npi": "2000000044"})
    assert boxes(apart)["32.name"] == "SUMMIT MAIN STREET"
    assert boxes(apart)["32a"] == "2000000044"
    assert "32.name" not in boxes(W01)


def test_an_older_snapshot_without_the_newer_facts_is_printed_too() -> None:
    old = child()
    for name in ("birth_date", "sex"):
        del old["subscriber"][name]
    del old["patient"]["phone"]
    form = boxes(old)
    assert form["4"] == "CARTER, MARK"
    assert "11a.month" not in form
    assert "5.phone" not in form


def test_no_box_lies_upon_another_or_leaves_the_page() -> None:
    taken: dict[tuple[int, int], str] = {}
    for box, cell in CELLS.items():
        assert 1 <= cell.line <= LINES
        assert cell.last_column <= COLUMNS
        for column in range(cell.column, cell.last_column + 1):
            assert taken.setdefault((cell.line, column), box) == box


_text = st.text(max_size=70)
_money = st.decimals(min_value=0, max_value=10**9, places=2).map(str)
_lines = st.lists(
    st.fixed_dictionaries(
        {
            "charge_amount": _money,
            "units": _text,
            "procedure_code": _text,
            "modifiers": st.lists(st.text(max_size=3), max_size=5),
            "pointers": st.lists(st.integers(0, 12), max_size=6),
            "ndc_code": _text,
            "ndc_quantity": _text,
            "place_of_service_code": _text,
        }
    ),
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@given(
    patient=st.fixed_dictionaries(
        {"last_name": _text, "first_name": _text, "address_line1": _text, "city": _text,
         "state_code": _text, "zip_code": _text, "sex": st.sampled_from("MFU")}
    ),
    payer=st.fixed_dictionaries({"name": _text, "address_line1": _text, "city": _text}),
    member=_text,
    lines=_lines,
    totals=st.sampled_from(PaperTotals.values),
)  # fmt: skip
def test_nothing_is_ever_printed_outside_its_box(
    patient: dict[str, str],
    payer: dict[str, str],
    member: str,
    lines: list[dict[str, Any]],
    totals: str,
) -> None:
    snapshot = changed(
        W01,
        patient=patient,
        payer=payer,
        coverage={"member_id": member},
        lines=[line(number, **one) for number, one in enumerate(lines, 1)],
    )
    claim = paper_claim(snapshot, totals)
    told_of = {one.box for one in claim.misfits}
    assert len(claim.forms) == max(1, -(-len(lines) // 6))
    for form in claim.forms:
        for box, text in form.items():
            assert 0 < len(text) <= CELLS[box].width
            assert text.isascii()
            assert text.isprintable()
            assert text == text.upper()
        across = placed(form)
        for left, right in pairwise(across):
            assert left.line < right.line or left.column + len(left.text) <= right.column
    # What is not on the paper is told.
    if words.solid(member):
        assert "1a" in claim.forms[0] or "1a" in told_of

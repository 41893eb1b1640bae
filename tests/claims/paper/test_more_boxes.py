"""The boxes of the form that come from the case and the claim data."""

from typing import Any

from claims.paper.boxes import paper_claim
from claims.scrub import ScrubFacts, scrub
from tests.claims.claim_data_strategies import AUTHORIZED, CASES, PERSON, PLACE
from tests.claims.paper.snapshots import W01, line
from tests.claims.scrub.test_scrub import TODAY


def boxes(snapshot: dict[str, Any]) -> dict[str, str]:
    return paper_claim(snapshot).forms[0]


def visit(**groups: Any) -> dict[str, Any]:
    return {**W01, "claim_data": {key: [row] for key, row in groups.items()}}


def test_an_auto_accident_at_work_ticks_10a_and_10b_with_its_state_day_and_number() -> None:
    found = boxes({**W01, "case": CASES[3]})
    assert (found["10a.yes"], found["10b.yes"], found["10c.no"]) == ("X", "X", "X")
    assert "10a.no" not in found
    assert found["10b.state"] == "CO"
    assert found["11b"] == "Y4 WC12345"
    assert (found["15.qualifier"], found["15.month"], found["15.year"]) == ("439", "10", "2026")


def test_onset_absence_hospital_and_remarks_have_their_boxes() -> None:
    found = boxes(
        visit(
            dates={"onset": "2026-10-01"}, work={"from": "2026-10-02"},
            hospital={"admitted": "2026-10-03", "discharged": "2026-10-04"},
            notes={"text": "See the letter"}, conditions={"codes": ["W2"]},
        )
    )  # fmt: skip
    assert (found["14.qualifier"], found["14.day"]) == ("431", "01")
    assert (found["16.from.day"], found.get("16.to.day")) == ("02", None)
    assert (found["18.from.day"], found["18.to.day"]) == ("03", "04")
    assert (found["19"], found["10d"]) == ("SEE THE LETTER", "W2")


def test_17_names_who_referred_before_who_ordered_before_who_supervised() -> None:
    someone = {**W01, "supervising_provider": PERSON}
    assert boxes(someone)["17.qualifier"] == "DQ"
    assert boxes(someone | {"ordering_provider": PERSON})["17.qualifier"] == "DK"
    assert boxes(someone | {"referring_provider": PERSON})["17.qualifier"] == "DN"


def test_23_holds_one_number_and_the_scrub_says_which_is_not_printed() -> None:
    snapshot = {**W01, "authorizations": AUTHORIZED}
    assert boxes(snapshot)["23"] == "AUT77"
    found = scrub({**snapshot, "submitter": {"name": "S", "phone": "1"}},
                  ScrubFacts(today=TODAY, on_paper=True))  # fmt: skip
    (many,) = [one for one in found if one.code == "PAP-04"]
    assert "REF77" in many.message


def test_a_bought_test_ticks_20_and_names_its_seller_in_32() -> None:
    bought = line(1, purchased_from=PLACE, claim_data={"purchased": [{"amount": "9.50"}]})
    found = boxes({**W01, "lines": [bought]})
    assert (found["20.yes"], found["20.charge"].strip()) == ("X", "9 50")
    assert found["32.name"] == "FICTIONAL LABORATORY"


def test_a_lines_marks_times_and_words_stand_in_24() -> None:
    told = {
        "marks": [{"emergency": "Y", "epsdt": "Y", "description": "Knee tape"}],
        "anesthesia": [{"start": "08:15", "stop": "09:45"}],
    }
    found = boxes({**W01, "lines": [line(1, claim_data=told)]})
    assert found["24.1.shaded"] == "7BEGIN 0815 END 0945   ZZKNEE TAPE"
    assert (found["24.1.emergency"], found["24.1.epsdt"]) == ("Y", "Y")


def test_no_assignment_unticks_27_and_empties_13() -> None:
    found = boxes(visit(signatures={"assignment": "C", "benefits": "N"}))
    assert (found.get("27.yes"), found["27.no"], found.get("13")) == (None, "X", None)


def test_the_subscribers_address_stands_in_7_where_it_is_known() -> None:
    subscriber = {**W01["subscriber"], "is_patient": False, **PLACE}
    assert boxes({**W01, "subscriber": subscriber})["7.street"] == "9 OAK ST"
    assert "7.street" not in boxes(W01)


def test_of_several_dates_names_and_numbers_of_lines_the_scrub_says_which_is_not_printed() -> None:
    told_line = line(1, claim_data={"numbers": [{"authorization": "L1", "clia": "06D0000009"}]})
    snapshot = {
        **visit(dates={"initial_treatment": "2026-10-01", "last_seen": "2026-10-09"}),
        "submitter": {"name": "S", "phone": "1"},
        "referring_provider": PERSON, "supervising_provider": PERSON, "lines": [told_line],
    }  # fmt: skip
    assert boxes(snapshot)["23"] == "L1"
    found = scrub(snapshot, ScrubFacts(today=TODAY, on_paper=True))
    told = {one.field: one.message for one in found if one.code == "PAP-04"}
    assert set(told) == {"paper.1.15.many", "paper.1.17.many", "paper.1.23.many"}
    assert told["paper.1.15.many"] == (
        "Box 15 holds one date, initial treatment 2026-10-01: last seen 2026-10-09 is not printed."
    )
    assert "06D0000009 is not printed" in told["paper.1.23.many"]

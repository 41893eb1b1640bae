"""The page behind a paper claim to a later payer, and the boxes that name the other payer."""

from copy import deepcopy
from typing import Any

import pytest

from claims.models import Claim
from claims.paper.boxes import paper_claim
from claims.paper.eob import WIDTH, eob_pages
from patients.models import Coverage
from tests.claims.documents import enveloped
from tests.factories.claims import World, make_claim, nguyen
from tests.factories.cob import NOVEMBER_2, joans, remit, sent, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def secondary(world: World) -> dict[str, Any]:
    """W-03, after a remittance that also decided a claim of somebody else."""
    claim = joans(world)
    david = nguyen(world)
    Coverage.objects.filter(patient=david).update(plan=world.medicare_plan, member_id="1EG4TE5MK74")
    other = sent(world, make_claim(world, david, "99213 /a", on=NOVEMBER_2))
    told(world, together(claim, other), claim)
    return deepcopy(dict(claim.version.snapshot))


def together(claim: Claim, other: Claim) -> str:
    """One remittance over two patients: W-10 and David's visit."""
    mine = remit(
        claim, "MEDICARE PART B", ("101.92", "CO*45*70**253*2.08~PR*2*26"),
        ("53.31", "CO*45*82**253*1.09~PR*2*13.6"), ("6.27", "CO*45*32**253*.13~PR*2*1.6"),
        more="MOA***MA01~\n",
    )  # fmt: skip
    theirs = remit(other, "MEDICARE PART B", ("100", "CO*45*35"))
    start, end = theirs.index("CLP*"), theirs.index("SE*")
    text = mine[mine.index("ST*") : mine.index("SE*")] + "LX*2~\n" + theirs[start:end]
    text = text.replace("BPR*I*161.5*", "BPR*I*261.5*").replace(
        "NM1*QC*1*TESTPATIENT*JOAN~\nSVC*HC:99213", "NM1*QC*1*NGUYEN*DAVID~\nSVC*HC:99213"
    )
    return enveloped(text + f"SE*{text.count('~') + 1}*0001~\n", 400)


def test_it_tells_every_line_and_amount_of_the_decision(secondary: dict[str, Any]) -> None:
    (page,) = eob_pages(secondary)
    text = "\n".join(page.lines)
    for words in ("Medicare Part B", "99214-25", "101.92", "CO-45", "70.00", "PR-2", "11/16/2026",
                  "161.50", "41.20", "MA01", "1EG4TE5MK73"):  # fmt: skip
        assert words in text
    assert max(map(len, page.lines)) <= WIDTH


def test_nobody_else_of_the_remittance_stands_on_it(secondary: dict[str, Any]) -> None:
    text = "\n".join(line for page in eob_pages(secondary) for line in page.lines).upper()
    assert "NGUYEN" not in text
    assert "100.00" not in text


def test_many_lines_go_on_a_second_page(secondary: dict[str, Any]) -> None:
    decision = secondary["other_payers"][0]["decision"]
    secondary["lines"] = [
        {**secondary["lines"][0], "number": n} for n in range(1, 21)
    ]  # fmt: skip
    decision["lines"] = [{**decision["lines"][0], "number": n} for n in range(1, 21)]
    pages = eob_pages(secondary)
    assert ["PAGE 1 OF 3" in pages[0].lines[0], len(pages)] == [True, 3]


def test_a_claim_without_a_decision_has_no_page(secondary: dict[str, Any]) -> None:
    secondary["other_payers"][0]["decision"] = None
    assert eob_pages(secondary) == []


def test_the_form_names_the_first_payer_and_what_was_paid(secondary: dict[str, Any]) -> None:
    (form,) = paper_claim(secondary).forms
    assert (form["9"], form["9a"]) == ("TESTPATIENT, JOAN, Q", "1EG4TE5MK73")
    assert form["9d"] == "MEDICARE PART B PART B"
    assert "11d.yes" in form
    assert "11d.no" not in form
    assert (form["28"].strip(), form["29"].strip()) == ("390 00", "161 50")


def test_medicare_as_first_payer_reads_the_supplement(secondary: dict[str, Any]) -> None:
    first = secondary["other_payers"][0]
    second = {**first, "coverage": secondary["coverage"], "payer": secondary["payer"]}
    primary = {**secondary, "coverage": first["coverage"], "payer": first["payer"]}
    primary["other_payers"] = [{**second, "decision": None}]
    (form,) = paper_claim(primary).forms
    assert (form["11"], form["9a"], form["9d"]) == ("NONE", "MEDIGAP SUP1234567", "54321")
    assert "11d.yes" not in form
    assert "11d.no" not in form


def test_medicare_as_second_payer_reads_who_pays_first(secondary: dict[str, Any]) -> None:
    first = secondary["other_payers"][0]
    first["coverage"] |= {"claim_filing_code": "CI", "group_number": "GRP77"}
    secondary["coverage"] |= {"claim_filing_code": "MB"}
    (form,) = paper_claim(secondary).forms
    assert (form["4"], form["11"]) == ("SAME", "GRP77")
    assert "9" not in form
    assert "11d.yes" not in form

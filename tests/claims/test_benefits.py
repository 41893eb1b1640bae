"""Reading benefits: a 271 in, words out (domain J.2, J.4, W-43)."""

from datetime import date

import pytest

from claims.benefits import Sheet, read_sheet
from claims.edi.reader import read_file
from claims.refusals import told
from tests.architecture.tree import ROOT
from tests.claims.answers import ACTIVE, answer_271, refused

DAY = date(2026, 11, 23)


def sheet(benefits: str, **options: str) -> Sheet:
    file = read_file(answer_271("E000000001", benefits, **options), DAY)
    return read_sheet(file.contents[0], DAY)


def row(found: Sheet, service: str) -> dict[str, object]:
    """The cells of one service that say something."""
    wanted = next(one for one in found.rows if one.service == service)
    cells = {name: getattr(wanted, name) for name in wanted.__slots__ if name != "service"}
    return {name: said for name, said in cells.items() if said}


def test_w_43_the_plan_and_the_office_visit() -> None:
    found = sheet(ACTIVE)
    assert (found.verdict, found.headline, found.plan_name) == (
        "active", "Active on 11/23/2026", "GOLD PPO",
    )  # fmt: skip
    assert row(found, "Whole plan") == {
        "covered": "Active",
        "deductible": "$1,500.00 a calendar year",
        "deductible_left": "$200.00",
        "coinsurance": "20%",
        "out_of_pocket_left": "$2,150.00",
    }
    assert row(found, "Office visit") == {"copay": "$30.00 a visit"}


def test_a_whole_answer_with_family_limits_procedure_and_provider() -> None:
    content = (ROOT / "tests/x12/data/e71_benefits.edi").read_bytes()
    found = read_sheet(read_file(content, DAY).contents[0], DAY)
    assert found.group_number == "GRP77"
    assert found.dates == ("Plan begins 01/01/2026", "Plan 01/01/2026 to 12/31/2026")
    assert row(found, "Whole plan")["deductible_left"] == "$310.25"
    assert row(found, "Office visit") == {
        "covered": "Active",
        "copay": "$25.00 a visit",
        "notes": ("COPAY IS WAIVED FOR TELEHEALTH",),
    }
    assert row(found, "Physical therapy") == {
        "authorization": "Needed",
        "notes": ("Limit 20 visits a service year",),
    }
    assert row(found, "X-ray, procedure 70551") == {
        "coinsurance": "10%", "notes": ("Out of network",),
    }  # fmt: skip
    assert found.notes == ("Primary care provider: ANA REYES, 3035550100",)


@pytest.mark.parametrize(
    ("benefits", "left"),
    [
        ("EB*C*IND*30***29*200*****Y~EB*C*FAM*30***29*150*****Y~", "$150.00"),
        ("EB*C*IND*30***29*200*****Y~EB*C*FAM*30***29*900*****Y~", "$200.00"),
        ("EB*C*IND*30***29*200*****Y~EB*C*IND*30***29*50*****N~", "$200.00"),
        ("EB*C*FAM*30***29*0~", "$0.00"),
    ],
)
def test_the_smaller_rest_in_network_is_what_is_left(benefits: str, left: str) -> None:
    assert row(sheet(f"EB*1**30~{benefits}"), "Whole plan")["deductible_left"] == left


def test_in_network_comes_first_and_out_of_network_is_a_note() -> None:
    found = sheet("EB*1**30~EB*A*IND*98*****.4****N~EB*A*IND*98*****.2****Y~")
    assert row(found, "Office visit") == {
        "coinsurance": "20%", "notes": ("Out of network: coinsurance 40%",),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("benefits", "dates", "verdict", "headline"),
    [
        ("EB*1**30~", "", "active", "Active on 11/23/2026"),
        ("EB*6**30~", "", "inactive", "Not active on 11/23/2026"),
        ("EB*1**98~EB*6**30~", "", "inactive", "Not active on 11/23/2026"),
        ("EB*1**30~", "DTP*347*D8*20261031~", "inactive",
         "Not active on 11/23/2026, it ended on 10/31/2026"),
        ("EB*1**30~", "DTP*347*D8*20261231~", "active", "Active on 11/23/2026"),
        ("EB*1**30~EB*6**30~", "", "unclear",
         "The answer does not say whether the coverage is active"),
        ("EB*5**30~", "", "unclear",
         "Active on 11/23/2026, but still being looked at by the payer"),
        ("EB*D**30~MSG*SEE CARD~", "", "unclear",
         "The answer does not say whether the coverage is active"),
        ("", "", "unclear", "The answer does not say whether the coverage is active"),
    ],
)  # fmt: skip
def test_active_or_not_in_words(benefits: str, dates: str, verdict: str, headline: str) -> None:
    found = sheet(benefits, dates=dates)
    assert (found.verdict, found.headline) == (verdict, headline)


def test_not_covered_and_unknown_services_are_told() -> None:
    found = sheet("EB*1**30~EB*I**33~EB*B**ZZ***27*10~EB*H**MH~")
    assert row(found, "Chiropractic") == {"covered": "Not covered"}
    assert row(found, "Service type ZZ") == {"copay": "$10.00 a visit"}
    assert row(found, "Mental health") == {"notes": ("Unlimited",)}


def test_another_payer_is_named_so_that_it_is_added() -> None:
    found = sheet("EB*1**30~EB*R~LS*2120~NM1*PRP*2*OTHER PLAN~LE*2120~")
    assert found.notes == ("Another payer: add it as a coverage: OTHER PLAN",)


@pytest.mark.parametrize(
    ("reason", "follow_up", "words", "place", "then"),
    [
        ("72", "C", "The member id is missing or wrong.", "member_id",
         "Put it right and ask again."),
        ("75", "C", "The payer does not find the subscriber.", "member_id",
         "Put it right and ask again."),
        ("71", "C", "The birth date is not the one that the payer has.", "birth_date",
         "Put it right and ask again."),
        ("42", "R", "The payer's system is not available now.", "", "It may be asked again."),
        ("62", "N", "The date lies outside the time that this payer answers for.", "date",
         "Asking again will not help."),
        ("51", "C", "The payer has no such provider on file.", "provider",
         "Put it right and ask again."),
        ("99", "", "The payer could not answer (reason 99).", "", ""),
    ],
)  # fmt: skip
def test_each_refusal_is_a_sentence_with_its_field(
    reason: str, follow_up: str, words: str, place: str, then: str
) -> None:
    found = told(reason, follow_up)
    assert (found.sentence, found.place, found.then) == (words, place, then)


def test_only_a_payer_that_is_away_is_asked_again_by_itself() -> None:
    assert sheet("", aaa=refused("42:R")).asks_for_patience
    assert not sheet("", aaa=refused("42:R", "71:C")).asks_for_patience
    assert not sheet(ACTIVE).asks_for_patience

"""The tabs at the right of the coding screen through their doors: E/M, Coverage, Code notes."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coding.choices import PriceMethod
from coding.models import (
    AddOnPair,
    AnesthesiaBase,
    ChargeItem,
    ChargeLine,
    CodeSetRelease,
    CodingCase,
    Contract,
    ContractRule,
    ConversionFactor,
    CoveragePolicy,
    EmWorksheet,
    IcdNote,
    IcdSeventhCharacter,
    PolicyDiagnosis,
    PolicyProcedure,
    PtpEdit,
    RelativeValue,
    UnitLimit,
)
from coding.services.finish_case import finish_case
from coding.verify import charges_multiply
from core.choices import Role
from core.models import AuditEvent, Practice
from patients.services.record_coverage import record_coverage
from tests.cast import client_of
from tests.factories.coding import LONG_AGO, coded, load_codes
from tests.factories.patients import Site, joan, joans_medicare, make_site, visit

FRAGMENT = {"HX-Request": "true"}
SHEET = {"family": "office_established", "problems": "3", "data": "2", "risk": "3"}


@pytest.fixture
def site(in_summit: Practice) -> Site:
    load_codes(in_summit)
    return make_site(in_summit)


@pytest.fixture
def case(site: Site) -> CodingCase:
    """Joan's second visit within a year."""
    patient = joan(site)
    joans_medicare(site, patient)
    coded(visit(site, patient, service_date_from=date(2026, 5, 4)), "I10", "99213;83036-qw")
    return coded(visit(site, patient), "E119 I10", "")


@pytest.fixture
def coder(summit: Practice) -> Client:
    return client_of(summit, Role.CODER)


def to(name: str, case: CodingCase, *more: object) -> str:
    return reverse(f"coding:{name}", args=[case.public_id, *more])


def tab(client: Client, case: CodingCase, side: str, **more: str) -> str:
    answer = client.get(to("case", case), {"side": side, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def release(kind: str, **columns: object) -> CodeSetRelease:
    return CodeSetRelease.objects.create(
        kind=kind, label="small", effective_from=LONG_AGO, state="active", **columns
    )


# -- E/M ---------------------------------------------------------------------------------------


def test_the_worksheet_offers_the_kind_of_visit_and_is_a_plain_form(
    coder: Client, case: CodingCase
) -> None:
    text = tab(coder, case, "em")
    assert '<option value="office_established" selected>' in text
    assert "Seen on 05/04/2026, within three years." in text
    assert 'data-word="/em"' in text
    answer = coder.post(to("em", case), SHEET | {"act": "apply", "side": "em"})
    assert answer.status_code == 303
    assert answer["Location"] == f"{to('case', case)}?side=em#side-part"
    assert "99214" in [line.procedure_code for line in ChargeLine.objects.filter(case=case)]
    text = tab(coder, case, "em")
    assert "Supports <b" in text
    assert "99215 takes two of problems, data and risk at high: none is" in text
    assert "Medicare may pay G2211" in text
    assert "saved the E/M worksheet" in tab(coder, case, "history")


def test_enter_answers_with_the_parts_and_the_tab_still_open(
    coder: Client, case: CodingCase
) -> None:
    answer = coder.post(to("em", case), SHEET | {"act": "apply", "side": "em"}, headers=FRAGMENT)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in text
    assert 'data-side-open="em"' in text
    assert "$200.00" in text


def test_a_line_of_another_level_is_asked_about_changed_or_kept(
    coder: Client, case: CodingCase
) -> None:
    coder.post(to("line-add", case), {"q": "99213"})
    text = coder.post(
        to("em", case), SHEET | {"act": "apply", "side": "em"}, headers=FRAGMENT
    ).content.decode()
    assert "Line 1 is 99213. The worksheet supports 99214." in text
    assert "Change 99213 to 99214" in text
    assert "below the level of its worksheet" in tab(coder, case, "edits")
    both = {"old": "99213", "new": "99214"}
    coder.post(to("em-level", case), both | {"act": "keep"})
    text = tab(coder, case, "em")
    assert "99213 was kept" in text
    assert "Change 99213 to 99214" not in text
    coder.post(to("em-level", case), both | {"act": "change"})
    assert ChargeLine.objects.get(case=case).procedure_code == "99214"
    assert "its worksheet" not in tab(coder, case, "edits")


def test_a_level_above_the_worksheet_is_put_right_with_a_fix(
    coder: Client, case: CodingCase
) -> None:
    coder.post(to("line-add", case), {"q": "99214"})
    coder.post(to("em", case), SHEET | {"problems": "2", "risk": "2", "act": "save"})
    text = tab(coder, case, "edits")
    assert "above the level of its worksheet, 99213" in text
    assert "Replace by 99213" in text


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({}, "Choose the kind of visit."),
        ({"family": "<b>x"}, "Choose the kind of visit."),
        (SHEET | {"risk": ""}, "Tick risk as well."),
        (SHEET | {"risk": "7"}, "A level is 1 to 4."),
        (SHEET | {"minutes": "many"}, "Minutes are a whole number."),
        (SHEET | {"minutes": "0"}, "Minutes are 1 or more."),
        (SHEET | {"minutes": "1441"}, "A day has 1,440 minutes."),
        (SHEET | {"note": "x" * 301}, "At most 300 characters."),
        ({"family": "office_established"}, "Tick problems, data and risk, or write"),
        (SHEET | {"family": "office_new", "act": "apply"}, "99204 is not in the charge master"),
    ],
)
def test_what_is_wrong_stands_at_its_field_with_what_was_ticked_kept(
    coder: Client, case: CodingCase, sent: dict[str, str], says: str
) -> None:
    answer = coder.post(to("em", case), sent | {"side": "em"}, headers=FRAGMENT)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert says in text
    assert "<b>x" not in text
    if sent.get("problems"):
        assert 'name="problems" value="3" checked' in text
    if sent.get("minutes"):
        assert f'value="{sent["minutes"]}"' in text
    assert not EmWorksheet.objects.exists()


def test_a_level_that_was_changed_meanwhile_is_a_conflict(coder: Client, case: CodingCase) -> None:
    coder.post(to("em", case), SHEET | {"act": "apply"})
    sent = {"old": "99212", "new": "99213", "act": "change", "side": "em"}
    answer = coder.post(to("em-level", case), sent, headers=FRAGMENT)
    assert answer.status_code == 409
    assert "changed meanwhile" in answer.content.decode()


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (SHEET, "Add 99214"),
        (SHEET, "no minutes written"),
        (SHEET | {"minutes": "5"}, "no level with 5"),
        (SHEET | {"minutes": "45"}, "by time"),
        ({}, "Tick the three rows"),
    ],
)
def test_a_look_says_what_it_would_support_and_keeps_nothing(
    coder: Client, case: CodingCase, sent: dict[str, str], says: str
) -> None:
    answer = coder.post(to("em-look", case), sent, headers=FRAGMENT)
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert not EmWorksheet.objects.exists()
    assert CodingCase.objects.get(pk=case.pk).version == case.version


def test_others_read_the_worksheet_and_cannot_write_it(
    summit: Practice, coder: Client, case: CodingCase
) -> None:
    coder.post(to("em", case), SHEET | {"act": "apply"})
    biller = client_of(summit, Role.BILLER)
    text = tab(biller, case, "em")
    assert "Moderate" in text
    assert 'id="em-form"' not in text
    assert AuditEvent.objects.filter(action="read", patient_id=case.patient_id).exists()
    for name in ("em", "em-level", "em-look"):
        assert biller.post(to(name, case), SHEET).status_code == 403


def test_another_practice_sees_no_worksheet(lakeside: Practice, case: CodingCase) -> None:
    outsider = client_of(lakeside, Role.CODER)
    for name in ("em", "em-level", "em-look"):
        assert outsider.post(to(name, case), SHEET).status_code == 404
    assert outsider.get(to("case", case), {"side": "em"}).status_code == 404


def test_without_a_worksheet_a_closed_visit_says_so(coder: Client, case: CodingCase) -> None:
    coder.post(to("line-add", case), {"q": "99213"})
    finish_case(case=CodingCase.objects.get(pk=case.pk))
    assert "No worksheet was made for this visit." in tab(coder, case, "em")


def test_before_2021_there_are_no_levels_of_this_sort(coder: Client, site: Site) -> None:
    old = visit(site, joan(site), service_date_from=date(2020, 6, 1))
    text = tab(coder, CodingCase.objects.get(encounter=old), "em")
    assert "begin in 2021" in text
    assert 'id="em-form"' not in text


# -- Coverage ----------------------------------------------------------------------------------


@pytest.fixture
def policy(case: CodingCase) -> CodeSetRelease:
    """An LCD that covers diabetes for the A1c."""
    found = release("coverage", row_count=3, is_starter=True)
    CoveragePolicy.objects.create(
        release=found, number="L33431", kind="lcd", title="Long-term sugar", contractors=["04112"]
    )
    PolicyProcedure.objects.create(release=found, code="83036", number="L33431")
    for code in ("E119", "R100", "R101"):
        PolicyDiagnosis.objects.create(release=found, number="L33431", is_covered=True, code=code)
    return found


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("83036-qw /ab", "Covered with A"),
        ("83036-qw /b", "Not covered by any diagnosis it points to"),
        ("83036-qw-ga /b", "GA is on the line"),
        ("99213", "No policy"),
    ],
)
def test_the_verdict_comes_first(
    coder: Client, case: CodingCase, policy: CodeSetRelease, line: str, verdict: str
) -> None:
    coder.post(to("line-add", case), {"q": line})
    text = tab(coder, case, "coverage")
    assert verdict in text
    assert "starter table, 3 rows" in text
    assert "Denial is likely, and no notice was signed" in text


def test_a_covered_diagnosis_that_is_there_is_named_and_the_list_can_be_filtered(
    coder: Client, case: CodingCase, policy: CodeSetRelease
) -> None:
    coder.post(to("line-add", case), {"q": "83036-qw /b"})
    text = tab(coder, case, "coverage")
    assert "Covers A, to which the line does not point." in text
    assert "Last done 05/04/2026" in text
    assert "Contractors 04112" in text
    assert "R10.1" in text
    by_code, by_word = (tab(coder, case, "coverage", dx=typed) for typed in ("r10.0", "SYMPTOM"))
    assert "R10.0" in by_code
    assert "R10.1" not in by_code
    assert "R10.1" in by_word
    assert "No covered diagnosis fits “&lt;b&gt;”" in tab(coder, case, "coverage", dx="<b>")


def test_medicares_policies_do_not_bind_others(
    coder: Client, site: Site, policy: CodeSetRelease
) -> None:
    patient = joan(site, first_name="June")
    record_coverage(
        patient=patient, plan=site.acme_plan, member_id="W1", effective_from=date(2020, 1, 1)
    )
    other = coded(visit(site, patient), "I10", "83036-qw")
    text = tab(coder, other, "coverage")
    assert "Acme Health Plan is not bound by them" in text
    assert "No policy" in text
    assert "Modifiers of a notice" not in text


def test_without_policies_or_contract_it_says_what_is_not_known(
    coder: Client, case: CodingCase
) -> None:
    coder.post(to("line-add", case), {"q": "99213"})
    text = tab(coder, case, "coverage")
    assert "No coverage policies are loaded" in text
    assert "Not known" in text
    assert "No contract is in force on the day." in text
    assert "not known" in text


def test_the_expected_amount_is_the_engines_with_its_steps(
    coder: Client, site: Site, case: CodingCase
) -> None:
    contract = Contract.objects.create(
        practice=site.practice, payer=site.medicare_plan.payer, name="Medicare 2026",
        effective_from=date(2026, 1, 1),
    )  # fmt: skip
    ContractRule.objects.create(
        practice=site.practice, contract=contract, code_from="99213",
        method=PriceMethod.FIXED, value=Decimal("92.50"),
    )  # fmt: skip
    coder.post(to("line-add", case), {"q": "99213"})
    text = tab(coder, case, "coverage")
    assert "$92.50" in text
    assert "$42.50" in text  # 135.00 less 92.50
    assert "Medicare 2026, 99213: 92.50 a unit x 1" in text
    coder.post(to("line-add", case), {"q": "83036-qw"})
    text = tab(coder, case, "coverage")
    assert "Medicare 2026: no rule for 83036." in text
    assert "not known" in text


def test_anesthesia_is_expected_by_base_and_time_and_charged_once(
    coder: Client, site: Site, case: CodingCase
) -> None:
    table = release("anesthesia")
    AnesthesiaBase.objects.create(release=table, code="00400", base_units=3)
    ConversionFactor.objects.create(
        release=table, name="anesthesia", factor=Decimal("20.4976"), effective_from=date(2026, 1, 1)
    )
    ChargeItem.objects.create(
        practice=site.practice, procedure_code="00400", short_name="Asleep",
        effective_from=LONG_AGO,
    )  # fmt: skip
    contract = Contract.objects.create(
        practice=site.practice, payer=site.medicare_plan.payer, name="Medicare 2026",
        effective_from=date(2026, 1, 1),
    )  # fmt: skip
    ContractRule.objects.create(
        practice=site.practice, contract=contract, method=PriceMethod.PCT_MEDICARE,
        value=Decimal(100),
    )  # fmt: skip
    coder.post(to("line-add", case), {"q": "00400-aa t47 $300"})
    line = case.lines.get(procedure_code="00400")
    assert (line.units, line.charge_amount) == (47, Decimal("300.00"))
    text = tab(coder, case, "coverage")
    assert "$125.04" in text  # (3 base + 3.1 time) x 20.4976
    assert charges_multiply().problems == []


# -- Code notes --------------------------------------------------------------------------------


def test_notes_stand_with_their_owner_and_the_chain_above(coder: Client, case: CodingCase) -> None:
    icd = CodeSetRelease.objects.get(kind="icd10cm")
    for kind, owner, text in (
        ("excludes1", "E11", "gestational diabetes (O24.4-)"),
        ("use_additional", "E11", "insulin (Z79.4)"),
        ("includes", "CH01", "all of it"),
        ("code_also", "E119", "something beside"),
    ):
        IcdNote.objects.create(release=icd, owner=owner, kind=kind, position=1, text=text)
    IcdSeventhCharacter.objects.create(release=icd, owner="I10", character="A", meaning="first")
    text = tab(coder, case, "notes")
    assert "Type 2 diabetes mellitus</li>" in text
    assert "Excludes1 <span" in text
    assert "gestational diabetes (O24.4-)" in text
    assert "at Chapter 1" in text
    assert "something beside" in text
    assert "Seventh characters" in text
    assert "ICD-10-CM small" in text


def test_a_line_shows_each_fact_with_its_release(coder: Client, case: CodingCase) -> None:
    RelativeValue.objects.create(
        release=release("rvu"), code="20610", status_code="A", global_days="000",
        pc_tc_indicator="0", bilateral_indicator="1",
    )  # fmt: skip
    UnitLimit.objects.create(release=release("mue"), code="20610", most_units=2, adjudication=3)
    PtpEdit.objects.create(
        release=release("ptp"), column1="20610", column2="99213", effective_from=LONG_AGO,
        modifier_indicator="1",
    )  # fmt: skip
    AddOnPair.objects.create(
        release=release("add_on"), add_on_code="83036", primary_code="99213", add_on_type=1,
        effective_from=LONG_AGO,
    )  # fmt: skip
    for line in ("20610-rt", "99213", "83036-qw"):
        coder.post(to("line-add", case), {"q": line})
    text = tab(coder, case, "notes")
    for words in (
        "0 days: the day itself", "2, MAI 3: date of service, clinical",
        "may take 50, or LT and RT",
        "with line 2, 99213: 20610 is paid, 99213 is not; a modifier may part them",
        "with 99213", "waived test, with QW",
        "Unit limits (MUE) small", "Physician fee schedule (RVU) small",
    ):  # fmt: skip
        assert words in text, words


def test_an_empty_visit_has_three_quiet_tabs(coder: Client, site: Site) -> None:
    empty = CodingCase.objects.get(encounter=visit(site, joan(site)))
    assert "Add a line" in tab(coder, empty, "coverage")
    assert "None yet." in tab(coder, empty, "notes")
    assert "No visit to this specialty in the last three years" in tab(coder, empty, "em")


# -- all of them -------------------------------------------------------------------------------


@pytest.mark.parametrize("side", ["em", "coverage", "notes"])
def test_the_number_of_queries_of_a_tab_does_not_grow_with_the_codes(
    coder: Client, site: Site, case: CodingCase, policy: CodeSetRelease, side: str
) -> None:
    for code in ("99203", "93000"):
        ChargeItem.objects.create(
            practice=site.practice, procedure_code=code, short_name=code, effective_from=LONG_AGO
        )
    for line in ("99213", "83036-qw"):
        coder.post(to("line-add", case), {"q": line})
    tab(coder, case, side)
    with CaptureQueriesContext(connection) as few:
        tab(coder, case, side)
    for code in ("M1711", "J020", "R100", "R101", "R102"):
        coder.post(to("diagnosis-add", case), {"q": code})
    for line in ("20610-rt", "93000", "99214", "J3301 x4", "83036-91"):
        coder.post(to("line-add", case), {"q": line})
    tab(coder, case, side)
    with CaptureQueriesContext(connection) as many:
        tab(coder, case, side)
    assert len(many) == len(few)
    assert len(many) <= 55

"""The code look-up (screen S13): search over everything, tree, index, comparison, cards, adding."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from coding.choices import IndexTable
from coding.look_up.everything import _meant
from coding.models import (
    CodeSetRelease,
    CodingCase,
    CoveragePolicy,
    ExternalCode,
    HcpcsCode,
    IcdCode,
    IcdFact,
    IcdNote,
    IcdSeventhCharacter,
    IndexEntry,
    PlaceOfService,
    PolicyDiagnosis,
    PolicyProcedure,
    ProcedureModifier,
)
from core.choices import Role
from core.models import AuditEvent, Practice
from core.tenancy import practice_scope
from tests.cast import client_of, user_of
from tests.factories.coding import LONG_AGO, coded, load_codes
from tests.factories.patients import Site, joan, joans_medicare, make_site, visit

HOME, TREE, INDEX = "coding:look-up", "coding:look-up-tree", "coding:look-up-index"
FY27, FY26 = date(2026, 10, 1), date(2025, 10, 1)
ROWS = [
    # code, title, billable, parent, block, chapter
    ("E11", "Type 2 diabetes mellitus", False, "", "E08-E13", 4),
    ("E116", "Type 2 diabetes with other complications", False, "E11", "E08-E13", 4),
    ("E1165", "Type 2 diabetes with hyperglycemia", True, "E116", "E08-E13", 4),
    ("E119", "Type 2 diabetes without complications", True, "E11", "E08-E13", 4),
    ("O24", "Diabetes mellitus in pregnancy", True, "", "O20-O29", 15),
    ("S52", "Fracture of forearm", False, "", "S50-S59", 19),
    ("S529XXA", "Fracture of forearm, initial encounter", True, "S52", "S50-S59", 19),
]


def staged(
    kind: str, label: str = "small", begin: date = LONG_AGO, **more: object
) -> CodeSetRelease:
    return CodeSetRelease.objects.create(
        kind=kind, label=label, effective_from=begin, state="active",
        source_sha256=f"{kind} {label}", **more,
    )  # fmt: skip


@pytest.fixture
def icd(db: None) -> CodeSetRelease:
    """A slice of ICD-10-CM, in force from October 1, 2026, and the year before with less."""
    old = staged("icd10cm", "FY2026", FY26, effective_to=date(2026, 9, 30))
    release = staged(
        "icd10cm", "FY2027", FY27, effective_to=date(2027, 9, 30),
        facts={"chapters": {"CH04": "Endocrine diseases", "CH15": "Pregnancy", "CH19": "Injury"},
               "blocks": {"E08-E13": "Diabetes mellitus"}},
    )  # fmt: skip
    for one, rows in ((release, ROWS), (old, ROWS[:1])):
        IcdCode.objects.bulk_create(
            IcdCode(release=one, code=code, title=title, is_billable=billable, parent_code=parent,
                    block=block, chapter=chapter)
            for code, title, billable, parent, block, chapter in rows
        )  # fmt: skip
    for owner, kind, text in [
        ("CH04", "excludes1", "transitory endocrine disorders of newborn (P70-P74)"),
        ("E11", "excludes1", "gestational diabetes (O24.-)"),
        ("E119", "use_additional", "code to identify control using insulin (Z79.4)"),
        ("E116", "inclusion", "Something included here"),
    ]:
        IcdNote.objects.create(release=release, owner=owner, kind=kind, position=1, text=text)
    IcdSeventhCharacter.objects.create(
        release=release, owner="S52", character="A", meaning="initial encounter for closed fracture"
    )
    return release


@pytest.fixture
def coder(summit: Practice) -> Client:
    return client_of(summit, Role.CODER)


def read(client: Client, name: str, *args: str, status: int = 200, **asked: str) -> str:
    answer = client.get(reverse(name, args=args), {"on": "2026-11-30", **asked})
    assert answer.status_code == status
    return answer.content.decode()


# -- search over everything ----------------------------------------------------------------------


@pytest.fixture
def lists(db: None) -> None:
    hcpcs = staged("hcpcs")
    ProcedureModifier.objects.create(
        release=hcpcs, code="LT", short_title="Left side", long_title="Left side (of the body)"
    )
    ProcedureModifier.objects.create(
        release=hcpcs, code="GD", short_title="Units exceed", terminated_on=date(2013, 6, 30)
    )
    HcpcsCode.objects.create(
        release=hcpcs, code="J1100", short_title="Dexamethasone sodium phos",
        long_title="Injection, dexamethasone sodium phosphate, 1 mg",
    )  # fmt: skip
    PlaceOfService.objects.create(
        release=staged("pos"), code="11", name="Office", is_facility=False
    )
    ExternalCode.objects.create(release=staged("carc"), code="45", meaning="Above what was agreed")
    ExternalCode.objects.create(release=staged("rarc"), code="N130", meaning="")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("hyperglycemia", "E11.65"),
        ("dexamethasone", "J1100"),
        ("modifier 25", "A separate visit on the day of a minor procedure"),
        ("LT", "Left side (of the body)"),
        ("gd", "ended"),
        ("pos 11", "non-facility rate"),
        ("CO-45", "Above what was agreed"),
        ("N130", "Its words come with a licence"),
    ],
)
def test_one_search_finds_codes_of_every_set(
    coder: Client, icd: CodeSetRelease, lists: None, typed: str, shown: str
) -> None:
    assert shown in read(coder, HOME, q=typed)


def test_a_word_for_a_list_keeps_to_that_list(
    coder: Client, icd: CodeSetRelease, lists: None
) -> None:
    text = read(coder, HOME, q="CO-45")
    assert "Adjustment reason" in text
    assert "Diagnoses" not in text


@pytest.mark.parametrize("typed", ["CO poisoning", "OA knee", "mod asthma", "pos", "pr interval"])
def test_a_short_word_before_words_names_no_list(typed: str) -> None:
    assert _meant(typed) == ("", "")


@pytest.mark.parametrize(
    ("typed", "kind", "rest"),
    [
        ("co45", "", ""),
        ("CO 45", "carc", "45"),
        ("pr-B16", "carc", "B16"),
        ("reason duplicate", "carc", "duplicate"),
        ("mod lt", "modifier", "lt"),
        ("place of service home", "place", "home"),
    ],
)
def test_a_list_is_named_before_a_code_or_by_its_whole_name(
    typed: str, kind: str, rest: str
) -> None:
    assert _meant(typed) == (kind, rest)


def test_nothing_typed_nothing_found_and_nothing_loaded_each_say_what_to_do(
    coder: Client, summit: Practice
) -> None:
    assert "ICD-10-CM is not loaded" in read(coder, HOME)
    assert "A coding lead or an administrator loads it" in read(coder, HOME, q="pain")
    lead = client_of(summit, Role.CODING_LEAD)
    assert reverse("coding:code-set-load") in read(lead, HOME)


def test_an_odd_search_is_answered(coder: Client, icd: CodeSetRelease) -> None:
    assert "Type a term" in read(coder, HOME)
    assert "Nothing fits" in read(coder, HOME, q="zzqqxx")
    for odd in ("\x00", "%", "(" * 90, "CO-"):
        read(coder, HOME, q=odd)
    read(coder, HOME, on="31/31/2026", case="no id")


# -- the tabular list ----------------------------------------------------------------------------


def test_the_tree_is_unfolded_along_one_path_only(coder: Client, icd: CodeSetRelease) -> None:
    text = read(coder, TREE)
    assert "Endocrine diseases" in text
    assert "E08-E13" not in text
    assert "Diabetes mellitus" in read(coder, TREE, at="CH04")
    assert "E11.6" not in read(coder, TREE, at="E08-E13")
    text = read(coder, TREE, at="E11.6")
    assert 'id="n-E1165"' in text
    assert 'id="n-S50-S59"' not in text


def test_an_unfolded_entry_leads_back_to_what_is_above_it(
    coder: Client, icd: CodeSetRelease
) -> None:
    text = read(coder, TREE, at="E11")
    link = text[text.index('id="n-E11"') :].split(">")[0]
    assert f'href="{reverse(TREE)}?on=2026-11-30&amp;at=E08-E13"' in link
    assert 'aria-expanded="true"' in link


def test_a_code_shows_its_notes_and_those_that_it_inherits(
    coder: Client, icd: CodeSetRelease
) -> None:
    text = read(coder, TREE, at="E119")
    assert "control using insulin" in text
    assert text.index("gestational diabetes") < text.index("transitory endocrine disorders")
    assert "Something included here" not in text, "of a code beside it"
    assert "Billable" in text
    assert "Needs more characters" in read(coder, TREE, at="E11")
    assert "without the tabular list" not in text
    CodeSetRelease.objects.filter(pk=icd.pk).update(facts={"notes": 0})
    assert "without the tabular list" in read(coder, TREE, at="E119")
    text = read(coder, TREE, at="S52")
    assert "initial encounter for closed fracture" in text


def test_the_day_decides_which_release_is_shown(coder: Client, icd: CodeSetRelease) -> None:
    text = read(coder, TREE, at="E119", on="2026-03-01")
    assert "E119 is not in ICD-10-CM FY2026" in text
    assert "?on=2026-10-01&amp;at=E119" in text, "the other year, for the same code"
    assert "without complications" in read(coder, TREE, at="E119", on="11/30/2026")


def test_the_tree_alone_is_what_htmx_gets(coder: Client, icd: CodeSetRelease) -> None:
    answer = coder.get(reverse(TREE), {"at": "CH04"}, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert 'id="tree-part"' in text
    assert "<html" not in text


def test_a_diagnosis_says_for_whom_it_is_and_which_policies_cover_it(
    coder: Client, icd: CodeSetRelease
) -> None:
    IcdFact.objects.create(
        release=staged("icd_facts"), begins_with="E11", kind="adult", age_from=15, age_to=124
    )
    policies = staged("coverage")
    for number, title, end in [
        ("A1", "Glucose monitors", None), ("A2", "Bygone policy", date(2020, 1, 1)),
    ]:  # fmt: skip
        CoveragePolicy.objects.create(
            release=policies, number=number, kind="article", title=title, effective_to=end
        )
        PolicyProcedure.objects.create(release=policies, number=number, code="83036")
        PolicyDiagnosis.objects.create(
            release=policies, number=number, code="E119", is_covered=True
        )
    text = read(coder, TREE, at="E119")
    assert "For adults." in text
    assert "Glucose monitors" in text
    assert "83036" in text
    assert "Bygone policy" not in text
    assert "E119" in read(coder, "coding:look-up-code", "service", "83036")


# -- the Alphabetic Index ------------------------------------------------------------------------


@pytest.fixture
def index(icd: CodeSetRelease) -> CodeSetRelease:
    release = staged("icd10index", "FY2027", FY27)
    for table, rows in {
        IndexTable.DISEASES: [
            (0, "Calculus, calculi", "(impacted)", ["N20.9"], ""),
            (1, "Calculus, calculi > gallbladder", "", ["K80.2-"], ""),
            (1, "Calculus, calculi > biliary", "", ["K80.2-"], "Calculus, gallbladder"),
            (0, "Cramp", "", ["R25.2"], ""),
            (0, "Elbow", "", [], "condition"),
        ],
        IndexTable.NEOPLASMS: [
            (0, "Neoplasm", "", ["C80.1", "", "", "", "", ""], ""),
            (1, "Neoplasm > lung", "", ["C34.9-", "C78.0-", "", "D14.3-", "", ""], ""),
            (2, "Neoplasm > lung > hilus", "", ["C34.0-", "", "", "", "", ""], ""),
            (1, "Neoplasm > skin", "", ["C44.90", "", "", "", "", ""], ""),
        ],
    }.items():
        for position, (level, path, modifiers, codes, see) in enumerate(rows):
            IndexEntry.objects.create(
                release=release, table=table, position=position, level=level, path=path,
                modifiers=modifiers, codes=codes, see=see,
            )  # fmt: skip
    return release


def test_the_index_is_turned_by_letter_and_by_beginning(
    coder: Client, index: CodeSetRelease
) -> None:
    text = read(coder, INDEX, letter="C")
    assert "Calculus, calculi" in text
    assert "Cramp" in text
    assert "Elbow" not in text
    assert "gallbladder" not in text, "below a main term"
    assert "Calculus" not in read(coder, INDEX, q="cram")
    assert "No term begins so" in read(coder, INDEX, letter="Q")
    assert "q=condition" not in read(coder, INDEX, letter="E"), "names no entry"


def test_a_term_opens_what_is_below_it_and_see_leads_on(
    coder: Client, index: CodeSetRelease
) -> None:
    text = read(coder, INDEX, at="0")
    assert f'{reverse(TREE)}?on=2026-11-30&amp;at=K802">K80.2-</a>' in text
    assert text.count("K80.2-") == 1, "an entry that only says see has no code of its own"
    assert "q=Calculus" in text
    assert "Cramp" not in text


def test_the_sites_of_neoplasms_stand_for_themselves_in_six_columns(
    coder: Client, index: CodeSetRelease
) -> None:
    text = read(coder, INDEX, table="neoplasms", letter="L")
    assert "Malignant primary" in text
    assert "C78.0-" in text
    assert "skin" not in text
    assert "hilus" in read(coder, INDEX, table="neoplasms", at="1")


def test_without_an_index_the_page_says_who_loads_it(coder: Client, icd: CodeSetRelease) -> None:
    assert "The Alphabetic Index is not loaded" in read(coder, INDEX)
    assert "The Alphabetic Index is not loaded" in read(
        coder, INDEX, table="x", at="x", **{"from": "y"}
    )


# -- comparing -----------------------------------------------------------------------------------


def test_two_codes_stand_side_by_side_and_say_that_they_exclude_each_other(
    coder: Client, icd: CodeSetRelease
) -> None:
    text = read(coder, "coding:look-up-compare", a="E11.9", b="o24")
    assert "They exclude each other: an Excludes1 note at E11" in text
    text = read(coder, "coding:look-up-compare", a="E119", b="E1165")
    assert "exclude each other" not in text
    assert "control using insulin" in text
    assert "cannot be compared" in read(coder, "coding:look-up-compare", a="E119", b="XX")
    assert "side by side" in read(coder, "coding:look-up-compare", a="E119")


# -- cards, and adding to an encounter -----------------------------------------------------------


def test_every_kind_of_code_has_a_card_to_print(
    coder: Client, icd: CodeSetRelease, lists: None
) -> None:
    card = "coding:look-up-code"
    for kind, code, shown in [
        ("dx", "E11.9", "without complications"), ("service", "J1100", "phosphate, 1 mg"),
        ("modifier", "25", "separate visit"), ("place", "11", "Office"),
        ("carc", "45", "Above what was agreed"), ("rarc", "N130", "come with a licence"),
    ]:  # fmt: skip
        text = read(coder, card, kind, code)
        assert shown in text
        assert "data-print" in text
    for kind, code in [("dx", "Z999"), ("service", "00000"), ("modifier", "ZZ")]:
        assert "No such code" in read(coder, card, kind, code, status=404)
    read(coder, card, "nonsense", "1", status=404)


@pytest.fixture
def site(in_summit: Practice) -> Site:
    load_codes(in_summit)
    return make_site(in_summit)


@pytest.fixture
def case(site: Site) -> CodingCase:
    patient = joan(site)
    joans_medicare(site, patient)
    return CodingCase.objects.get(encounter=visit(site, patient))


def add(client: Client, kind: str, code: str, case: CodingCase) -> tuple[int, str]:
    answer = client.post(
        reverse("coding:look-up-add", args=[kind, code]),
        {"to": str(case.public_id), "case": str(case.public_id)},
    )
    return answer.status_code, answer.content.decode()


def test_a_diagnosis_and_a_service_are_added_to_the_encounter_one_came_from(
    coder: Client, case: CodingCase
) -> None:
    asked = {"case": str(case.public_id)}
    button = f"Add to encounter {case.encounter.number}"
    assert button in coder.get(reverse(TREE), {"at": "E119", **asked}).content.decode()
    status, text = add(coder, "dx", "E119", case)
    assert status == 200
    assert "is on" in text
    status, _ = add(coder, "service", "99213", case)
    assert status == 200
    with practice_scope(case.practice):
        assert [one.code for one in case.diagnoses.all()] == ["E119"]
        assert [one.procedure_code for one in case.lines.all()] == ["99213"]


def test_what_cannot_be_added_says_why(coder: Client, case: CodingCase) -> None:
    with practice_scope(case.practice):
        coded(case.encounter, "E119", "")
    assert add(coder, "dx", "E119", case)[0] == 422
    assert "E11.9 is listed already" in add(coder, "dx", "E119", case)[1]
    assert "needs more characters" in add(coder, "dx", "E11", case)[1]
    assert "not in the charge master" in add(coder, "service", "99999", case)[1]
    assert add(coder, "modifier", "25", case)[0] == 404


def test_without_an_encounter_the_coders_open_ones_are_offered(
    coder: Client, case: CodingCase
) -> None:

    def page() -> str:
        return coder.get(reverse(TREE), {"at": "E119"}).content.decode()

    assert "Add to encounter" not in page()
    CodingCase.objects.filter(pk=case.pk).update(
        coder=user_of(case.practice, Role.CODER), state="in_progress"
    )
    assert f'<option value="{case.public_id}"' in page()
    CodingCase.objects.filter(pk=case.pk).update(state="finished")
    assert "Add to encounter" not in page()


def test_others_read_and_do_not_add_and_the_other_practice_sees_no_encounter(
    case: CodingCase, lakeside: Practice
) -> None:
    asked = {"at": "E119", "case": str(case.public_id)}
    for role in (Role.BILLER, Role.AUDITOR, Role.FRONT_DESK):
        answer = client_of(case.practice, role).get(reverse(TREE), asked)
        assert answer.status_code == 200
        assert "Add to encounter" not in answer.content.decode()
        assert add(client_of(case.practice, role), "dx", "E119", case)[0] == 403
    outsider = client_of(lakeside, Role.CODER)
    assert case.encounter.number not in outsider.get(reverse(TREE), asked).content.decode()
    assert add(outsider, "dx", "E119", case)[0] == 404


def test_a_search_for_an_encounter_warns_and_is_kept_as_a_read(
    coder: Client, case: CodingCase
) -> None:
    with practice_scope(case.practice):
        coded(case.encounter, "E119", "")
    asked = {"q": "e119", "case": str(case.public_id)}
    assert "on the list already" in coder.get(reverse(HOME), asked).content.decode()
    coder.get(reverse(HOME), {"q": "e119"})  # without an encounter nobody is shown
    reads = AuditEvent.objects.filter(action="read", note="code look-up")
    assert [event.patient_id for event in reads] == [case.patient_id]


def test_the_coding_screen_opens_it_with_its_encounter(coder: Client, case: CodingCase) -> None:
    text = coder.get(reverse("coding:case", args=[case.public_id])).content.decode()
    assert f'data-look-up="{reverse(HOME)}?case={case.public_id}"' in text

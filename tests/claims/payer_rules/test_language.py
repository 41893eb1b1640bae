"""The language of payer rules: what can be asked, what is refused, and how it reads in words."""

import copy
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.payer_rules.evaluate import fires_on, trace
from claims.payer_rules.fields import FIELDS
from claims.payer_rules.grammar import OPS_OF, Definition, Kind, Op, RuleError, parse, plain
from claims.payer_rules.live import LiveRule
from claims.payer_rules.words import sentence
from tests.claims.scrub.test_scrub import SOUND

# SOUND: Joan, born 04/12/1950, seen 11/02/2026; line 1 is 99214 for 200.00, line 2 is 20610 for
# 150.00; both point to M17.11, and I10 stands second on the claim.


def rule(*conditions: tuple[Any, ...], match: str = "all") -> Definition:
    """One group; a condition is (field, op, values) and, behind it, whose."""
    return parse(
        {
            "match": "all",
            "groups": [
                {
                    "match": match,
                    "conditions": [
                        {"field": field, "op": op, "values": values.split(), "where": where}
                        for field, op, values, where in (
                            (*one, "this") if len(one) == 3 else one for one in conditions
                        )
                    ],
                }
            ],
        }
    )


SITUATION = {
    "case": {"causes": ["AA", "EM"], "accident_date": "2026-10-30"},
    "claim_data": {
        "attachments": [{"type": "OZ", "way": "FX"}],
        "hospital": [{"admitted": "2026-11-01"}],
        "notes": [{"code": "ADD", "text": "See the note"}],
        "signatures": [{"delay": "7"}],
    },
    "authorizations": {"authorization": {"number": "PA-9"}},
    "ordering_provider": {"npi": "2000000044"},
}


@pytest.mark.parametrize(
    ("condition", "on_plain", "on_rare"),
    [
        (("authorization", "empty", ""), True, False),
        (("authorization", "begins", "PA-"), False, True),
        (("referral", "empty", ""), True, True),
        (("attachments", "is", "OZ"), False, True),
        (("admitted", "less", "2026-11-02"), False, True),
        (("note", "is", "ADD"), False, True),
        (("delay", "is", "7"), False, True),
        (("case.causes", "is", "EM"), False, True),
        (("case.accident_date", "at_most", "2026-11-01"), False, True),
        (("ordering_provider.npi", "filled", ""), False, True),
        (("other_payers", "is", "0"), True, True),
        (("claim.patient_paid_amount", "more", "0"), False, False),
        (("line.rendering", "filled", ""), False, False),
    ],
)
def test_what_few_claims_say_can_be_asked_too(
    condition: tuple[str, str, str], on_plain: bool, on_rare: bool
) -> None:
    asked = rule(condition)
    assert bool(fires_on(asked, SOUND)) == on_plain
    assert bool(fires_on(asked, SOUND | SITUATION)) == on_rare


@pytest.mark.parametrize(
    ("condition", "lines"),
    [
        (("line.procedure_code", "is", "99213 99214"), [1]),
        (("line.procedure_code", "is_not", "99214"), [2]),
        (("line.procedure_code", "begins", "206"), [2]),
        (("line.procedure_code", "begins_not", "206"), [1]),
        (("line.procedure_code", "in_range", "99202 99215"), [1]),
        (("line.procedure_code", "not_in_range", "99202 99215"), [2]),
        (("line.first_diagnosis", "in_range", "M15 M17"), [1, 2]),
        (("line.modifiers", "empty", ""), [1, 2]),
        (("line.modifiers", "filled", ""), []),
        (("line.charge_amount", "more", "150"), [1]),
        (("line.charge_amount", "at_least", "150"), [1, 2]),
        (("line.charge_amount", "less", "200"), [2]),
        (("line.charge_amount", "is", "150"), [2]),
        (("line.units", "between", "1 2"), [1, 2]),
        (("line.days", "is", "1"), [1, 2]),
        (("patient.age", "at_most", "64"), []),
        (("patient.age", "between", "76 76"), [0]),
        (("claim.service_date_from", "at_least", "2026-11-02"), [0]),
        (("claim.service_date_from", "less", "2026-11-02"), []),
        (("referring_provider.npi", "empty", ""), [0]),
        (("diagnoses", "begins", "I10"), [0]),
        (("line_count", "is", "2"), [0]),
        (("line.procedure_code", "is", "20610", "another"), [0]),
        (("line.procedure_code", "is", "97110", "none"), [0]),
        (("line.procedure_code", "is", "20610", "none"), []),
    ],
)
def test_each_question_finds_the_lines_it_should(
    condition: tuple[str, ...], lines: list[int]
) -> None:
    assert fires_on(rule(condition), SOUND) == lines


def test_another_line_is_never_the_line_itself() -> None:
    visit, injection = ("line.procedure_code", "is", "99214"), "20610"
    with_other = rule(visit, ("line.procedure_code", "is", injection, "another"))
    assert fires_on(with_other, SOUND) == [1]
    with_itself = rule(visit, ("line.procedure_code", "is", "99214", "another"))
    assert fires_on(with_itself, SOUND) == []


def test_all_and_any_mean_what_they_say_in_a_group_and_between_groups() -> None:
    both = (("line.procedure_code", "is", "99214"), ("line.charge_amount", "less", "200"))
    assert fires_on(rule(*both), SOUND) == []
    assert fires_on(rule(*both, match="any"), SOUND) == [1, 2]
    groups = [plain(rule(one))["groups"][0] for one in both]
    assert fires_on(parse({"match": "any", "groups": groups}), SOUND) == [1, 2]
    assert fires_on(parse({"match": "all", "groups": groups}), SOUND) == []


def test_a_picture_from_before_a_key_was_there_reads_as_empty() -> None:
    older = copy.deepcopy(SOUND)
    del older["lines"][0]["ndc_code"], older["coverage"]["group_number"]
    assert fires_on(rule(("line.ndc_code", "empty", "")), older) == [1, 2]
    assert fires_on(rule(("coverage.group_number", "filled", "")), older) == []


def test_the_trace_says_of_each_line_what_held_and_what_stood_there() -> None:
    found = trace(rule(("line.procedure_code", "is", "99214"), ("line.units", "more", "1")), SOUND)
    assert [(one.line, one.fires) for one in found] == [(1, False), (2, False)]
    assert [(held.held, held.saw) for held in found[0].groups[0]] == [
        (True, ("99214",)),
        (False, ("1",)),
    ]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("__import__('os')", "no rule"),
        ({"match": "all", "groups": []}, "no condition yet"),
        ({"match": "some", "groups": [{}]}, "is not known here"),
        ({"match": "all", "groups": [{"match": "all", "conditions": []}]}, "has no condition"),
    ],
)
def test_what_is_no_rule_is_refused_in_words(raw: Any, words: str) -> None:
    with pytest.raises(RuleError, match=words):
        parse(raw)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (("line.os", "is", "1"), "Choose what is asked about"),
        (("line.units", "begins", "1"), "cannot be asked of the units"),
        (("line.units", "more", "many"), "a number"),
        (("line.units", "between", "3 2"), "first end is behind"),
        (("line.procedure_code", "in_range", "97110"), "both ends"),
        (("line.procedure_code", "is", ""), "compared with"),
        (("claim.service_date_from", "is", "soon"), "a day like"),
        (("patient.sex", "is", "F", "another"), "not a line's"),
        (("line.procedure_code", "matches", "9.*"), "not known"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused_at_its_place(
    condition: tuple[str, ...], words: str
) -> None:
    with pytest.raises(RuleError, match=words) as refused:
        rule(condition)
    assert (refused.value.group, refused.value.condition) == (0, 0)


def test_a_rule_reads_as_a_sentence() -> None:
    therapy = rule(("line.procedure_code", "is", "97110 97112"), ("line.modifiers", "is_not", "GP"))
    said = sentence(
        therapy, scope=["Medicare Part B", "Acme PPO"], severity="E", message="GP is missing",
        effective_from=date(2026, 1, 1),
    )  # fmt: skip
    assert said == (
        "For Medicare Part B and Acme PPO, services from 01/01/2026: when on a line the procedure "
        "code is one of 97110 or 97112 and the modifiers do not include GP, "
        "stop the claim: “GP is missing”"
    )


def test_it_is_asked_only_for_its_payers_plans_and_days() -> None:
    dated = LiveRule(
        "RULE-1", 3, rule(("line_count", "at_least", "1")), "W", "Look", "line_count",
        effective_from=date(2026, 11, 2), effective_to=date(2026, 11, 2),
        payer_ids=frozenset({7}), plan_ids=frozenset({9}),
    )  # fmt: skip
    assert [dated.is_for(7, 1), dated.is_for(1, 9), dated.is_for(1, 1)] == [True, True, False]
    assert dated.lines(SOUND) == [0]
    later = copy.deepcopy(SOUND)
    later["claim"]["service_date_from"] = "2026-11-03"
    assert dated.lines(later) == []


_VALUES = {
    Kind.CODE: st.from_regex(r"[A-Z0-9]{1,6}", fullmatch=True),
    Kind.CODES: st.from_regex(r"[A-Z0-9]{1,6}", fullmatch=True),
    Kind.NUMBER: st.integers(0, 9999).map(str),
    Kind.DATE: st.dates(date(1990, 1, 1), date(2040, 1, 1)).map(date.isoformat),
}


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    field = draw(st.sampled_from(list(FIELDS.values())))
    op = draw(st.sampled_from(sorted(OPS_OF[field.kind])))
    count = {Op.EMPTY: 0, Op.FILLED: 0, Op.BETWEEN: 2, Op.IN_RANGE: 2, Op.NOT_IN_RANGE: 2}
    size = count.get(op, 1)
    values = draw(st.lists(_VALUES[field.kind], min_size=size, max_size=size))
    key = int if field.kind == Kind.NUMBER else str
    wheres = ["this", "another", "none"] if field.is_of_line else ["this"]
    return {
        "field": field.key, "op": str(op), "values": sorted(values, key=key),
        "where": draw(st.sampled_from(wheres)),
    }  # fmt: skip


@given(st.lists(st.lists(conditions(), min_size=1, max_size=3), min_size=1, max_size=3))
def test_any_rule_of_the_grammar_is_kept_judged_told_and_said(groups: list[Any]) -> None:
    definition = parse(
        {"match": "any", "groups": [{"match": "all", "conditions": one} for one in groups]}
    )
    assert parse(plain(definition)) == definition
    fired = set(fires_on(definition, SOUND))
    assert fired == {one.line for one in trace(definition, SOUND) if one.fires}
    assert sentence(definition, scope=[], severity="W", message="m").startswith("For every payer")

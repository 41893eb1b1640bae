"""Charge lines as the split rules see them, with what belongs together looked up."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from itertools import combinations

from claims.claim_facts import MoreFacts, rendering_of, row_of
from claims.models import PayerFilingSettings
from claims.scrub.services import MOST_LINES
from claims.splitting import Part, Service, SplitRules, split_services
from coding.choices import CodeSetKind
from coding.code_sets.lookups import add_on_primaries, ptp_rows
from coding.code_sets.releases import release_on
from coding.edits.families import is_evaluation
from coding.models import ChargeLine, LineClaimData
from patients.choices import AuthorizationKind
from patients.models import Encounter, Payer
from patients.selectors import authorizations_for

_DRUG_WASTE = frozenset({"JW", "JZ"})
_PARTS_OF_ONE = frozenset({"26", "TC"})
_SEPARATE_VISIT = "25"
_Groups = dict[int, set[Hashable]]


def split_lines(encounter: Encounter, payer: Payer, lines: Sequence[ChargeLine]) -> list[Part]:
    """The claims that `lines` of one encounter make for `payer` (domain B.1)."""
    settings = PayerFilingSettings.objects.filter(payer=payer).first()
    rules = _rules_of(settings) if settings else SplitRules()
    facts = MoreFacts(
        lines={row.line_id: row for row in LineClaimData.objects.filter(line__in=lines)}
    )
    numbers: dict[int, str] = {}
    if settings and settings.splits_authorizations:
        numbers = _authorizations(encounter, payer, lines, facts)
    # Only the limit of lines parts what belongs together, so below it nothing is looked up.
    together = _together(lines) if len(lines) > MOST_LINES else {}
    return split_services(
        [
            Service(
                key=line.pk,
                service_date=line.service_date_from,
                place_of_service_code=line.place_of_service_code or encounter.place_of_service_code,
                diagnoses=tuple(line.pointers),
                rendering=rendering_of(encounter, line, facts).pk,
                identity=numbers.get(line.pk, ""),
                together=frozenset(together.get(line.pk, ())),
            )
            for line in lines
        ],
        rules,
    )


def _rules_of(settings: PayerFilingSettings) -> SplitRules:
    return SplitRules(
        months_apart=settings.splits_months,
        years_apart=settings.splits_years,
        rendering_apart=settings.splits_rendering,
        most_lines=MOST_LINES,
    )


def _authorizations(
    encounter: Encounter, payer: Payer, lines: Sequence[ChargeLine], facts: MoreFacts
) -> dict[int, str]:
    """By line: the authorization it goes under. A line that is under none goes with the first that
    is under one: it needs no claim of its own.
    """
    found: dict[int, str] = {}
    for line in lines:
        data = facts.lines.get(line.pk)
        typed = row_of({"claim_data": data.values if data else {}}, "numbers")
        found[line.pk] = typed.get("authorization", "") or _named(encounter, payer, line, facts)
    otherwise = next((number for number in found.values() if number), "")
    return {key: number or otherwise for key, number in found.items()}


def _named(encounter: Encounter, payer: Payer, line: ChargeLine, facts: MoreFacts) -> str:
    """The number of the authorization that names the code of `line`, where there is one."""
    gave = rendering_of(encounter, line, facts).pk
    known = authorizations_for(encounter, payer.pk, {line.procedure_code}, gave)
    fits = known.get(AuthorizationKind.AUTHORIZATION)
    return fits.number if fits and line.procedure_code in fits.codes else ""


def _together(lines: Sequence[ChargeLine]) -> _Groups:
    """By line: the groups it is in. Each pair below is a group of its own (domain B.1, 5)."""
    groups: _Groups = defaultdict(set)
    by_day = defaultdict(list)
    for line in lines:
        by_day[line.service_date_from].append(line)
    for day, members in by_day.items():
        primaries = {
            code: {row.primary_code for row in rows}
            for code, rows in add_on_primaries({m.procedure_code for m in members}, day).items()
        }
        codes = sorted({line.procedure_code for line in members})
        release = release_on(CodeSetKind.PTP, day)
        edits = ptp_rows(release, combinations(codes, 2)) if release else []
        pairs = {frozenset((row.column1, row.column2)) for row in edits}
        for one, other in combinations(members, 2):
            if (
                _is_add_on_of(one, other, primaries)
                or _is_add_on_of(other, one, primaries)
                or frozenset((one.procedure_code, other.procedure_code)) in pairs
                or _is_one_service(one, other)
            ):
                _join(groups, one, other)
        _join_visits(groups, members)
    return groups


def _is_add_on_of(one: ChargeLine, other: ChargeLine, primaries: dict[str, set[str]]) -> bool:
    return other.procedure_code in primaries.get(one.procedure_code, ())


def _is_one_service(one: ChargeLine, other: ChargeLine) -> bool:
    """A drug and its waste, or the two components of one test."""
    if one.procedure_code != other.procedure_code:
        return False
    said, also = set(one.modifiers), set(other.modifiers)
    return bool((said ^ also) & _DRUG_WASTE or (said & _PARTS_OF_ONE and also & _PARTS_OF_ONE))


def _join_visits(groups: _Groups, members: Sequence[ChargeLine]) -> None:
    """A visit with modifier 25 stays with the day's first procedure, which it stands beside."""
    procedure = next((m for m in members if not is_evaluation(m.procedure_code)), None)
    for visit in members:
        is_visit = is_evaluation(visit.procedure_code) and _SEPARATE_VISIT in visit.modifiers
        if procedure is not None and is_visit:
            _join(groups, visit, procedure)


def _join(groups: _Groups, one: ChargeLine, other: ChargeLine) -> None:
    name = (one.pk, other.pk)
    groups[one.pk].add(name)
    groups[other.pk].add(name)

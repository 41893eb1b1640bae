"""Gathering what the scrub must know, for any number of claims in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from claims.choices import TransportKind
from claims.models import ClaimVersion, ClaimVersionLine, PayerFilingSettings
from claims.rule_reads import live_rules
from claims.scrub import ScrubFacts
from claims.scrub.coding import CodedCase, field_of
from claims.selectors import earlier_claims_of
from claims.services.gather_allowances import allowances_of
from claims.services.gather_filing_facts import gather_filing_facts
from coding.models import CodingCase, FindingOverride
from coding.services.check_case import Checked, check_cases
from core.findings import Finding


@dataclass(frozen=True, slots=True)
class Gathered:
    """What `scrub` is called with, and by their field the coding findings that somebody went on
    in spite of.
    """

    facts: ScrubFacts
    overrides: dict[str, FindingOverride]


def gather_scrub_facts(versions: Sequence[ClaimVersion], today: date) -> dict[int, Gathered]:
    """Facts by version. Looking at the encounters anew costs as many queries for one as for all."""
    road_of = dict(
        PayerFilingSettings.objects.filter(partner__is_active=True).values_list(
            "payer_id", "partner__transport"
        )
    )
    earlier = earlier_claims_of(versions)
    allowances = allowances_of(versions)
    rules = live_rules()
    lines_of = _lines_by_case(versions)
    checked = check_cases(_cases({case for cases in lines_of.values() for case in cases}))
    filing_facts = gather_filing_facts(versions)
    found = {}
    for version in versions:
        cases = lines_of[version.pk]
        found[version.pk] = Gathered(
            ScrubFacts(
                today=today,
                filing_deadline_on=version.filing_deadline_on,
                has_route=version.payer_id in road_of,
                on_paper=road_of.get(version.payer_id) == TransportKind.PAPER,
                allowances=allowances[version.pk],
                earlier_claims=earlier.get(version.pk, {}),
                filing=filing_facts[version.pk],
                coding=tuple(
                    CodedCase(case_id, frozenset(lines), _every(checked[case_id]))
                    for case_id, lines in cases.items()
                ),
                rules=tuple(one for one in rules if one.is_for(version.payer_id, version.plan_id)),
            ),
            {
                field_of(case_id, finding): override
                for case_id in cases
                for finding, override in checked[case_id].overridden
            },
        )
    return found


def _lines_by_case(versions: Sequence[ClaimVersion]) -> dict[int, dict[int, list[int]]]:
    """By version: the charge lines it carries, by the case they were coded in."""
    found: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    rows = ClaimVersionLine.objects.filter(version__in=versions).order_by("line_number")
    for version, case, line in rows.values_list(
        "version_id", "charge_line__case_id", "charge_line_id"
    ):
        found[version][case].append(line)
    return found


def _cases(ids: set[int]) -> list[CodingCase]:
    rows = CodingCase.objects.filter(pk__in=ids).order_by("pk")
    return list(
        rows.select_related("patient", "encounter__facility", "encounter__rendering_provider")
    )


def _every(checked: Checked) -> tuple[Finding, ...]:
    """What stands and what was overridden: both are told, the second with its reason."""
    return (*checked.findings, *(finding for finding, _ in checked.overridden))

"""Reference data for the edits, for any number of encounters: a query for each table and release.

Which release holds is said by the date of service (`code_sets.releases`). Dates that fall into the
same releases share one `Reference`.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

from coding.choices import CodeSetKind, PolicyKind
from coding.code_sets import modifier_codes
from coding.code_sets.icd_families import Family, families
from coding.code_sets.lookups import ptp_rows
from coding.code_sets.releases import best_of, usable_by_kind
from coding.edits.patterns import padded
from coding.edits.reference import (
    AddOn,
    Audience,
    CoverageGroup,
    CoveragePolicy,
    IcdFacts,
    IcdNote,
    MueLimit,
    ProcedureFacts,
    PtpEdit,
    Reference,
)  # fmt: skip
from coding.edits.snapshot import EncounterFacts
from coding.models import (
    AddOnPair,
    CodeSetRelease,
    HcpcsCode,
    IcdFact,
    IcdSeventhCharacter,
    PlaceOfService,
    PolicyDiagnosis,
    PolicyProcedure,
    ProcedureModifier,
    RelativeValue,
    UnitLimit,
    WaivedTest,
)  # fmt: skip
from coding.models import CoveragePolicy as PolicyRow
from coding.models import IcdNote as NoteRow

_KINDS: tuple[str, ...] = (
    CodeSetKind.ICD10CM, CodeSetKind.ICD_FACTS, CodeSetKind.HCPCS, CodeSetKind.PTP, CodeSetKind.MUE,
    CodeSetKind.ADD_ON, CodeSetKind.RVU, CodeSetKind.COVERAGE, CodeSetKind.CLIA, CodeSetKind.POS,
)  # fmt: skip
_NOTE_KINDS = ("excludes1", "code_first", "use_additional")
_AUDIENCES = {
    "newborn": "newborns", "pediatric": "children", "maternity": "ages 9 to 64", "adult": "adults",
}  # fmt: skip
_FAMILY_NAMES = {CodeSetKind.RVU: "mpfs"}
Releases = dict[str, CodeSetRelease | None]


@dataclass
class _Wanted:
    """Every code that the encounters name, so that each table is asked once."""

    diagnoses: set[str] = field(default_factory=set)
    procedures: set[str] = field(default_factory=set)
    pairs: set[tuple[str, str]] = field(default_factory=set)
    modifiers: set[str] = field(default_factory=set)

    def add(self, facts: EncounterFacts) -> None:
        """Take note of one encounter's codes; those of its days' other encounters pair with its."""
        self.diagnoses |= {one.code for one in facts.diagnoses if one.code}
        here = {line.procedure_code for line in facts.lines}
        days = {line.service_date_from for line in facts.lines}
        beside = {line.procedure_code for line in facts.earlier if line.service_date in days}
        self.procedures |= here | {line.procedure_code for line in facts.earlier}
        self.pairs |= set(combinations(sorted(here | beside), 2))
        self.modifiers |= {one for line in facts.lines for one in line.modifiers}


def references_for(encounters: Iterable[EncounterFacts]) -> dict[date, Reference]:
    """The reference data by date of service."""
    wanted, dates = _Wanted(), set()
    for facts in encounters:
        wanted.add(facts)
        dates.add(facts.service_date_from)
    usable = usable_by_kind(_KINDS)
    by_releases: dict[tuple[int, ...], Reference] = {}
    found: dict[date, Reference] = {}
    for on in sorted(dates):
        releases: Releases = {kind: best_of(usable[kind], on) for kind in _KINDS}
        key = tuple(release.pk if release else 0 for release in releases.values())
        if key not in by_releases:
            by_releases[key] = _reference(wanted, releases)
        found[on] = by_releases[key]
    return found


def diagnosis_facts(codes: Iterable[str], on: date) -> dict[str, IcdFacts]:
    """What the releases for `on` say of some diagnoses, and of the codes they begin with."""
    kinds = (CodeSetKind.ICD10CM, CodeSetKind.ICD_FACTS)
    usable = usable_by_kind(kinds)
    return _icd(set(codes), {kind: best_of(usable[kind], on) for kind in kinds})


def _reference(wanted: _Wanted, releases: Releases) -> Reference:
    return Reference(
        icd=_icd(wanted.diagnoses, releases),
        procedures=_procedures(wanted, releases[CodeSetKind.RVU]),
        ptp=_pairs(wanted, releases[CodeSetKind.PTP]),
        mue=_limits(wanted, releases[CodeSetKind.MUE]),
        add_ons=_add_ons(wanted, releases[CodeSetKind.ADD_ON]),
        policies=_policies(wanted, releases[CodeSetKind.COVERAGE]),
        places=_places(releases[CodeSetKind.POS]),
        waived_with_qw=_waived(wanted, releases[CodeSetKind.CLIA]),
        ended_modifiers=_ended(ProcedureModifier, wanted.modifiers, releases[CodeSetKind.HCPCS]),
        unknown_modifiers=_unknown(wanted.modifiers, releases[CodeSetKind.HCPCS]),
        ended_codes=_ended(HcpcsCode, wanted.procedures, releases[CodeSetKind.HCPCS]),
        releases={
            _FAMILY_NAMES.get(CodeSetKind(kind), kind): _said(release)
            for kind, release in releases.items()
            if release is not None
        },
    )


def _said(release: CodeSetRelease) -> str:
    """How a finding names its release; a starter table says that it is one."""
    is_unsaid = release.is_starter and "starter" not in release.label
    return f"{release}, starter table" if is_unsaid else str(release)


# -- diagnoses -------------------------------------------------------------------------------


def _icd(codes: set[str], releases: Releases) -> dict[str, IcdFacts]:
    release = releases[CodeSetKind.ICD10CM]
    if release is None or not codes:
        return {}
    by_category = families(release, codes)
    known = {code: by_category[code[:3]] for code in codes}
    looked_up = {name for code in codes for name in _candidates(code) if name in known[code]}
    chains = {
        name: [*(name[:n] for n in range(len(name), 2, -1)), *_above(by_category[name[:3]][name])]
        for name in looked_up
    }
    owners = {owner for chain in chains.values() for owner in chain}
    notes = _grouped(
        NoteRow.objects.filter(release=release, owner__in=owners, kind__in=_NOTE_KINDS).order_by(
            "owner", "kind", "position"
        ),
        "owner",
    )
    sevenths = _grouped(
        IcdSeventhCharacter.objects.filter(release=release, owner__in=owners), "owner"
    )
    audiences = _audiences(looked_up, releases[CodeSetKind.ICD_FACTS])
    return {
        name: replace(
            _icd_facts(name, by_category[name[:3]], chain, notes, sevenths),
            audiences=audiences.get(name, ()),
        )
        for name, chain in chains.items()
    }


def _candidates(code: str) -> set[str]:
    """A code, what it begins with, and what it may have been meant to be (ICD-04, ICD-05)."""
    shorter = {code[:length] for length in range(3, len(code) + 1)}
    filled = {padded(one.rstrip("X"), code[-1]) for one in shorter if len(one) < len(code)}
    return shorter | filled | {code}


def _above(row: Any) -> list[str]:
    return [*filter(None, [row.block]), f"CH{row.chapter:02}"]


def _icd_facts(
    code: str,
    family: Family,
    chain: list[str],
    notes: dict[str, list[Any]],
    sevenths: dict[str, list[Any]],
) -> IcdFacts:
    row = family[code]
    owner = next((name for name in chain if name in sevenths), "")
    below: tuple[str, ...] = ()
    if not row.is_billable:
        below = tuple(one for one, child in family.items()
                      if child.is_billable and one.startswith(code))  # fmt: skip
    return IcdFacts(
        code=code,
        title=row.title,
        is_billable=row.is_billable,
        children=below,
        sevenths=frozenset(one.character for one in sevenths.get(owner, ())),
        notes=tuple(one for name in chain for one in notes_of(name, notes.get(name, []))),
        siblings=_siblings(code, family) if row.is_billable else (),
    )


def notes_of(owner: str, rows: list[Any]) -> list[IcdNote]:
    """The rows of one owner, in order, as one note a kind."""
    texts: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        texts[row.kind].append(row.text)
    is_block = "-" in owner or owner.startswith("CH")
    return [IcdNote(kind, owner, tuple(said), is_block) for kind, said in texts.items()]


def _siblings(code: str, family: Family) -> tuple[tuple[str, str], ...]:
    """Billable codes nearby: the same first four characters, and the same seventh."""
    near, seventh = code[:4] if len(code) > 4 else code[:3], code[6:]
    return tuple(
        (one, row.title)
        for one, row in family.items()
        if row.is_billable and one != code and one.startswith(near) and one[6:] == seventh
    )


def _audiences(codes: set[str], release: CodeSetRelease | None) -> dict[str, tuple[Audience, ...]]:
    if release is None:
        return {}
    beginnings = {code[:length] for code in codes for length in range(1, len(code) + 1)}
    rows = IcdFact.objects.filter(release=release, begins_with__in=beginnings)
    by_beginning = _grouped(rows, "begins_with")
    return {
        code: tuple(
            audience_of(row)
            for length in range(1, len(code) + 1)
            for row in by_beginning.get(code[:length], ())
        )
        for code in codes
    }


def audience_of(row: IcdFact) -> Audience:
    """Whom a row of facts names, with words for it."""
    words = _AUDIENCES.get(row.kind) or {"F": "women", "M": "men"}.get(row.sex, "one sex")
    return Audience(words, row.age_from, row.age_to, row.sex)


# -- procedures ------------------------------------------------------------------------------


def _procedures(wanted: _Wanted, release: CodeSetRelease | None) -> dict[str, ProcedureFacts]:
    rows = _rows(RelativeValue, release, code__in=wanted.procedures, modifier="")
    return {
        row.code: ProcedureFacts(
            global_days=row.global_days,
            pctc=row.pc_tc_indicator,
            multiple=row.multiple_procedure_indicator,
            bilateral=row.bilateral_indicator,
            assistant=row.assistant_indicator,
            cosurgeon=row.co_surgeon_indicator,
            team=row.team_indicator,
        )
        for row in rows
    }


def _pairs(
    wanted: _Wanted, release: CodeSetRelease | None
) -> dict[tuple[str, str], tuple[PtpEdit, ...]]:
    found: dict[tuple[str, str], list[PtpEdit]] = defaultdict(list)
    for row in ptp_rows(release, wanted.pairs) if release else ():
        edit = PtpEdit(row.column1, row.column2, row.effective_from, row.effective_to,
                       row.modifier_indicator)  # fmt: skip
        found[row.column1, row.column2].append(edit)
    return {pair: tuple(edits) for pair, edits in found.items()}


def _limits(wanted: _Wanted, release: CodeSetRelease | None) -> dict[str, MueLimit]:
    rows = _rows(UnitLimit, release, code__in=wanted.procedures)
    return {row.code: MueLimit(Decimal(row.most_units), str(row.adjudication)) for row in rows}


def _add_ons(wanted: _Wanted, release: CodeSetRelease | None) -> dict[str, AddOn]:
    rows = _grouped(_rows(AddOnPair, release, add_on_code__in=wanted.procedures), "add_on_code")
    return {
        code: AddOn(
            str(pairs[0].add_on_type),
            frozenset(pair.primary_code for pair in pairs if len(pair.primary_code) == 5),
        )
        for code, pairs in rows.items()
    }


def _waived(wanted: _Wanted, release: CodeSetRelease | None) -> frozenset[str]:
    rows = _rows(WaivedTest, release, code__in=wanted.procedures, needs_qw=True)
    return frozenset(row.code for row in rows)


def _places(release: CodeSetRelease | None) -> dict[str, bool]:
    return {row.code: row.is_facility for row in _rows(PlaceOfService, release)}


def _ended(model: Any, codes: set[str], release: CodeSetRelease | None) -> dict[str, date]:
    """The last day of codes that a cumulative list still holds."""
    rows = _rows(model, release, code__in=codes, terminated_on__isnull=False)
    return {row.code: row.terminated_on for row in rows}


def _unknown(modifiers: set[str], release: CodeSetRelease | None) -> frozenset[str]:
    """Modifiers of no release; while none is loaded, those of no family ever given out."""
    if release is None:
        return frozenset(modifiers - modifier_codes.STARTER)
    rows = _rows(ProcedureModifier, release, code__in=modifiers)
    known = {row.code for row in rows} | modifier_codes.LEVEL_ONE | modifier_codes.AMBULANCE
    return frozenset(modifiers - known)


# -- medical necessity -----------------------------------------------------------------------


def _policies(
    wanted: _Wanted, release: CodeSetRelease | None
) -> dict[str, tuple[CoveragePolicy, ...]]:
    """Policies by procedure. Which group of diagnoses goes with which procedures stands in prose
    only, so any covered group suffices.
    """
    numbers: dict[str, set[str]] = defaultdict(set)
    for row in _rows(PolicyProcedure, release, code__in=wanted.procedures):
        numbers[row.code].add(row.number)
    every = {number for found in numbers.values() for number in found}
    if not every:
        return {}
    covered = _grouped(_rows(PolicyDiagnosis, release, number__in=every), "number")
    policies = {
        row.number: _policy(row, covered.get(row.number, []))
        for row in _rows(PolicyRow, release, number__in=every)
    }
    return {
        code: tuple(policies[one] for one in sorted(found) if one in policies)
        for code, found in numbers.items()
    }


def _policy(row: PolicyRow, diagnoses: list[PolicyDiagnosis]) -> CoveragePolicy:
    groups: dict[int, set[str]] = defaultdict(set)
    for one in diagnoses:
        if one.is_covered:
            groups[one.group].add(one.code)
    return CoveragePolicy(
        policy_id=row.number,
        kind=PolicyKind(row.kind).label,
        groups=tuple(CoverageGroup(frozenset(codes)) for _, codes in sorted(groups.items())),
        effective_from=row.effective_from or date.min,
        effective_to=row.effective_to,
        excluded=frozenset(one.code for one in diagnoses if not one.is_covered),
        title=row.title,
        contractors=tuple(row.contractors),
    )


# -- shared ----------------------------------------------------------------------------------


def _rows(model: Any, release: CodeSetRelease | None, **wanted: Any) -> Iterable[Any]:
    return model.objects.filter(release=release, **wanted) if release is not None else ()


def _grouped(rows: Iterable[Any], name: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return dict(found)

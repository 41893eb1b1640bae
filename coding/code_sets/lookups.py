"""Set-based reads of the code sets: many codes, one date of service, one query.

Every function takes the date of service, uses the release of `release_on`, and answers with rows
keyed by code; a code that the release does not have is left out. What "left out" means depends on
the set and stands with each function. `row.release_id` leads to the release for a finding's source.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Model, Q

from coding.choices import CodeSetKind
from coding.code_sets.releases import in_force, release_on
from coding.models import (
    AddOnPair,
    AnesthesiaBase,
    CodeSetRelease,
    ConversionFactor,
    CoveragePolicy,
    CptCode,
    ExternalCode,
    FeeLocality,
    HcpcsCode,
    IcdCode,
    IcdFact,
    IcdNote,
    IcdSeventhCharacter,
    PlaceOfService,
    PolicyDiagnosis,
    PolicyProcedure,
    ProcedureModifier,
    PtpEdit,
    RelativeValue,
    UnitLimit,
    WaivedTest,
)

Pair = tuple[str, str]
Row = TypeVar("Row", bound=Model)

# Pair by pair through the unique index (OFFSET 0 keeps it so): a release that was just loaded has
# no statistics yet, and a plan by guess reads all of it.
_PAIRS = """
SELECT edit.* FROM unnest(%s::text[], %s::text[]) AS wanted(a, b)
CROSS JOIN LATERAL (
    SELECT * FROM coding_ptpedit one
    WHERE one.release_id = %s AND one.column1 = wanted.a AND one.column2 = wanted.b OFFSET 0
) edit
WHERE edit.modifier_indicator <> '9'
"""


def source_of(kind: str, on: date, variant: str = "") -> CodeSetRelease | None:
    """The release that answers for `on`, to be named in a finding; None: nothing is loaded."""
    return release_on(kind, on, variant)


# -- National Correct Coding Initiative ----------------------------------------------------------


def ptp_edits(pairs: Iterable[Pair], on: date, variant: str = "") -> dict[Pair, PtpEdit]:
    """The edits that apply on `on` to any of `pairs`, keyed (column 1, column 2).

    The order within a pair does not matter. A pair that is left out has no edit (indicator 9 and
    edits that are not in force are left out too).
    """
    release = release_on(CodeSetKind.PTP, on, variant)
    if release is None:
        return {}
    found = ptp_rows(release, pairs)
    return {
        (row.column1, row.column2): row
        for row in found
        if row.effective_from <= on and (row.effective_to is None or on <= row.effective_to)
    }


def ptp_rows(release: CodeSetRelease, pairs: Iterable[Pair]) -> list[PtpEdit]:
    """Every edit of `pairs` in a release, whatever its dates; indicator 9 is left out."""
    wanted = {pair for a, b in pairs for pair in ((a, b), (b, a))}
    if not wanted:
        return []
    first, second = zip(*sorted(wanted), strict=True)
    return list(PtpEdit.objects.raw(_PAIRS, [list(first), list(second), release.pk]))


def unit_limits(codes: Iterable[str], on: date, variant: str = "") -> dict[str, UnitLimit]:
    """The MUE of each code. Some are not published: a code that is left out is not unlimited."""
    return _by_code(UnitLimit, CodeSetKind.MUE, codes, on, variant)


def add_on_primaries(codes: Iterable[str], on: date) -> dict[str, list[AddOnPair]]:
    """For each of `codes` that is an add-on, the rows that name its primaries on `on`."""
    release = release_on(CodeSetKind.ADD_ON, on)
    rows = AddOnPair.objects.filter(in_force(on), release=release, add_on_code__in=set(codes))
    return _grouped(rows if release else (), "add_on_code")


# -- physician fee schedule ----------------------------------------------------------------------


def procedure_indicators(
    codes: Iterable[str], on: date, variant: str = ""
) -> dict[Pair, RelativeValue]:
    """Every part of each code, keyed (code, modifier); the modifier is "", "26", "TC" or "53".

    For its indicators: of a starter table's rows the values may not be known.
    """
    release = release_on(CodeSetKind.RVU, on, variant)
    if release is None:
        return {}
    rows = RelativeValue.objects.filter(release=release, code__in=set(codes))
    return {(row.code, row.modifier): row for row in rows}


def relative_values(codes: Iterable[str], on: date, variant: str = "") -> dict[Pair, RelativeValue]:
    """The parts of each code whose relative values are known, keyed (code, modifier)."""
    found = procedure_indicators(codes, on, variant)
    return {key: row for key, row in found.items() if row.has_values}


def conversion_factor(
    on: date, name: str = "standard", variant: str = ""
) -> ConversionFactor | None:
    """Dollars per relative value unit on `on`; None where the release does not say."""
    release = release_on(CodeSetKind.RVU, on, variant)
    rows = ConversionFactor.objects.filter(in_force(on), release=release, name=name)
    return rows.order_by("-effective_from").first() if release else None


def conversion_factors(
    release: CodeSetRelease, names: Iterable[str], on: date
) -> dict[str, Decimal]:
    """The factors of a release that hold on `on`, by name."""
    rows = ConversionFactor.objects.filter(in_force(on), release=release, name__in=list(names))
    return dict(rows.order_by("effective_from").values_list("name", "factor"))


def anesthesia_bases(release: CodeSetRelease, codes: Iterable[str]) -> dict[str, Decimal]:
    """Base units of anesthesia services, by code."""
    rows = AnesthesiaBase.objects.filter(release=release, code__in=set(codes))
    return dict(rows.values_list("code", "base_units"))


def locality(mac: str, number: str, on: date) -> FeeLocality | None:
    """One Medicare locality by its contractor and number, leading zeros kept."""
    release = release_on(CodeSetKind.GPCI, on)
    rows = FeeLocality.objects.filter(release=release, mac=mac, locality=number)
    return rows.first() if release else None


# -- diagnoses -----------------------------------------------------------------------------------


def icd_notes(codes: Iterable[str], on: date) -> dict[str, list[IcdNote]]:
    """Every note that holds for each code: its own, and those of what it lies under.

    Codes without the dot. Nearest first: the code, its ancestors, its block, its chapter;
    `note.owner` says whose it is. A code that is left out is not in the release.
    """
    owners = _owners(codes, on)
    if not owners:
        return {}
    release = release_on(CodeSetKind.ICD10CM, on)
    names = {name for chain in owners.values() for name in chain}
    rows = _grouped(IcdNote.objects.filter(release=release, owner__in=names), "owner")
    return {
        code: [note for name in chain for note in rows.get(name, ())]
        for code, chain in owners.items()
    }


def seventh_characters(codes: Iterable[str], on: date) -> dict[str, dict[str, str]]:
    """What a seventh character may be and mean, of the nearest ancestor that defines it (ICD-04).

    Codes need not be in the release: `W19` and `W19A` both find the characters of W19.
    """
    release = release_on(CodeSetKind.ICD10CM, on)
    chains = {code: _beginnings(code) for code in codes}
    names = {name for chain in chains.values() for name in chain}
    rows = IcdSeventhCharacter.objects.filter(release=release, owner__in=names)
    defined = _grouped(rows if release else (), "owner")
    found: dict[str, dict[str, str]] = {}
    for code, chain in chains.items():
        owner = next((name for name in chain if name in defined), None)
        if owner:
            found[code] = {row.character: row.meaning for row in defined[owner]}
    return found


def icd_facts(codes: Iterable[str], on: date) -> dict[str, list[IcdFact]]:
    """What is known of age and sex for each code, by the families it belongs to."""
    release = release_on(CodeSetKind.ICD_FACTS, on)
    if release is None:
        return {}
    chains = {code: [code[:length] for length in range(len(code), 0, -1)] for code in codes}
    names = {name for chain in chains.values() for name in chain}
    rows = _grouped(IcdFact.objects.filter(release=release, begins_with__in=names), "begins_with")
    found = {
        code: [fact for name in chain for fact in rows.get(name, ())]
        for code, chain in chains.items()
    }
    return {code: facts for code, facts in found.items() if facts}


def _owners(codes: Iterable[str], on: date) -> dict[str, list[str]]:
    """Each known code with everything whose notes it inherits, nearest first."""
    release = release_on(CodeSetKind.ICD10CM, on)
    rows = IcdCode.objects.filter(release=release, code__in=set(codes)) if release else ()
    return {
        row.code: [*_beginnings(row.code), *filter(None, [row.block]), f"CH{row.chapter:02}"]
        for row in rows
    }


def _beginnings(code: str) -> list[str]:
    return [code[:length] for length in range(len(code), 2, -1)]


# -- procedures, modifiers, places, payers' codes ------------------------------------------------


def hcpcs_codes(codes: Iterable[str], on: date) -> dict[str, HcpcsCode]:
    """HCPCS Level II rows. The list is cumulative: look at `terminated_on` before you use one."""
    return _by_code(HcpcsCode, CodeSetKind.HCPCS, codes, on)


def modifiers(codes: Iterable[str], on: date) -> dict[str, ProcedureModifier]:
    """Level II modifiers of the HCPCS release; look at `terminated_on`."""
    return _by_code(ProcedureModifier, CodeSetKind.HCPCS, codes, on)


def cpt_codes(codes: Iterable[str], on: date) -> dict[str, CptCode]:
    """CPT codes of a licensee's file; with none loaded, nothing is known of any code."""
    return _by_code(CptCode, CodeSetKind.CPT, codes, on)


def waived_tests(codes: Iterable[str], on: date) -> dict[str, WaivedTest]:
    """The CLIA-waived ones among `codes`."""
    return _by_code(WaivedTest, CodeSetKind.CLIA, codes, on)


def places(codes: Iterable[str], on: date) -> dict[str, PlaceOfService]:
    """Places of service."""
    return _by_code(PlaceOfService, CodeSetKind.POS, codes, on)


def external_codes(kind: str, codes: Iterable[str], on: date) -> dict[str, ExternalCode]:
    """CARC, RARC, claim status, status category or taxonomy codes; the meaning may be empty."""
    return _by_code(ExternalCode, kind, codes, on)


# -- medical necessity ---------------------------------------------------------------------------


def policies_for(
    codes: Iterable[str], on: date, contractor: str = ""
) -> dict[str, list[tuple[CoveragePolicy, set[int]]]]:
    """The policies in force on `on` for each procedure code, each with its groups of the code.

    With `contractor`, only those that this MAC follows (a policy that names none is everybody's).
    """
    release = release_on(CodeSetKind.COVERAGE, on)
    if release is None:
        return {}
    groups: dict[Pair, set[int]] = defaultdict(set)
    for row in PolicyProcedure.objects.filter(release=release, code__in=set(codes)):
        groups[row.code, row.number].add(row.group)
    rows = CoveragePolicy.objects.filter(
        Q(effective_from__isnull=True) | Q(effective_from__lte=on),
        Q(effective_to__isnull=True) | Q(effective_to__gte=on),
        release=release,
        number__in={number for _, number in groups},
    )
    if contractor:
        rows = rows.filter(Q(contractors=[]) | Q(contractors__contains=[contractor]))
    policies = {row.number: row for row in rows}
    found: dict[str, list[tuple[CoveragePolicy, set[int]]]] = defaultdict(list)
    for (code, number), which in groups.items():
        if number in policies:
            found[code].append((policies[number], which))
    return dict(found)


def policy_diagnoses(numbers: Iterable[str], on: date) -> dict[str, list[PolicyDiagnosis]]:
    """The diagnoses that each policy covers, or says it does not cover, with their groups."""
    release = release_on(CodeSetKind.COVERAGE, on)
    rows = PolicyDiagnosis.objects.filter(release=release, number__in=set(numbers))
    return _grouped(rows if release else (), "number")


# -- shared --------------------------------------------------------------------------------------


def _by_code(
    model: type[Row], kind: str, codes: Iterable[str], on: date, variant: str = ""
) -> dict[str, Row]:
    release = release_on(kind, on, variant)
    wanted = set(codes)
    if release is None or not wanted:
        return {}
    rows: Iterable[Any] = model._default_manager.filter(release=release, code__in=wanted)
    return {row.code: row for row in rows}


def _grouped(rows: Iterable[Any], name: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return dict(found)

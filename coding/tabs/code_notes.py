"""The Code notes tab: what the releases say of each diagnosis and of each line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coding.choices import AddOnType, CodeSetKind, IcdNoteKind, UnitLimitKind
from coding.code_sets.icd_families import Family, families
from coding.code_sets.lookups import icd_notes, seventh_characters, waived_tests
from coding.code_sets.releases import release_on
from coding.edits.context import Context
from coding.edits.families import ALWAYS_THERAPY, SINGLE_DOSE_UNITS
from coding.edits.patterns import dotted
from coding.edits.reference import ProcedureFacts
from coding.edits.snapshot import LineFacts
from coding.models import CaseDiagnosis, IcdNote
from coding.services.gather_facts import Gathered

_GLOBAL = {
    "000": "0 days: the day itself", "010": "10 days", "090": "90 days, and the day before",
    "XXX": "no global period", "ZZZ": "that of its primary", "YYY": "the payer decides",
    "MMM": "maternity",
}  # fmt: skip
_MOST_PRIMARIES = 12


@dataclass(frozen=True)
class Heading:
    """One kind of note of one owner with its texts."""

    kind: str
    owner: str
    texts: list[str]


@dataclass(frozen=True)
class Ancestor:
    """A code above, or a block, with its title."""

    code: str
    title: str


@dataclass(frozen=True)
class DiagnosisNotes:
    """A diagnosis: what it lies under, the notes that hold for it, its seventh characters."""

    row: CaseDiagnosis
    chain: list[Ancestor]
    headings: list[Heading]
    sevenths: dict[str, str]


@dataclass(frozen=True)
class Fact:
    """One fact of a procedure and the release it comes from."""

    name: str
    words: str
    release: str


@dataclass(frozen=True)
class LineNotes:
    """A line and what is known of its code."""

    line: LineFacts
    facts: list[Fact]


class CodeNotesTab:
    """Read by the template."""

    def __init__(self, gathered: Gathered, diagnoses: Sequence[CaseDiagnosis]) -> None:
        self.context = Context(gathered.facts, gathered.reference, gathered.settings)
        on = gathered.facts.service_date_from
        self.release = release_on(CodeSetKind.ICD10CM, on)
        codes = [one.code for one in diagnoses]
        notes, sevenths = icd_notes(codes, on), seventh_characters(codes, on)
        by_category = families(self.release, codes) if self.release and codes else {}
        blocks = self.release.facts.get("blocks", {}) if self.release else {}
        self.diagnoses = [
            DiagnosisNotes(
                row=one,
                chain=_chain(one.code, by_category.get(one.code[:3], {}), blocks),
                headings=_headings(notes.get(one.code, [])),
                sevenths=sevenths.get(one.code, {}),
            )
            for one in diagnoses
        ]
        lines = gathered.facts.lines
        self._waived = waived_tests([line.procedure_code for line in lines], on)
        self.lines = [LineNotes(line, list(self._facts(line))) for line in lines]

    # -- what is known of a line ---------------------------------------------------------------

    def _facts(self, line: LineFacts) -> Iterator[Fact]:
        reference, code = self.context.reference, line.procedure_code
        known = reference.procedures.get(code)
        if known is not None:
            source = reference.source("mpfs")
            words = _GLOBAL.get(known.global_days, known.global_days)
            yield Fact("Global period", words, source)
        limit = reference.mue.get(code)
        if limit is not None:
            kind = UnitLimitKind(int(limit.adjudication))
            words = f"{limit.value.normalize():f}, MAI {kind.value}: {kind.label.lower()}"
            yield Fact("Most units (MUE)", words, reference.source("mue"))
        yield from self._add_on(code)
        yield from self._partners(line)
        yield from self._modifiers(line, known)
        test = self._waived.get(code)
        if test is not None:
            words = "waived test, with QW" if test.needs_qw else "waived test, without QW"
            yield Fact("CLIA", words, reference.source("clia"))

    def _add_on(self, code: str) -> Iterator[Fact]:
        add_on = self.context.reference.add_ons.get(code)
        if add_on is None:
            return
        some = sorted(add_on.primaries)
        more = f" and {len(some) - _MOST_PRIMARIES} more" if len(some) > _MOST_PRIMARIES else ""
        listed = f"; with {', '.join(some[:_MOST_PRIMARIES])}{more}" if some else ""
        words = f"type {AddOnType(int(add_on.kind)).label}{listed}"
        yield Fact("Add-on code", words, self.context.reference.source("add_on"))

    def _partners(self, line: LineFacts) -> Iterator[Fact]:
        """The pairs it makes with other lines of the encounter on its day."""
        others = [one for one in self.context.facts.lines if one.key != line.key]
        source = self.context.reference.source("ptp")
        for other in others:
            for first, second in ((line, other), (other, line)):
                key = first.procedure_code, second.procedure_code
                for edit in self.context.reference.ptp.get(key, ()):
                    if edit.is_active_on(line.service_date_from):
                        may = "a modifier may part them" if edit.indicator == "1" else (
                            "no modifier parts them")  # fmt: skip
                        words = (
                            f"with line {other.position}, {other.procedure_code}: "
                            f"{edit.column1} is paid, {edit.column2} is not; {may}"
                        )
                        yield Fact("NCCI pair", words, source)

    def _modifiers(self, line: LineFacts, known: ProcedureFacts | None) -> Iterator[Fact]:
        reference, code = self.context.reference, line.procedure_code
        if code in ALWAYS_THERAPY:
            yield Fact("Modifier", "needs GP, GO or GN", "always-therapy list")
        if code in SINGLE_DOSE_UNITS:
            yield Fact("Modifier", "needs JW or JZ", "single-dose containers")
        if code in reference.waived_with_qw and self.context.facts.is_waiver_laboratory:
            yield Fact("Modifier", "needs QW at this site", reference.source("clia"))
        if known is None:
            return
        source = reference.source("mpfs")
        if known.pctc == "1":
            yield Fact("Modifier", "may take 26 or TC for one part", source)
        if known.bilateral in {"1", "3"}:
            yield Fact("Modifier", "may take 50, or LT and RT", source)


def _chain(code: str, family: Family, blocks: dict[str, str]) -> list[Ancestor]:
    """From the block down to the code itself."""
    rows = [family[code[:length]] for length in range(3, len(code) + 1) if code[:length] in family]
    found = [Ancestor(row.dotted, row.title) for row in rows]
    block = rows[0].block if rows else ""
    title = blocks.get(block, "").removesuffix(f" ({block})")
    return [Ancestor(block, title), *found] if block else found


def _headings(notes: Sequence[IcdNote]) -> list[Heading]:
    """Notes under their headings, the nearest owner first."""
    found: dict[tuple[str, str], Heading] = {}
    for note in notes:
        owner = note.owner if "-" in note.owner else _owner(note.owner)
        label = IcdNoteKind(note.kind).label
        found.setdefault((note.owner, note.kind), Heading(label, owner, [])).texts.append(note.text)
    return list(found.values())


def _owner(name: str) -> str:
    return f"Chapter {int(name[2:])}" if name.startswith("CH") else dotted(name)

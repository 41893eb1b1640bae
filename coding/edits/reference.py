"""The reference data that the edits look things up in: frozen, of the encounter's date.

Where a table is empty its family says nothing: the code-set page says what is loaded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class IcdNote:
    """The notes of one heading (`kind`: excludes1, code_first, use_additional) at `owner`, which
    is the code itself or what stands above it. `is_block` says a block or a chapter.
    """

    kind: str
    owner: str
    texts: tuple[str, ...]
    is_block: bool = False


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a diagnosis fits: ages in whole years, both included, or one sex. `words` name them."""

    words: str
    age_from: int | None = None
    age_to: int | None = None
    sex: str = ""


@dataclass(frozen=True, slots=True)
class IcdFacts:
    """What the release says of one code. `sevenths` are the seventh characters defined for it;
    `siblings` are the billable codes beside it, with their titles.
    """

    code: str
    title: str
    is_billable: bool = True
    children: tuple[str, ...] = ()
    sevenths: frozenset[str] = frozenset()
    notes: tuple[IcdNote, ...] = ()
    siblings: tuple[tuple[str, str], ...] = ()
    audiences: tuple[Audience, ...] = ()


@dataclass(frozen=True, slots=True)
class ProcedureFacts:
    """The payment-policy indicators of one procedure, as the fee schedule file writes them."""

    global_days: str = "XXX"
    pctc: str = "9"
    multiple: str = "9"
    bilateral: str = "9"
    assistant: str = "9"
    cosurgeon: str = "9"
    team: str = "9"


@dataclass(frozen=True, slots=True)
class PtpEdit:
    """One procedure-to-procedure edit: column 1 is paid, column 2 is not."""

    column1: str
    column2: str
    effective_from: date
    effective_to: date | None
    indicator: str

    def is_active_on(self, day: date) -> bool:
        """Whether the edit counts on `day`; its deletion date is its last day. 9 never counts."""
        return (
            self.indicator != "9"
            and self.effective_from <= day
            and (self.effective_to is None or day <= self.effective_to)
        )


@dataclass(frozen=True, slots=True)
class MueLimit:
    """The most units of a code: on a line (adjudication indicator 1) or on a day (2 and 3)."""

    value: Decimal
    adjudication: str


@dataclass(frozen=True, slots=True)
class AddOn:
    """An add-on code: type 1 names all its primaries, 2 none, 3 some."""

    kind: str
    primaries: frozenset[str]


@dataclass(frozen=True, slots=True)
class CoverageGroup:
    """Diagnoses that a policy covers; the patient's age may be part of it."""

    codes: frozenset[str]
    age_from: int | None = None
    age_to: int | None = None


@dataclass(frozen=True, slots=True)
class CoveragePolicy:
    """A policy on medical necessity: any of its groups, met by a pointed diagnosis, suffices.

    `contractors` are the Medicare contractors that follow it; empty for all.
    """

    policy_id: str
    kind: str
    groups: tuple[CoverageGroup, ...]
    effective_from: date = date(2000, 1, 1)
    effective_to: date | None = None
    payer_kinds: frozenset[str] = frozenset({"medicare"})
    excluded: frozenset[str] = frozenset()
    title: str = ""
    contractors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """Everything the rules look up, and the names of the releases it comes from."""

    icd: Mapping[str, IcdFacts] = field(default_factory=lambda: MappingProxyType({}))
    procedures: Mapping[str, ProcedureFacts] = field(default_factory=lambda: MappingProxyType({}))
    ptp: Mapping[tuple[str, str], tuple[PtpEdit, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    mue: Mapping[str, MueLimit] = field(default_factory=lambda: MappingProxyType({}))
    add_ons: Mapping[str, AddOn] = field(default_factory=lambda: MappingProxyType({}))
    policies: Mapping[str, tuple[CoveragePolicy, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    places: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    waived_with_qw: frozenset[str] = frozenset()
    ended_modifiers: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))
    unknown_modifiers: frozenset[str] = frozenset()
    ended_codes: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))
    releases: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def source(self, family: str, otherwise: str = "") -> str:
        """The release a family's findings name, or what is said where none is loaded."""
        return self.releases.get(family, otherwise)


@dataclass(frozen=True, slots=True)
class EditSettings:
    """What practices and payers decide. `mue_mod50_counts_as`: units of a line with modifier 50
    when they are counted; `therapy_rule`: CMS pools minutes, SPM counts each code alone;
    `specific_codes`: beginnings of codes for which an unspecified one needs a reason;
    `has_sides_apart`: both sides are two lines, RT and LT, not one with 50.
    """

    mue_mod50_counts_as: int = 1
    therapy_rule: str = "CMS"
    specific_codes: tuple[str, ...] = ()
    has_sides_apart: bool = False
    takes_51: bool = True
    takes_any_order: bool = False

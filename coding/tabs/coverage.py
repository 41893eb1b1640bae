"""The Coverage tab: whether a policy covers each line, what it covers, and what should be paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from coding.choices import CodeSetKind
from coding.code_sets.releases import release_on
from coding.edits.context import Context
from coding.edits.families import is_non_physician
from coding.edits.necessity import NOTICES, covers, policies_of
from coding.edits.patterns import dotted
from coding.edits.reference import CoveragePolicy
from coding.edits.snapshot import EncounterFacts, LineFacts
from coding.models import ChargeLine, CodeSetRelease, Contract, IcdCode
from coding.pricing.answer import expected
from coding.pricing.terms import Allowed, LineToPrice
from coding.services.gather_facts import Gathered
from patients.models import Encounter, PayerPlan

MOST_SHOWN = 40
_MEDICARE = "medicare"
# What Medicare's four modifiers on notices say, in our own words.
NOTICE_WORDS = (
    ("GA", "Denial is likely, and the patient signed a notice (ABN). The patient may be billed."),
    ("GX", "Never covered by law, and the patient signed a notice nobody had to give. With GY."),
    ("GY", "Never covered by law. No notice needed; the patient pays."),
    ("GZ", "Denial is likely, and no notice was signed. The practice bears the cost."),
)  # fmt: skip


@dataclass(frozen=True)
class CoveredCode:
    """A diagnosis of a policy, with its letter where the visit has it."""

    code: str
    title: str
    letter: str


@dataclass(frozen=True)
class ShownPolicy:
    """A policy on one line: what it says of the pointed diagnoses, and what it covers."""

    policy: CoveragePolicy
    covering: str
    would_do: str
    count: int
    found: int
    codes: list[CoveredCode]

    @property
    def is_met(self) -> bool:
        """Whether a diagnosis that the line points to is covered."""
        return bool(self.covering)


@dataclass(frozen=True)
class ShownCoverage:
    """One line: verdict, policies, when it was done last, charge and what should be allowed."""

    row: ChargeLine
    is_known: bool
    policies: list[ShownPolicy]
    notice: str
    last_done: str
    allowed: Allowed | None

    @property
    def verdict(self) -> tuple[str, str]:
        """In a few words, and their tone."""
        if not self.policies:
            return "No policy" if self.is_known else "Not known", "neutral"
        if self.notice:
            return f"{self.notice} is on the line", "info"
        missed = [one for one in self.policies if not one.is_met]
        if missed:
            return "Not covered by any diagnosis it points to", "danger"
        letters = ", ".join(sorted({one.covering for one in self.policies}))
        return f"Covered with {letters}", "success"

    @property
    def write_off(self) -> Decimal | None:
        """What the contract leaves unpaid of the charge."""
        if self.allowed is None or self.allowed.amount is None:
            return None
        return self.row.charge_amount - self.allowed.amount


class CoverageTab:
    """Read by the template. `typed` filters the covered diagnoses."""

    def __init__(
        self,
        gathered: Gathered,
        rows: Sequence[ChargeLine],
        encounter: Encounter,
        plan: PayerPlan | None,
        typed: str = "",
    ) -> None:
        self.context = Context(gathered.facts, gathered.reference, gathered.settings)
        self.plan, self.typed = plan, typed.strip()
        self.is_medicare = self.context.is_medicare
        on = encounter.service_date_from
        self.release: CodeSetRelease | None = release_on(CodeSetKind.COVERAGE, on)
        facts = {line.key: line for line in gathered.facts.lines}
        self._titles = self._titles_of()
        self.contract, allowed = _expected(self.context, rows, encounter, plan)
        self.lines = [
            self._line(row, facts[row.pk], one)
            for row, one in zip(rows, allowed, strict=True)
            if row.pk in facts
        ]

    @property
    def has_policies(self) -> bool:
        """Whether any line has a policy: then the box for diagnoses is of use."""
        return any(line.policies for line in self.lines)

    @property
    def notices(self) -> tuple[tuple[str, str], ...]:
        """The modifiers on notices, for Medicare only."""
        return NOTICE_WORDS if self.is_medicare else ()

    @property
    def total(self) -> Decimal | None:
        """What should be allowed together; None where a line is not known."""
        amounts = [line.allowed.amount if line.allowed else None for line in self.lines]
        known = [amount for amount in amounts if amount is not None]
        return sum(known, Decimal(0)) if known and len(known) == len(amounts) else None

    def _titles_of(self) -> dict[str, str]:
        """The covered diagnoses that the box asks for, with their titles: one query."""
        wanted: set[str] = set()
        for line in self.context.facts.lines:
            for policy in policies_of(self.context, line):
                wanted |= _covered(policy)
        release = release_on(CodeSetKind.ICD10CM, self.context.facts.service_date_from)
        if not wanted or release is None:
            return {}
        rows = IcdCode.objects.filter(release=release, code__in=wanted)
        if self.typed:
            beginning = self.typed.upper().replace(".", "")
            rows = rows.filter(Q(code__startswith=beginning) | Q(title__icontains=self.typed))
        return dict(rows.order_by("code").values_list("code", "title"))

    def _line(self, row: ChargeLine, line: LineFacts, allowed: Allowed | None) -> ShownCoverage:
        said = sorted(NOTICES & set(line.modifiers))
        return ShownCoverage(
            row=row,
            is_known=self.release is not None or not self.is_medicare,
            policies=[self._policy(one, line) for one in policies_of(self.context, line)],
            notice=" and ".join(said),
            last_done=_last_done(self.context.facts, line),
            allowed=allowed,
        )

    def _policy(self, policy: CoveragePolicy, line: LineFacts) -> ShownPolicy:
        context = self.context
        met = [one for one in context.facts.diagnoses if covers(context, policy, line, one.code)]
        letters = {one.code: context.letter_of[one.key] for one in context.facts.diagnoses}
        found = [code for code in self._titles if code in _covered(policy)]
        found.sort(key=lambda code: (code not in letters, code))
        return ShownPolicy(
            policy=policy,
            covering=", ".join(context.letter_of[one.key] for one in met
                               if one.key in line.pointers),
            would_do=", ".join(context.letter_of[one.key] for one in met
                               if one.key not in line.pointers),
            count=len(_covered(policy)),
            found=len(found),
            codes=[CoveredCode(dotted(code), self._titles[code], letters.get(code, ""))
                   for code in found[:MOST_SHOWN]],
        )  # fmt: skip


def _covered(policy: CoveragePolicy) -> frozenset[str]:
    return frozenset(code for group in policy.groups for code in group.codes) - policy.excluded


def _last_done(facts: EncounterFacts, line: LineFacts) -> str:
    """When another encounter had the same service last, before this day."""
    days = [
        one.service_date
        for one in facts.earlier
        if one.procedure_code == line.procedure_code and one.service_date < line.service_date_from
    ]
    return f"{max(days):%m/%d/%Y}" if days else ""


def _expected(
    context: Context, rows: Sequence[ChargeLine], encounter: Encounter, plan: PayerPlan | None
) -> tuple[Contract | None, list[Allowed] | list[None]]:
    """The lines through the one pricing engine, as one session."""
    visit = encounter.place_of_service_code
    places = context.reference.places
    lines = [
        LineToPrice(
            key=row.pk,
            code=row.procedure_code,
            modifiers=tuple(row.modifiers),
            units=row.units,
            charge=row.charge_amount,
            place=row.place_of_service_code or visit,
            is_facility=places.get(row.place_of_service_code or visit, False),
            minutes=row.minutes,
            is_non_physician=is_non_physician(encounter.rendering_provider.taxonomy_code),
        )
        for row in rows
    ]
    return expected(plan, lines, encounter.service_date_from)

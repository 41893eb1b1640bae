"""An appeal before it is written down: level, limit, letter and parts, from what is on record."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from claims.denial_choices import AppealState, SendMethod
from claims.denials.clocks import Level, Limit, level_of, limit_of
from claims.denials.deadlines import PayerLimits, limits_of
from claims.denials.evidence import Available, Evidence
from claims.denials.letters import BUILT_IN, built_in, fill, gaps_in
from claims.models import Appeal, DenialCase, LetterTemplate

NO_ADDRESS = "[MISSING: address of the payer]"


@dataclass(frozen=True, slots=True)
class Draft:
    """What the builder shows before anything is kept."""

    level: Level | None
    limit: Limit | None
    letter: str
    letter_by: str
    recipient: str
    signed_by: str
    method: str
    parts: tuple[Available, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an appeal, and at which field."""

    field: str
    words: str


def limits_for(case: DenialCase) -> PayerLimits:
    """The payer's levels for decisions of that year."""
    return limits_of([case.payer], case.decided_on.year)[case.payer_id]


def level_and_limit(case: DenialCase) -> tuple[Level | None, Limit | None]:
    """The level that comes next for `case`, and until when."""
    level = level_of(limits_for(case).levels, case.level)
    return level, limit_of(level, case.decided_on) if level else None


def draft_of(case: DenialCase, evidence: Evidence, user: Any = None) -> Draft:
    """The appeal as it would be, with the gaps marked."""
    level, limit = level_and_limit(case)
    parts = tuple(evidence.parts())
    body, letter_by = letter_for(case)
    values = evidence.values(level)
    signer = user.get_full_name() if user is not None else ""
    return Draft(
        level, limit, fill(body, values).text, letter_by, recipient_of(case, level),
        signer, level.method if level else SendMethod.MAIL, parts,
    )  # fmt: skip


def letter_for(case: DenialCase) -> tuple[str, str]:
    """The letter that fits best, and its name: the practice's own for payer and category, for the
    payer, for the category, for any; else the built-in one.
    """
    rows = LetterTemplate.objects.filter(
        Q(payer__isnull=True) | Q(payer=case.payer_id),
        Q(category="") | Q(category=case.category),
        is_active=True,
    )
    best = max(
        rows, key=lambda row: (row.payer_id is not None, row.category != "", row.pk), default=None
    )
    if best is None:
        return built_in(case.category), BUILT_IN
    newest = best.newest
    return newest.body, f"{best.name}, version {newest.number}"[:100]


def recipient_of(case: DenialCase, level: Level | None) -> str:
    """To whom the letter goes: as the payer's own rule says, else to its address."""
    payer = case.payer
    if level and "\n" in level.goes_to:
        return f"{payer.name}\n{level.goes_to}"
    lines = [payer.name, "Appeals"]
    if level and level.goes_to:
        lines.append(f"For {level.goes_to}" if level.goes_to[0].islower() else level.goes_to)
    if payer.address_line1:
        lines += [payer.address_line1, f"{payer.city}, {payer.state_code} {payer.zip_code[:5]}"]
    else:
        lines.append(NO_ADDRESS)
    return "\n".join(lines)


def problems_of(appeal: Appeal) -> list[Problem]:
    """What keeps an appeal from going, all of it at once."""
    found = [
        Problem("letter", f"Fill it in or strike it out: {gap}.") for gap in gaps_in(appeal.letter)
    ]
    if not appeal.letter.strip():
        found.append(Problem("letter", "The letter is empty."))
    if not appeal.signed_by.strip():
        found.append(Problem("signed_by", "Say who signs it."))
    if not appeal.recipient.strip() or gaps_in(appeal.recipient):
        found.append(Problem("recipient", "Say where it goes: the address is missing."))
    if not any(part.is_included for part in appeal.parts.all()):
        found.append(Problem("parts", "Nothing goes with the letter: choose the evidence."))
    return found


def current_appeal(case: DenialCase) -> Appeal | None:
    """The appeal that is being written or is out."""
    return (
        Appeal.objects.filter(case=case)
        .exclude(state=AppealState.DECIDED)
        .select_related("packet", "sent_by")
        .first()
    )


def is_late(appeal: Appeal, on: date) -> bool:
    """Whether it goes after the last day of its level."""
    return appeal.last_day is not None and on > appeal.last_day

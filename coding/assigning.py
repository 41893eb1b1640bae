"""Who gets a ready encounter. Pure: the visit, the rules in order and the coders' loads in, one
coder or nobody out.

The first rule whose conditions all hold decides. Of its coders who are below its cap, the one with
the fewest open encounters gets it; of equals, the one who waited longest since the last. Where
nobody is below the cap it stays with nobody: a later rule is not asked, for it was not meant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """What rules ask about a visit; `payer_id` is the primary one's on the day of service."""

    provider_id: int
    visit_kind: str
    payer_id: int | None


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """One active rule; an empty condition holds for any visit."""

    key: int
    name: str
    provider_id: int | None
    visit_kind: str
    payer_id: int | None
    open_cap: int
    coder_ids: tuple[int, ...]

    def fits(self, visit: VisitFacts) -> bool:
        """Whether every condition holds."""
        return (
            self.provider_id in (None, visit.provider_id)
            and self.visit_kind in ("", visit.visit_kind)
            and self.payer_id in (None, visit.payer_id)
        )


@dataclass(frozen=True, slots=True)
class Load:
    """How many encounters a coder has open, and when a rule last gave them one."""

    open_count: int = 0
    last_given_at: datetime | None = None


def first_fitting(visit: VisitFacts, rules: Sequence[RuleFacts]) -> RuleFacts | None:
    """The rule that decides; None where none fits."""
    return next((rule for rule in rules if rule.fits(visit)), None)


def pick(rule: RuleFacts, loads: Mapping[int, Load]) -> int | None:
    """The coder of `rule` who gets the next one; None where all have as many as they may."""
    free = [
        (load.open_count, load.last_given_at or _NEVER, place, coder_id)
        for place, coder_id in enumerate(rule.coder_ids)
        if (load := loads.get(coder_id, Load())).open_count < rule.open_cap
    ]
    return min(free)[-1] if free else None

"""How far a remittance's payer is trusted, and what would stop it from being posted by itself."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db.models import Q

from billing.models import PayerPostingSettings
from billing.posting.plan import RemittancePlan
from billing.posting.stopping import LEVEL_WORDS, UNMATCHED, Stop, stops
from billing.selectors.deposit_wait import waits_for_deposit
from claims.answer_codes import ELSEWHERE
from claims.choices import PostingLevel, RemittanceState
from claims.matching import LOOSE
from claims.models import Remittance
from claims.selectors import filing_settings


@dataclass(frozen=True, slots=True)
class Level:
    """The posting level that holds for one remittance, and why it stops, where it does."""

    value: str
    is_set: bool
    stops: tuple[Stop, ...]

    @property
    def label(self) -> str:
        """The level as the setting names it."""
        return str(PostingLevel(self.value).label)

    @property
    def words(self) -> str:
        """What the level means."""
        return LEVEL_WORDS[self.value]

    @property
    def wants_review(self) -> bool:
        """Whether a person says first that every claim was looked at."""
        return self.value == PostingLevel.REVIEW


def level_value(remittance: Remittance) -> tuple[str, bool]:
    """The posting level of the remittance's payer, and whether somebody set it: a payer without
    settings is posted with one click.
    """
    settings = filing_settings(remittance.payer) if remittance.payer else None
    if settings is None:
        return PostingLevel.ONE_CLICK, False
    return settings.posts, True


def level_of(remittance: Remittance, plan: RemittancePlan) -> Level:
    """The level of `remittance` with every reason to stop."""
    value, is_set = level_value(remittance)
    return Level(value, is_set, tuple(stops_of(remittance, plan)))


def stops_of(remittance: Remittance, plan: RemittancePlan) -> list[Stop]:
    """Why `plan` is left to a person."""
    rows = remittance.claims.exclude(status_code__in=ELSEWHERE)
    missing = Q(version__isnull=True) | Q(
        pk__in=remittance.claims.filter(lines__isnull=False, lines__charge_line__isnull=True)
    )
    return stops(
        plan,
        unmatched=rows.filter(missing).count(),
        loose=rows.filter(match_reason__in=LOOSE).count(),
        passed=passed_stops(remittance),
        is_deposit_missing=waits_for_deposit(remittance),
    )


def passed_stops(remittance: Remittance) -> list[str]:
    """The reasons to stop that do not stop this remittance's payer."""
    settings = PayerPostingSettings.objects.filter(payer=remittance.payer).first()
    return settings.passed_stops if settings else []


def posts_by_itself(remittance: Remittance, passed: Collection[str]) -> bool:
    """Whether its payer is trusted to be posted without a person, as far as it is matched."""
    if level_value(remittance) != (PostingLevel.AUTOMATIC, True):
        return False
    waits = remittance.state == RemittanceState.EXCEPTIONS and UNMATCHED in passed
    return waits or remittance.state == RemittanceState.MATCHED


def reasons_to_stop(
    remittance: Remittance, *, passing: Collection[str] = ()
) -> Callable[[RemittancePlan], list[str]]:
    """For posting: from a plan, the reasons in words why it is left to a person, but those of
    `passing`, by their code.
    """
    return lambda plan: [
        stop.words for stop in stops_of(remittance, plan) if stop.code not in passing
    ]

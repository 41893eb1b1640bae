"""How good the candidates are: what people chose, and a trial on claims that were sent.

Reads only. The trial writes an answer about a sent claim, damages it as payers do, and asks where
the claim stands among its candidates.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from claims import candidates as rules
from claims.matching import TheirClaim
from claims.models import ClaimVersion, ClaimVersionLine, RemittanceClaim
from claims.services.find_versions import sent_versions
from claims.services.offer_candidates import ours_of, ranked_for

_Damage = Callable[[rules.Answer, Random], rules.Answer]


@dataclass(frozen=True, slots=True)
class Quality:
    """How often the right claim stood first, by what was wrong with the answer."""

    tried: int
    first: int
    offered: int
    by_damage: dict[str, tuple[int, int]]

    @property
    def percent(self) -> float:
        """The share of right claims that stood first."""
        return 100 * self.first / self.tried if self.tried else 0.0


def chosen_by_people() -> Quality:
    """Over all answers that a person matched: where the chosen claim stood."""
    rows = RemittanceClaim.objects.filter(chosen_candidate__isnull=False)
    places = Counter(rows.values_list("chosen_candidate", flat=True))
    tried = sum(places.values())
    return Quality(tried, places[1], tried - places[0], {})


def try_on_sent_claims(count: int, seed: int = 1) -> Quality:
    """Answers about the newest `count` sent claims, without our number and damaged by turns."""
    chance = Random(seed)  # noqa: S311 - a trial that can be repeated
    versions = list(
        sent_versions()
        .select_related("claim__patient", "claim__rendering_provider", "coverage")
        .order_by("-pk")[:count]
    )
    lines: dict[int, list[ClaimVersionLine]] = {version.pk: [] for version in versions}
    for line in ClaimVersionLine.objects.filter(version__in=versions):
        lines[line.version_id].append(line)
    tally: dict[str, list[int]] = {name: [0, 0] for name in _DAMAGES}
    offered = 0
    for place, version in enumerate(versions):
        name = list(_DAMAGES)[place % len(_DAMAGES)]
        ours = ours_of(version, lines[version.pk])
        answer = _DAMAGES[name](_written(ours), chance)
        theirs = TheirClaim("1", "", "", version.payer_id)
        claims = [one.claim_id for one in _versions_of(ranked_for(answer, theirs))]
        tally[name][0] += 1
        tally[name][1] += claims[:1] == [version.claim_id]
        offered += version.claim_id in claims
    tried = sum(all_ for all_, _ in tally.values())
    first = sum(right for _, right in tally.values())
    return Quality(tried, first, offered, {name: (a, b) for name, (a, b) in tally.items()})


def _versions_of(found: list[rules.Scored]) -> list[ClaimVersion]:
    versions = sent_versions().in_bulk([one.key for one in found])
    return [versions[one.key] for one in found]


def _written(ours: rules.Ours) -> rules.Answer:
    """The answer that a payer would write, with 0 where our number stood."""
    return rules.Answer(
        number="0",
        last_name=ours.last_name.upper(),
        first_name=ours.first_name.upper(),
        member_number=next(iter(ours.member_numbers), ""),
        days=frozenset({ours.first_day}),
        charge=ours.charge,
        codes=ours.codes,
        payer_id=ours.payer_id,
        provider_npi="",
    )


def _no_name(answer: rules.Answer, _: Random) -> rules.Answer:
    return replace(answer, last_name="", first_name="")


def _name_mistyped(answer: rules.Answer, chance: Random) -> rules.Answer:
    last = answer.last_name
    place = chance.randrange(max(1, len(last) - 1))
    return replace(answer, last_name=last[:place] + last[place + 1 :])


def _member_mistyped(answer: rules.Answer, chance: Random) -> rules.Answer:
    number = answer.member_number
    place = chance.randrange(max(1, len(number)))
    return replace(answer, member_number=number[:place] + "9" + number[place + 1 :])


def _no_member(answer: rules.Answer, _: Random) -> rules.Answer:
    return replace(answer, member_number="")


def _day_off(answer: rules.Answer, _: Random) -> rules.Answer:
    return replace(answer, days=frozenset(day + timedelta(days=1) for day in answer.days))


def _no_lines(answer: rules.Answer, _: Random) -> rules.Answer:
    return replace(answer, codes=frozenset(), days=frozenset())


_DAMAGES: dict[str, _Damage] = {
    "number gone": lambda answer, _: answer,
    "name missing": _no_name,
    "name mistyped": _name_mistyped,
    "member ID mistyped": _member_mistyped,
    "member ID missing": _no_member,
    "day off by one": _day_off,
    "no dates, no lines": _no_lines,
}

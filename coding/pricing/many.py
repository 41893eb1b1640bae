"""What payers should allow for many sessions at once: the engine asked the same, looked up once.

A session is what one patient had of one provider on one day. Contracts are read once for all
payers, Medicare's values once for each day and locality, however many sessions there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import prefetch_related_objects

from coding.models import Contract
from coding.pricing.allowed import price_session, rule_for
from coding.pricing.gather import medicare_on, terms_of
from coding.pricing.terms import Allowed, LineToPrice, Medicare, Rule, Terms

_Locality = tuple[date, str, str]


@dataclass(frozen=True, slots=True)
class Session:
    """The services of one patient on one day, and the plan that is to pay for them."""

    payer_id: int
    plan_id: int
    on: date
    lines: tuple[LineToPrice, ...]


@dataclass(frozen=True, slots=True)
class Priced:
    """What the plan should allow for a line, by which contract and rule, and with whose values."""

    allowed: Allowed
    contract: Contract | None
    rule: Rule | None
    source: str


def price_many(sessions: Sequence[Session]) -> dict[int, Priced]:
    """By the key of each line, what is to be allowed for it. Keys differ over all sessions."""
    contracts = _contracts({session.payer_id for session in sessions})
    chosen = [_in_force(contracts[session.payer_id], session) for session in sessions]
    agreed = {one.pk: one for one in chosen if one is not None}
    books = {pk: _Rulebook(one) for pk, one in agreed.items()}
    medicare = _medicare(zip(sessions, chosen, strict=True))
    found: dict[int, Priced] = {}
    for session, contract in zip(sessions, chosen, strict=True):
        codes = frozenset(line.code for line in session.lines)
        known = books[contract.pk].terms_for(codes) if contract else None
        values = medicare[_locality(session, contract)]
        priced = price_session(session.lines, known, values)
        for line, allowed in zip(session.lines, priced, strict=True):
            rule = rule_for(line, known) if known else None
            found[line.key] = Priced(allowed, contract, rule, values.name)
    return found


class _Rulebook:
    """A contract's rules by code: a fee schedule has thousands, of which a session needs a few."""

    def __init__(self, contract: Contract) -> None:
        terms = terms_of(contract)
        self._terms = terms
        self._exact: dict[str, list[Rule]] = defaultdict(list)
        self._others: list[Rule] = []
        for rule in terms.rules if terms else ():
            is_exact = rule.rank[0]
            (self._exact[rule.code_from] if is_exact else self._others).append(rule)
        self._known: dict[frozenset[str], Terms] = {}

    def terms_for(self, codes: frozenset[str]) -> Terms | None:
        """The terms with the rules that may speak of `codes`; an exact rule never ties with one
        that is not, so that the same rule is found as in the whole contract.
        """
        if self._terms is None:
            return None
        if codes not in self._known:
            exact = (rule for code in sorted(codes) for rule in self._exact.get(code, ()))
            rules = (*exact, *self._others)
            self._known[codes] = replace(self._terms, rules=rules)
        return self._known[codes]


def _contracts(payer_ids: Iterable[int]) -> Mapping[int, list[Contract]]:
    """Every contract of these payers with its rules, in two queries."""
    rows = list(Contract.objects.filter(payer__in=set(payer_ids)))
    prefetch_related_objects(rows, "rules")
    found: dict[int, list[Contract]] = defaultdict(list)
    for row in rows:
        found[row.payer_id].append(row)
    return found


def _in_force(rows: Iterable[Contract], session: Session) -> Contract | None:
    """The plan's own, else its payer's; the newest of several (as `contract_on` chooses)."""
    fitting = [
        row
        for row in rows
        if row.plan_id in {None, session.plan_id}
        and row.effective_from <= session.on
        and (row.effective_to is None or row.effective_to >= session.on)
    ]
    return max(fitting, key=lambda row: (row.plan_id is not None, row.effective_from), default=None)


def _locality(session: Session, contract: Contract | None) -> _Locality:
    if contract is None:
        return session.on, "", ""
    return session.on, contract.mac, contract.locality


def _medicare(
    chosen: Iterable[tuple[Session, Contract | None]],
) -> Mapping[_Locality, Medicare]:
    codes: dict[_Locality, set[str]] = defaultdict(set)
    for session, contract in chosen:
        wanted = codes[_locality(session, contract)]
        if contract is not None:  # without one nothing is priced, and nothing need be known
            wanted.update(line.code for line in session.lines)
    return {key: medicare_on(found, *key) if found else Medicare() for key, found in codes.items()}

"""Finding a service: the practice's charge master first, then HCPCS and CPT where they are loaded.

The charge master is short and the practice's own, so it is read anew for each search; the national
lists are an index like that of the diagnoses, with the same short forms and spelling.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q

from coding.choices import CodeSetKind
from coding.code_sets.releases import in_force, release_on
from coding.models import ChargeItem, CodeSetRelease, CptCode, HcpcsCode
from coding.search.index import IcdIndex, Term
from coding.search.kept import kept
from coding.search.text import stems
from coding.search.vocabulary import Vocabulary, vocabulary, without_fillers


@dataclass(frozen=True, slots=True)
class ServiceHit:
    """One service. `is_ours` when it is in the charge master, and so has a price."""

    procedure_code: str
    short_name: str
    nickname: str = ""
    is_ours: bool = True


def search_services(text: str, on: date, limit: int = 12) -> list[ServiceHit]:
    """The best `limit` services for a code, a nickname or words, the practice's own first."""
    ours = _ours(text, on)
    known = {hit.procedure_code for hit in ours}
    found = [*ours]
    if len(found) < limit and len(text) > 1:
        found += [hit for hit in _national(text, on, limit) if hit.procedure_code not in known]
    return found[:limit]


def _ours(text: str, on: date) -> list[ServiceHit]:
    typed = text.strip().lower()
    if not typed:
        return []
    asked = without_fillers(stems(typed))
    ranked: list[tuple[int, str, ChargeItem]] = []
    for item in ChargeItem.objects.filter(in_force(on)):
        rank = _rank(item, typed, asked)
        if rank is not None:
            ranked.append((rank, item.procedure_code, item))
    ranked.sort(key=lambda one: one[:2])
    return [ServiceHit(item.procedure_code, item.short_name, item.nickname)
            for _, _, item in ranked]  # fmt: skip


def _rank(item: ChargeItem, typed: str, asked: list[str]) -> int | None:
    """0 for the code or nickname itself, then what begins so, then names with all the words."""
    code, nickname = item.procedure_code.lower(), item.nickname.lower()
    if typed in {code, nickname}:
        return 0
    if code.startswith(typed) or (nickname and nickname.startswith(typed)):
        return 1
    named = stems(item.short_name)
    if asked and all(any(_begins(one, word) for word in named) for one in asked):
        return 2
    return None


def _begins(one: str, word: str) -> bool:
    """Whether a typed stem begins a word of the name, itself or by what its short form means."""
    if word.startswith(one):
        return True
    meanings = vocabulary().short.get((one,), [])
    return any(len(meaning) == 1 and word.startswith(meaning[0]) for meaning in meanings)


def _national(text: str, on: date, limit: int) -> Iterator[ServiceHit]:
    for kind, rows in ((CodeSetKind.HCPCS, _hcpcs), (CodeSetKind.CPT, _cpt)):
        release = release_on(kind, on)
        if release is None:
            continue
        for hit in kept(release, rows).search(text, limit):
            yield ServiceHit(hit.code, hit.title, is_ours=False)


def _hcpcs(release: CodeSetRelease) -> IcdIndex:
    alive = Q(terminated_on__isnull=True) | Q(terminated_on__gte=release.effective_from)
    columns = ("code", "short_title", "long_title")
    rows = list(HcpcsCode.objects.filter(alive, release=release).values_list(*columns))
    terms = [Term(code, long) for code, _, long in rows]
    return IcdIndex([(code, short, True) for code, short, _ in rows], terms, _words_only())


def _cpt(release: CodeSetRelease) -> IcdIndex:
    rows = CptCode.objects.filter(release=release).values_list("code", "descriptor")
    return IcdIndex([(code, text, True) for code, text in rows], (), _words_only())


def _words_only() -> Vocabulary:
    """Our lists without the usual codes, which are diagnoses."""
    return replace(vocabulary(), usual=[])

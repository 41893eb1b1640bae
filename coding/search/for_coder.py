"""A search as one coder sees it: the practice's nicknames, then what they and the provider use.

What is used often comes forward only among codes that fit the words nearly as well as the best one:
habit decides between equals, it does not answer another question.
"""

from collections import Counter
from collections.abc import Iterable

from django.db.models import QuerySet

from coding.models import CaseDiagnosis, CodingCase, DiagnosisNickname
from coding.search.fitting import fitted
from coding.search.hit import Hit
from coding.search.index import IcdIndex
from core.models import User

OWN, PROVIDERS, NICKNAME = "you use it", "provider uses it", "nickname"
_LOOKED_BACK = 300  # diagnoses
_AS_GOOD = 0.8  # of the best hit's score: from here on habit may reorder
_OWN_WORTH, _PROVIDERS_WORTH = 0.16, 0.08


def search_for_coder(
    index: IcdIndex, query: str, limit: int, *, user: User, case: CodingCase | None
) -> list[Hit]:
    """The best `limit` for a coder at a case: exact code, nickname, habit, then the words.

    Nicknames and diagnoses are those of the practice in scope.
    """
    hits = index.search(query, limit + 5)
    if hits and hits[0].is_exact:
        return for_case(hits[:limit], case)
    own = _used(CaseDiagnosis.objects.filter(case__coder=user))
    providers: Counter[str] = Counter()
    if case is not None:
        provider = case.encounter.rendering_provider_id
        of_provider = CaseDiagnosis.objects.filter(case__encounter__rendering_provider=provider)
        providers = _used(of_provider.exclude(case=case))
    hits = _by_habit(hits, own, providers)
    return for_case(_nicknamed(index, query, hits)[:limit], case)


def for_case(hits: Iterable[Hit], case: CodingCase | None) -> list[Hit]:
    """The hits with what speaks against each at the case, where there is one."""
    return fitted(hits, case) if case else list(hits)


def nickname_code(query: str) -> str | None:
    """The code of a nickname of the practice in scope, typed whole; None when there is none."""
    typed = " ".join(query.lower().split())
    return DiagnosisNickname.objects.filter(nickname=typed).values_list("code", flat=True).first()


def _used(rows: "QuerySet[CaseDiagnosis]") -> Counter[str]:
    return Counter(rows.order_by("-id").values_list("code", flat=True)[:_LOOKED_BACK])


def _by_habit(hits: list[Hit], own: Counter[str], providers: Counter[str]) -> list[Hit]:
    enough = max((hit.score for hit in hits), default=0.0) * _AS_GOOD
    ranked = []
    for place, hit in enumerate(hits):
        worth, marked = hit.score, hit
        if hit.score >= enough and hit.is_billable:
            if own[hit.code]:
                worth, marked = worth + _OWN_WORTH, hit.marked(OWN)
            elif providers[hit.code]:
                worth, marked = worth + _PROVIDERS_WORTH, hit.marked(PROVIDERS)
        ranked.append((-worth, place, marked))
    return [hit for _, _, hit in sorted(ranked, key=lambda one: one[:2])]


def _nicknamed(index: IcdIndex, query: str, hits: list[Hit]) -> list[Hit]:
    code = nickname_code(query)
    hit = index.exact(code) if code else None
    if hit is None:
        return hits
    return [hit.marked(NICKNAME), *(one for one in hits if one.code != hit.code)]

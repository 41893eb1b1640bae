"""ICD-10-CM by category, kept in the process: a release never changes once it is loaded.

A category is what the first three characters name. The edits look up a code, what lies below it
and what stands beside it; with the category at hand that needs no further query.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from threading import Lock
from uuid import UUID

from django.db.models.functions import Length, Substr

from coding.models import CodeSetRelease, IcdCode

Family = dict[str, IcdCode]
_MOST_RELEASES = 4
_categories: OrderedDict[UUID, list[IcdCode]] = OrderedDict()
_MOST = 400  # categories in memory; a busy practice uses about two hundred
_kept: OrderedDict[tuple[UUID, str], Family] = OrderedDict()
_lock = Lock()


def families(release: CodeSetRelease, codes: Iterable[str]) -> dict[str, Family]:
    """Every code of the categories of `codes`, by category; at most one query."""
    wanted = {code[:3] for code in codes}
    with _lock:
        found = {one: _kept[release.public_id, one] for one in wanted
                 if (release.public_id, one) in _kept}  # fmt: skip
    missing = wanted - found.keys()
    if missing:
        loaded = _load(release, missing)
        found |= loaded
        with _lock:
            for category, family in loaded.items():
                _kept[release.public_id, category] = family
            while len(_kept) > _MOST:
                _kept.popitem(last=False)
    return found


def categories(release: CodeSetRelease) -> list[IcdCode]:
    """The categories of a release in order, with the block and chapter of each."""
    with _lock:
        found = _categories.get(release.public_id)
    if found is None:
        rows = IcdCode.objects.filter(release=release).annotate(length=Length("code"))
        found = list(rows.filter(length=3).order_by("chapter", "code"))
        with _lock:
            _categories[release.public_id] = found
            while len(_categories) > _MOST_RELEASES:
                _categories.popitem(last=False)
    return found


def _load(release: CodeSetRelease, categories: set[str]) -> dict[str, Family]:
    found: dict[str, Family] = defaultdict(dict)
    rows = IcdCode.objects.filter(release=release).annotate(category=Substr("code", 1, 3))
    for row in rows.filter(category__in=categories).order_by("code"):
        found[row.code[:3]][row.code] = row
    return {category: found.get(category, {}) for category in categories}

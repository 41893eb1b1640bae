"""What is loaded of every code set, for the page that says so."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from coding.choices import CodeSetKind, ReleaseState
from coding.code_sets.releases import best_of
from coding.models import CodeSetRelease
from core import clock


@dataclass(frozen=True)
class CodeSet:
    """One set: its releases, newest first, and the one that is used for services of a day."""

    kind: str
    label: str
    releases: list[CodeSetRelease]
    used: CodeSetRelease | None
    on: date

    @property
    def is_starter(self) -> bool:
        """Whether only our own small table stands behind the checks of this family."""
        return self.used is not None and self.used.is_starter

    @property
    def is_in_force(self) -> bool:
        """Whether the release that is used is the one made for that day."""
        return self.used is not None and (
            self.used.effective_from <= self.on
            and (self.used.effective_to is None or self.on <= self.used.effective_to)
        )

    @property
    def staged_count(self) -> int:
        """Releases that wait for somebody to activate them."""
        return sum(one.state == ReleaseState.LOADED for one in self.releases)


def code_sets_on(on: date) -> list[CodeSet]:
    """Every code set, in the order of CodeSetKind; one query."""
    by_kind: dict[str, list[CodeSetRelease]] = defaultdict(list)
    rows = CodeSetRelease.objects.select_related("loaded_by")
    for release in rows.order_by("is_starter", "-effective_from", "-id"):
        by_kind[release.kind].append(release)
    return [
        CodeSet(kind.value, kind.label, by_kind[kind], _used(by_kind[kind], on), on)
        for kind in CodeSetKind
    ]


def _used(releases: list[CodeSetRelease], on: date) -> CodeSetRelease | None:
    today = clock.now().date()
    usable = [
        one
        for one in releases
        if one.state == ReleaseState.ACTIVE
        and not one.variant
        and (one.active_from is None or one.active_from <= today)
    ]
    return best_of(usable, on)

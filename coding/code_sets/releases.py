"""Which release of a code set is used for a date of service (DESIGN 3.9)."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from coding.choices import ReleaseState
from coding.models import CodeSetRelease
from core import clock


def in_force(on: date) -> Q:
    """Rows whose `effective_from` to `effective_to` holds `on`, the last day included."""
    return Q(effective_from__lte=on) & (Q(effective_to__isnull=True) | Q(effective_to__gte=on))


def usable_releases(kind: str, variant: str = "") -> "QuerySet[CodeSetRelease]":
    """Active releases of a set, the best first. Official ones put starter tables out of use."""
    return _usable().filter(kind=kind, variant=variant)


def _usable() -> "QuerySet[CodeSetRelease]":
    active = CodeSetRelease.objects.filter(
        Q(active_from__isnull=True) | Q(active_from__lte=clock.now().date()),
        state=ReleaseState.ACTIVE,
    )
    return active.order_by("is_starter", "-effective_from", "-id")


def usable_by_kind(kinds: Iterable[str]) -> dict[str, list[CodeSetRelease]]:
    """Usable releases of several sets (Medicare's variants), the best first, in one query."""
    found: dict[str, list[CodeSetRelease]] = {kind: [] for kind in kinds}
    for release in _usable().filter(kind__in=found, variant=""):
        found[release.kind].append(release)
    return found


def release_on(kind: str, on: date, variant: str = "") -> CodeSetRelease | None:
    """The release in force on `on`; the newest one where that is not loaded.

    A starter table is used only while no official release of the set is active.
    """
    return best_of(usable_releases(kind, variant), on)


def best_of(usable: Iterable[CodeSetRelease], on: date) -> CodeSetRelease | None:
    """The one of usable releases, the best first, that is used for `on`."""
    best: CodeSetRelease | None = None
    for release in usable:
        if best is not None and best.is_starter != release.is_starter:
            break
        best = best or release
        if release.effective_from <= on and (
            release.effective_to is None or on <= release.effective_to
        ):
            return release
    return best

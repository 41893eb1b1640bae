"""Keeps list views in the database: they outlive the session, and are each person's own."""

from typing import Any

from django.http import HttpRequest

from core.lists.saved import StoredView
from desk.models import SavedView

MOST_UNTITLED = 30


class RowViewStore:
    """The store of `core.lists.saved`, with a row for each view."""

    def save(
        self, request: HttpRequest, list_name: str, *, title: str, query: str, terms: dict[str, str]
    ) -> str:
        """Keep a view. Of the untitled ones only the newest of each list stay."""
        who: Any = request.user
        view = SavedView.objects.create(
            practice=request.practice,  # type: ignore[attr-defined]
            user=who,
            list_name=list_name,
            title=title,
            query=query[:2000],
            terms=terms,
        )
        old = SavedView.objects.filter(user=who, list_name=list_name, title="").order_by("-id")
        SavedView.objects.filter(
            pk__in=list(old.values_list("pk", flat=True)[MOST_UNTITLED:])
        ).delete()
        return view.key

    def load(self, request: HttpRequest, list_name: str, key: str) -> StoredView | None:
        """One's own view of that list in the practice one works for."""
        if not request.user.is_authenticated or not key:
            return None
        found = SavedView.objects.filter(user=request.user, list_name=list_name, key=key).first()
        return _stored(found) if found else None

    def listing(self, request: HttpRequest, list_name: str) -> list[StoredView]:
        """Titled views, oldest first: the order of their keys 1 to 9."""
        if not request.user.is_authenticated:
            return []
        views = SavedView.objects.filter(user=request.user, list_name=list_name)
        return [_stored(view) for view in views.exclude(title="").order_by("id")]


def _stored(view: SavedView) -> StoredView:
    return StoredView(view.key, view.title, view.query, dict(view.terms))

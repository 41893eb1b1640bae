"""Forgetting a saved view."""

from desk.models import SavedView


def remove_saved_view(view: SavedView) -> None:
    """Forget a view; links to it then show the list without its terms."""
    view.delete()

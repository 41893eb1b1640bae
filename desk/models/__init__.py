"""The desk's only rows: what a person keeps about lists and about how pages look."""

from desk.models.preference import Preference
from desk.models.saved_view import SavedView

__all__ = ["Preference", "SavedView"]

"""Keeping how a person likes pages to look."""

from typing import Any

from desk.models import Preference


def set_preference(
    *, practice: Any, user: Any, theme: str, density: str, single_keys: bool
) -> Preference:
    """Keep the choices of `user` in `practice`. The browser gets them as cookies from the view."""
    row, _ = Preference.everywhere.update_or_create(
        practice=practice,
        user=user,
        defaults={"theme": theme, "density": density, "single_keys": single_keys},
    )
    return row


def preference_of(practice: Any, user: Any) -> Preference:
    """What the person chose; the defaults where they chose nothing."""
    found = Preference.everywhere.filter(practice=practice, user=user).first()
    return found or Preference(practice=practice, user=user)

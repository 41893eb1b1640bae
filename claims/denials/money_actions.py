"""What can be done about a denial with its money: pages of the app to the right, which fills this.

Claims may not import billing. It asks for the link of a step and shows what it gets; a step without
a page says that it is not there yet.
"""

from dataclasses import dataclass
from uuid import UUID

from django.urls import NoReverseMatch, reverse

_url_names: dict[str, tuple[str, str]] = {}


@dataclass(frozen=True, slots=True)
class MoneyAction:
    """A link to the page that moves the money."""

    label: str
    url: str


def register(step: str, label: str, url_name: str) -> None:
    """Let `step` lead to the page `url_name`, which takes the claim's public id."""
    _url_names[step] = (label, url_name)


def money_action(step: str, claim_id: UUID) -> MoneyAction | None:
    """The link for `step`; None where nobody registered one, or its page is not there."""
    found = _url_names.get(step)
    if found is None:
        return None
    label, url_name = found
    try:
        return MoneyAction(label, reverse(url_name, args=[claim_id]))
    except NoReverseMatch:
        return None

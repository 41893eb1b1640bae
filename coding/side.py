"""The tabs at the right of the coding screen: one row each, and a template of the same name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Side:
    """A tab: its name in the address, what stands on it, and the word typed to open it."""

    name: str
    label: str
    word: str = ""

    @property
    def template(self) -> str:
        """What is shown below the tabs."""
        return f"coding/side/{self.name}.html"


EDITS = Side("edits", "Edits")
SIDES = (EDITS, Side("history", "History", "/history"))
_BY_NAME = {side.name: side for side in SIDES}


def side_of(name: str | None) -> Side:
    """The tab that an address or a form names; the edits where it names none."""
    return _BY_NAME.get(name or "", EDITS)

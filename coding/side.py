"""The tabs at the right of the coding screen: one row each, and a template of the same name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Side:
    """A tab: its name in the address, what stands on it, and the word or the key that opens it."""

    name: str
    label: str
    word: str = ""
    key: str = ""

    @property
    def template(self) -> str:
        """What is shown below the tabs."""
        return f"coding/side/{self.name}.html"


EDITS = Side("edits", "Edits")
SIDES = (
    EDITS,
    Side("em", "E/M", "/em"),
    Side("coverage", "Coverage", "/cov", "F9"),
    Side("notes", "Code notes", "/notes"),
    Side("history", "History", "/history"),
)
_BY_NAME = {side.name: side for side in SIDES}


def side_of(name: str | None) -> Side:
    """The tab that an address or a form names; the edits where it names none."""
    return _BY_NAME.get(name or "", EDITS)

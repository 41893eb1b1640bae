"""A kind of visit: whom it fits, what is coded for it, and the words of its note."""

from dataclasses import dataclass, field
from random import Random

SECTIONS = ("Reason", "History", "Exam", "Results", "Assessment and plan")


@dataclass(frozen=True)
class Visit:
    """One kind of visit.

    Each section of the note is a tuple of alternatives, of which one is drawn. `figures` are drawn
    within their range: (low, high, divisor). `unsupported` replaces sections in a note that does
    not support the codes. `coded` holds diagnoses in order and lines as a coder types them.
    """

    key: str
    kind: str
    ages: tuple[int, int]
    diagnoses: tuple[str, ...]
    lines: tuple[str, ...]
    note: dict[str, tuple[str, ...]]
    unsupported: dict[str, tuple[str, ...]]
    figures: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    sexes: str = "FM"
    weight: int = 4

    def fits(self, age: int, sex: str) -> bool:
        """Whether a person of this age and sex may have this visit."""
        return self.ages[0] <= age <= self.ages[1] and sex in self.sexes

    def write(self, draw: Random, age: int, sex: str, *, supports: bool) -> str:
        """The note's text. `supports` is False for a note that leaves its codes unproven."""
        words = self._words(draw, age, sex)
        sections = dict(self.note) if supports else {**self.note, **self.unsupported}
        parts = []
        for name in SECTIONS:
            choices = sections.get(name, ())
            if choices:
                parts.append(f"{name}: {draw.choice(choices).format(**words)}")
        return "\n\n".join(parts)

    def _words(self, draw: Random, age: int, sex: str) -> dict[str, str]:
        grown = age >= 18
        words = {
            "age": f"{age}-year-old" if age else "infant",
            "who": {"F": "woman" if grown else "girl"}.get(sex, "man" if grown else "boy"),
            "he": "she" if sex == "F" else "he",
            "He": "She" if sex == "F" else "He",
            "his": "her" if sex == "F" else "his",
            "His": "Her" if sex == "F" else "His",
        }
        for name, (low, high, divisor) in self.figures.items():
            number = draw.randint(low, high)
            words[name] = str(number) if divisor == 1 else f"{number // divisor}.{number % divisor}"
        return words

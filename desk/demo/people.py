"""The fictional patients: drawn from fixed lists with a fixed seed, so every demo has the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from desk.demo.cast import Place, PracticeCast

_FIRST = {
    "F": (
        "Ada", "Bea", "Clara", "Dora", "Edna", "Fern", "Gwen", "Hazel", "Ivy", "June", "Kira",
        "Lena", "Mona", "Nora", "Opal", "Pearl", "Quinn", "Rose", "Stella", "Tess", "Una", "Vera",
        "Willa", "Xenia", "Yara", "Zoe",
    ),
    "M": (
        "Abel", "Basil", "Cyrus", "Dale", "Ezra", "Felix", "Glenn", "Hugo", "Ira", "Jonas", "Kurt",
        "Leo", "Miles", "Ned", "Otis", "Percy", "Quentin", "Ralph", "Seth", "Theo", "Ulric",
        "Victor", "Walt", "Xavier", "York", "Zane",
    ),
}  # fmt: skip
# Both halves say that the name is made up.
_MADE_UP = ("Sample", "Demo", "Mock", "Fable", "Pretend", "Example", "Figment", "Placeholder",
            "Specimen", "Fiction", "Story", "Testing")  # fmt: skip
_ENDINGS = ("well", "son", "ford", "ton", "berg", "field", "man", "worth", "ley", "by")
_STREETS = ("Example Street", "Sample Avenue", "Fiction Lane", "Imaginary Drive", "Mock Court")
_COMMERCIAL = ("bluebird", "evergreen", "harborlight", "prairie")
# Kinds of household with their weights, and who insures the members and how old they are.
_KINDS = {"medicare": 20, "dual": 6, "medicaid": 11, "none": 8, "single": 20, "family": 24}
_AGES = {"medicare": (66, 88), "dual": (67, 90), "medicaid": (4, 58), "none": (20, 60)}
_PAYERS: dict[str, tuple[str, ...]] = {
    "medicare": ("medicare",),
    "dual": ("medicare", "medicaid"),
    "medicaid": ("medicaid",),
    "none": (),
}
_LETTERS, _MBI_LETTERS = "ABCDEFGHJKMNPQRTUVWXY", "ACDEFGHJKMNPQRTUVWXY"
SELF, SPOUSE, CHILD = "18", "01", "19"


@dataclass(frozen=True)
class Subscriber:
    """The person whose policy it is, where that is not the patient."""

    first_name: str
    last_name: str
    birth_date: date
    sex: str


@dataclass(frozen=True)
class CoverageCast:
    """One coverage of a person: payer, rank, card, and whose it is."""

    payer: str
    rank: int
    member_id: str
    relationship: str = SELF
    subscriber: Subscriber | None = None


@dataclass(frozen=True)
class Person:
    """One patient. `guarantor` is the place in the list of the one who answers for them."""

    number: int
    first_name: str
    last_name: str
    sex: str
    birth_date: date
    place: Place
    phone: str
    email: str
    coverages: tuple[CoverageCast, ...]
    guarantor: int | None = None

    def age_on(self, day: date) -> int:
        """Whole years on `day`."""
        had = (day.month, day.day) >= (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - (0 if had else 1)


def people_of(cast: PracticeCast, today: date) -> list[Person]:
    """The practice's patients: families with children, the old, the poor, the uninsured."""
    registrar = _Registrar(cast, today)
    while len(registrar.found) < cast.patients:
        registrar.add_household()
    return registrar.found[: cast.patients]


class _Registrar:
    """Draws one household after the other."""

    def __init__(self, cast: PracticeCast, today: date) -> None:
        self.draw = Random(f"people of {cast.key}")  # noqa: S311 - the same people every time
        self.cast, self.today = cast, today
        self.found: list[Person] = []
        self.last_names = _last_names(self.draw)

    def add_household(self) -> None:
        """A family on one card, or somebody alone."""
        draw = self.draw
        place = self._place()
        last_name = next(self.last_names)
        kind = draw.choices(tuple(_KINDS), tuple(_KINDS.values()))[0]
        if kind == "family":
            self._add_family(last_name, place)
            return
        low, high = _AGES.get(kind, (19, 63))
        payers = _PAYERS.get(kind, (draw.choice(_COMMERCIAL),))
        cards = tuple(_card(draw, payer, rank) for rank, payer in enumerate(payers, 1))
        self._add(last_name, draw.choice("FM"), (low, high), place, cards)

    def _add_family(self, last_name: str, place: Place) -> None:
        """A parent with a policy, often a spouse, and children on the parent's card."""
        draw = self.draw
        card = _card(draw, draw.choice(_COMMERCIAL), 1)
        parent = self._add(last_name, draw.choice("FM"), (30, 52), place, (card,))
        holder = Subscriber(parent.first_name, parent.last_name, parent.birth_date, parent.sex)
        members = [SPOUSE] * draw.choice((0, 1)) + [CHILD] * draw.choice((1, 1, 2))
        for relationship in members:
            theirs = CoverageCast(card.payer, 1, card.member_id, relationship, holder)
            ages = (28, 54) if relationship == SPOUSE else (1, 16)
            other = "M" if parent.sex == "F" else "F"
            sex = other if relationship == SPOUSE else draw.choice("FM")
            self._add(last_name, sex, ages, place, (theirs,), parent.number)

    def _add(  # noqa: PLR0917 - a household's members differ in all of these
        self,
        last_name: str,
        sex: str,
        ages: tuple[int, int],
        place: Place,
        coverages: tuple[CoverageCast, ...],
        guarantor: int | None = None,
    ) -> Person:
        draw = self.draw
        first_name = draw.choice(_FIRST[sex])
        person = Person(
            number=len(self.found),
            first_name=first_name,
            last_name=last_name,
            sex=sex,
            birth_date=_birth(draw, self.today, *ages),
            place=place,
            phone=f"{self.cast.phone[:6]}01{draw.randint(0, 99):02d}",
            email=f"{first_name}.{last_name}@example.com".lower() if draw.random() < 0.6 else "",
            coverages=coverages,
            guarantor=guarantor,
        )
        self.found.append(person)
        return person

    def _place(self) -> Place:
        home = self.cast.place
        street = f"{self.draw.randint(2, 980)} {self.draw.choice(_STREETS)}"
        return Place(street, home.city, home.state, home.zip_code[:5])


def _last_names(draw: Random) -> Iterator[str]:
    every = [f"{first}{end}" for first in _MADE_UP for end in _ENDINGS]
    draw.shuffle(every)
    return iter(every)


def _birth(draw: Random, today: date, low: int, high: int) -> date:
    return today - timedelta(days=365 * draw.randint(low, high) + draw.randint(20, 340))


def _card(draw: Random, payer: str, rank: int) -> CoverageCast:
    if payer == "medicare":
        shape = "1A99A99AA99"  # see core.identifiers.mbi_is_valid
        letters = {"A": _MBI_LETTERS, "9": "0123456789", "1": "123456789"}
        number = "".join(draw.choice(letters[sign]) for sign in shape)
    else:
        digits = "".join(str(draw.randint(0, 9)) for _ in range(8))
        number = f"{payer[:2].upper()}{draw.choice(_LETTERS)}{digits}"
    return CoverageCast(payer, rank, number)

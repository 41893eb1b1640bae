"""What payers decide and write, for the machine that plays a practice and its payers.

An answer is one CLP as the payer means it; `Mail` turns answers into the ST to SE text of an 835,
always in balance, and keeps what has not arrived and what a payer still means to keep back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count
from typing import Any

from hypothesis import strategies as st

from tests.billing.worked import text_of

ACME, SUPPLEMENT = "ACME HEALTH PLAN", "ACME SUPPLEMENT"
NOT_OURS = "0"  # what some payers send where our number should stand
Pair = tuple[str, str, Decimal]
numbers = count(1)


@dataclass(frozen=True)
class Told:
    """What the payer says about one line: billed, paid, and the trios between them."""

    billed: Decimal
    paid: Decimal
    trios: tuple[tuple[str, str, Decimal], ...]

    def taken_back(self) -> "Told":
        """The same with every sign turned."""
        trios = tuple((group, reason, -amount) for group, reason, amount in self.trios)
        return Told(-self.billed, -self.paid, trios)


@dataclass(frozen=True)
class Answer:
    """One CLP of a payer about the claim `number`; with `is_lost` it names neither claim nor
    lines.
    """

    number: str
    icn: str
    lines: tuple[Told, ...]
    status: str = "1"
    payer: str = ACME
    is_lost: bool = False

    @property
    def paid(self) -> Decimal:
        return sum((line.paid for line in self.lines), Decimal(0))

    def taken_back(self) -> "Answer":
        lines = tuple(line.taken_back() for line in self.lines)
        return replace(self, status="22", lines=lines)

    def text(self) -> str:
        """Its loop."""
        billed = sum((line.billed for line in self.lines), Decimal(0))
        named = NOT_OURS if self.is_lost else self.number
        loops = [
            f"CLP*{named}*{self.status}*{billed}*{self.paid}**12*{self.icn}*11*1~",
            "NM1*QC*1*TESTPATIENT*JOAN****MI*M1~",
        ]
        for place, line in enumerate(self.lines, start=1):
            loops.append(f"SVC*HC:99213*{line.billed}*{line.paid}~DTM*472*20261012~")
            loops += [f"CAS*{g}*{r}*{a}~" for g, r, a in line.trios if a]
            if not self.is_lost:
                loops.append(f"REF*6R*{self.number}L{place}~")
        return "".join(loops)


@dataclass(frozen=True)
class Owed:
    """What a payer said it will keep back, and has not kept back yet."""

    payer: str
    code: str
    reference: str
    amount: Decimal


@dataclass
class Mail:
    """What payers have decided, what has not arrived, what has, what they mean to keep, and by
    their own number whose claim each answer is about.
    """

    standing: list[Answer] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    owed: list[Owed] = field(default_factory=list)
    meant: dict[str, str] = field(default_factory=dict)

    def write(self, *answers: Answer, payer: str = ACME, provider: Sequence[Pair] = ()) -> None:
        """One payment; where it would be negative, the rest is carried forward (FB) and kept back
        from a later one.
        """
        payer = answers[0].payer if answers else payer
        self.meant |= {answer.icn: answer.number for answer in answers}
        number = next(numbers)
        pairs = list(provider)
        total = sum((a.paid for a in answers), Decimal(0)) - sum(pair[2] for pair in pairs)
        if total < 0:
            pairs.append(("FB", f"FB{number}", total))
            self.owed.append(Owed(payer, "FB", f"FB{number}", -total))
            total = Decimal(0)
        plb = "".join(f"PLB*2000000010*20261231*{c}:{ref}*{a}~" for c, ref, a in pairs)
        body = _head(number, payer, total) + "".join(a.text() for a in answers) + plb
        self.waiting.append(body + f"SE*{body.count('~') + 1}*0013~\n")

    def announce(self, answer: Answer) -> None:
        """Take `answer` back with the money left here for now (W-18): a later payment lacks it."""
        back = answer.taken_back()
        pairs: list[Pair] = []
        if back.paid:
            pairs.append(("WO", answer.icn, back.paid))
            self.owed.append(Owed(answer.payer, "WO", answer.icn, answer.paid))
        self.write(back, provider=pairs)

    def keep_back(self, answer: Answer) -> None:
        """Pay `answer` less what its payer is owed longest, or a part of that."""
        owed = next(one for one in self.owed if one.payer == answer.payer)
        kept = min(owed.amount, answer.paid)
        self.owed.remove(owed)
        if kept < owed.amount:
            self.owed.insert(0, replace(owed, amount=owed.amount - kept))
        self.write(answer, provider=[(owed.code, owed.reference, kept)])

    def may_keep_back(self, answer: Answer) -> bool:
        return answer.paid > 0 and any(one.payer == answer.payer for one in self.owed)


def _head(number: int, payer: str, total: Decimal) -> str:
    head = text_of("w13_partial_pay").partition("CLP*")[0]
    head = head.replace("EFT0013", f"T{number:07d}").replace(ACME, payer)
    if total:
        return head.replace("BPR*I*126*", f"BPR*I*{total}*")
    start, end = head.index("BPR*"), head.index("TRN*")
    return head[:start] + "BPR*H*0*C*NON************20261118~\n" + head[end:]


def told(draw: Any, billed: Decimal) -> Told:
    """One line's decision, balanced: paid in full or in part, refused, all the patient's."""
    kind = draw(st.sampled_from(["pays", "pays", "denies", "patient", "capitated", "pays all"]))
    if kind == "denies":
        return Told(billed, Decimal(0), (("CO", "197", billed),))
    if kind == "patient":
        return Told(billed, Decimal(0), (("PR", "1", billed),))
    if kind == "capitated":
        return Told(billed, Decimal(0), (("CO", "24", billed),))
    if kind == "pays all":
        return Told(billed, billed, ())
    share = draw(st.sampled_from([Decimal("0.00"), Decimal("10.00"), Decimal("25.01")]))
    paid = draw(st.sampled_from([Decimal("0.01"), Decimal("12.34"), Decimal("19.00")]))
    trios = (("CO", "45", billed - share - paid), ("PR", "2", share))
    return Told(billed, paid, trios)


def told_second(draw: Any, billed: Decimal) -> Told:
    """What a second payer says of one line: what the first left, paid or made the patient's."""
    left = draw(st.sampled_from([Decimal("0.00"), Decimal("10.00"), Decimal("25.01"), billed]))
    paid = draw(st.sampled_from([Decimal("0.00"), left, min(left, Decimal("10.00"))]))
    trios = (("OA", "23", billed - left), ("PR", "2", left - paid))
    return Told(billed, paid, trios)

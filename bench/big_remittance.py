"""A practice with 10,000 sent claims of three lines each, and the 835 that answers them all.

Rows are written past the services, for the figures only; the charges are posted by the ledger's
own code, and the 835 comes in as text by the inbox, as any other.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import django

django.setup()

from bench.frame import Frame  # noqa: E402  (after the setup, as the models)
from bench.sent_claims import Person, SentClaim, SentLine, lay_out_claims  # noqa: E402
from claims.models import Remittance  # noqa: E402
from claims.services.process_message import process_message  # noqa: E402
from claims.services.receive_message import receive_message  # noqa: E402
from core.models import Practice  # noqa: E402
from patients.models import Payer  # noqa: E402

DAY = date(2026, 10, 12)
PAYERS = (("BENCH HEALTH PLAN", "BENCH HE"), ("SECOND PLAN", "SECOND P"))
# Of each line: billed, paid, agreed write-off, patient's share.
LINES = (("150", "80", "50", "20"), ("100", "64", "20", "16"), ("40", "0", "40", "0"))
# One claim in so many: refused, reversed and decided anew, supplemented by a second payer, paid
# less than its contract says.
DENIED, REVERSED, SECOND, UNDERPAID = 33, 25, 20, 20


def lay_out(practice: Practice, count: int, *, is_frozen: bool = True) -> Payer:
    """`count` claims, each of a patient of its own, sent and accepted; charges in the books, and
    what is expected of them frozen, if it `is_frozen`.
    """
    frame = Frame(practice, PAYERS)
    claims = [
        SentClaim(_number(n), _person(n), DAY, tuple(_lines(n, is_frozen=is_frozen)))
        for n in range(count)
    ]
    lay_out_claims(practice, frame, claims)
    return frame.payers[0]


def _lines(n: int, *, is_frozen: bool) -> Iterator[SentLine]:
    """By `LINES`; of some claims ten dollars more are expected on the first line."""
    for place, (billed, paid, _, share) in enumerate(LINES):
        more = 10 if n % UNDERPAID == 1 and place == 0 else 0
        expected = Decimal(paid) + Decimal(share) + more if is_frozen else None
        yield SentLine("99213", (), Decimal(billed), expected)


def _person(n: int) -> Person:
    second = 1 if n % SECOND == 0 else None
    return Person(f"M{n}", "Testpatient", "Pat", date(1960, 1, 1), "F", payer=0, second=second)


def deliver(practice: Practice, text: str, control: int) -> Remittance:
    """Take ST to SE `text` in by the inbox: read, stored and matched."""
    envelope = (
        "ISA*00*          *00*          *ZZ*PAYERID01      *ZZ*SUMMIT01       *261116*0200*^*00501*"
        f"{control:09d}*0*P*:~GS*HP*PAYERID01*SUMMIT01*20261116*0200*{control}*X*005010X221A1~"
    )
    message = receive_message(
        practice=practice, partner=None, source="upload", content_type="application/edi-x12",
        content=f"{envelope}{text}GE*1*{control}~IEA*1*{control:09d}~".encode(),
    )  # fmt: skip
    process_message(message)
    return Remittance.objects.get(message=message)


def first_answers(count: int) -> str:
    """An earlier 835 that decided the claims which the big one reverses."""
    claims = [_answer(n, 1) for n in range(count) if _is_reversed(n)]
    return _payment("EARLIER1", claims, ())


def answers(count: int) -> str:
    """The big 835: every claim once, some reversed first, interest and a fee beside."""
    claims = []
    for n in range(count):
        if _is_reversed(n):
            claims.append(_answer(n, -1))
        claims.append(_answer(n, 1, is_denied=n % DENIED == 7))
    return _payment("BIG1", claims, (("L6:INTEREST", "-1.25"), ("AH:FEES", "12.50")))


def _is_reversed(n: int) -> bool:
    return n % REVERSED == 3 and n % DENIED != 7


def _answer(n: int, sign: int, *, is_denied: bool = False) -> tuple[str, Decimal]:
    """The CLP loop of claim `n`, and what it pays."""
    loops, paid = [], Decimal(0)
    for place, (billed, pays, agreed, share) in enumerate(LINES, start=1):
        gets = Decimal(0) if is_denied else sign * Decimal(pays)
        trios = f"CAS*CO*197*{billed}~" if is_denied else (
            f"CAS*CO*45*{sign * int(agreed)}~" + (f"CAS*PR*2*{sign * int(share)}~" if int(share)
                                                   else ""))  # fmt: skip
        loops.append(f"SVC*HC:99213*{sign * int(billed)}*{gets}~DTM*472*{DAY:%Y%m%d}~{trios}"
                     f"REF*6R*{_number(n)}L{place}~")  # fmt: skip
        paid += gets
    status = "22" if sign < 0 else "1"
    total = sign * sum(int(billed) for billed, *_ in LINES)
    head = f"CLP*{_number(n)}*{status}*{total}*{paid}**12*ICN{n}*11*1~"
    return head + "NM1*QC*1*TESTPATIENT*PAT****MI*M1~" + "".join(loops), paid


def _payment(
    trace: str, claims: list[tuple[str, Decimal]], provider: tuple[tuple[str, str], ...]
) -> str:
    total = sum((paid for _, paid in claims), Decimal(0))
    total -= sum((Decimal(amount) for _, amount in provider), Decimal(0))
    text = "".join(
        (
            f"ST*835*0001~BPR*I*{total}*C*ACH*CCP*01*999999992*DA*12345678*1841111111**01",
            "*888888884*DA*98765432*20261119~",
            f"TRN*1*{trace}*1841111111~DTM*405*20261119~N1*PR*BENCH HEALTH PLAN~N3*2 PLAN PLAZA~",
            "N4*DENVER*CO*80203~PER*BL*EDI HELP*TE*8005550122~N1*PE*BENCH*XX*2000000010~",
            "REF*TJ*841234567~LX*1~",
            *(loop for loop, _ in claims),
            *(f"PLB*2000000010*20261231*{code}*{amount}~" for code, amount in provider),
        )
    )
    return f"{text}SE*{text.count('~') + 1}*0001~"


def _number(n: int) -> str:
    return f"BIG{n:06d}"

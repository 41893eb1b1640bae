"""835s about one claim of 99213 at 135.00, as Acme would write them: paid, denied, taken back."""

from claims.models import Claim, Remittance
from tests.claims.documents import enveloped, receive, recount
from tests.factories.claims import World

_HEAD = (
    "ST*835*{set:04d}~\nBPR*{kind}*{paid}*C*{way}*{day}~\nTRN*1*{trace}*1841111111~\n"
    "DTM*405*{day}~\nN1*PR*ACME HEALTH PLAN~\nN3*2 PLAN PLAZA~\nN4*DENVER*CO*80203~\n"
    "PER*BL*EDI HELP*TE*8005550122~\nN1*PE*SUMMIT FAMILY MEDICINE PLLC*XX*2000000010~\n"
    "REF*TJ*841234567~\nLX*1~\n"
)
_ACH = "ACH*CCP*01*999999992*DA*12345678*1841111111**01*888888884*DA*98765432"
_NON = "NON***********"


def paid(claim: Claim, icn: str, *, amount: int = 90, share: int = 10, frequency: str = "1") -> str:
    """Decided and paid: what is neither paid nor the patient's is contractual."""
    return _clp(claim, "1", icn, amount, [("CO", "45", 135 - amount - share), ("PR", "3", share)],
                frequency=frequency)  # fmt: skip


def denied(
    claim: Claim, icn: str, *, code: str = "CO-197", remark: str = "", frequency: str = "1"
) -> str:
    """Denied as a whole: for want of an authorization (W-12), or for another reason."""
    group, _, reason = code.partition("-")
    told = _clp(claim, "1", icn, 0, [(group, reason, 135)], frequency=frequency)
    return told + (f"LQ*HE*{remark}~\n" if remark else "")


def reversal(claim: Claim, icn: str, *, amount: int = 90, share: int = 10) -> str:
    """The exact mirror of `paid` (domain E.5)."""
    trios = [("CO", "45", -(135 - amount - share)), ("PR", "3", -share)]
    return _clp(claim, "22", icn, -amount, trios, frequency="1", charge=-135)


def answer(
    claim: Claim, icn: str, amount: int, trios: dict[str, int], *, status: str = "1", line: int = 0
) -> str:
    """Any answer on one line: paid `amount`, and what takes the rest by its code, as `CO-45`."""
    found = []
    for code, value in trios.items():
        group, _, reason = code.partition("-")
        found.append((group, reason, value))
    charge = amount + sum(trios.values())
    return _clp(claim, status, icn, amount, found, frequency="1", charge=charge, position=line)


def decided(world: World, *answers: str, total: int, trace: str, number: int) -> Remittance:
    """The remittance with these answers, taken in; `number` tells interchanges apart."""
    message = receive(world, file_835(*answers, total=total, trace=trace, number=number))
    return Remittance.objects.get(message=message)


def file_835(*answers: str, total: int, trace: str, number: int) -> str:
    """The file with these answers, as the clearinghouse would send it."""
    text = _HEAD.format(
        set=number, kind="I" if total else "H", paid=total, way=_ACH if total else _NON,
        day="20261122", trace=trace,
    ) + "".join(answers) + f"SE*0*{number:04d}~\n"  # fmt: skip
    return enveloped(recount(text), number)


def _clp(
    claim: Claim,
    status: str,
    icn: str,
    amount: int,
    trios: list[tuple[str, str, int]],
    *,
    frequency: str,
    charge: int = 135,
    position: int = 0,
) -> str:  # fmt: skip
    line = claim.charge_lines.order_by("charge_line")[position].charge_line
    share = sum(value for group, _, value in trios if group == "PR")
    shown = share if share > 0 else ""
    adjustments = "".join(f"CAS*{g}*{r}*{value}~\n" for g, r, value in trios if value)
    return (
        f"CLP*{claim.control_number}*{status}*{charge}*{amount}*{shown}*12*{icn}*11*{frequency}~\n"
        "NM1*QC*1*NGUYEN*DAVID****MI*AHP222333441~\n"
        f"SVC*HC:{line.procedure_code}*{charge}*{amount}~\nDTM*472*{line.service_date_from:%Y%m%d}~\n"
        f"{adjustments}REF*6R*{line.control_number}~\n"
    )

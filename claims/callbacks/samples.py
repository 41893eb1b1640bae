"""Small files of the kinds that payers send, about nobody: to try the door with."""

from datetime import datetime

from claims.choices import MessageKind
from claims.models import TradingPartner

_BATCH, _CLAIM = "B000000000", "TESTCLAIM0001"
_OUR_NPI, _OUR_TAX_ID = "2000000010", "840000000"


def sample(kind: str, partner: TradingPartner, at: datetime) -> str:
    """A file of `kind`, addressed as `partner` addresses us.

    Raises KeyError for a kind that has none.
    """
    group, guide, segments = _SETS[kind]
    sender, receiver = partner.receiver_id or "SENDER", partner.sender_id or "RECEIVER"
    isa = (
        f"ISA*00*          *00*          *ZZ*{sender:<15}*ZZ*{receiver:<15}"
        f"*{at:%y%m%d}*{at:%H%M}*^*00501*000000001*0*{partner.usage}*:~"
    )
    if kind == MessageKind.TA1:
        return f"{isa}\nTA1*000000001*{at:%y%m%d}*{at:%H%M}*A*000~\nIEA*0*000000001~\n"
    body = [f"ST*{segments[0]}*0001*{guide}", *segments[1:]]
    filled = [one.format(day=f"{at:%Y%m%d}", time=f"{at:%H%M}") for one in body]
    lines = [
        f"GS*{group}*{sender}*{receiver}*{at:%Y%m%d}*{at:%H%M}*1*X*{guide}",
        *filled,
        f"SE*{len(filled) + 1}*0001",
        "GE*1*1",
        "IEA*1*000000001",
    ]
    return "\n".join([isa, *(f"{line}~" for line in lines)]) + "\n"


_999 = ("999", "AK1*HC*1*005010X222A1", "AK2*837*0001*005010X222A1", "IK5*A", "AK9*A*1*1*1")
_277CA = (
    "277", "BHT*0085*08*TEST0001*{day}*{time}*TH", "HL*1**20*1", "NM1*PR*2*TEST PAYER*****PI*00000",
    "TRN*1*TEST0001", "DTP*050*D8*{day}", "DTP*009*D8*{day}", "HL*2*1*21*1",
    "NM1*41*2*TEST PRACTICE*****46*TEST", f"TRN*2*{_BATCH}", "STC*A1:19:PR*{day}*WQ*100",
    "QTY*90*1", "AMT*YU*100", "HL*3*2*19*1", f"NM1*85*2*TEST PRACTICE*****XX*{_OUR_NPI}",
    "TRN*1*0", "STC*A1:19:PR**WQ*100", "QTY*QA*1", "AMT*YU*100", "HL*4*3*PT",
    "NM1*QC*1*TESTPATIENT*TEST****MI*TEST0001", f"TRN*2*{_CLAIM}", "STC*A2:20:PR*{day}*WQ*100",
    "REF*1K*TEST0001", "DTP*472*D8*{day}",
)  # fmt: skip
_835 = (
    "835", "BPR*I*80*C*ACH*CCP*01*999999992*DA*12345678*1840000000**01*888888884*DA*98765432*{day}",
    "TRN*1*TEST0001*1840000000", "DTM*405*{day}", "N1*PR*TEST PAYER", "N3*1 TEST WAY",
    "N4*DENVER*CO*80202", "PER*BL*TEST*TE*8005550100", f"N1*PE*TEST PRACTICE*XX*{_OUR_NPI}",
    f"REF*TJ*{_OUR_TAX_ID}", "LX*1", f"CLP*{_CLAIM}*1*100*80*20*12*TEST0001*11*1",
    "NM1*QC*1*TESTPATIENT*TEST****MI*TEST0001", "SVC*HC:99213*100*80**1", "DTM*472*{day}",
    "CAS*PR*2*20", "REF*6R*TESTLINE1", "AMT*B6*100",
)  # fmt: skip
_SETS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    MessageKind.TA1: ("", "", ()),
    MessageKind.ACK_999: ("FA", "005010X231A1", _999),
    MessageKind.ACK_277CA: ("HN", "005010X214", _277CA),
    MessageKind.REMITTANCE: ("HP", "005010X221A1", _835),
}
KINDS = tuple(_SETS)

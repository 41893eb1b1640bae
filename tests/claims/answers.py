"""Answers of payers to our questions, as they would come over the line."""

from claims.models import EligibilityCheck, StatusInquiry

HEAD = (
    "ISA*00*          *00*          *ZZ*OPENCH01       *ZZ*{to:<15}"
    "*261123*0930*^*00501*{n:09d}*0*P*:~"
)
ACTIVE = (
    "EB*1**30**GOLD PPO~EB*C*IND*30***23*1500*****Y~EB*C*IND*30***29*200*****Y~"
    "EB*B*IND*98***27*30*****Y~EB*A*IND*30*****.2****Y~EB*G*IND*30***29*2150*****Y~"
)
INACTIVE = "EB*6**30~"
BENEFITS = ("HB", "271", "005010X279A1")
STATUS = ("HN", "277", "005010X212")


def refused(*reasons: str) -> str:
    """AAA segments: (reason, follow-up) joined by a colon."""
    return "".join(f"AAA*N**{one.split(':')[0]}*{one.split(':')[1]}~" for one in reasons)


def answer_271(
    reference: str,
    benefits: str,
    *,
    aaa: str = "",
    member_id: str = "1EG4TE5MK73",
    born: str = "19500412",
    dates: str = "",
    number: int = 900,
    to: str = "SUMMIT01",
) -> bytes:
    """A 271 to the question with that reference."""
    body = (
        f"BHT*0022*11*{reference}*20261123*0931~HL*1**20*1~NM1*PR*2*MEDICARE PART B*****PI*MCRPB~"
        "HL*2*1*21*1~NM1*1P*2*SUMMIT FAMILY MEDICINE PLLC*****XX*2000000010~HL*3*2*22*0~"
        f"TRN*2*{reference}*9841234567~NM1*IL*1*TESTPATIENT*JOAN*Q***MI*{member_id}~"
        f"{aaa}DMG*D8*{born}*F~{dates}{benefits}"
    )
    return _file(BENEFITS, body, number, to)


def answer_277(
    reference: str,
    statuses: str,
    *,
    claim_number: str = "",
    icn: str = "",
    lines: str = "",
    number: int = 950,
    to: str = "SUMMIT01",
) -> bytes:
    """A 277 to the question with that reference."""
    refs = (f"REF*1K*{icn}~" if icn else "") + (f"REF*EJ*{claim_number}~" if claim_number else "")
    body = (
        f"BHT*0010*08*{reference}*20261123*0931*DG~HL*1**20*1~"
        "NM1*PR*2*MEDICARE PART B*****PI*MCRPB~HL*2*1*21*1~"
        "NM1*41*2*SUMMIT FAMILY MEDICINE PLLC*****46*SUMMIT01~HL*3*2*19*1~"
        "NM1*1P*2*SUMMIT FAMILY MEDICINE PLLC*****XX*2000000010~HL*4*3*22*0~"
        "NM1*IL*1*TESTPATIENT*JOAN****MI*1EG4TE5MK73~"
        f"TRN*2*{reference}~{statuses}{refs}DTP*472*D8*20261102~{lines}"
    )
    return _file(STATUS, body, number, to)


def _file(kind: tuple[str, str, str], body: str, number: int, to: str) -> bytes:
    group, code, guide = kind
    count = body.count("~") + 2
    return (
        HEAD.format(to=to, n=number)
        + f"GS*{group}*OPENCH01*{to}*20261123*0930*{number}*X*{guide}~ST*{code}*0001*{guide}~{body}"
        + f"SE*{count}*0001~GE*1*{number}~IEA*1*{number:09d}~"
    ).encode()


def check_of() -> EligibilityCheck:
    """The newest check."""
    return EligibilityCheck.objects.latest("id")


def inquiry_of() -> StatusInquiry:
    """The newest status inquiry."""
    return StatusInquiry.objects.latest("id")

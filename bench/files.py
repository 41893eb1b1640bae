"""Large files for the benches: deterministic, fictional, balanced to the cent."""

from datetime import date, datetime
from decimal import Decimal

from x12 import Envelope, write_interchange
from x12.transactions.claim_837p import model as claims
from x12.transactions.remittance_835 import model as remits

DAY = date(2026, 11, 2)
ENVELOPE = Envelope("PAYERID01", "SUMMIT01", datetime(2026, 11, 24, 9, 30), 1, 1)  # noqa: DTZ001
_NPI = "2000000010"


def remittance(claim_count: int = 10_000, lines_each: int = 3) -> bytes:
    """An 835 of `claim_count` claims whose every balance holds."""
    found = tuple(_remit_claim(number, lines_each) for number in range(claim_count))
    record = remits.Remittance(
        payment_amount=sum((claim.paid_amount for claim in found), Decimal(0)),
        method_code="ACH",
        paid_on=DAY,
        trace_number="BENCH1",
        payer_identifier="1999999999",
        payer=remits.PartyIdentity("BENCH PAYER", line1="1 ROAD", city="DENVER", state="CO",
                                   zip="80202"),
        payee=remits.PartyIdentity("SUMMIT FAMILY MEDICINE", _NPI, "XX"),
        claims=found,
    )  # fmt: skip
    return write_interchange(ENVELOPE, [record])


def claim_batch(claim_count: int = 5_000) -> claims.ClaimBatch837P:
    """837P records of `claim_count` claims of three lines."""
    loops = tuple(_subscriber(number) for number in range(claim_count))
    provider = claims.BillingProvider(
        "SUMMIT FAMILY MEDICINE", _NPI, "841234567", _address("800011234"),
        taxonomy_code="207Q00000X",
    )  # fmt: skip
    return claims.ClaimBatch837P(
        "BENCH1",
        datetime(2026, 11, 24, 9, 30),  # noqa: DTZ001
        claims.Submitter("SUMMIT", "SUMMIT01", "BILLING OFFICE", "3035550100"),
        claims.Receiver("OPEN CLEARINGHOUSE", "OPENCH01"),
        (claims.BillingProviderLoop(provider, loops),),
    )


def _remit_claim(number: int, lines_each: int) -> remits.RemittanceClaim:
    lines = tuple(_remit_line(number, position) for position in range(lines_each))
    return remits.RemittanceClaim(
        patient_control_number=f"C{number:08d}",
        status_code="1",
        charge_amount=sum((line.charge_amount for line in lines), remits.ZERO),
        paid_amount=sum((line.paid_amount for line in lines), remits.ZERO),
        patient_responsibility_amount=sum(
            (one.amount for line in lines for one in line.adjustments if one.group_code == "PR"),
            remits.ZERO,
        ),
        filing_code="CI",
        payer_claim_number=f"P{number:010d}",
        facility_code="11",
        frequency_code="1",
        patient_last_name="TESTPATIENT",
        patient_first_name="PAT",
        member_id=f"M{number:09d}",
        rendering_npi=_NPI,
        remark_codes=("MA01",),
        received_on=DAY,
        service_date_from=DAY,
        service_date_to=DAY,
        supplemental_amounts=(("AU", Decimal("300.5")),),
        extra=(("REF", "EA", f"MR{number:07d}"), ("REF", "1L", "GROUP-77")),
        lines=lines,
    )


def _remit_line(number: int, position: int) -> remits.RemittanceLine:
    """Charge, fee and shares differ from line to line, as they do in a real file."""
    charge = Decimal(120 + (number * 7 + position * 31) % 80) + Decimal(number % 10) / 4
    allowed = (charge * 77 / 100).quantize(Decimal("0.01"))
    share = (allowed / 5).quantize(Decimal("0.01"))
    kept = ((allowed - share) / 50).quantize(Decimal("0.01"))
    return remits.RemittanceLine(
        procedure_code=("99213", "99214", "36415", "85025")[(number + position) % 4],
        modifiers=("25",) if position == 0 else (),
        charge_amount=charge,
        paid_amount=allowed - share - kept,
        service_date_from=DAY,
        line_control_number=f"L{number:08d}{position}",
        allowed_amount=allowed,
        remark_codes=("N620",) if position == 2 else (),
        adjustments=(
            remits.Adjustment("CO", "45", charge - allowed),
            remits.Adjustment("CO", "253", kept),
            remits.Adjustment("PR", "2", share),
        ),
        extra=(("REF", "LU", "11"), ("REF", "0K", f"P{number % 977:04d}"), ("AMT", "KH", "1.00")),
    )


def _subscriber(number: int) -> claims.SubscriberLoop:
    lines = tuple(
        claims.ServiceLine(
            position, "99213", Decimal(150), Decimal(1), (1, 2), DAY, f"L{number:08d}{position}"
        )
        for position in (1, 2, 3)
    )
    claim = claims.Claim(f"C{number:08d}", Decimal(450), "11", ("E119", "I10"), lines)
    party = claims.Party(
        "TESTPATIENT", "PAT", member_id=f"M{number:09d}", address=_address("80001"),
        birth_date=date(1970, 1, 1), sex="F",
    )  # fmt: skip
    payer = claims.PayerParty("BENCH PAYER", "12345")
    return claims.SubscriberLoop("P", "CI", party, payer, "18", claims=(claim,))


def _address(zip_code: str) -> claims.Address:
    return claims.Address("100 MAIN ST", "ANYTOWN", "CO", zip_code)

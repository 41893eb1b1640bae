"""The payer's figures, on the worked examples of the domain and on any claim."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.adjudicate import Year, adjudicate, reverse
from simulator.answers import remittance
from simulator.claims import Line, ReceivedClaim
from simulator.payer import PayerConfig
from simulator.pricing import allowed_amount
from simulator.scenarios.catalogue import built_in
from simulator.scenarios.parts import ZeroPay
from x12.transactions.remittance_835.check import check
from x12.transactions.remittance_835.model import PartyIdentity, RemittanceClaim

D = Decimal
DAY = date(2026, 11, 2)
ACME = PayerConfig("12345", "ACME", "841111111")


def line(number: int, code: str, charge: str, units: str = "1", **more: object) -> Line:
    made = Line(number, code, (), D(charge), D(units), DAY, None, f"L{number}")
    return replace(made, **more)  # type: ignore[arg-type]


def claim(*lines: Line, **more: object) -> ReceivedClaim:
    made = ReceivedClaim(
        number="SFM1001",
        frequency_code="1",
        charge_amount=sum((one.charge_amount for one in lines), D(0)),
        payer_id="12345",
        payer_name="ACME",
        payer_rank="P",
        claim_filing_code="CI",
        member_id="AHP1",
        patient_last_name="TESTPATIENT",
        patient_first_name="JOAN",
        place_of_service_code="11",
        billing_name="SUMMIT",
        billing_npi="2000000010",
        billing_tax_id="841234567",
        rendering_npi="",
        earlier_claim_number="",
        lines=lines,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def decide(
    what: ReceivedClaim,
    payer: PayerConfig,
    scenario: str = "pay",
    left: str = "0",
    received_on: date = date(2026, 11, 23),
) -> RemittanceClaim:
    return adjudicate(
        what,
        replace(payer, deductible=D(left)),
        built_in()[scenario].decision,
        payer_claim_number="ICN1",
        received_on=received_on,
        year=Year(),
    ).claim


def trios(answer: RemittanceClaim) -> list[tuple[str, str, Decimal]]:
    return [
        (a.group_code, a.reason_code, a.amount) for one in answer.lines for a in one.adjustments
    ]


def balance_faults(*claims: RemittanceClaim) -> list[str]:
    payee = PartyIdentity("SUMMIT", "2000000010", "XX", tax_id="841234567")
    payment = remittance(ACME, payee, claims, (), trace_number="T1", paid_on=DAY)
    return [str(fault) for fault in check(payment)]


MEDICARE = PayerConfig(
    "MCRPB", "MEDICARE", "841111112", fees={"99214": D(130), "20610": D(68), "J3301": D(2)}
)


def test_medicare_pays_as_in_w10() -> None:
    lines = (line(1, "99214", "200"), line(2, "20610", "150"), line(3, "J3301", "40", "4"))
    answer = decide(claim(*lines, claim_filing_code="MB"), MEDICARE)
    assert [one.paid_amount for one in answer.lines] == [D("101.92"), D("53.31"), D("6.27")]
    assert [one.allowed_amount for one in answer.lines] == [D(130), D(68), D(8)]
    assert trios(answer) == [
        ("CO", "45", D(70)), ("CO", "253", D("2.08")), ("PR", "2", D(26)),
        ("CO", "45", D(82)), ("CO", "253", D("1.09")), ("PR", "2", D("13.60")),
        ("CO", "45", D(32)), ("CO", "253", D("0.13")), ("PR", "2", D("1.60")),
    ]  # fmt: skip
    assert (answer.paid_amount, answer.patient_responsibility_amount) == (D("161.50"), D("41.20"))
    assert balance_faults(answer) == []


def test_medicare_takes_the_deductible_before_coinsurance_and_sequestration() -> None:
    answer = decide(claim(line(1, "99214", "200"), claim_filing_code="MB"), MEDICARE, left="50")
    assert trios(answer)[1:] == [("CO", "253", D("1.28")), ("PR", "1", D(50)), ("PR", "2", D(16))]
    assert answer.paid_amount == D("62.72")


def test_a_copay_is_taken_once_and_on_a_visit_as_in_w13() -> None:
    payer = replace(
        ACME,
        fees={"99213": D(95), "11102": D(95)},
        copay=D(30),
        coinsurance_percent=D("0.1867"),
    )
    lines = (line(1, "99213", "140"), line(2, "11102", "180"), line(3, "99213", "140"))
    answer = decide(claim(*lines), payer, left="20")
    assert trios(answer)[:5] == [
        ("CO", "45", D(45)), ("PR", "3", D(30)),
        ("CO", "45", D(85)), ("PR", "1", D(20)), ("PR", "2", D("14.00")),
    ]  # fmt: skip
    assert [one.paid_amount for one in answer.lines[:2]] == [D(65), D(61)]
    assert sum(code == "3" for _, code, _ in trios(answer)) == 1
    assert balance_faults(answer) == []


def test_the_cheapest_line_is_bundled_and_the_rest_paid() -> None:
    answer = decide(claim(line(1, "99213", "140"), line(2, "88305", "60")), ACME, "bundle")
    assert answer.lines[1].adjustments[0].reason_code == "97"
    assert answer.lines[1].remark_codes == ("M15",)
    assert answer.lines[0].paid_amount > 0
    alone = decide(claim(line(1, "99213", "140")), ACME, "bundle")
    assert alone.paid_amount > 0, "with one line there is nothing to bundle it into"


def test_a_co16_denial_has_a_remark_and_pays_nothing() -> None:
    answer = decide(claim(line(1, "99213", "140")), ACME, "deny_co16")
    assert trios(answer) == [("CO", "16", D(140))]
    assert answer.lines[0].remark_codes == ("N265",)
    assert (answer.status_code, answer.paid_amount) == ("1", D(0))
    assert answer.patient_responsibility_amount is None
    assert balance_faults(answer) == []


def test_zero_pay_is_no_denial_the_patient_owes_what_is_allowed() -> None:
    answer = decide(claim(line(1, "99213", "100")), ACME, "zero_pay")
    assert trios(answer) == [("CO", "45", D(40)), ("PR", "1", D(60))]
    assert answer.paid_amount == 0


def test_reason_45_never_takes_the_whole_charge() -> None:
    free = replace(ACME, fees={"99213": D(0)})
    assert allowed_amount(line(1, "99213", "140"), free) == D("0.01")
    assert allowed_amount(line(1, "99213", "0"), free) == 0


def test_a_modifier_has_its_own_fee_and_a_fee_is_never_above_the_charge() -> None:
    payer = replace(ACME, fees={"71046": D(50), "71046-26": D(10)})
    assert allowed_amount(line(1, "71046", "80", modifiers=("26",)), payer) == D(10)
    assert allowed_amount(line(1, "71046", "80"), payer) == D(50)
    assert allowed_amount(line(1, "71046", "30"), payer) == D(30)


def test_a_secondary_pays_what_the_first_left_as_in_w21() -> None:
    lines = tuple(
        line(number, code, charge, earlier_paid_amount=D(paid), earlier_patient_amount=D(open_))
        for number, code, charge, paid, open_ in (
            (1, "99214", "200", "101.92", "26"),
            (2, "20610", "150", "53.31", "13.6"),
            (3, "J3301", "40", "6.27", "1.6"),
        )
    )
    answer = decide(claim(*lines, payer_rank="S"), ACME)
    assert answer.status_code == "2"
    assert trios(answer) == [
        ("OA", "23", D(174)), ("OA", "23", D("136.4")), ("OA", "23", D("38.4")),
    ]  # fmt: skip
    assert answer.paid_amount == D("41.2")
    assert balance_faults(answer) == []


def test_a_secondary_that_is_not_told_what_the_first_paid_denies() -> None:
    answer = decide(claim(line(1, "99213", "140"), payer_rank="S"), ACME)
    assert trios(answer) == [("CO", "22", D(140))]


def test_a_claim_past_the_filing_limit_is_denied() -> None:
    payer = replace(ACME, filing_limit_days=90)
    one = claim(line(1, "99213", "140"))
    assert trios(decide(one, payer, received_on=date(2027, 2, 1))) == [("CO", "29", D(140))]
    assert decide(one, payer, received_on=date(2027, 1, 31)).paid_amount > 0


def test_a_reversal_negates_every_amount_as_in_w15() -> None:
    payer = replace(ACME, fees={"99215": D(200)}, copay=D(25))
    original = decide(claim(line(1, "99215", "300")), payer)
    assert original.paid_amount == 175
    back = reverse(original)
    assert (back.status_code, back.charge_amount, back.paid_amount) == ("22", D(-300), D(-175))
    assert trios(back) == [("CO", "45", D(-100)), ("PR", "3", D(-25))]
    assert back.lines[0].line_control_number == "L1"
    assert [f for f in balance_faults(original, back) if "BAL-T" in f or "BAL-S" in f] == []


charges = st.decimals(min_value="0", max_value="9999.99", places=2)
fractions = st.decimals(min_value="0", max_value="1", places=4)


@settings(max_examples=200, deadline=None)
@given(
    lines=st.lists(
        st.tuples(st.sampled_from(["99213", "20610", "87880"]), charges, charges, charges),
        min_size=1,
        max_size=6,
    ),
    scenario=st.sampled_from(sorted(built_in())),
    rank=st.sampled_from("PST"),
    filing_code=st.sampled_from(["MB", "CI", "BL", "HM"]),
    numbers=st.tuples(fractions, fractions, fractions, charges, charges, charges),
)
def test_every_answer_balances_at_line_and_claim(
    lines: list[tuple[str, Decimal, Decimal, Decimal]],
    scenario: str,
    rank: str,
    filing_code: str,
    numbers: tuple[Decimal, ...],
) -> None:
    share, coinsurance, secondary, copay, left, fee = numbers
    payer = PayerConfig(
        "P", "P", "841111111", fees={"99213": fee}, default_percent=share,
        coinsurance_percent=coinsurance, secondary_percent=secondary, copay=copay, deductible=left,
    )  # fmt: skip
    made = tuple(
        line(n, code, str(charge), earlier_paid_amount=paid, earlier_patient_amount=open_)
        for n, (code, charge, paid, open_) in enumerate(lines, 1)
    )
    one = claim(*made, payer_rank=rank, claim_filing_code=filing_code)
    part = built_in()[scenario].decision
    decision = adjudicate(one, payer, part, payer_claim_number="I", received_on=DAY, year=Year())
    answer = decision.claim
    assert balance_faults(answer) == []
    assert balance_faults(answer, reverse(answer)) == []
    assert all(each.paid_amount >= 0 for each in answer.lines)
    assert all(amount and amount == round(amount, 2) for _, _, amount in trios(answer))
    if not isinstance(part, ZeroPay):
        assert decision.deductible_amount <= left
    whole = {each.charge_amount for each in answer.lines if each.charge_amount}
    forty_five = [(e, a) for e in answer.lines for a in e.adjustments if a.reason_code == "45"]
    assert all(a.amount != e.charge_amount for e, a in forty_five if whole and rank == "P")

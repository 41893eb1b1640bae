"""Whatever an earlier payer decides, its copy in the next claim balances and passes both judges."""

from copy import deepcopy
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

import x12
from claims.edi.write_837p import FileHeader, check_file, write_837p
from claims.scrub import ScrubFacts
from claims.scrub.cob import check_earlier_payers
from tests.claims.edi.test_every_box import GUIDE, OTHER_PAYERS
from tests.claims.paper.snapshots import W01, line
from tests.x12.judge import judged
from tests.x12.test_tables_written import rows_of_table, written_in
from x12.guides import GUIDES

NEVER = Path(__file__).parent / "never_written_of_others.txt"
FACTS = ScrubFacts(today=datetime(2026, 11, 23).date())
FEW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
CENTS = st.integers(0, 40_000).map(lambda cents: Decimal(cents) / 100)
REASONS = ("CO-45", "CO-253", "PR-1", "PR-2", "PR-3", "OA-23", "CO-97", "PI-45")


@st.composite
def trios(draw: DrawFn, total: Decimal) -> list[dict[str, str]]:
    """Adjustments that come to `total`, one of them perhaps negative."""
    reasons = draw(st.lists(st.sampled_from(REASONS), min_size=1, max_size=7, unique=True))
    amounts = [draw(CENTS) for _ in reasons[1:]]
    amounts.append(total - sum(amounts, Decimal(0)))
    return [
        {
            "group_code": reason[:2], "reason_code": reason[3:], "amount": f"{amount:.2f}",
            "quantity": "",
        }
        for reason, amount in zip(reasons, amounts, strict=True)
        if amount
    ]  # fmt: skip


@st.composite
def decisions(draw: DrawFn, lines: list[dict[str, Any]], *, by_line: bool) -> dict[str, Any]:
    """What one payer decided: each line, or the claim as a whole."""
    total = sum((Decimal(one["charge_amount"]) for one in lines), Decimal(0))
    told, own, paid = [], [], Decimal(0)
    if by_line:
        for one in lines:
            charge = Decimal(one["charge_amount"])
            amount = draw(st.just(Decimal("0.00")) | CENTS)
            paid += amount
            told.append(
                {
                    "number": one["number"], "paid_amount": str(amount),
                    "procedure_code": draw(st.sampled_from([one["procedure_code"], "99215"])),
                    "modifiers": one["modifiers"], "units": one["units"],
                    "adjustments": draw(trios(charge - amount)), "remaining_amount": "0.00",
                    "adjudicated_on": "2026-11-16", "bundled_line_number": None,
                }
            )  # fmt: skip
    else:
        paid = draw(CENTS)
        own = draw(trios(total - paid))
    return {
        "by_line": by_line, "paid_amount": str(paid), "adjustments": own,
        "remaining_amount": "" if by_line else "0.00", "adjudicated_on": "2026-11-16",
        "remark_codes": draw(st.lists(st.sampled_from(["MA01", "MA07", "N19"]), unique=True)),
        "payer_claim_number": draw(st.sampled_from(["", "2226300000011"])), "lines": told,
        "reimbursement_rate": draw(st.sampled_from(["", "0.85"])),
        "payable_amount": draw(st.sampled_from(["", "55"])), "is_adjusted": draw(st.booleans()),
    }  # fmt: skip


HUSBAND = {
    "is_patient": False, "first_name": "Jack", "middle_name": "", "last_name": "Testpatient",
    "birth_date": "1949-01-01", "sex": "M", "address_line1": "9 Elm St",
    "address_line2": "Apt 2", "city": "Anytown", "state_code": "CO", "zip_code": "800015678",
}  # fmt: skip
ALLOWED = {"authorization": "AUT88", "referral": "REF88"}


def other(rank: int, decision: dict[str, Any] | None, number: str) -> dict[str, Any]:
    coverage = deepcopy(W01["coverage"])
    return {
        "coverage": coverage
        | {
            "rank": rank,
            "insurance_type_code": "",
            "is_medicaid": False,
            "member_id": f"M{number}",
        },
        "subscriber": deepcopy(W01["subscriber"]),
        "payer": {**W01["payer"], "name": f"Payer {rank}", "payer_number": number},
        "decision": decision,
        "is_declined": False,
    }


@st.composite
def secondaries(draw: DrawFn) -> dict[str, Any]:
    """A claim to the second or third payer of one to four lines."""
    snapshot = deepcopy(W01) | {"submitter": {"name": "Summit", "phone": "3035550100"}}
    count = draw(st.integers(1, 4))
    lines = [
        line(n, charge_amount=str(draw(CENTS) + 1), procedure_code=draw(st.sampled_from(
            ["99213", "20610", "J3301"]))) for n in range(1, count + 1)
    ]  # fmt: skip
    snapshot["lines"] = lines
    total = sum((Decimal(one["charge_amount"]) for one in lines), Decimal(0))
    snapshot["claim"]["charge_amount"] = str(total)
    before = draw(st.integers(1, 2))
    snapshot["other_payers"] = [
        other(rank, draw(decisions(lines, by_line=draw(st.booleans()))), f"7000{rank}")
        for rank in range(1, before + 1)
    ]
    snapshot["coverage"] |= {"rank": before + 1, "claim_filing_code": "CI"}
    if before == 1 and draw(st.booleans()):
        snapshot["other_payers"].append(other(3, None, "70003"))
    for one in snapshot["other_payers"]:
        one["numbers"] = draw(st.sampled_from([{}, ALLOWED]))
        if draw(st.booleans()):
            one["subscriber"] = deepcopy(HUSBAND)
            one["coverage"]["relationship_code"] = "01"
    return snapshot


def file_of(snapshots: list[dict[str, Any]]) -> bytes:
    header = FileHeader(
        "SUMMIT01", "OPENCH01", "OPEN CLEARINGHOUSE", "T", 1, 1, "B1", datetime(2026, 11, 23, 9, 30)
    )
    return write_837p(snapshots, header, 500).content


@FEW
@given(st.lists(secondaries(), min_size=6, max_size=6))
def test_every_random_secondary_balances_and_passes_pyx12(snapshots: list[dict[str, Any]]) -> None:
    for snapshot in snapshots:
        assert check_earlier_payers(snapshot, FACTS) == []
    content = file_of(snapshots)
    assert check_file(content) == []
    assert not [fault for fault in x12.check_bytes(content) if fault.code.startswith("C-COB")]
    accepted, findings = judged(content)
    assert accepted, findings


@FEW
@given(secondaries(), st.data())
def test_one_cent_anywhere_in_a_decision_is_found(
    snapshot: dict[str, Any], data: st.DataObject
) -> None:
    decision = snapshot["other_payers"][0]["decision"]
    places = [decision, *decision["lines"]]
    place = data.draw(st.sampled_from(places))
    place["paid_amount"] = str(Decimal(place["paid_amount"]) + Decimal("0.01"))
    assert check_earlier_payers(snapshot, FACTS)


def test_what_no_random_secondary_wrote_of_other_payers_is_listed_with_its_reason(
    told: list[str],
) -> None:
    written: set[tuple[str, str, str]] = set()

    @settings(
        max_examples=30, derandomize=True, database=None, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(secondaries(), st.booleans())
    def write(snapshot: dict[str, Any], declined: bool) -> None:
        if declined:
            first = snapshot["other_payers"][0]
            first["decision"], first["is_declined"] = None, True
        written.update(written_in(file_of([snapshot])))

    write()
    table = [row for row, _, _ in rows_of_table(" ".join(GUIDE), GUIDES[GUIDE].table.spec)]
    mine = [row for row in dict.fromkeys(table) if row[1].startswith(OTHER_PAYERS)]
    never = [f"{loop} {segment}" for guide, loop, segment in mine
             if (guide, loop, segment) not in written]  # fmt: skip
    told.append(f"837P, other payers: {len(mine) - len(never)} of {len(mine)} rows written")
    told += [f"never written: {row}" for row in never]
    listed = [line.split(":")[0] for line in NEVER.read_text().splitlines()]
    assert never == listed, "write the list anew, and look at it"

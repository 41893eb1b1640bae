"""The worked examples as documents: an 835 as text, and what it must do to the books as text.

`facts_of` reads the text with a splitter of its own, so that the planner's examples need neither
database nor reader; the same files also go in by the front door in `test_worked_examples.py`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

from billing.ledger.accounts import Account
from billing.ledger.lines import Line, Side
from billing.posting.facts import (
    AccountFact,
    Adjustment,
    ClaimFact,
    LineFact,
    OriginalFact,
    Party,
    ProviderAdjustmentFact,
    RemittanceFact,
)

DATA = Path(__file__).parent / "data"
PAYERS = {"MEDICARE PART B": 1, "ACME HEALTH PLAN": 2, "ACME SUPPLEMENT": 3, "STATE MEDICAID": 4}
PAYER_NAMES = {1: "Medicare", 2: "Acme", 3: "Supplement", 4: "Medicaid", None: "?"}
_RANK_OF_STATUS = {"2": 2, "20": 2, "3": 3, "21": 3}

Segment = list[str]


def text_of(name: str) -> str:
    """The ST…SE text of one worked example."""
    return (DATA / f"{name}.835").read_text()


def segments(name: str) -> list[Segment]:
    return [part.strip().split("*") for part in text_of(name).split("~") if part.strip()]


def charge_line_id(claim_number: str, line_number: int) -> int:
    """A stable made-up id for line `line_number` of a claim."""
    return int(claim_number.removeprefix("SFM")) * 10 + line_number


def facts_of(
    name: str,
    *,
    next_party: Party | None = None,
    medicaid: Party | None = None,
    originals: Mapping[str, OriginalFact] | None = None,
    open_amounts: Mapping[tuple[int, int, int], Decimal] | None = None,
    open_payables: Mapping[str, Decimal] | None = None,
) -> RemittanceFact:
    """The 835 called `name` as the planner reads it, every claim and line matched.

    Unless told otherwise, each charge is open in full with the payer that answers.
    """
    found = segments(name)
    payer_id = next(PAYERS[s[2]] for s in found if s[:2] == ["N1", "PR"])
    claims = [
        _claim(
            group,
            position=position,
            payer_id=payer_id,
            next_party=next_party,
            medicaid=medicaid,
            originals=originals or {},
        )
        for position, group in enumerate(_groups(found, "CLP"), start=1)
    ]
    plb = [s for s in found if s[0] == "PLB"]
    return RemittanceFact(
        remittance_id=1,
        trace_number=next(s[2] for s in found if s[0] == "TRN"),
        payment_amount=Decimal(next(s[2] for s in found if s[0] == "BPR")),
        payer_id=payer_id,
        claims=tuple(claims),
        provider_adjustments=tuple(_provider_adjustments(plb)),
        open_amounts=_all_open(claims) if open_amounts is None else open_amounts,
        open_payables=open_payables or {},
    )


def _groups(found: list[Segment], opener: str) -> list[list[Segment]]:
    groups: list[list[Segment]] = []
    for segment in found:
        if segment[0] == opener:
            groups.append([segment])
        elif groups and segment[0] not in {"PLB", "SE"}:
            groups[-1].append(segment)
    return groups


def _claim(
    group: list[Segment],
    *,
    position: int,
    payer_id: int,
    next_party: Party | None,
    medicaid: Party | None,
    originals: Mapping[str, OriginalFact],
) -> ClaimFact:
    clp = group[0]
    number, status = clp[1], clp[2]
    services = _groups(group, "SVC")
    head = group[: group.index(services[0][0])] if services else group
    moa = [code for s in head if s[0] == "MOA" for code in s[3:] if code]
    account = AccountFact(
        claim_id=int(number.removeprefix("SFM")),
        version_id=int(number.removeprefix("SFM")),
        patient_id=7,
        guarantor_id=8,
        payer_id=payer_id,
        rank=_RANK_OF_STATUS.get(status, 1),
        next_party=next_party,
        medicaid=medicaid,
    )
    return ClaimFact(
        remittance_claim_id=position,
        position=position,
        status_code=status,
        charge_amount=Decimal(clp[3]),
        paid_amount=Decimal(clp[4]),
        lines=tuple(_line(service, number, i) for i, service in enumerate(services, start=1)),
        adjustments=tuple(_adjustments(head)),
        remark_codes=tuple(moa),
        account=account,
        original=originals.get(number),
    )


def _line(service: list[Segment], number: str, index: int) -> LineFact:
    svc = service[0]
    control = next((s[2] for s in service if s[:2] == ["REF", "6R"]), None)
    line_number = int(control.rsplit("L", 1)[1]) if control else index
    return LineFact(
        remittance_line_id=index,
        charge_line_id=charge_line_id(number, line_number),
        charge_amount=Decimal(svc[2]),
        paid_amount=Decimal(svc[3]),
        adjustments=tuple(_adjustments(service)),
        remark_codes=tuple(s[2] for s in service if s[0] == "LQ"),
    )


def _adjustments(found: Iterable[Segment]) -> Iterable[Adjustment]:
    for segment in found:
        if segment[0] == "CAS":
            for start in range(2, len(segment), 3):
                yield Adjustment(segment[1], segment[start], Decimal(segment[start + 1]))


def _provider_adjustments(found: Iterable[Segment]) -> Iterable[ProviderAdjustmentFact]:
    number = 0
    for segment in found:
        for start in range(3, len(segment), 2):
            number += 1
            code, _, reference = segment[start].partition(":")
            yield ProviderAdjustmentFact(number, code, reference, Decimal(segment[start + 1]))


def _all_open(claims: Iterable[ClaimFact]) -> dict[tuple[int, int, int], Decimal]:
    return {
        (line.charge_line_id, claim.account.payer_id, claim.account.rank): line.charge_amount
        for claim in claims
        if claim.account and claim.status_code != "22"
        for line in claim.lines
        if line.charge_line_id
    }


# --- the ledger as text -------------------------------------------------------------------------


def ledger_text(lines: Iterable[Line], *, by_line: bool = False) -> str:
    """`lines` netted per account and key, one key a row, debits first: what domain L compares."""
    net: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        net[_label(line.debit, by_line)] += line.amount
        net[_label(line.credit, by_line)] -= line.amount
    rows = [(label, amount) for label, amount in net.items() if amount]
    rows.sort(key=lambda row: (row[1] < 0, row[0]))
    return "\n".join(f"{'Dr' if a > 0 else 'Cr'} {label} {abs(a):.2f}" for label, a in rows)


def _label(side: Side, by_line: bool) -> str:
    if side.account != Account.INSURANCE_AR:
        return f"{side.account:d}"
    line = f" line {side.charge_line_id}" if by_line else ""
    return f"{side.account:d} {PAYER_NAMES.get(side.payer_id, side.payer_id)}/{side.rank}{line}"


def expected(text: str) -> str:
    """A ledger written in a test, without its indentation and blank lines."""
    return "\n".join(row.strip() for row in text.strip().splitlines() if row.strip())

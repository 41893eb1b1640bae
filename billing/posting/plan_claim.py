"""One claim of a remittance: which lines the books get, and what is left to a person (E.10)."""

from collections.abc import Iterable
from decimal import Decimal

from billing.choices import ClaimOutcome, LineState
from billing.ledger.accounts import Account
from billing.ledger.lines import Line, Side, move
from billing.posting.allowed import allowed_amount, is_compared
from billing.posting.claim_lines import Transfer, bundle_transfers, effective_lines
from billing.posting.facts import AccountFact, Adjustment, ClaimFact, LineFact, Party
from billing.posting.plan import (
    ClaimPlan,
    Issue,
    IssueKind,
    LineDecision,
    PlannedDenial,
    PlannedJournal,
    PlannedOutcome,
)
from billing.posting.reasons import (
    CROSSOVER_REMARKS,
    CROSSOVER_STATUSES,
    QMB_REMARKS,
    PostingRules,
    Treatment,
)
from billing.posting.running import RunningOpen
from core.money import ZERO

COPAY = "PR-3"


def insurance_side(account: AccountFact, charge_line_id: int, party: Party | None = None) -> Side:
    """1100 of one charge line: with the payer that answered, or with `party`."""
    return Side(
        Account.INSURANCE_AR,
        patient_id=account.patient_id,
        guarantor_id=account.guarantor_id,
        charge_line_id=charge_line_id,
        payer_id=party.payer_id if party else account.payer_id,
        rank=party.rank if party else account.rank,
    )


def patient_side(account: AccountFact, charge_line_id: int) -> Side:
    """1200 of one charge line."""
    return Side(
        Account.PATIENT_AR,
        patient_id=account.patient_id,
        guarantor_id=account.guarantor_id,
        charge_line_id=charge_line_id,
    )


def matched_id(line: LineFact) -> int:
    """The charge line that `line` decides on. Raises ValueError where it was matched to none."""
    if line.charge_line_id is None:
        raise ValueError("a line without a charge line is not posted")
    return line.charge_line_id


class ClaimPlanner:
    """Works out one matched, processed claim line by line.

    The order within a line matters: what raises the receivable first, then the payment, then the
    patient's share, and agreed write-offs last, which take no more than is left (E.10).
    """

    def __init__(
        self,
        claim: ClaimFact,
        account: AccountFact,
        rules: PostingRules,
        running: RunningOpen,
        trace_number: str,
    ) -> None:
        self._claim, self._account, self._rules = claim, account, rules
        self._running, self._trace = running, trace_number
        self._lines: list[Line] = []
        self._denials: list[PlannedDenial] = []
        self._issues: list[Issue] = []
        self._decisions: list[LineDecision] = []
        self._next_amount = ZERO
        self._short_amount = ZERO
        remarks = set(claim.remark_codes).union(*(line.remark_codes for line in claim.lines))
        self._is_protected = bool(remarks & QMB_REMARKS)
        self._crossed_over = (
            claim.status_code in CROSSOVER_STATUSES
            or claim.is_forwarded
            or bool(remarks & CROSSOVER_REMARKS)
        )

    def plan(self) -> ClaimPlan:
        """The plan for this claim. Call once: the running open amounts follow it."""
        lines, transfers = bundle_transfers(effective_lines(self._claim, self._account))
        for transfer in transfers:
            self._transfer(transfer)
        for line in lines:
            self._line(line)
        self._ask_about_credits(lines)
        self._ask_about_underpayment()
        self._ask_about_next_payer()
        if self._claim.seen_before:
            self._ask(
                IssueKind.DOUBLE_PAYMENT,
                "The payer sent the same claim number and amounts before.",
                self._claim.paid_amount,
            )
        if self._claim.corrects_identity:
            self._ask(
                IssueKind.IDENTITY,
                "The payer knows the patient by another name or member id: correct the coverage.",
                ZERO,
            )
        journal = (
            PlannedJournal(tuple(self._lines), self._claim.remittance_claim_id)
            if self._lines
            else None
        )
        return ClaimPlan(journal, self._outcome(), tuple(self._denials), tuple(self._issues))

    # --- one line -----------------------------------------------------------------------------

    def _line(self, line: LineFact) -> None:
        charge_line_id = matched_id(line)
        receivable = insurance_side(self._account, charge_line_id)
        by_treatment = self._sorted(line)
        self._compare(line, charge_line_id, by_treatment)
        lowering = by_treatment[Treatment.CONTRACTUAL]
        self._contractual(receivable, [a for a in lowering if a.amount < 0], line)
        self._cash(receivable, line.paid_amount)
        moved = self._shares(receivable, charge_line_id, by_treatment)
        self._contractual(receivable, [a for a in lowering if a.amount > 0], line)
        denied = self._refusals(line, charge_line_id, by_treatment)
        self._decisions.append(
            LineDecision(
                charge_line_id,
                line.remittance_line_id,
                _line_state(line.paid_amount, moved, denied),
            )
        )

    def _sorted(self, line: LineFact) -> dict[Treatment, list[Adjustment]]:
        remarks = {*line.remark_codes, *self._claim.remark_codes}
        found: dict[Treatment, list[Adjustment]] = {treatment: [] for treatment in Treatment}
        for adjustment in line.adjustments:
            if adjustment.amount:
                treatment = self._rules.treatment(
                    adjustment, remarks, is_protected=self._is_protected
                )
                found[treatment].append(adjustment)
        return found

    def _compare(
        self, line: LineFact, charge_line_id: int, found: dict[Treatment, list[Adjustment]]
    ) -> None:
        """What the line is short of its contract. Where it is as expected, a CO reason that no list
        has is what was agreed, and no denial (domain E.4).
        """
        expected = self._account.expected.get(charge_line_id)
        if expected is None or not is_compared(line):
            return
        allowed = allowed_amount(line)
        unlisted = [one for one in found[Treatment.DENIAL] if one.group_code == "CO"]
        if allowed and self._rules.tolerance.passes(expected, allowed):
            for adjustment in unlisted:
                found[Treatment.DENIAL].remove(adjustment)
                found[Treatment.CONTRACTUAL].append(adjustment)
                self._ask(
                    IssueKind.AS_EXPECTED,
                    f"{adjustment.code} is on no list, but the line comes to what the contract"
                    " allows: written off.",
                    adjustment.amount,
                )
            return
        refused = sum((one.amount for one in found[Treatment.DENIAL] if one.amount > 0), ZERO)
        self._short_amount += expected - allowed - max(min(refused, expected - allowed), ZERO)

    def _cash(self, receivable: Side, amount: Decimal) -> None:
        if amount:
            clearing = Side(Account.REMIT_CLEARING, payer_id=self._account.payer_id)
            self._add(move(debit=clearing, credit=receivable, amount=amount))

    def _contractual(
        self, receivable: Side, adjustments: Iterable[Adjustment], line: LineFact
    ) -> None:
        remarks = {*line.remark_codes, *self._claim.remark_codes}
        for adjustment in adjustments:
            account = self._rules.contractual_account(adjustment, remarks) or Account.CONTRACTUAL
            self._take(receivable, self._income_side(account, receivable), adjustment)

    def _income_side(self, account: Account, receivable: Side) -> Side:
        return Side(
            account,
            patient_id=receivable.patient_id,
            charge_line_id=receivable.charge_line_id,
            payer_id=receivable.payer_id,
            rank=receivable.rank,
        )

    def _shares(
        self,
        receivable: Side,
        charge_line_id: int,
        found: dict[Treatment, list[Adjustment]],
    ) -> Decimal:
        """Move what others owe off the payer's receivable. Returns how much moved."""
        account, moved = self._account, ZERO
        for adjustment in self._positive(found[Treatment.PATIENT]):
            target = self._next_side(charge_line_id, adjustment)
            taken = self._take(receivable, target, adjustment)
            moved += taken
            if target.account == Account.INSURANCE_AR:
                self._next_amount += taken
        for adjustment in self._positive(found[Treatment.PATIENT_ONLY]):
            moved += self._take(receivable, patient_side(account, charge_line_id), adjustment)
        for adjustment in self._positive(found[Treatment.PROTECTED]):
            moved += self._protect(receivable, charge_line_id, adjustment)
        return moved

    def _positive(self, adjustments: Iterable[Adjustment]) -> Iterable[Adjustment]:
        """The shares that somebody owes. A negative one, outside a reversal, would take back what
        another answer assigned: a person looks at it.
        """
        for adjustment in adjustments:
            if adjustment.amount > 0:
                yield adjustment
            else:
                self._ask(
                    IssueKind.NOT_POSTED,
                    f"{adjustment.code} is negative outside a reversal; it is not posted.",
                    adjustment.amount,
                )

    def _next_side(self, charge_line_id: int, adjustment: Adjustment) -> Side:
        party = self._account.next_party
        if party is None or (party.never_covers_copay and adjustment.code == COPAY):
            return patient_side(self._account, charge_line_id)
        return insurance_side(self._account, charge_line_id, party)

    def _protect(self, receivable: Side, charge_line_id: int, adjustment: Adjustment) -> Decimal:
        medicaid = self._account.medicaid
        if medicaid is None:
            self._ask(
                IssueKind.NO_MEDICAID,
                "The patient may not be billed, and no Medicaid coverage is on file.",
                adjustment.amount,
            )
            return ZERO
        target = insurance_side(self._account, charge_line_id, medicaid)
        taken = self._take(receivable, target, adjustment)
        self._next_amount += taken
        return taken

    def _take(self, receivable: Side, target: Side, adjustment: Adjustment) -> Decimal:
        """Move `adjustment` from `receivable` to `target`, no more than is open."""
        amount = adjustment.amount
        if amount > 0:
            amount = self._running.room(receivable, amount)
        if amount != adjustment.amount:
            self._ask(
                IssueKind.NOT_POSTED,
                f"{adjustment.code} is more than what is open; the rest is not posted.",
                adjustment.amount - amount,
            )
        if amount:
            self._add(
                move(debit=target, credit=receivable, amount=amount, reason_code=adjustment.code)
            )
        return amount

    # --- what stays with the payer ------------------------------------------------------------

    def _refusals(
        self, line: LineFact, charge_line_id: int, found: dict[Treatment, list[Adjustment]]
    ) -> Decimal:
        refused = found[Treatment.DENIAL] + found[Treatment.REVIEW]
        for adjustment in refused:
            if adjustment.amount > 0:
                self._deny(line, charge_line_id, adjustment)
        for adjustment in found[Treatment.REVIEW]:
            self._ask(
                IssueKind.PATIENT_REVIEW,
                f"{adjustment.code}: the payer holds the patient liable; look before billing.",
                adjustment.amount,
            )
        for adjustment in found[Treatment.WAIT]:
            self._ask(
                IssueKind.UNDETERMINED,
                f"{adjustment.code}: the payer has not decided; a correction follows.",
                adjustment.amount,
            )
        return sum((max(adjustment.amount, ZERO) for adjustment in refused), ZERO)

    def _deny(self, line: LineFact, charge_line_id: int, adjustment: Adjustment) -> None:
        remarks = tuple(dict.fromkeys((*line.remark_codes, *self._claim.remark_codes)))
        self._denials.append(
            PlannedDenial(
                remittance_claim_id=self._claim.remittance_claim_id,
                remittance_line_id=line.remittance_line_id,
                version_id=self._account.version_id,
                charge_line_id=charge_line_id,
                group_code=adjustment.group_code,
                reason_code=adjustment.reason_code,
                remark_codes=remarks,
                amount=adjustment.amount,
            )
        )

    # --- the claim ----------------------------------------------------------------------------

    def _transfer(self, transfer: Transfer) -> None:
        gives = insurance_side(self._account, transfer.from_charge_line_id)
        takes = insurance_side(self._account, transfer.to_charge_line_id)
        self._take(gives, takes, Adjustment("OA", "94", transfer.amount))

    def _ask_about_credits(self, lines: Iterable[LineFact]) -> None:
        for charge_line_id in dict.fromkeys(matched_id(line) for line in lines):
            left = self._running.of(insurance_side(self._account, charge_line_id))
            if left < 0:
                self._ask(IssueKind.OVERPAID, "The payer paid more than was open on a line.", -left)

    def _ask_about_underpayment(self) -> None:
        limit = self._rules.tolerance.stop_amount
        if limit is not None and self._short_amount > 0 and self._short_amount >= limit:
            self._ask(
                IssueKind.UNDERPAID,
                "The payer allowed less than its contract says.",
                self._short_amount,
            )

    def _ask_about_next_payer(self) -> None:
        if not self._next_amount:
            return
        if self._crossed_over:
            self._ask(
                IssueKind.CROSSED_OVER,
                "The payer forwarded the claim; wait for the next payer's answer.",
                self._next_amount,
            )
        else:
            self._ask(
                IssueKind.SECONDARY_DUE,
                "The next coverage owes this: its claim is made by itself.",
                self._next_amount,
            )

    def _outcome(self) -> PlannedOutcome:
        return PlannedOutcome(
            remittance_claim_id=self._claim.remittance_claim_id,
            claim_id=self._account.claim_id,
            version_id=self._account.version_id,
            rank=self._account.rank,
            outcome=_claim_outcome(self._decisions, self._claim.paid_amount),
            decisions=tuple(self._decisions),
            next_amount=self._next_amount,
            crossed_over=self._crossed_over,
        )

    def _add(self, line: Line) -> None:
        self._lines.append(line if line.reference_number else _traced(line, self._trace))
        self._running.follow(self._lines[-1:])

    def _ask(self, kind: IssueKind, reason: str, amount: Decimal) -> None:
        self._issues.append(Issue(kind, reason, amount, self._claim.remittance_claim_id))


def _traced(line: Line, trace_number: str) -> Line:
    return Line(line.debit, line.credit, line.amount, line.reason_code, trace_number)


def _line_state(paid: Decimal, moved: Decimal, denied: Decimal) -> LineState:
    if denied:
        return LineState.PAID_PARTIAL_DENIED if paid or moved else LineState.DENIED
    if paid:
        return LineState.PAID
    return LineState.PATIENT if moved else LineState.ZERO_CONTRACTUAL


def _claim_outcome(decisions: Iterable[LineDecision], paid: Decimal) -> ClaimOutcome:
    states = {decision.state for decision in decisions}
    refused = states & {LineState.DENIED, LineState.PAID_PARTIAL_DENIED}
    if refused:
        settled = states & {LineState.PAID, LineState.PATIENT, LineState.PAID_PARTIAL_DENIED}
        return ClaimOutcome.PARTIAL if settled else ClaimOutcome.DENIED
    return ClaimOutcome.PAID if paid else ClaimOutcome.ZERO

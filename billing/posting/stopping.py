"""Why a remittance is not posted without a person, however far its payer is trusted (S21). Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from billing.posting.open_issues import HANDLING
from billing.posting.plan import IssueKind, RemittancePlan
from claims.choices import PostingLevel

UNMATCHED, LOOSE, NO_DEPOSIT = "unmatched", "loose", "no_deposit"

# Money that a person looks at before it is in the books.
ASKS_A_PERSON = frozenset(
    {
        IssueKind.OVERPAID,
        IssueKind.DOUBLE_PAYMENT,
        IssueKind.NEGATIVE_PAYMENT,
        IssueKind.NO_ORIGINAL,
        IssueKind.TAKEN_TWICE,
        IssueKind.UNDERPAID,  # planned only from the amount that the payer's tolerance names
    }
)

# Where a payer may be trusted to be posted all the same: the money waits in an account of its own,
# with an exception, and no claim is touched. What may be another's money, or twice the same, is not
# among them.
MAY_PASS = frozenset(
    {UNMATCHED, IssueKind.NEGATIVE_PAYMENT, IssueKind.NO_ORIGINAL, IssueKind.OVERPAID}
)

# What each level means, in the order of the setting.
LEVEL_WORDS: Mapping[str, str] = {
    PostingLevel.AUTOMATIC: "posted as soon as it is matched, unless something below stops it",
    PostingLevel.ONE_CLICK: "posted with one key, or together with all that tie out",
    PostingLevel.REVIEW: "posted once somebody has looked at every claim of it and says so",
}
STOP_WORDS: Mapping[str, str] = {
    UNMATCHED: "A claim or line was not found",
    LOOSE: "A claim was found by the payer's number, or by a part of ours",
    NO_DEPOSIT: "Its money is not at the bank yet, and its payer is posted on deposit",
    **{kind: HANDLING[kind].title for kind in sorted(ASKS_A_PERSON)},
}


@dataclass(frozen=True, slots=True)
class Stop:
    """One reason to stop: its code in STOP_WORDS, how many claims it is about, and their money."""

    code: str
    count: int = 1
    amount: Decimal = Decimal(0)

    @property
    def words(self) -> str:
        """The reason in words."""
        return STOP_WORDS[self.code]


def stops(
    plan: RemittancePlan,
    *,
    unmatched: int,
    loose: int,
    passed: Collection[str] = (),
    is_deposit_missing: bool = False,
) -> list[Stop]:
    """Every reason why `plan` is left to a person; none means that it may be posted by itself.

    `unmatched` answers have no claim or line of ours, `loose` ones have it by the payer's number.
    `passed` are the reasons that do not stop this payer, of MAY_PASS. `is_deposit_missing`: it
    waits for its money at the bank.
    """
    counted = ((UNMATCHED, unmatched), (LOOSE, loose))
    passing = MAY_PASS.intersection(passed)
    found = [Stop(code, count) for code, count in counted if count and code not in passing]
    if is_deposit_missing:
        found.append(Stop(NO_DEPOSIT, amount=plan.payment_amount))
    for kind in sorted(ASKS_A_PERSON - passing):
        asked = [issue for issue in plan.issues if issue.kind == kind]
        if asked:
            amount = sum((issue.amount for issue in asked), Decimal(0))
            found.append(Stop(str(kind), len(asked), amount))
    return found

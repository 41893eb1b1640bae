"""Money paid before settles what the patient comes to owe, oldest service first (domain H.1)."""

from collections.abc import Collection

from billing.ledger.accounts import Account
from billing.ledger.balances import open_items
from billing.ledger.entries import record_journals
from billing.ledger.lines import JournalDraft, Source
from billing.ledger.period import posting_day
from billing.models import Journal
from billing.posting.plan_payment import allocate_oldest_first, plan_credit_use
from billing.selectors.open_charges import open_charges
from billing.services.settle_statements import settle_statements
from core.among import Ids
from core.models import Practice

CREDIT_APPLIED = "credit_applied"


def apply_credits(practice: Practice, *, patient_ids: Collection[int], cause: str) -> list[Journal]:
    """Let each patient's credit on 2000 settle what that patient owes on 1200.

    A credit is never used for another patient of the same guarantor without somebody asking.
    `cause` names what made it due, so that the same cause uses a credit once. The caller holds
    the guarantors' locks (`billing.posting.locks`).
    """
    unused = open_items(
        practice, accounts=[Account.PATIENT_CREDITS], patient_id__among=Ids(set(patient_ids))
    )
    drafts, day = [], posting_day(practice)
    for credit in unused:
        owed = [
            charge
            for charge in open_charges(practice, patient_id=credit.patient_id)
            if charge.guarantor_id == credit.guarantor_id
        ]
        allocations = allocate_oldest_first(-credit.amount, owed)
        if allocations and credit.guarantor_id is not None:
            lines = plan_credit_use(
                patient_id=credit.patient_id,
                guarantor_id=credit.guarantor_id,
                allocations=allocations,
            )
            drafts.append(
                JournalDraft(
                    posted_on=day,
                    source=Source(CREDIT_APPLIED, credit.patient_id),
                    idempotency_key=f"{CREDIT_APPLIED}:{cause}:{credit.patient_id}",
                    lines=lines,
                    memo="Money paid before, used for what is now owed",
                )
            )
    if not drafts:
        return []
    journals = record_journals(practice=practice, drafts=drafts)
    for guarantor_id in sorted({credit.guarantor_id for credit in unused if credit.guarantor_id}):
        settle_statements(guarantor_id=guarantor_id)
    return journals

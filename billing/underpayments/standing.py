"""Which of the payers' answers on some claims stand: those with a journal on a charge line that no
mirror took back (decisions 0021 and 0022).

Asked table by table, each with the keys that the one before found. In one statement the database
would have to guess how many rows there are, and in the middle of a posting, with thousands of
journals that its statistics do not know yet, it guesses one and compares each with each.
"""

from collections.abc import Collection, Iterable

from django.db.models import Exists, OuterRef, Q

from billing.models import Journal, JournalLine
from billing.posting.load_originals import SOURCE
from claims.answer_codes import NO_DECISION
from claims.choices import RemittanceState
from claims.models import ClaimVersion, Remittance, RemittanceClaim
from core.among import Ids, among

PRIMARY = 1  # a later payer pays what the first left, not what its contract says (domain C.3)


def standing_answers(claim_ids: Collection[int]) -> list[int]:
    """The ids of the first payers' answers on `claim_ids` that stand, in their order."""
    versions = dict(
        ClaimVersion.objects.filter(among("claim_id", claim_ids)).values_list("pk", "rank")
    )
    answers = list(
        RemittanceClaim.objects.filter(among("version_id", versions)).values_list(
            "pk", "version_id", "remittance_id", "status_code"
        )
    )
    writers = {remittance for _, _, remittance, _ in answers}
    posted = set(
        Remittance.objects.filter(pk__in=writers, state=RemittanceState.POSTED).values_list(
            "pk", flat=True
        )
    )
    asked = [
        answer
        for answer, version, remittance, status in answers
        if versions[version] == PRIMARY and remittance in posted and status not in NO_DECISION
    ]
    return sorted(_that_moved(asked, writers))


def _that_moved(answers: Collection[int], writers: Iterable[int]) -> set[int]:
    """Those of `answers` that a journal of one of `writers` stands for: a reversal's remittance
    writes anew what it found another's answer had moved.
    """
    on_a_line = JournalLine.objects.filter(
        Q(debit_charge_line__isnull=False) | Q(credit_charge_line__isnull=False),
        journal_id=OuterRef("pk"),
    )
    mirror = Journal.objects.filter(reverses_id=OuterRef("pk"))
    journals = Journal.objects.filter(
        Exists(on_a_line), ~Exists(mirror), source_kind=SOURCE, source_id__in=writers,
        source_part_id__among=Ids(answers), reverses__isnull=True,
    )  # fmt: skip
    return {part for part in journals.values_list("source_part_id", flat=True) if part}

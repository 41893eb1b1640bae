"""News from the left that billing hears: charges enter the books in the release's own
transaction and leave them in the one that takes them back; a matched remittance is posted where
its payer is trusted to.
"""

from billing.posting.mirror_charges import mirror_charges
from billing.posting.place_receivable import place_receivable
from billing.posting.post_charges import post_charges
from billing.posting.release_receivable import release_receivable
from billing.selectors.posting_level import passed_stops, posts_by_itself
from billing.services.post_trusted import post_trusted
from billing.services.push_balances import push_claims
from billing.services.tell_claims import tell_case, tell_case_of_mirrors
from claims.choices import RemittanceState
from claims.models import ClaimVersion, ClaimVersionLine, DeclinedPayer, Remittance
from claims.news import (
    CLAIM_BUILT,
    NEXT_PAYER_DECLINED,
    REMITTANCE_INCOMPLETE,
    REMITTANCE_MATCHED,
)
from coding.models import CodingCase
from coding.news import CHARGES_RELEASED, CHARGES_RESTORED, CHARGES_VOIDED
from core.models import NewsItem
from core.money import ZERO
from core.news import bound, due


@bound(CHARGES_RELEASED)
def enter_charges(item: NewsItem) -> None:
    """Released lines become receivables, or the release does not happen."""
    ids = item.ids["charge_line_ids"]
    journals = post_charges(practice=item.practice, charge_line_ids=ids)
    tell_case(
        CodingCase.objects.get(pk=item.subject_id),
        count=len(journals),
        amount=sum((journal.amount for journal in journals), ZERO),
    )


@bound(CHARGES_RESTORED)
def enter_charges_once_more(item: NewsItem) -> None:
    """Charges that were taken back and stand again are receivables again."""
    ids = item.ids["charge_line_ids"]
    journals = post_charges(practice=item.practice, charge_line_ids=ids, were_taken_back=True)
    tell_case(
        CodingCase.objects.get(pk=item.subject_id),
        count=len(journals),
        amount=sum((journal.amount for journal in journals), ZERO),
    )


@bound(CHARGES_VOIDED)
def take_charges_out(item: NewsItem) -> None:
    """Charges that were taken back leave the books with them, or they are not taken back."""
    mirrors = mirror_charges(practice=item.practice, charge_line_ids=item.ids["charge_line_ids"])
    case = CodingCase.objects.get(pk=item.subject_id)
    tell_case_of_mirrors(case, mirrors)


@bound(CLAIM_BUILT)
def follow_claim(item: NewsItem) -> None:
    """The receivable sits with the payer of the claim, and the claim shows what is open."""
    version = ClaimVersion.objects.select_related("claim__patient").get(pk=item.ids["version_id"])
    place_receivable(version)
    lines = ClaimVersionLine.objects.filter(version=version)
    push_claims(item.practice, list(lines.values_list("charge_line_id", flat=True)))


@bound(NEXT_PAYER_DECLINED)
def release_declined(item: NewsItem) -> None:
    """What a payer that is not billed would have owed is somebody else's at once."""
    declined = DeclinedPayer.objects.select_related("claim__patient", "claim__practice").get(
        claim_id=item.subject_id, rank=item.ids["rank"], payer_id=item.ids["payer_id"]
    )
    release_receivable(declined)


@due(REMITTANCE_MATCHED)
def post_when_trusted(item: NewsItem) -> None:
    """Post a remittance that ties out, where the payer's level says so; else a person does."""
    remittance = Remittance.objects.select_related("payer", "practice").get(pk=item.subject_id)
    if posts_by_itself(remittance, passed=()):
        post_trusted(remittance)


@due(REMITTANCE_INCOMPLETE)
def post_what_was_found(item: NewsItem) -> None:
    """Post a remittance with claims that were not found, where the payer is trusted past that:
    their money waits in unapplied cash until somebody has answered.
    """
    remittance = Remittance.objects.select_related("payer", "practice").get(pk=item.subject_id)
    waits = remittance.state == RemittanceState.EXCEPTIONS
    if waits and posts_by_itself(remittance, passed_stops(remittance)):
        post_trusted(remittance)

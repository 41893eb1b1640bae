"""Claims sought by hand for an answer that fits none: by number, name or member id."""

from dataclasses import dataclass

from django.db.models import Q

from claims import candidates
from claims.models import Claim, ClaimVersion, RemittanceClaim
from claims.services.find_versions import sent_versions
from claims.services.offer_candidates import ranked
from core.errors import ApplicationError


@dataclass(frozen=True, slots=True)
class FoundClaim:
    """A claim that was sought, with how well it fits the answer."""

    version: ClaimVersion
    score: int
    reasons: tuple[dict[str, str], ...]

    @property
    def claim(self) -> Claim:
        """The claim itself."""
        return self.version.claim


def seek_claims(answer: RemittanceClaim, term: str) -> list[FoundClaim]:
    """Sent claims that `term` names, those first that fit the answer best.

    Raises ApplicationError for a term too short to seek by.
    """
    term = " ".join(term.split())
    if len(term) < 2:
        raise ApplicationError("Type at least two characters.", field="term")
    last, first = candidates.split_name(term)
    named = Q(claim__patient__last_name__istartswith=last)
    if first:
        named &= Q(claim__patient__first_name__istartswith=first)
    number = candidates.plain_number(term)
    wanted = (
        named
        | Q(claim__control_number__startswith=number)
        | Q(payer_claim_number__iexact=term)
        | Q(coverage__member_id__istartswith=term)
    )
    keys = ClaimVersion.objects.filter(wanted).values("pk")
    found = ranked(answer.remittance, answer, among=sent_versions().filter(pk__in=keys))
    versions = sent_versions().select_related("payer").in_bulk([one.key for one in found])
    return [
        FoundClaim(versions[one.key], one.score, tuple(reason.as_json() for reason in one.reasons))
        for one in found
    ]

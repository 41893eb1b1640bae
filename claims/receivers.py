"""What claims hears from its left."""

from claims.services.build_claims import build_claims
from coding.models import CodingCase
from coding.news import CHARGES_RELEASED
from core.models import NewsItem
from core.news import due


@due(CHARGES_RELEASED)
def build_claims_of_released_case(item: NewsItem) -> None:
    build_claims(CodingCase.objects.get(pk=item.subject_id))

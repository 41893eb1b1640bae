"""A correction and what is asked of the payer know of each other (domain B.7, I.6)."""

import pytest
from django.test import Client
from django.urls import reverse

from billing.models import LineVariance, UnderpaymentDispute
from billing.services.dispute_variances import make_dispute
from claims.services.return_claim import return_claim
from core.choices import Role
from core.errors import Conflict
from tests.billing.underpayments.conftest import Post, Send, current, only
from tests.billing.underpayments.test_pages import BULK, drafted, line_page, text
from tests.cast import client_of
from tests.claims.decisions import paid
from tests.factories.claims import World

pytestmark = pytest.mark.django_db
WHY = "The note tells of a longer visit."


@pytest.fixture
def biller(world: World) -> Client:
    return client_of(world.practice, Role.BILLER)


@pytest.fixture
def underpaid(send: Send, post: Post) -> LineVariance:
    post(paid(send(), "ICN1"), total=90)
    return only()


def test_a_line_that_is_being_recoded_is_not_disputed_and_says_why(
    biller: Client, underpaid: LineVariance
) -> None:
    return_claim(claim=current(underpaid.claim), reason=WHY)
    page = text(biller.get(line_page(underpaid)))
    assert "It is not disputed now: a corrected claim is on its way." in page
    assert 'value="dispute"' not in biller.get(line_page(underpaid)).content.decode()
    preview = text(biller.post(BULK, {"bulk": "dispute", "ids": [str(underpaid.public_id)]}))
    assert "It is not disputed now: a corrected claim is on its way." in preview
    with pytest.raises(Conflict, match="Dispute what that leaves"):
        make_dispute(
            practice=underpaid.practice, rows=[underpaid], recipient="2 Plan Plaza",
            letter="Dear payer", signed_by="Bea Biller",
        )  # fmt: skip
    assert not UnderpaymentDispute.objects.exists()


def test_who_changes_the_codes_of_a_disputed_claim_is_told_of_the_dispute(
    biller: Client, underpaid: LineVariance
) -> None:
    form = drafted(biller, underpaid) | {"recipient": "Acme Health Plan\nPO Box 12\nDenver"}
    assert biller.post(BULK, form).status_code == 303
    said = f"Dispute {UnderpaymentDispute.objects.get().number} over $20.00 is made for Acme"
    url = reverse("claims:detail", args=[underpaid.claim.public_id])
    page = text(biller.get(url))
    assert "The decision is contested." in page
    assert said in page
    done = biller.post(
        reverse("claims:return", args=[underpaid.claim.public_id]), {"reason": WHY}, follow=True
    )
    assert f"Returned to the coder. {said}" in text(done)
    assert f"Asked of the payer meanwhile: {said}" in text(biller.get(url))
    assert "It is disputed, and meanwhile a corrected claim" in text(
        biller.get(line_page(underpaid))
    )

"""Claims at Acme that a posted remittance has refused."""

from collections.abc import Callable
from datetime import date

import pytest

from billing.posting.post_remittance import post_remittance
from claims.models import Claim, DenialCase, Remittance
from claims.services.send_transmission import send_due
from tests.claims.conftest import NOVEMBER_23, world  # noqa: F401 - the fixture
from tests.claims.decisions import decided, denied
from tests.factories.claims import World, batch_of, make_claim, nguyen

NOVEMBER_3 = date(2026, 11, 3)
Post = Callable[..., Remittance]
Deny = Callable[..., DenialCase]

__all__ = ["NOVEMBER_23"]


@pytest.fixture
def post(world: World) -> Post:  # noqa: F811
    """A remittance with these answers comes in and a poster posts it."""
    numbers = iter(range(701, 800))

    def comes(*answers: str, total: int = 0) -> Remittance:
        number = next(numbers)
        row = decided(world, *answers, total=total, trace=f"EFT{number}", number=number)
        assert row.state == "matched", (row.state, row.faults)
        post_remittance(remittance=row)
        return row

    return comes


@pytest.fixture
def deny(world: World, post: Post) -> Deny:  # noqa: F811
    """A claim of 99213 that Acme refused; `number` tells several of them apart."""

    def refused(code: str = "CO-197", *, remark: str = "", number: int = 1) -> DenialCase:
        claim = make_claim(world, nguyen(world, number), "99213 /a", on=NOVEMBER_3)
        batch_of(world, claim)
        send_due()
        claim = current(claim)
        post(denied(claim, f"ICN{number}", code=code, remark=remark))
        return DenialCase.objects.select_related("claim", "practice", "payer").get(claim=claim)

    return refused


def current(claim: Claim) -> Claim:
    """The claim as it is now."""
    return Claim.objects.select_related("current_version__payer", "practice").get(pk=claim.pk)

"""Claims at Acme, whose contract says what it should allow, and what it answers."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from billing.models import LineVariance
from billing.posting.post_remittance import post_remittance
from claims.models import Claim, Remittance
from claims.services.send_transmission import send_due
from coding.models import Contract, ContractRule
from patients.models import Payer, PayerPlan
from tests.claims.conftest import NOVEMBER_23, world  # noqa: F401 - the fixture
from tests.claims.decisions import decided
from tests.factories.claims import World, batch_of, make_claim, nguyen

NOVEMBER_3 = date(2026, 11, 3)
Post = Callable[..., Remittance]
Send = Callable[..., Claim]

__all__ = ["NOVEMBER_23"]


def contract_of(
    payer: Payer, method: str = "fixed", plan: PayerPlan | None = None, **values: str
) -> Contract:
    """A contract of the payer, or of one plan: `contract_of(acme, c99213="120")`."""
    contract = Contract.objects.create(
        practice=payer.practice, payer=payer, plan=plan, name=f"{payer.name} 2026",
        effective_from=date(2026, 1, 1),
    )  # fmt: skip
    for name, value in values.items():
        ContractRule.objects.create(
            practice=payer.practice, contract=contract, code_from=name.removeprefix("c"),
            method=method, value=Decimal(value),
        )  # fmt: skip
    return contract


@pytest.fixture
def contract(world: World) -> Contract:  # noqa: F811
    """Acme allows 120.00 for a 99213."""
    return contract_of(world.acme, c99213="120")


@pytest.fixture
def send(world: World, contract: Contract) -> Send:  # noqa: F811
    """A claim of 99213 at 135.00 that is on its way to Acme; `number` tells patients apart."""

    def sent(*typed: str, number: int = 1) -> Claim:
        lines = typed or ("99213 /a",)
        claim = make_claim(world, nguyen(world, number), *lines, on=NOVEMBER_3)
        batch_of(world, claim)
        send_due()
        return current(claim)

    return sent


@pytest.fixture
def post(world: World) -> Post:  # noqa: F811
    """A remittance with these answers comes in and a poster posts it."""
    numbers = iter(range(801, 900))

    def comes(*answers: str, total: int = 0) -> Remittance:
        number = next(numbers)
        row = decided(world, *answers, total=total, trace=f"EFT{number}", number=number)
        assert row.state == "matched", (row.state, row.faults)
        post_remittance(remittance=row)
        return row

    return comes


def current(claim: Claim) -> Claim:
    """The claim as it is now."""
    return Claim.objects.select_related("current_version__payer", "practice").get(pk=claim.pk)


def only() -> LineVariance:
    """The one line that differs."""
    return LineVariance.objects.select_related("claim", "payer", "practice").get()

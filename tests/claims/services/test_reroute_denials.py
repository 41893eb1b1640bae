"""What a payer calls another payer's business goes to the next one (domain C.1, CARC 22)."""

from decimal import Decimal

import pytest

from billing.ledger.accounts import Account
from billing.ledger.balances import open_items
from claims.choices import VersionState as V
from claims.cob.chain import payer_chain
from claims.models import Claim, Denial
from claims.services.reroute_denials import reroute_denials
from core.choices import WorkState
from core.errors import ApplicationError
from core.models import WorkItem
from tests.claims.documents import enveloped, recount
from tests.claims.services.test_correct_earlier_payer import denied_in_part
from tests.factories.claims import World
from tests.factories.cob import joans, remit, sent, told

pytestmark = pytest.mark.django_db
D = Decimal


def denials_of(claim: Claim) -> list[Denial]:
    rows = Denial.objects.filter(version__claim=claim)
    return list(rows.select_related("version__claim").order_by("pk"))


def open_with(world: World, claim: Claim) -> dict[int | None, Decimal]:
    """By rank: what insurers owe on the claim's lines."""
    lines = claim.charge_lines.values_list("charge_line_id", flat=True)
    found: dict[int | None, Decimal] = {}
    for item in open_items(
        world.practice, accounts=[Account.INSURANCE_AR], charge_line_id__in=list(lines)
    ):
        found[item.rank] = found.get(item.rank, D(0)) + item.amount
    return found


def test_a_claim_that_is_somebody_elses_business_goes_whole_to_the_next_payer(
    world: World,
) -> None:
    claim = joans(world)
    lines = [("0", f"CO*22*{amount}") for amount in (200, 150, 40)]
    told(world, remit(claim, "MEDICARE PART B", *lines), claim)
    assert claim.version.rank == 1, "a denial is worked by a person"
    with pytest.raises(ApplicationError) as caught:
        reroute_denials(denials=denials_of(claim), reason=" ")
    assert caught.value.field == "reason"

    made = reroute_denials(denials=denials_of(claim), reason="the supplement is primary for it")

    claim.refresh_from_db()
    assert (claim.version, claim.version.rank, claim.version.state) == (made, 2, V.READY)
    decision = claim.version.snapshot["other_payers"][0]["decision"]
    assert [line["adjustments"][0]["reason_code"] for line in decision["lines"]] == ["22"] * 3
    assert open_with(world, claim) == {2: D(390)}
    assert payer_chain(claim)[0].left == D(390)
    assert not WorkItem.objects.filter(state=WorkState.OPEN).exists()


def test_a_line_sent_on_joins_the_claim_that_waits_for_the_others(world: World) -> None:
    claim = joans(world)
    text = denied_in_part(claim).replace("CAS*CO*197*40", "CAS*CO*109*40")
    told(world, enveloped(recount(text)), claim)
    assert open_with(world, claim) == {1: D(40), 2: D("39.60")}

    made = reroute_denials(denials=denials_of(claim), reason="a drug of the other plan")

    assert made is not None
    assert (made.lines.count(), made.state) == (3, V.READY)
    assert open_with(world, claim) == {2: D("79.60")}
    assert claim.versions.get(number=2).state == V.VOIDED


def test_a_line_sent_on_while_the_next_payer_has_the_claim_becomes_work(world: World) -> None:
    claim = joans(world)
    text = denied_in_part(claim).replace("CAS*CO*197*40", "CAS*CO*109*40")
    told(world, enveloped(recount(text)), claim)
    sent(world, claim)
    assert reroute_denials(denials=denials_of(claim), reason="a drug of the other plan") is None
    assert WorkItem.objects.filter(kind="claim.secondary_stale", state=WorkState.OPEN).exists()

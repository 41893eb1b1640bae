"""What the payer should allow is frozen with its steps when a claim leaves, whatever its road."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.denials.expected import expected_of
from claims.models import Claim, ClaimVersion, ExpectedLine
from claims.services.freeze_expected import freeze_expected
from claims.services.queue_batch import make_batch, queue_batch
from claims.services.send_transmission import send_due
from coding.models import ContractRule
from core.choices import Role
from tests.billing.underpayments.conftest import contract_of
from tests.cast import client_of
from tests.claims.views.test_pages import text
from tests.factories.claims import World, batch_of, joan, make_claim, nguyen, on_paper

pytestmark = pytest.mark.django_db
D = Decimal
NOVEMBER_3 = date(2026, 11, 3)


def lines_of(version: ClaimVersion) -> list[tuple[str, Decimal | None]]:
    rows = ExpectedLine.objects.filter(version=version).select_related("version_line")
    return [(row.version_line.procedure_code, row.amount) for row in rows]


def test_each_line_keeps_its_amount_its_contract_and_the_steps(world: World) -> None:
    contract = contract_of(world.acme, c99213="120", c20610="80")
    claim = make_claim(world, nguyen(world), "99213-25 /a", "20610-RT /a", on=NOVEMBER_3)
    assert not ExpectedLine.objects.exists(), "nothing is frozen before it leaves"
    batch_of(world, claim)
    first, second = ExpectedLine.objects.all()
    assert (first.amount, second.amount) == (D("120.00"), D("80.00"))
    assert (first.basis, first.contract_name) == ("fixed", contract.name)
    assert first.by == "Acme Health Plan 2026 of 01/01/2026"
    assert first.trace == [["Acme Health Plan 2026, 99213: 120.00 a unit x 1", "120.00"]]


def test_what_cannot_be_priced_says_why(world: World) -> None:
    claim = make_claim(world, nguyen(world), "99213 /a", on=NOVEMBER_3)
    batch_of(world, claim)
    row = ExpectedLine.objects.get()
    assert (row.amount, row.basis) == (None, "")
    assert row.why_not == "No contract is in force on the day."


def test_a_contract_that_changes_later_changes_nothing_that_was_sent(world: World) -> None:
    contract_of(world.acme, c99213="120")
    claim = make_claim(world, nguyen(world), "99213 /a", on=NOVEMBER_3)
    batch_of(world, claim)
    ContractRule.objects.update(value=D("90"))
    claim.refresh_from_db()
    assert lines_of(claim.version) == [("99213", D("120.00"))]
    line = claim.charge_lines.get().charge_line_id
    assert expected_of([claim.version])[claim.version.pk][line].amount == D("120.00")


def test_the_database_refuses_to_change_or_delete_it(world: World) -> None:
    contract_of(world.acme, c99213="120")
    batch_of(world, make_claim(world, nguyen(world), "99213 /a", on=NOVEMBER_3))
    row = ExpectedLine.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        ExpectedLine.objects.filter(pk=row.pk).update(amount=D("1.00"))
    with pytest.raises(DatabaseError), transaction.atomic():
        ExpectedLine.objects.filter(pk=row.pk).delete()


def test_a_claim_on_paper_is_frozen_too(world: World) -> None:
    contract_of(world.acme, c99213="120")
    partner = on_paper(world, world.acme)
    claim = make_claim(world, nguyen(world), "99213 /a", on=NOVEMBER_3)
    claim.refresh_from_db()
    queue_batch(partner=partner, versions=[claim.version])
    assert lines_of(claim.version) == [("99213", D("120.00"))]


def test_a_dry_run_freezes_nothing(world: World) -> None:
    contract_of(world.acme, c99213="120")
    claim = make_claim(world, nguyen(world), "99213 /a", on=NOVEMBER_3)
    claim.refresh_from_db()
    make_batch(partner=world.partner, versions=[claim.version], dry_run=True)
    assert not ExpectedLine.objects.exists()


def test_the_plan_s_own_contract_goes_before_its_payer_s(world: World) -> None:
    contract_of(world.acme, c99213="120")
    contract_of(world.acme, plan=world.acme_plan, c99213="110")
    batch_of(world, make_claim(world, nguyen(world), "99213 /a", on=NOVEMBER_3))
    assert ExpectedLine.objects.get().amount == D("110.00")


def test_days_of_one_claim_are_sessions_of_their_own(world: World) -> None:
    """A second procedure is reduced on the same day only."""
    contract_of(world.acme, c20610="80", c11102="60")
    same = make_claim(world, nguyen(world, 1), "20610-RT /a", "11102 /a", on=NOVEMBER_3)
    batch_of(world, same)
    assert [amount for _, amount in lines_of(same.version)] == [D("80.00"), D("60.00")]


def test_a_batch_of_many_claims_asks_no_more_than_one_of_few(world: World) -> None:
    contract_of(world.acme, c99213="120")
    few = [make_claim(world, nguyen(world, n), "99213 /a", on=NOVEMBER_3) for n in range(1, 3)]
    many = [make_claim(world, nguyen(world, n), "99213 /a", on=NOVEMBER_3) for n in range(3, 10)]

    def asked(claims: list[Claim]) -> int:
        versions = list(ClaimVersion.objects.filter(claim__in=claims))
        with CaptureQueriesContext(connection) as seen:
            freeze_expected(versions)
        return len(seen)

    assert asked(few) == asked(many)
    assert ExpectedLine.objects.count() == 9


def test_the_claim_page_shows_expected_and_steps(world: World) -> None:
    contract_of(world.acme, c99213="120")
    claim = make_claim(world, joan(world), "99213 /a", on=NOVEMBER_3)
    other = make_claim(world, nguyen(world), "99213 /a", on=NOVEMBER_3)
    batch_of(world, claim, other)
    send_due()
    biller: Client = client_of(world.practice, Role.BILLER)
    detail = text(biller.get(reverse("claims:detail", args=[other.public_id])))
    url = reverse("billing:claim-expected", args=[other.public_id])
    assert url in biller.get(reverse("claims:detail", args=[other.public_id])).content.decode()
    assert "What Acme Health Plan should allow, as it was when the claim left." in detail
    page = text(biller.get(url))
    assert "120.00" in page
    assert "Acme Health Plan 2026, 99213: 120.00 a unit x 1" in page
    unpriced = text(biller.get(reverse("billing:claim-expected", args=[claim.public_id])))
    assert "not priced" in unpriced
    assert "No contract is in force on the day." in unpriced

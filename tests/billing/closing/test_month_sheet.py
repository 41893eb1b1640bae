"""A closed month on its page and on paper: what its day sheets come to, and their chain."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from billing.ledger.balances import balance
from billing.models import ClosedDay, ClosedMonth
from billing.selectors.month_sheet import month_sheet
from billing.services.close_day import close_day
from billing.services.take_patient_payment import take_patient_payment
from core import clock
from core.choices import Role
from core.models import Practice
from core.tenancy import practice_scope
from tests.billing.pages import cells_of
from tests.billing.road import charged_visit, new_patient
from tests.billing.test_views import words_of
from tests.cast import client_of

D = Decimal


@pytest.fixture
def november(in_summit: Practice) -> Iterator[ClosedMonth]:
    """Two days with charges of 80.00 and 40.00 and card payments of 30.00 and 10.00, closed."""
    for day, charge, paid in ((16, "80", "30"), (17, "40", "10")):
        with clock.travel(datetime(2026, 11, day, 20, 0, tzinfo=UTC)):
            patient = new_patient(in_summit)
            charged_visit(patient, [charge])
            today = clock.today(in_summit)
            take_patient_payment(patient=patient, amount=D(paid), method="card", received_on=today)
            close_day(practice=in_summit, day=today, reasons={})
    with clock.travel(datetime(2026, 12, 2, 20, 0, tzinfo=UTC)):
        manager = client_of(in_summit, Role.MANAGER)
        done = manager.post(reverse("billing:months"), {"why_receipts": "None is on its way"})
        assert done.status_code == 303, words_of(done)
        found = ClosedMonth.objects.get()
        assert done["Location"] == reverse("billing:closed-month", args=[found.public_id])
        yield found


def test_its_page_adds_up_what_its_day_sheets_say_and_names_each_link_of_the_chain(
    november: ClosedMonth, in_summit: Practice
) -> None:
    sheet = month_sheet(november)
    assert sheet.totals is not None
    tape = sheet.totals.tape
    assert (tape.opening_amount, tape.charge_amount) == (D("0.00"), D("120.00"))
    assert tape.payment_amount == D("-40.00")
    owed = sum(balance(in_summit, one, as_of=november.ended_on) for one in (1100, 1200, 1250))
    assert tape.closing_amount == owed
    assert [row.amount for row in sheet.totals.money if row.key == "card"] == [D("40.00")]
    url = reverse("billing:closed-month", args=[november.public_id])
    page = cells_of(client_of(in_summit, Role.AUDITOR).get(url))
    for day in ClosedDay.objects.all():
        assert day.hash[:12] in page
    assert "120.00" in page
    assert november.last_hash in page
    assert november.last_hash == ClosedDay.objects.latest("day").hash


def test_its_sheet_is_a_pdf_and_another_practice_finds_neither(
    november: ClosedMonth, in_summit: Practice, lakeside: Practice
) -> None:
    url = reverse("billing:month-sheet", args=[november.public_id])
    response = client_of(in_summit, Role.BILLER).get(url)
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")
    with practice_scope(lakeside):
        stranger = client_of(lakeside, Role.MANAGER)
    for name in ("billing:closed-month", "billing:month-sheet"):
        assert stranger.get(reverse(name, args=[november.public_id])).status_code == 404

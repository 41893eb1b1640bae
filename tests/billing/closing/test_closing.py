"""Closing days and months on their pages: what stops them, what is explained, what stays."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from billing.models import ClosedDay, ClosedMonth, Journal, PostingBatch
from billing.posting.post_remittance import post_remittance
from billing.selectors.day_totals import totals_from_text
from billing.services.close_day import close_day
from billing.services.open_batch import open_batch
from billing.services.take_back_payment import take_back_payment
from billing.services.take_patient_payment import take_patient_payment
from core import clock
from core.choices import Role
from core.models import AuditEvent, Practice, TimelineEntry
from core.tenancy import practice_scope
from patients.models import Patient
from tests.billing.inbox import example
from tests.billing.pages import cells_of
from tests.billing.road import accounts_of, charged_visit, new_patient
from tests.billing.test_views import words_of
from tests.cast import client_of

D = Decimal
MONDAY = date(2026, 11, 16)


@pytest.fixture(autouse=True)
def on_monday_afternoon() -> Iterator[None]:
    with clock.travel(datetime(2026, 11, 16, 23, 0, tzinfo=UTC)):
        yield


@pytest.fixture
def biller(summit: Practice) -> Client:
    return client_of(summit, Role.BILLER)


def pay(patient: Patient, amount: str, method: str = "card") -> object:
    return take_patient_payment(
        patient=patient, amount=D(amount), method=method, received_on=MONDAY
    )  # fmt: skip


def close(client: Client, **said: str) -> object:
    return client.post(reverse("billing:day-close"), {"day": f"{MONDAY}", **said})


def test_the_page_shows_the_day_and_closing_it_keeps_its_figures(
    in_summit: Practice, biller: Client
) -> None:
    accounts_of(in_summit, [("SFM1001", ("200", "150", "40"))], "MEDICARE PART B")
    post_remittance(remittance=example(in_summit, "w10_clean_medicare_payment"))
    walk_in = new_patient(in_summit)
    charged_visit(walk_in, ["80"])
    receipt = pay(walk_in, "30.00")
    pay(walk_in, "20.00")
    take_back_payment(payment=receipt, reason="Typed twice")  # type: ignore[arg-type]
    text = cells_of(biller.get(reverse("billing:day-close"), {"day": f"{MONDAY}"}))
    assert "Close 11/16/2026" in text
    assert "Charges 470.00" in text
    assert "Insurers, remittances 1 161.50" in text
    assert "Patients, card 2 50.00" in text
    assert "Receipts taken back 1 −30.00" in text
    response = close(biller)
    found = ClosedDay.objects.get()
    assert response.status_code == 303  # type: ignore[attr-defined]
    assert response["Location"] == reverse("billing:closed-day", args=[found.public_id])  # type: ignore[index]
    tape = totals_from_text(found.totals).tape
    assert (tape.opening_amount, tape.charge_amount) == (D("0.00"), D("470.00"))
    assert tape.payment_amount == D("-181.50")
    assert tape.agreed_amount == D("-187.30")
    assert tape.closing_amount == D("101.20")
    assert found.closed_by_name == "Biller Testuser"
    assert TimelineEntry.objects.filter(kind="day.closed").count() == 1
    assert AuditEvent.objects.filter(action="day.closed").count() == 1
    page = words_of(biller.get(response["Location"]))  # type: ignore[index]
    assert "It takes no journal any more" in page
    assert found.hash in page


def test_an_open_batch_stops_the_day_and_is_named(in_summit: Practice, biller: Client) -> None:
    pay(new_patient(in_summit), "5.00")
    batch = open_batch(
        practice=in_summit, kind="cash", control_count=2, control_amount=D("40")
    )  # fmt: skip
    text = words_of(biller.get(reverse("billing:day-close"), {"day": f"{MONDAY}"}))
    assert f"{batch.number} Cash of Biller Testuser" in text
    response = close(biller, why_unbatched="Taken at the door")
    assert response.status_code == 422  # type: ignore[attr-defined]
    assert f"Close these batches first: {batch.number}" in words_of(response)  # type: ignore[arg-type]
    assert not ClosedDay.objects.exists()


def test_nothing_is_to_be_explained_while_something_else_stops_the_close(
    in_summit: Practice, biller: Client
) -> None:
    pay(new_patient(in_summit), "25.00", "cash")
    batch = open_batch(practice=in_summit, kind="cash", control_count=2, control_amount=D("40"))
    page = biller.get(reverse("billing:day-close"), {"day": f"{MONDAY}"})
    assert "why_undeposited" not in page.content.decode()
    assert "explained once nothing stops the close" in words_of(page)
    # What was typed before the batch was opened is not lost.
    refused = close(biller, why_undeposited="It goes to the bank tomorrow", why_unbatched="Door")
    assert f"Close these batches first: {batch.number}" in words_of(refused)  # type: ignore[arg-type]
    assert "It goes to the bank tomorrow" in refused.content.decode()  # type: ignore[attr-defined]


def test_a_day_to_come_is_not_offered(in_summit: Practice, biller: Client) -> None:
    pay(new_patient(in_summit), "5.00")
    page = biller.get(reverse("billing:day-close"), {"day": f"{MONDAY + timedelta(days=1)}"})
    assert "11/17/2026 has not come yet" in words_of(page)
    assert 'form="close"' not in page.content.decode()


def test_what_does_not_tie_is_explained_in_words_which_stay_with_the_day(
    in_summit: Practice, biller: Client
) -> None:
    pay(new_patient(in_summit), "25.00", "cash")
    response = close(biller)
    assert response.status_code == 422  # type: ignore[attr-defined]
    text = words_of(response)  # type: ignore[arg-type]
    assert "1 receipt in cash or by check ($25.00) is on no deposit slip" in text
    assert "Error: Say in a few words why." in text
    assert not ClosedDay.objects.exists()
    close(biller, why_undeposited="It goes to the bank tomorrow")
    [said] = ClosedDay.objects.get().differences
    assert said["why"] == "It goes to the bank tomorrow"
    assert "It goes to the bank tomorrow" in words_of(
        biller.get(reverse("billing:closed-day", args=[ClosedDay.objects.get().public_id]))
    )


def test_days_are_closed_one_after_the_other_and_never_one_to_come(
    in_summit: Practice, biller: Client
) -> None:
    pay(new_patient(in_summit), "5.00")
    assert "has not come yet" in words_of(close(biller, day=f"{MONDAY + timedelta(days=1)}"))  # type: ignore[arg-type]
    close(biller)
    with clock.travel(datetime(2026, 11, 17, 23, 0, tzinfo=UTC)):
        pay(new_patient(in_summit), "6.00")
    with clock.travel(datetime(2026, 11, 18, 23, 0, tzinfo=UTC)):
        pay(new_patient(in_summit), "7.00")
        biller = client_of(in_summit, Role.BILLER)
        response = close(biller, day="2026-11-18")
        assert "11/17/2026 comes first" in words_of(response)  # type: ignore[arg-type]
        text = words_of(biller.get(reverse("billing:day-close")))
        assert "Close 11/17/2026" in text
    assert ClosedDay.objects.count() == 1


def test_a_payment_after_the_close_says_on_which_day_it_will_stand(
    in_summit: Practice, biller: Client
) -> None:
    patient = new_patient(in_summit)
    pay(patient, "5.00")
    close(biller)
    url = reverse("billing:payment-new", args=[patient.public_id])
    assert "Today is closed: this is posted on 11/17/2026" in words_of(biller.get(url))
    biller.post(url, {"amount": "9", "method": "card", "received_on": "11/16/2026"})
    assert Journal.objects.latest("number").posted_on == date(2026, 11, 17)


def test_who_may_close_a_day_and_who_may_only_look(in_summit: Practice) -> None:
    pay(new_patient(in_summit), "5.00")
    poster = client_of(in_summit, Role.POSTER)
    assert poster.get(reverse("billing:day-close")).status_code == 200
    assert close(poster).status_code == 403  # type: ignore[attr-defined]
    assert not ClosedDay.objects.exists()


def test_another_practices_days_are_not_seen(in_summit: Practice, lakeside: Practice) -> None:
    pay(new_patient(in_summit), "5.00")
    found = close_day(practice=in_summit, day=MONDAY, reasons={})
    outsider = client_of(lakeside, Role.MANAGER)
    assert outsider.get(reverse("billing:closed-day", args=[found.public_id])).status_code == 404
    assert outsider.get(reverse("billing:day-sheet", args=[found.public_id])).status_code == 404
    assert "11/16/2026" not in words_of(outsider.get(reverse("billing:closed-days")))


def test_the_day_sheet_is_a_pdf(in_summit: Practice, biller: Client) -> None:
    pytest.importorskip("weasyprint", exc_type=OSError)
    pay(new_patient(in_summit), "5.00")
    found = close_day(practice=in_summit, day=MONDAY, reasons={})
    response = biller.get(reverse("billing:day-sheet", args=[found.public_id]))
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")


# --- months ---------------------------------------------------------------------------------------


@pytest.fixture
def december(in_summit: Practice) -> Iterator[Practice]:
    """A month that is over, with one receipt in cash on a day that is open."""
    pay(new_patient(in_summit), "25.00", "cash")
    with clock.travel(datetime(2026, 12, 2, 20, 0, tzinfo=UTC)):
        yield in_summit


def test_a_month_waits_for_its_days_and_its_items_are_explained(december: Practice) -> None:
    manager = client_of(december, Role.MANAGER)
    url = reverse("billing:months")
    text = cells_of(manager.get(url))
    assert "Close November 2026" in text
    assert "Days 1 still open Stops it" in text
    refused = manager.post(url, {"why_receipts": "Lost in the till, found"})
    assert "Days: 1 still open" in words_of(refused)
    close_day(practice=december, day=MONDAY, reasons={"undeposited": "In the safe"})
    silent = manager.post(url)
    assert silent.status_code == 422
    assert "Error: Say in a few words why." in words_of(silent)
    manager.post(url, {"why_receipts": "In the safe, goes on Thursday"})
    found = ClosedMonth.objects.get()
    assert found.ended_on == date(2026, 11, 30)
    assert found.last_hash == ClosedDay.objects.get().hash
    assert [check["why"] for check in found.checks if check["why"]] == [
        "In the safe, goes on Thursday"
    ]
    assert "November 2026" in words_of(manager.get(url))
    assert "No month is over that is not closed" in words_of(manager.get(url))


def test_a_closed_month_is_locked_to_its_last_day_though_nothing_happened_on_it(
    december: Practice,
) -> None:
    close_day(practice=december, day=MONDAY, reasons={"undeposited": "In the safe"})
    client_of(december, Role.MANAGER).post(
        reverse("billing:months"), {"why_receipts": "In the safe"}
    )
    with clock.travel(datetime(2026, 11, 30, 20, 0, tzinfo=UTC)), practice_scope(december):
        payment = pay(new_patient(december), "1.00")
    assert payment.journal.posted_on == date(2026, 12, 1)  # type: ignore[attr-defined]
    assert not PostingBatch.objects.exists()


def test_only_managers_close_months(december: Practice) -> None:
    assert client_of(december, Role.BILLER).post(reverse("billing:months")).status_code == 403


def test_the_months_figures_are_those_of_its_last_day(in_summit: Practice) -> None:
    accounts_of(in_summit, [("SFM1001", ("200", "150", "40"))], "MEDICARE PART B")
    with clock.travel(datetime(2026, 12, 2, 20, 0, tzinfo=UTC)), practice_scope(in_summit):
        post_remittance(remittance=example(in_summit, "w10_clean_medicare_payment"))  # in December
        pay(new_patient(in_summit), "25.00", "cash")
        text = cells_of(client_of(in_summit, Role.MANAGER).get(reverse("billing:months")))
    assert "Close November 2026" in text
    assert "Remit clearing (1020) all at the bank" in text

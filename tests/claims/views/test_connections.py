"""Connections: the road to each partner in words, tried and confirmed by who may."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from claims import states
from claims.backlog import backlog
from claims.choices import TONES, LineStanding
from claims.models import TradingPartner, Transmission
from claims.services.partner_lines import (
    FAILURES_TO_OPEN,
    note_failure,
    note_success,
    stop_line,
)
from claims.services.send_transmission import send_due
from claims.services.settle_transmission import IN_DOUBT, mark_in_doubt
from claims.services.watch_clocks import report_silence
from claims.transport.base import Stopped
from core import clock
from core.choices import DANGER, WARN, Role
from core.models import AuditEvent, Practice, WorkItem
from core.services.work import open_work_item
from core.states import advance
from core.sweeping import run_one
from core.tenancy import practice_scope
from tests.cast import client_of
from tests.factories.claims import World, batch_of, joan, make_claim
from tests.servers.sftp import PASSWORD, USER, FarSide, serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(world: World) -> Client:
    return client_of(world.practice, Role.MANAGER)


@pytest.fixture
def far(tmp_path: Path, settings: object) -> Iterator[FarSide]:
    settings.CLAIMLINE_OUTBOUND_HOSTS = ["127.0.0.1"]
    with serving(tmp_path) as found:
        yield found


def url(partner: TradingPartner, verb: str = "") -> str:
    name = f"claims:connection{f'-{verb}' if verb else ''}"
    return reverse(name, args=[partner.public_id])


def text(answer: Any) -> str:
    return str(answer.content.decode())


def set_up(boss: Client, partner: TradingPartner, far: FarSide, **changes: str) -> Any:
    """The route as an admin types it, moved to a server."""
    form = {
        "name": "Open Clearinghouse", "kind": "clearinghouse", "transport": "sftp",
        "sender_id": "SUMMIT01", "receiver_id": "OPENCH01", "usage": "P", "idempotency": "none",
        "sftp_host": "127.0.0.1", "sftp_port": str(far.port), "sftp_user": USER,
        "sftp_password": PASSWORD, "outbound_folder": "/inbound", "inbound_folder": "/outbound",
        "after_pickup": "delete", "look_every_seconds": "60", "is_active": "on",
    }  # fmt: skip
    page = reverse("admin:claims_tradingpartner_change", args=[partner.pk])
    return boss.post(page, {**form, **changes})


def test_a_server_is_set_up_shown_its_key_confirmed_and_tried(
    world: World, manager: Client, far: FarSide
) -> None:
    boss = client_of(world.practice, Role.PRACTICE_ADMIN)
    assert set_up(boss, world.partner, far).status_code == 302

    page = text(manager.get(url(world.partner)))
    assert "Host key not confirmed" in page
    answer = manager.post(url(world.partner, "try"), follow=True)
    assert far.sign_ins == 0, "no password for a server that nobody knows"
    assert "Is this their server?" in text(answer)
    shown = answer.context["offered"]
    assert shown in text(answer)
    assert WorkItem.objects.get(state="open").kind == "partner.stopped"

    answer = manager.post(
        url(world.partner, "confirm"), {"fingerprint": "SHA256:else"}, follow=True
    )
    assert "another key by now" in text(answer)
    manager.post(url(world.partner, "confirm"), {"fingerprint": shown})
    event = AuditEvent.objects.get(action="partner.host_key_confirmed")
    assert event.after == {"host_key": shown}

    answer = manager.post(url(world.partner, "try"), follow=True)
    assert "Signed in. The folder for claims can be written." in text(answer)
    assert "Working" in text(answer)
    assert not WorkItem.objects.filter(state="open").exists()


def test_secrets_are_sealed_and_never_shown_or_kept_in_the_audit_log(
    world: World, far: FarSide
) -> None:
    boss = client_of(world.practice, Role.PRACTICE_ADMIN)
    set_up(boss, world.partner, far)
    partner = TradingPartner.objects.get()
    sealed = partner.sftp_password_sealed
    assert sealed
    assert PASSWORD not in sealed
    told = " ".join(f"{event.before} {event.after}" for event in AuditEvent.objects.all())
    for page in (reverse("admin:claims_tradingpartner_change", args=[partner.pk]), url(partner)):
        assert PASSWORD not in text(boss.get(page))
        assert sealed not in text(boss.get(page))
    assert PASSWORD not in told
    assert sealed not in told

    set_up(boss, partner, far, sftp_password="")
    assert TradingPartner.objects.get().sftp_password_sealed == sealed, "empty keeps it"


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("sftp_host", "elsewhere.example", "not on the list"),
        ("sftp_host", "", "needs a host"),
        ("sftp_user", "", "needs a user"),
        ("outbound_folder", "", "needs a folder for claims"),
        ("sftp_key", "hello", "no private key"),
        ("sftp_password", "", "needs a password or a key"),
        ("look_every_seconds", "1", "greater than or equal to 10"),
        ("calls_per_minute", "0", "greater than or equal to 1"),
    ],
)
def test_a_wrong_set_up_is_refused_at_its_field(
    world: World, far: FarSide, field: str, typed: str, words: str
) -> None:
    boss = client_of(world.practice, Role.PRACTICE_ADMIN)
    answer = set_up(boss, world.partner, far, **{field: typed})
    assert words in str(answer.context["adminform"].form.errors[field])


def test_another_server_is_another_host_key(world: World, far: FarSide) -> None:
    boss = client_of(world.practice, Role.PRACTICE_ADMIN)
    set_up(boss, world.partner, far)
    TradingPartner.objects.update(host_key=far.host_key_line)
    set_up(boss, world.partner, far, name="Renamed")
    assert TradingPartner.objects.get().host_key == far.host_key_line
    set_up(boss, world.partner, far, sftp_port="2222")
    assert TradingPartner.objects.get().host_key == ""


def test_the_page_says_that_a_line_is_down_and_the_list_finds_it(
    world: World, manager: Client
) -> None:
    for _ in range(FAILURES_TO_OPEN):
        note_failure(world.partner, "no answer in time")
    page = text(manager.get(url(world.partner)))
    assert "5 calls in a row failed (no answer in time)" in page
    assert "Tried again" in page
    down = text(manager.get(reverse("claims:connections"), {"bucket": "down"}))
    assert world.partner.name in down


def standing(client: Client, partner: TradingPartner) -> str:
    return str(client.get(url(partner)).context["standing"].state)


def test_red_is_only_what_stays_until_somebody_acts(world: World, manager: Client) -> None:
    assert standing(manager, world.partner) == LineStanding.WORKING
    note_failure(world.partner, "no answer in time")
    assert TONES[standing(manager, world.partner)] == WARN
    for _ in range(FAILURES_TO_OPEN):
        note_failure(world.partner, "no answer in time")
    assert standing(manager, world.partner) == LineStanding.LONG_DOWN
    assert TONES[LineStanding.LONG_DOWN] == DANGER
    note_success(world.partner)
    assert standing(manager, world.partner) == LineStanding.WORKING
    told = text(manager.get(url(world.partner)))
    assert "let the line rest after 5 failures: no answer in time" in told
    assert "saw that the line works again" in told


def test_late_answers_are_counted_and_not_red(world: World, manager: Client) -> None:
    batch_of(world, make_claim(world, joan(world), "99213", on=date(2026, 11, 2)))
    send_due()
    with clock.travel(clock.now() + timedelta(hours=5)):
        report_silence()
    page = manager.get(url(world.partner))
    assert page.context["standing"].state == LineStanding.LATE
    assert TONES[LineStanding.LATE] == WARN
    assert [(one.label, one.count) for one in page.context["missing"]] == [
        ("File acknowledgement (999)", 1)
    ]
    late = manager.get(reverse("claims:connections"), {"bucket": "late"})
    assert world.partner.name in text(late)


def test_a_file_of_which_only_they_know_whether_it_came_is_red(
    world: World, manager: Client
) -> None:
    batch = batch_of(world, make_claim(world, joan(world), "99213", on=date(2026, 11, 2)))
    transmission = Transmission.objects.get()
    advance(transmission, "sending", table=states.TRANSMISSION)
    mark_in_doubt(transmission, reason="no answer", due_at=clock.now())
    assert standing(manager, world.partner) == LineStanding.WORKING, "it is asked for first"
    open_work_item(subject=batch, kind=IN_DOUBT, title="Did it arrive?")
    assert standing(manager, world.partner) == LineStanding.DOUBT
    assert "the oldest since" in text(manager.get(url(world.partner)))
    doubtful = manager.get(reverse("claims:connections"), {"bucket": "doubt"})
    assert world.partner.name in text(doubtful)


def test_the_page_says_how_fast_calls_may_be(world: World, manager: Client) -> None:
    assert "No limit" in text(manager.get(url(world.partner)))
    TradingPartner.objects.update(calls_per_minute=20)
    assert "20 calls a minute; 0 in this minute" in text(manager.get(url(world.partner)))


def test_a_folder_can_be_tried_too(world: World, manager: Client) -> None:
    answer = manager.post(url(world.partner, "try"), follow=True)
    assert "The folder is there and can be written." in text(answer)


@pytest.mark.parametrize(("role", "may_try"), [(Role.BILLER, True), (Role.AUDITOR, False)])
def test_only_who_may_try_is_offered_it(world: World, role: Role, may_try: bool) -> None:
    client = client_of(world.practice, role)
    assert ("Try the connection" in text(client.get(url(world.partner)))) == may_try
    assert client.post(url(world.partner, "confirm")).status_code == 403


def test_another_practices_connections_stay_unseen(
    world: World, manager: Client, lakeside: Practice
) -> None:
    with practice_scope(lakeside):
        other = TradingPartner.objects.create(
            practice=lakeside, name="Their Clearinghouse", transport="folder",
            sender_id="LAKESIDE1", receiver_id="OPENCH01", outbound_folder="x",
        )  # fmt: skip
    assert "Their Clearinghouse" not in text(manager.get(reverse("claims:connections")))
    for verb in ("", "try", "confirm"):
        answer = manager.post(url(other, verb)) if verb else manager.get(url(other))
        assert answer.status_code == 404


def test_what_is_due_and_not_done_is_told_without_any_worker(
    world: World, lakeside: Practice
) -> None:
    batch_of(world, make_claim(world, joan(world), "99213", on=date(2026, 11, 2)))
    run_one("news")
    admin = client_of(world.practice, Role.PRACTICE_ADMIN)
    page_of_all = reverse("claims:connections")
    assert "stands still" not in admin.get(page_of_all).content.decode()
    with clock.travel(clock.now() + timedelta(minutes=11)):
        page = " ".join(admin.get(page_of_all).content.decode().split())
        assert "Work of the system stands still." in page
        assert "1 file to be sent, due since" in page
        home = " ".join(admin.get(reverse("desk:home")).content.decode().split())
        assert "Files to be sent" in home
        assert "is a worker running?" in home
        stranger = client_of(lakeside, Role.PRACTICE_ADMIN)
        assert "stands still" not in stranger.get(page_of_all).content.decode()

        send_due()
        run_one("news")
        assert "stands still" not in admin.get(page_of_all).content.decode()
        assert "nothing is late by ten minutes" in admin.get(reverse("desk:home")).content.decode()


def test_what_waits_for_a_stopped_line_is_not_late(world: World) -> None:
    batch_of(world, make_claim(world, joan(world), "99213", on=date(2026, 11, 2)))
    run_one("news")
    stop_line(world.partner, Stopped("sign_in", "it refused our key"))
    with clock.travel(clock.now() + timedelta(minutes=11)):
        assert [one.what for one in backlog(world.practice)] == []

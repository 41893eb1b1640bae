"""Picking up answers from partners' SFTP servers (reliability 1.3).

Each file is seen, then taken, then put away, and its row says how far it came: whatever dies in
between, no file is taken twice, and none is deleted before its bytes are committed.
"""

import posixpath
from collections.abc import Iterable
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import Q

from claims.choices import AfterPickup, MessageSource, TransportKind
from claims.edi.envelope import is_complete
from claims.models import PartnerLine, RemoteFile, TradingPartner
from claims.services.collect_folder import GIVE_UP_SECONDS, MOST_BYTES, UNFINISHED
from claims.services.partner_lines import (
    ask_leave,
    line_of,
    note_failure,
    note_success,
    stop_line,
)
from claims.services.receive_message import receive_message
from claims.services.tell_troubles import tell_troubles
from claims.transport import sftp_transport
from claims.transport.allow_list import HostNotAllowed
from claims.transport.sftp import Entry, LineFailed, LineStopped, SftpSession
from core import clock
from core.actors import Actor, acting_as
from core.leases import claim_due
from core.tenancy import practice_scope

log = structlog.get_logger(__name__)
LOOK_SECONDS = 120  # the sweep waits for it
LEASE = timedelta(seconds=LOOK_SECONDS + 60)


def collect_servers() -> int:
    """The sweep: look once at the server that is due first. Returns how many looks were taken."""
    _give_each_a_line()
    due = (
        PartnerLine.everywhere.filter(_is_collected("partner__"), stop="")
        .exclude(open_until__gt=clock.now())
        .select_related("practice", "partner__practice")
    )
    for line in claim_due(due, limit=1, lease=LEASE):
        with practice_scope(line.practice), acting_as(Actor(source="pick-up")):
            collect_server(line.partner)
            PartnerLine.everywhere.filter(pk=line.pk, lease_token=line.lease_token).update(
                due_at=clock.now() + timedelta(seconds=line.partner.look_every_seconds),
                lease_until=None,
                attempts=0,
            )
        return 1
    return 0


def collect_server(partner: TradingPartner) -> int:
    """Take what lies finished in the partner's folder of answers; returns how many files."""
    if ask_leave(partner) is not None:
        return 0
    taken = 0
    try:
        with sftp_transport(partner).session(seconds=LOOK_SECONDS) as line:
            look = _Look(line, partner)
            entries = [one for one in line.entries(partner.inbound_folder) if _is_candidate(one)]
            for entry, row in _rows(partner, entries):
                taken += look.take(entry, row)
            look.tell()
    except LineStopped as stop:
        stop_line(partner, stop.stopped)
    except (HostNotAllowed, LineFailed) as failure:
        note_failure(partner, str(failure))
    else:
        note_success(partner)
    return taken


def _give_each_a_line() -> None:
    for partner in TradingPartner.everywhere.filter(_is_collected(""), line__isnull=True):
        line_of(partner)


def _is_collected(path: str) -> Q:
    names = {"is_active": True, "transport": TransportKind.SFTP, "inbound_folder__gt": ""}
    return Q(**{f"{path}{name}": value for name, value in names.items()})


def _is_candidate(entry: Entry) -> bool:
    return not entry.name.startswith(".") and not entry.name.lower().endswith(UNFINISHED)


def _rows(partner: TradingPartner, entries: Iterable[Entry]) -> Iterable[tuple[Entry, RemoteFile]]:
    """Each file with its row. The same name with another size or time is another file."""
    entries = list(entries)
    known = {
        Entry(row.name, row.size, row.modified): row
        for row in RemoteFile.objects.filter(
            partner=partner, name__in=[one.name for one in entries]
        )
    }
    for entry in entries:
        row = known.get(entry) or RemoteFile.objects.create(
            practice_id=partner.practice_id,
            partner=partner,
            name=entry.name,
            size=entry.size,
            modified=entry.modified,
        )
        if row.put_away_at is None or partner.after_pickup != AfterPickup.LEAVE:
            yield entry, row


class _Look:
    """One look into a partner's folder of answers, and what a person should know of it."""

    def __init__(self, line: SftpSession, partner: TradingPartner) -> None:
        self._line, self._partner = line, partner
        self._troubles: list[str] = []

    def take(self, entry: Entry, row: RemoteFile) -> int:
        """Commit the bytes of a finished file, then put the file away; 1 when it was new."""
        is_new = row.message_id is None
        if is_new:
            content = self._read(entry, row)
            if content is None:
                return 0
            with transaction.atomic():
                row.message = receive_message(
                    practice=self._partner.practice,
                    partner=self._partner,
                    source=MessageSource.SFTP,
                    content=content,
                    content_type="application/edi-x12",
                )
                row.save(update_fields=["message"])
        self._put_away(entry, row)
        return int(is_new)

    def tell(self) -> None:
        """Make work of all that went wrong, or end it when nothing does any more."""
        tell_troubles(self._partner, self._troubles)

    def _read(self, entry: Entry, row: RemoteFile) -> bytes | None:
        """The bytes of a finished file; None while somebody may still be writing it.

        One that never becomes whole is taken as it is after an hour, and the inbox sets it aside.
        """
        path = posixpath.join(self._partner.inbound_folder, entry.name)
        if entry.size > MOST_BYTES:
            self._troubles.append("An answer on their server is larger than we take.")
            return None
        try:
            content = self._line.read(path, most=entry.size)
        except LineFailed as failure:
            self._go_on_or_raise(failure, "An answer on their server cannot be read")
            return None
        if len(content) != entry.size or self._line.find(path) != entry:
            return None
        is_old = (clock.now() - row.seen_at).total_seconds() > GIVE_UP_SECONDS
        return content if is_complete(content) or is_old else None

    def _put_away(self, entry: Entry, row: RemoteFile) -> None:
        """Delete, move or leave, as agreed. What fails is tried again at the next look."""
        partner = self._partner
        path = posixpath.join(partner.inbound_folder, entry.name)
        try:
            if partner.after_pickup == AfterPickup.DELETE:
                self._line.remove(path)
            elif partner.after_pickup == AfterPickup.MOVE:
                self._move(path, posixpath.join(partner.archive_folder, entry.name), row)
        except LineFailed as failure:
            self._go_on_or_raise(failure, "An answer was taken and cannot be put away")
            return
        RemoteFile.objects.filter(pk=row.pk).update(put_away_at=clock.now())

    def _move(self, path: str, target: str, row: RemoteFile) -> None:
        """Into the archive; beside an earlier file of that name, never over it."""
        if self._line.find(target) is not None:
            target = f"{target}.{row.pk}"
        self._line.rename(path, target)

    def _go_on_or_raise(self, failure: LineFailed, words: str) -> None:
        """A refusal concerns one file and is told; a line that broke ends the look."""
        if not self._line.is_open:
            raise failure
        log.warning("file_not_taken", partner=self._partner.pk)
        self._troubles.append(f"{words}: {failure}.")

"""What the sweeper runs for this app; each round handles some due rows."""

from claims.services.ask_before_visits import VISITS_DUE, ask_before_visits
from claims.services.ask_status import ask_overdue
from claims.services.collect_folder import collect_folders
from claims.services.collect_sftp import collect_servers
from claims.services.open_denials import adopt_denials
from claims.services.process_message import process_due
from claims.services.queue_batch import OUTBOX
from claims.services.queue_inquiry import INQUIRIES, STATUS_DUE
from claims.services.receive_message import INBOX
from claims.services.revisit_waiting import revisit_waiting
from claims.services.send_inquiry import ask_due
from claims.services.send_scheduled import send_scheduled
from claims.services.send_transmission import send_due
from claims.services.set_claim_balances import close_settled
from claims.services.tell_of_floods import tell_of_floods
from claims.services.watch_clocks import report_silence
from claims.services.watch_crossovers import report_missing_crossovers
from claims.services.watch_enrolments import report_expiring
from claims.services.watch_holds import report_held_near_limit
from claims.services.watch_keys import report_ending_keys
from core import sweeping


def register() -> None:
    """Outbox first: what waits to be sent must not wait for what came in."""
    sweeping.register("claims.schedules", send_scheduled)
    sweeping.register(OUTBOX, send_due)
    sweeping.register("claims.folders", collect_folders)
    sweeping.register("claims.sftp", collect_servers)
    sweeping.register(INBOX, process_due)
    sweeping.register("claims.waiting", revisit_waiting)
    sweeping.register("claims.keys", report_ending_keys)
    sweeping.register("claims.floods", tell_of_floods)
    sweeping.register("claims.clocks", report_silence)
    sweeping.register("claims.crossovers", report_missing_crossovers)
    sweeping.register("claims.settled", close_settled)
    sweeping.register("claims.denials", adopt_denials)
    sweeping.register("claims.enrolments", report_expiring)
    sweeping.register("claims.holds", report_held_near_limit)
    sweeping.register(STATUS_DUE, ask_overdue)
    sweeping.register(VISITS_DUE, ask_before_visits)
    # Last: a payer that does not answer holds it for 20 seconds.
    sweeping.register(INQUIRIES, ask_due)

"""The practices' own systems: keys with which they call us, and addresses that are told events.

The simulator plays them: one takes events, one is down for maintenance.
"""

from datetime import timedelta

from django.conf import settings

from core import clock
from core.actors import acting_as, person
from core.models import WebhookEndpoint
from core.services.api_tokens import issue_api_token
from core.services.watch_keys import report_ending_api_keys
from core.services.webhook_endpoints import make_endpoint, send_test_event
from desk.demo.set_up import Stage

_NO_ADDRESS = "http://127.0.0.1:8001"
_UP, _DOWN = "/hooks", "/hooks/down"
_LEDGER_EVENTS = (
    "remittance.received", "remittance.posted", "remittance.undone", "payment.taken",
    "payment.taken_back", "denial.opened", "denial.settled", "claim.decided",
)  # fmt: skip


def connect_own_systems(stage: Stage) -> None:
    """Keys are shown to nobody: who tries the API makes one of one's own."""
    with acting_as(person(stage.users["admin"], source="screen")):
        issue_api_token(
            practice=stage.practice,
            name="Electronic health record",
            scopes=["charges:read", "charges:write", "claims:read", "encounters:write"],
        )
        issue_api_token(
            practice=stage.practice,
            name="General ledger",
            scopes=["journal:read"],
            expires_at=clock.now() + timedelta(days=11),
        )
        base = settings.CLAIMLINE_SIMULATOR_URL or _NO_ADDRESS
        for name, path, events in (
            ("General ledger", _UP, _LEDGER_EVENTS),
            ("Data warehouse", _DOWN, ("claim.state_changed", "charges.released")),
        ):
            endpoint, _ = make_endpoint(
                practice=stage.practice, name=name, url=f"{base}{path}", events=events
            )
            send_test_event(endpoint)
    report_ending_api_keys()


def refresh_addresses() -> None:
    """The simulator's port may differ from run to run."""
    base = settings.CLAIMLINE_SIMULATOR_URL or _NO_ADDRESS
    for path in (_DOWN, _UP):
        rows = WebhookEndpoint.everywhere.filter(
            practice__is_demo=True, url__startswith="http://127.0.0.1:", url__endswith=path
        )
        rows.exclude(url=f"{base}{path}").update(url=f"{base}{path}")

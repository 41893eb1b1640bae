"""Callback keys that end soon become work in time: their payer must not be refused by surprise."""

from datetime import date

from claims.models import PayerCredential
from core.services.watch_keys import report_ending

ENDING_WORK = "credential.ending"


def report_ending_keys() -> int:
    """The sweep: warn of keys that end within two weeks, take back what is settled.

    Returns how many keys were looked at.
    """
    return report_ending(PayerCredential, ENDING_WORK, _words)


def _words(credential: PayerCredential, day: date) -> tuple[str, str]:
    title = f"The callback key {credential.name} ends on {day:%m/%d/%Y}"
    sender = credential.partner.name
    return title, (
        f"Then what {sender} sends is refused. Give it a later end, or make a new key and hand it"
        " over."
    )

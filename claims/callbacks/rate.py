"""The rate limits of the door, counted in the database: events of a key, refusals of an address.

An address is looked at before anything of a call is read, so that a flood without a good signature
costs neither its bytes nor a row each in the audit log.
"""

import ipaddress
from dataclasses import dataclass

from django.db import connection, models

from claims.models import AddressMinute, CredentialMinute, PayerCredential
from core import clock

KEPT_MINUTES = 60
REFUSALS_A_MINUTE = 60
_V6_NETWORK = 64  # what one subscriber has: its addresses are one caller


@dataclass(frozen=True, slots=True)
class Minute:
    """How a request stands to the limit: 0 seconds to wait when it is within it."""

    seconds_to_wait: int
    is_first_over: bool


def minute_of(credential: PayerCredential) -> Minute:
    """Count one request in the minute that runs."""
    instant = int(clock.now().timestamp())
    minute = instant // 60
    count = _count(CredentialMinute, "credential_id", credential.pk, minute)
    if count == 1:
        CredentialMinute.objects.filter(
            credential=credential, minute__lt=minute - KEPT_MINUTES
        ).delete()
    over = count - credential.events_per_minute
    return Minute(60 - instant % 60 if over > 0 else 0, is_first_over=over == 1)


def wait_of_address(address: str) -> int:
    """Seconds until that address is listened to again; 0 where it is now. The call is counted."""
    instant = int(clock.now().timestamp())
    minute, caller = instant // 60, caller_of(address)
    found = AddressMinute.objects.filter(address=caller, minute=minute)
    if not found.filter(count__gte=REFUSALS_A_MINUTE).exists():
        return 0
    found.update(count=models.F("count") + 1)
    return 60 - instant % 60


def count_refusal(address: str) -> None:
    """One call of that address was not believed, or not read."""
    minute = int(clock.now().timestamp()) // 60
    if _count(AddressMinute, "address", caller_of(address), minute) == 1:
        AddressMinute.objects.filter(minute__lt=minute - KEPT_MINUTES).delete()


def caller_of(address: str) -> str:
    """Who is meant by an address: itself, or the network of an IPv6 one; "" where none is known."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, _V6_NETWORK), strict=False))


def _count(model: type[models.Model], column: str, value: int | str, minute: int) -> int:
    """Count one more in that minute, in one statement; returns how many there are by now."""
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({column}, minute, count) VALUES (%s, %s, 1)"  # noqa: S608 - names of ours
            f" ON CONFLICT ({column}, minute)"
            f" DO UPDATE SET count = {table}.count + 1 RETURNING count",
            [value, minute],
        )
        return int(cursor.fetchone()[0])

"""The rate limit of a credential, counted in the database."""

from dataclasses import dataclass

from django.db import connection

from claims.models import CredentialMinute, PayerCredential
from core import clock

KEPT_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Minute:
    """How a request stands to the limit: 0 seconds to wait when it is within it."""

    seconds_to_wait: int
    is_first_over: bool


def minute_of(credential: PayerCredential) -> Minute:
    """Count one request in the minute that runs."""
    instant = int(clock.now().timestamp())
    minute = instant // 60
    table = connection.ops.quote_name(CredentialMinute._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (credential_id, minute, count) VALUES (%s, %s, 1)"  # noqa: S608 - a table name
            " ON CONFLICT (credential_id, minute)"
            f" DO UPDATE SET count = {table}.count + 1 RETURNING count",
            [credential.pk, minute],
        )
        count = int(cursor.fetchone()[0])
    if count == 1:
        CredentialMinute.objects.filter(
            credential=credential, minute__lt=minute - KEPT_MINUTES
        ).delete()
    over = count - credential.events_per_minute
    return Minute(60 - instant % 60 if over > 0 else 0, is_first_over=over == 1)

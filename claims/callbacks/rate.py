"""The rate limit of a credential, counted in the database."""

from django.db import connection

from claims.models import CredentialMinute, PayerCredential
from core import clock

KEPT_MINUTES = 60


def seconds_to_wait(credential: PayerCredential) -> int:
    """Count one request; 0 when it is within the limit, else the seconds until the next minute."""
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
    return 60 - instant % 60 if count > credential.events_per_minute else 0

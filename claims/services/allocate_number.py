"""Control numbers: given out by the database, one after the other, never twice."""

from django.db import connection

from claims.models import ControlNumber, TradingPartner

INTERCHANGE, GROUP = "interchange", "group"
MOST = 999_999_999  # ISA13 has nine digits


def allocate_number(partner: TradingPartner, kind: str) -> int:
    """The next number of `kind` for `partner`; concurrent callers wait for each other.

    A number whose transaction is rolled back never left the house: nobody saw it. Raises
    OverflowError at the end of the nine digits, rather than starting anew.
    """
    table = connection.ops.quote_name(ControlNumber._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (public_id, practice_id, partner_id, kind, last_number)"  # noqa: S608 - a table name
            " VALUES (gen_random_uuid(), %s, %s, %s, 1)"
            " ON CONFLICT (partner_id, kind)"
            f" DO UPDATE SET last_number = {table}.last_number + 1 RETURNING last_number",
            [partner.practice_id, partner.pk, kind],
        )
        number = int(cursor.fetchone()[0])
    if number > MOST:
        raise OverflowError("the control numbers of this route are used up")
    return number

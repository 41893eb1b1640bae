"""Who owes since when: open receivables by age as of any day, and the proof that they are all of
the ledger's (domain F.6, W-50).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import TextChoices

from billing.ledger.accounts import RECEIVABLES
from billing.ledger.month_ends import OPEN_AS_OF, open_as_of_values
from core.models import Practice
from core.money import ZERO


class Basis(TextChoices):
    """From which day an age is counted."""

    STANDARD = "standard", "First bill (insurers), first statement (patients)"
    SERVICE = "service", "Day of service"
    MOVED = "moved", "Day on which it came to who owes it now"


class By(TextChoices):
    """What a row of the table is."""

    PAYER = "payer", "Payer"
    PATIENT = "patient", "Patient"


BUCKETS: tuple[tuple[str, int | None], ...] = (
    ("0–30", 30),  # noqa: RUF001 - a range is written with an en dash
    ("31–60", 60),  # noqa: RUF001
    ("61–90", 90),  # noqa: RUF001
    ("91–120", 120),  # noqa: RUF001
    ("121–150", 150),  # noqa: RUF001
    ("151–180", 180),  # noqa: RUF001
    ("Over 180", None),
)
CREDITS = len(BUCKETS)  # the number of the column of credits
_ENDS = [most for _, most in BUCKETS if most is not None]
MOST_ROWS, MOST_FILED = 200, 50_000

# The day from which each open item is aged. Nothing billed or shown yet: the day of service, and
# for what is no charge line's the day on which it came.
_SINCE = {
    Basis.SERVICE: "coalesce(line.service_date_from, item.placed_on)",
    Basis.MOVED: "coalesce(item.placed_on, line.service_date_from)",
    Basis.STANDARD: """
        CASE WHEN item.account_id = 1100 THEN coalesce(billed.on_day, line.service_date_from)
             ELSE coalesce(shown.on_day, item.placed_on, line.service_date_from) END""",
}
_DAYS = """
      LEFT JOIN LATERAL (
           SELECT min(attempt.sent_at AT TIME ZONE %(zone)s)::date AS on_day
             FROM claims_claimchargeline link
             JOIN claims_claimversion version ON version.claim_id = link.claim_id
              AND version.payer_id = item.payer_id AND version.rank = item.rank
             JOIN claims_submissionattempt attempt ON attempt.version_id = version.id
            WHERE item.account_id = 1100 AND item.amount > 0
              AND link.charge_line_id = item.charge_line_id) billed
        ON billed.on_day <= %(as_of)s
      LEFT JOIN LATERAL (
           SELECT min(statement_line.first_shown_on) AS on_day
             FROM billing_statementline statement_line
            WHERE item.account_id <> 1100 AND item.amount > 0
              AND statement_line.encounter_id = line.encounter_id) shown
        ON shown.on_day <= %(as_of)s
"""
_AGED = """
    SELECT item.*, line.encounter_id, line.service_date_from,
           CASE WHEN item.amount < 0 THEN {credits}
                ELSE width_bucket(greatest(%(as_of)s - ({since}), 0) - 1,
                                  ARRAY[{ends}]) END AS bucket,
           greatest(%(as_of)s - ({since}), 0) AS days
      FROM ({items}) item
      LEFT JOIN coding_chargeline line ON line.id = item.charge_line_id
      {joins}
"""


@dataclass(frozen=True, slots=True)
class AgingRow:
    """What one payer or patient has open, by bucket; the last amount is credits, below zero."""

    public_id: UUID | None
    name: str
    patient_id: int | None
    amounts: tuple[Decimal, ...]

    @property
    def owed_amount(self) -> Decimal:
        """What is owed, credits not netted."""
        return sum(self.amounts[:CREDITS], ZERO)

    @property
    def credit_amount(self) -> Decimal:
        """What we hold."""
        return self.amounts[CREDITS]

    @property
    def cells(self) -> list[tuple[int, Decimal]]:
        """Each bucket's number and amount, credits left out."""
        return list(enumerate(self.amounts[:CREDITS]))


@dataclass(frozen=True, slots=True)
class Aging:
    """The whole table, its sums by who owes, and the ledger's own word."""

    rows: tuple[AgingRow, ...]
    insurer: tuple[Decimal, ...]
    patient: tuple[Decimal, ...]
    ledger_amount: Decimal
    row_count: int

    @property
    def total(self) -> tuple[Decimal, ...]:
        """Both, bucket by bucket."""
        return tuple(a + b for a, b in zip(self.insurer, self.patient, strict=True))

    @property
    def owed_amount(self) -> Decimal:
        """All that is owed."""
        return sum(self.total[:CREDITS], ZERO)

    @property
    def credit_amount(self) -> Decimal:
        """All credits, below zero."""
        return self.total[CREDITS]

    @property
    def difference_amount(self) -> Decimal:
        """The ledger less this table: anything but zero is a fault."""
        return self.ledger_amount - self.owed_amount - self.credit_amount

    def over_90_share(self) -> Decimal | None:
        """What is older than 90 days, of all that is owed, in percent."""
        if not self.owed_amount:
            return None
        return (sum(self.total[3:CREDITS], ZERO) * 100 / self.owed_amount).quantize(Decimal("0.1"))


@dataclass(frozen=True, slots=True)
class AgedItem:
    """One open item behind a number."""

    patient_id: int
    patient_public_id: UUID
    mrn: str
    patient_name: str
    claim_public_id: UUID | None
    claim_number: str
    service_date: date | None
    code: str
    payer_name: str
    days: int
    amount: Decimal


def aging(
    practice: Practice, as_of: date, basis: str = Basis.STANDARD, by: str = By.PAYER,
    most: int = MOST_ROWS,
) -> Aging:  # fmt: skip
    """The aging of `practice` as of `as_of`. Patients are the `most` with the largest amounts;
    the sums are over all.
    """
    is_by_patient = by == By.PATIENT
    owner = "item.patient_id" if is_by_patient else "item.payer_id"
    found = _fetch(
        f"""
        SELECT {owner}, account_id, bucket, sum(amount) FROM ({_aged(basis)}) item
         GROUP BY 1, 2, 3
        """,  # noqa: S608 - our own text
        _values(practice, as_of),
    )
    sums: dict[int | None, list[Decimal]] = {}
    insurer, patient = _zeros(), _zeros()
    for key, account, bucket, amount in found:
        sums.setdefault(key, _zeros())[bucket] += amount
        (insurer if account == 1100 else patient)[bucket] += amount
    largest = sorted(sums, key=lambda key: (-sum(sums[key][:CREDITS], ZERO), key or 0))[:most]
    names = _names(largest, is_by_patient)
    rows = []
    for key in largest:
        public_id, name = names.get(key, (None, "Patients"))
        patient_id = key if is_by_patient else None
        rows.append(AgingRow(public_id, name, patient_id, tuple(sums[key])))
    return Aging(
        tuple(rows), tuple(insurer), tuple(patient), ledger_total(practice, as_of), len(sums)
    )


def ledger_total(practice: Practice, as_of: date) -> Decimal:
    """The receivables in the books as of a day, read from the accounts alone: neither keys nor
    marks nor ages come into it.
    """
    accounts = sorted(int(account) for account in RECEIVABLES)
    [[total]] = _fetch(
        "SELECT (SELECT coalesce(sum(amount), 0) FROM billing_journalline WHERE practice_id ="
        " %(practice)s AND debit_account_id = ANY(%(accounts)s) AND posted_on <= %(as_of)s)"
        " - (SELECT coalesce(sum(amount), 0) FROM billing_journalline WHERE practice_id ="
        " %(practice)s AND credit_account_id = ANY(%(accounts)s) AND posted_on <= %(as_of)s)",
        {"practice": practice.pk, "accounts": accounts, "as_of": as_of},
    )
    return Decimal(total)


def aged_items(
    practice: Practice,
    as_of: date,
    basis: str,
    *,
    bucket: int | None = None,
    payer_id: int | None = None,
    patient_id: int | None = None,
    owes: str = "",
    most: int = MOST_ROWS,
) -> list[AgedItem]:
    """The open items behind a number, largest first. `owes` is "insurer", "patient" or empty."""
    where = ["true"]
    values: dict[str, Any] = _values(practice, as_of) | {"most": most}
    for name, value in (("bucket", bucket), ("payer_id", payer_id), ("patient_id", patient_id)):
        if value is not None:
            where.append(f"item.{name} = %({name})s")
            values[name] = value
    if owes:
        where.append(f"item.account_id {'=' if owes == 'insurer' else '<>'} 1100")
    rows = _fetch(
        f"""
        SELECT patient.id, patient.public_id, patient.mrn,
               patient.last_name || ', ' || patient.first_name, claim.public_id,
               coalesce(claim.control_number, ''), item.service_date_from,
               coalesce(array_to_string(line.procedure_code || line.modifiers, '-'), ''),
               coalesce(payer.name, CASE item.account_id WHEN 1250 THEN 'Patient, at an agency'
                                    ELSE 'Patient' END),
               item.days, item.amount
          FROM (SELECT * FROM ({_aged(basis)}) item WHERE {" AND ".join(where)}
                 ORDER BY abs(amount) DESC, charge_line_id LIMIT %(most)s) item
          JOIN patients_patient patient ON patient.id = item.patient_id
          LEFT JOIN coding_chargeline line ON line.id = item.charge_line_id
          LEFT JOIN claims_claimchargeline link ON link.charge_line_id = item.charge_line_id
          LEFT JOIN claims_claim claim ON claim.id = link.claim_id
          LEFT JOIN patients_payer payer ON payer.id = item.payer_id
         ORDER BY abs(item.amount) DESC, item.charge_line_id
        """,  # noqa: S608 - our own text
        values,
    )
    return [AgedItem(*row) for row in rows]


def _aged(basis: str) -> str:
    return _AGED.format(
        credits=CREDITS,
        since=_SINCE[Basis(basis)],
        ends=", ".join(str(most) for most in _ENDS),
        items=OPEN_AS_OF,
        joins=_DAYS if basis == Basis.STANDARD else "",
    )


def _values(practice: Practice, as_of: date) -> dict[str, Any]:
    return open_as_of_values(practice, as_of) | {"zone": practice.time_zone}


def _names(keys: Sequence[int | None], is_by_patient: bool) -> dict[int | None, tuple[UUID, str]]:
    table, name = (
        ("patients_patient", "last_name || ', ' || first_name")
        if is_by_patient
        else ("patients_payer", "name")
    )
    rows = _fetch(
        f"SELECT id, public_id, {name} FROM {table} WHERE id = ANY(%(ids)s)",  # noqa: S608
        {"ids": [key for key in keys if key is not None]},
    )
    return {pk: (public_id, words) for pk, public_id, words in rows}


def _zeros() -> list[Decimal]:
    return [ZERO] * (CREDITS + 1)


def _fetch(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()

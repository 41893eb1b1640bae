"""The books of a practice after years, laid out by the database itself: one charge line a claim,
nine in ten paid and closed, the rest open with insurers and patients.

Rows are written past the services, for the figures only: the bench's database is thrown away.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal

import django

django.setup()

import psycopg2  # noqa: E402  (after the setup, as the models)
from django.db import connection  # noqa: E402

from bench.years_of_claims import BASE, _one_of, _Templates, _Writer  # noqa: E402
from billing.models import Journal, JournalLine  # noqa: E402
from claims.models import (  # noqa: E402
    Claim,
    ClaimChargeLine,
    ClaimVersion,
    ClaimVersionLine,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
    SubmissionAttempt,
)
from coding.models import ChargeLine, CodingCase  # noqa: E402
from core.models import Practice  # noqa: E402
from patients.models import Encounter, Patient, ServiceFacility  # noqa: E402

__all__ = ["lay_out", "settle"]
YEARS = 3
DAYS = YEARS * 365
# Of every hundred claims: so many still with the insurer, and with the patient.
_AT_INSURER, _AT_PATIENT = 6, 4


def lay_out(practice: Practice, claims: int, *, with_answers: bool) -> None:
    """`claims` claims with their books for `practice`, which must be in scope.

    Claim, charge line and version n have the id BASE + n. `with_answers` adds the payers' answers
    line by line, for the proofs that ask about them.
    """
    rows = _Templates(practice)
    one = _Books(rows, practice)
    with _writer() as run, _without_indexes():
        _people_and_charges(run, rows, one, claims)
        _claims(run, rows, one, claims)
        _journals(run, one, claims)
        if with_answers:
            _answers(run, one, claims)
            _projections(run, practice)
        run.execute(f"UPDATE coding_chargeline SET state = 'draft' WHERE id = {one.line.pk}")  # noqa: S608


class _Books:
    """One row of each further kind, to be copied."""

    def __init__(self, rows: _Templates, practice: Practice) -> None:
        claim = rows.claim
        own = {"practice": practice}
        self.encounter = Encounter.objects.create(
            number="TEMPLATE", patient=rows.patient, billing_provider=claim.billing_provider,
            facility=ServiceFacility.objects.get(practice=practice),
            rendering_provider=claim.rendering_provider, service_date_from=date(2026, 1, 2),
            service_date_to=date(2026, 1, 2), place_of_service_code="11", **own,
        )  # fmt: skip
        self.case = CodingCase.objects.create(encounter=self.encounter, patient=rows.patient, **own)
        self.line = ChargeLine.objects.create(
            case=self.case, encounter=self.encounter, patient=rows.patient, position=1,
            procedure_code="99213", charge_amount=Decimal(100), state="released",
            service_date_from=date(2026, 1, 2), service_date_to=date(2026, 1, 2), **own,
        )  # fmt: skip
        self.link = ClaimChargeLine.objects.create(claim=claim, charge_line=self.line, **own)
        self.version_line = ClaimVersionLine.objects.create(
            version=rows.version, charge_line=self.line, line_number=1, control_number="T1",
            procedure_code="99213", charge_amount=Decimal(100), service_date=date(2026, 1, 2),
            **own,
        )  # fmt: skip
        self.payer_id = rows.version.payer_id  # the first of five
        self.attempt = rows.attempt
        self.answer = RemittanceClaim.objects.get(practice=practice)
        self.answer_line = RemittanceLine.objects.create(
            remittance_claim=self.answer, position=1, procedure_code="99213",
            charge_amount=Decimal(100), paid_amount=Decimal(60), **own,
        )  # fmt: skip
        self.remittance = self.answer.remittance


def _day(number: str, claims: int) -> str:
    """The day of service: newest last, the last of them a week ago."""
    return f"(current_date - 7 - (({claims} - 1 - {number})::bigint * {DAYS} / {claims})::int)"


def _charge(number: str = "n") -> str:
    return f"(80 + {number} % 200)::numeric"


def _is_open(number: str = "n") -> str:
    return f"({number} % 100 < {_AT_INSURER})"


def _patient(number: str = "n") -> str:
    return f"{BASE} + {number} % 200000"


def _people_and_charges(run: _Writer, rows: _Templates, one: _Books, claims: int) -> None:
    patients = min(200_000, claims)
    run.copy(rows.patient, patients, mrn="'P' || n", first_name=_one_of("Pat", "Kim", "Sam"),
             last_name="'Testpatient' || (n % 9000)")  # fmt: skip
    run.copy(one.encounter, claims, number="'E' || n", patient_id=_patient(),
             service_date_from=_day("n", claims), service_date_to=_day("n", claims))  # fmt: skip
    run.copy(
        one.line, claims, control_number="'L' || n", patient_id=_patient(),
        encounter_id=f"{BASE} + n",
        charge_amount=_charge(), service_date_from=_day("n", claims),
        service_date_to=_day("n", claims),
    )  # fmt: skip


def _claims(run: _Writer, rows: _Templates, one: _Books, claims: int) -> None:
    payers = f"{rows.version.payer_id} + n % 5"
    insurer = f"CASE WHEN {_is_open()} THEN {_charge()} ELSE 0 END"
    last = _AT_INSURER + _AT_PATIENT - 1
    owes = f"CASE WHEN n % 100 BETWEEN {_AT_INSURER} AND {last} THEN 20 ELSE 0 END"
    state = f"CASE WHEN {_is_open()} THEN 'payer_accepted' ELSE 'adjudicated' END"
    run.copy(rows.version, claims, claim_id=f"{BASE} + n", payer_id=payers, state=state,
             charge_amount=_charge(), current_attempt_id=f"{BASE} + n")  # fmt: skip
    run.copy(
        rows.claim, claims, control_number="'B' || n", patient_id=_patient(),
        service_date_from=_day("n", claims), service_date_to=_day("n", claims),
        charge_amount=_charge(), current_version_id=f"{BASE} + n", is_open="true",
        insurance_balance_amount=insurer, patient_balance_amount=owes,
    )  # fmt: skip
    run.copy(one.link, claims, claim_id=f"{BASE} + n", charge_line_id=f"{BASE} + n")
    run.copy(one.version_line, claims, version_id=f"{BASE} + n", charge_line_id=f"{BASE} + n",
             control_number="'C' || n", charge_amount=_charge())  # fmt: skip
    run.copy(one.attempt, claims, version_id=f"{BASE} + n",
             sent_at=f"({_day('n', claims)} + 3)::timestamptz")  # fmt: skip


# Each kind of entry: its day after the service, its sides, its amount over n, and whose it is.
_PAID = f"n % 100 >= {_AT_INSURER}"
_SETTLED = f"n % 100 >= {_AT_INSURER + _AT_PATIENT}"
_ENTRIES = (
    ("charge", 1, 1100, 4000, _charge(), "true", ""),
    ("remittance", 21, 1020, 1100, f"{_charge()} - 40", _PAID, ""),
    ("remittance", 21, 4100, 1100, "20.00", _PAID, "CO-45"),
    ("remittance", 21, 1200, 1100, "20.00", _PAID, "PR-2"),
    ("payment", 40, 1010, 1200, "20.00", _SETTLED, ""),
)


def _journals(run: _Writer, one: _Books, claims: int) -> None:
    """One journal for each day and kind; its lines are the claims of that day."""
    practice = one.line.practice_id
    run.execute(
        "CREATE TEMP TABLE bench_entry (kind text, on_day date, debit int, credit int,"
        " amount numeric, n int, reason text)"
    )
    for kind, after, debit, credit, amount, where, reason in _ENTRIES:
        day = f"{_day('n', claims)} + {after}"
        run.execute(
            f"""
            INSERT INTO bench_entry
            SELECT '{kind}', {day}, {debit}, {credit}, {amount}, n, '{reason}'
              FROM generate_series(0, {claims - 1}) n WHERE {where} AND {day} <= current_date
            """  # noqa: S608 - our own text
        )
    run.execute(
        f"""
        INSERT INTO billing_journal (id, public_id, practice_id, number, posted_on, source_kind,
               source_id, source_part_id, idempotency_key, input_hash, memo, line_count, amount,
               actor_kind, actor_name, created_at)
        SELECT {BASE} + row_number() OVER (ORDER BY on_day, kind), gen_random_uuid(), {practice},
               {BASE} + row_number() OVER (ORDER BY on_day, kind), on_day, kind,
               {BASE} + (on_day - date '2000-01-01'), NULL, 'bench:' || kind || on_day, '', kind,
               count(*), sum(amount), 'system', 'Bench', now()
          FROM bench_entry GROUP BY on_day, kind
        """  # noqa: S608 - our own text
    )
    _journal_lines(run, one)
    _remittances(run, one)


def _journal_lines(run: _Writer, one: _Books) -> None:
    """The lines of every journal, each side with its own key."""
    practice, payer = one.line.practice_id, one.payer_id
    insurance = "CASE WHEN {0} = 1100 THEN {1} END"
    columns = []
    for side in ("debit", "credit"):
        columns += [
            f"{side}", f"{BASE} + n % 200000",
            f"(SELECT guarantor_id FROM patients_patient WHERE id = {BASE})",  # noqa: S608
            f"CASE WHEN {side} NOT IN (1010, 1020) THEN {BASE} + n END",
            insurance.format(side, f"{payer} + n % 5"), insurance.format(side, "1"),
        ]  # fmt: skip
    keys = ("account_id", "patient_id", "guarantor_id", "charge_line_id", "payer_id", "rank")
    names = [f"{side}_{key}" for side in ("debit", "credit") for key in keys]
    run.execute(
        f"""
        INSERT INTO billing_journalline (id, practice_id, journal_id, position, posted_on, amount,
               reason_code, reference_number, {", ".join(names)})
        SELECT {BASE} + row_number() OVER (), {practice}, journal.id,
               row_number() OVER (PARTITION BY journal.id), on_day, entry.amount, reason, '',
               {", ".join(columns)}
          FROM bench_entry entry JOIN billing_journal journal
            ON journal.posted_on = on_day AND journal.source_kind = kind
           AND journal.practice_id = {practice}
        """  # noqa: S608 - our own text
    )


def _projections(run: _Writer, practice: Practice) -> None:
    """What lists show, as the postings would have left it."""
    for table, key, links in (
        ("patients_patient", "patient_id", ""),
        (
            "claims_claim",
            "claim_id",
            "JOIN claims_claimchargeline link USING (charge_line_id)",
        ),
    ):
        run.execute(
            f"""
            UPDATE {table} kept
               SET insurance_balance_amount = fold.insurance, patient_balance_amount = fold.owed
              FROM (SELECT {key},
                           coalesce(sum(amount) FILTER (WHERE account_id = 1100), 0) AS insurance,
                           coalesce(sum(amount) FILTER (WHERE account_id = 1200), 0) AS owed
                      FROM billing_ledger_entry entry {links}
                     WHERE entry.practice_id = {practice.pk} AND account_id IN (1100, 1200)
                     GROUP BY {key}) fold
             WHERE kept.id = fold.{key}
            """  # noqa: S608 - our own text
        )


def _remittances(run: _Writer, one: _Books) -> None:
    """A posted remittance behind each day's journal of remittances."""
    run.copy(
        one.remittance, source="billing_journal j", where="j.source_kind = 'remittance'",
        id="j.source_id", trace_number="'EFT' || j.source_id", paid_on="j.posted_on",
        payment_amount="(SELECT sum(amount) FROM billing_journalline x WHERE x.journal_id = j.id"
        " AND x.debit_account_id = 1020)",
    )  # fmt: skip


def _answers(run: _Writer, one: _Books, claims: int) -> None:
    """What the payer decided on each claim, line by line."""
    on_day = f"{BASE} + ({_day('n', claims)} + 21 - date '2000-01-01')"
    source = f"(SELECT n FROM generate_series(0, {claims - 1}) n WHERE {_PAID}) q"  # noqa: S608 - our own text
    run.copy(one.answer, source=source, id=f"{BASE} + n", remittance_id=on_day,
             position="n + 1", version_id=f"{BASE} + n")  # fmt: skip
    run.copy(one.answer_line, source=source, id=f"{BASE} + n",
             remittance_claim_id=f"{BASE} + n", charge_line_id=f"{BASE} + n")  # fmt: skip


_TABLES = (
    Patient, ChargeLine, Claim, ClaimChargeLine, ClaimVersion, ClaimVersionLine, SubmissionAttempt,
    Journal, JournalLine, Remittance, RemittanceClaim, RemittanceLine,
)  # fmt: skip


@contextmanager
def _writer() -> Iterator[_Writer]:
    """As the superuser of the bench's own engine, without triggers, in one transaction."""
    name = connection.settings_dict["NAME"]
    admin = psycopg2.connect(os.environ["CLAIMLINE_TEST_ADMIN_URL"], dbname=name)
    with admin, admin.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET work_mem = '256MB'")
        yield _Writer(cursor)
    admin.close()


@contextmanager
def _without_indexes() -> Iterator[None]:
    """Rows first, indexes of the ledger's lines afterwards: as a restore does."""
    name = connection.settings_dict["NAME"]
    admin = psycopg2.connect(os.environ["CLAIMLINE_TEST_ADMIN_URL"], dbname=name)
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'billing_journalline'"
            " AND indexname LIKE 'line\\_%' AND indexdef NOT LIKE '%UNIQUE%'"
        )
        indexes = cursor.fetchall()
        for index, _ in indexes:
            cursor.execute(f'DROP INDEX "{index}"')
    yield
    _pending.extend(definition for _, definition in indexes)
    admin.close()


_pending: list[str] = []


def settle() -> None:
    """Indexes, statistics and visibility, as they are in a database that lives."""
    name = connection.settings_dict["NAME"]
    admin = psycopg2.connect(os.environ["CLAIMLINE_TEST_ADMIN_URL"], dbname=name)
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '256MB'")
        while _pending:
            cursor.execute(_pending.pop())
        for model in _TABLES:
            cursor.execute(f"VACUUM (ANALYZE) {model._meta.db_table}")
    admin.close()


def month_ends() -> Iterator[date]:
    """The last day of each month of the years, oldest first."""
    day = (date.today() - timedelta(days=DAYS)).replace(day=1)  # noqa: DTZ011 - the bench's clock
    while True:
        following = (day + timedelta(days=32)).replace(day=1)
        end = following - timedelta(days=1)
        if end >= date.today() - timedelta(days=1):  # noqa: DTZ011
            return
        yield end
        day = following

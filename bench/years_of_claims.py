"""Half a million claims of a fictional practice, as they lie after three years, laid out by the
database itself.

Nine in ten are over; the rest stands in every state, with its attempts, work items and denials.
Rows are written past the services, for the figures only: the bench's database is thrown away.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import django

django.setup()

import psycopg2  # noqa: E402  (after the setup, as the models)
from django.db import connection, models  # noqa: E402

from bench.frame import PLACE  # noqa: E402
from claims.models import (  # noqa: E402
    Claim,
    ClaimVersion,
    Denial,
    InboundMessage,
    Remittance,
    RemittanceClaim,
    SubmissionAttempt,
    SubmissionBatch,
    TradingPartner,
)  # fmt: skip
from core import clock  # noqa: E402
from core.models import Document, Practice, User, WorkItem  # noqa: E402
from core.services.documents import store_document  # noqa: E402
from patients.models import (  # noqa: E402
    BillingProvider,
    Coverage,
    Guarantor,
    Patient,
    Payer,
    PayerPlan,
    Provider,
    ServiceFacility,
)  # fmt: skip

CLAIMS, PATIENTS, BASE = 500_000, 200_000, 10_000_000
_AMOUNT = "80 + n % 900"
# What the worklist reads, for statistics.
TABLES = (Patient, Coverage, Claim, ClaimVersion, SubmissionAttempt, WorkItem, Denial)
# Which state claim number n is in: of every thousand, so many (the rest is closed).
_STATES = (
    ("scrub_failed", 3), ("ready", 4), ("batched", 1), ("sent", 3), ("file_accepted", 2),
    ("ch_accepted", 4), ("payer_accepted", 25), ("pended", 2), ("no_response", 4),
    ("file_rejected", 1), ("ch_rejected", 2), ("payer_rejected", 2), ("adjudicated", 47),
)  # fmt: skip
_ON_THE_WAY = ("sent", "file_accepted", "ch_accepted")


def lay_out(practice: Practice, owners: list[User]) -> None:
    """Everything the worklist reads, for `practice`, which must be in scope.

    Claim, version and attempt n have the id BASE + n: each is written once, and none is changed.
    """
    rows = _Templates(practice)
    payers = rows.version.payer_id  # the first of five
    patient = f"{BASE} + n % {PATIENTS}"
    with _writer() as run:
        run.copy(rows.patient, PATIENTS, mrn="'P' || n", first_name=_one_of("Pat", "Kim", "Sam"),
                 last_name="'Testpatient' || (n % 9000)")  # fmt: skip
        run.copy(rows.coverage, PATIENTS // 8, patient_id=f"{BASE} + n * 8", rank="2")
        run.copy(
            rows.version, CLAIMS, claim_id=f"{BASE} + n", state=_state(), outcome=_outcome(),
            payer_id=f"{payers} + n % 5", charge_amount=_AMOUNT,
            current_attempt_id=f"CASE WHEN {_state()} NOT IN ('scrub_failed', 'ready')"
            f" THEN {BASE} + n END",
            filing_deadline_on=f"{_day('n')} + 90 + 55 * (n % 5)",
            state_changed_at="now() - (n % 40) * interval '1 day'",
        )  # fmt: skip
        over, paid = f"{_state()} = 'closed'", f"{_outcome()} = 'paid'"
        run.copy(
            rows.claim, CLAIMS, control_number="'B' || n", patient_id=patient,
            service_date_from=_day("n"), service_date_to=_day("n"), charge_amount=_AMOUNT,
            current_version_id=f"{BASE} + n", is_open=f"NOT ({over})",
            insurance_balance_amount=f"CASE WHEN {over} OR {paid} THEN 0 ELSE {_AMOUNT} END",
            patient_balance_amount=f"CASE WHEN {paid} THEN 25 ELSE 0 END",
        )  # fmt: skip
        _answers_and_work(run, rows, owners)


class _Templates:
    """One row of each kind, made by the models, to be copied."""

    def __init__(self, practice: Practice) -> None:
        own: dict[str, Any] = {"practice": practice}
        facility = ServiceFacility.objects.create(name="Main", **own, **PLACE)
        provider = Provider.objects.create(
            first_name="A", last_name="B", npi="2000000028", taxonomy_code="207Q00000X", **own
        )
        billing = BillingProvider.objects.create(
            name="Bench", npi="2000000010", tax_id="841234567", taxonomy_code="207Q00000X",
            phone="3035550100", **own, **PLACE,
        )  # fmt: skip
        guarantor = Guarantor.objects.create(first_name="A", last_name="B", **own, **PLACE)
        payers = [
            Payer.objects.create(name=f"Bench Payer {number}", payer_number=f"B{number}", **own)
            for number in range(5)
        ]
        plan = PayerPlan.objects.create(payer=payers[0], name="Plan", claim_filing_code="CI", **own)
        self.patient = Patient.objects.create(
            mrn="TEMPLATE", first_name="A", last_name="B", sex="F", guarantor=guarantor,
            birth_date=date(1960, 1, 1), **own, **PLACE,
        )  # fmt: skip
        self.coverage = Coverage.objects.create(
            patient=self.patient, plan=plan, member_id="M1", effective_from=date(2020, 1, 1), **own
        )
        day = clock.today(practice)
        self.claim = Claim.objects.create(
            control_number="TEMPLATE", patient=self.patient, billing_provider=billing,
            facility=facility, rendering_provider=provider, charge_amount=Decimal(100),
            service_date_from=day, service_date_to=day, **own,
        )  # fmt: skip
        self.version = ClaimVersion.objects.create(
            claim=self.claim, payer=payers[0], plan=plan, coverage=self.coverage, snapshot={},
            snapshot_hash="", charge_amount=Decimal(100), state="closed", **own,
        )  # fmt: skip
        self.claim.current_version = self.version
        self.claim.save(update_fields=["current_version"])
        self._sent_and_answered(practice, day)

    def _sent_and_answered(self, practice: Practice, day: date) -> None:
        own: dict[str, Any] = {"practice": practice}
        document = _document(practice)
        partner = TradingPartner.objects.create(
            name="Bench Clearinghouse", transport="folder", sender_id="BENCH01",
            receiver_id="BENCH02", **own,
        )  # fmt: skip
        batch = SubmissionBatch.objects.create(
            partner=partner, reference="BENCH", interchange_control_number="000000001",
            claim_count=CLAIMS, charge_amount=Decimal(0), document=document, **own,
        )  # fmt: skip
        self.attempt = SubmissionAttempt.objects.create(
            version=self.version, number=1, batch=batch, set_control_number="0001", **own
        )
        self.item = WorkItem.objects.create(
            subject_kind="claims.claim", subject_id=self.claim.pk, kind="template", title="Look",
            state="done", **own,
        )  # fmt: skip
        message = InboundMessage.objects.create(
            source="upload", content_type="application/edi-x12", document=document, sha256="",
            state="applied", **own,
        )  # fmt: skip
        remittance = Remittance.objects.create(
            message=message, document=document, trace_number="BENCH", method_code="ACH",
            payment_amount=Decimal(0), paid_on=day, content_hash="", state="posted", **own,
        )  # fmt: skip
        answer = RemittanceClaim.objects.create(
            remittance=remittance, position=1, patient_control_number="TEMPLATE",
            status_code="4", charge_amount=Decimal(100), paid_amount=Decimal(0), **own,
        )  # fmt: skip
        self.denial = Denial.objects.create(
            remittance_claim=answer, version=self.version, group_code="CO", reason_code="16",
            amount=Decimal(50), state="resolved", **own,
        )  # fmt: skip


def _document(practice: Practice) -> Document:
    return store_document(
        practice=practice, kind="x12.837p", label="bench", content=b"bench",
        content_type="application/edi-x12",
    )  # fmt: skip


def _answers_and_work(run: "_Writer", rows: _Templates, owners: list[User]) -> None:
    """An attempt of each claim that was ever sent; work items and denials of those that wait."""
    versions = f"{ClaimVersion._meta.db_table} v"
    on_the_way = ", ".join(f"'{state}'" for state in _ON_THE_WAY)
    run.copy(
        rows.attempt, source=versions, where="v.current_attempt_id IS NOT NULL",
        id="v.current_attempt_id", version_id="v.id", sent_at="v.state_changed_at",
        silence_reported_at=f"CASE WHEN v.state IN ({on_the_way}) AND v.id % 4 = 0 THEN now() END",
    )  # fmt: skip
    # Half of all claims once had an item that is done.
    run.copy(rows.item, CLAIMS // 2, subject_id=f"{BASE} + n * 2")
    waiting = "('scrub_failed', 'no_response', 'file_rejected', 'ch_rejected', 'payer_rejected')"
    keys = ", ".join(str(owner.pk) for owner in owners)
    run.copy(
        rows.item, source=versions, where=f"v.state IN {waiting} OR v.outcome = 'denied'",
        id=f"{BASE} * 2 + v.id", subject_id="v.claim_id", kind="'bench'", state="'open'",
        title="'Something is to be done'",
        due_on="current_date + (v.claim_id % 40)::int - 10",
        snoozed_until="CASE WHEN v.claim_id % 9 = 0 THEN current_date + 3 END",
        owner_id=f"(ARRAY[NULL, {keys}])[1 + v.claim_id % {len(owners) + 1}]",
    )  # fmt: skip
    run.copy(rows.denial, source=versions, where="v.outcome = 'denied'", id="v.id",
             version_id="v.id", state="'open'")  # fmt: skip


class _Writer:
    """Writes without triggers and look-ups of keys, as a restore does: they would take hours."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def execute(self, statement: str) -> None:
        """Run one statement of our own."""
        self._cursor.execute(statement)

    def copy(
        self, template: models.Model, times: int = 0, *, source: str = "", where: str = "true",
        **columns: str,
    ) -> None:  # fmt: skip
        """Copy a row: `columns` are SQL over n (0, 1, …), or over the rows of `source`."""
        columns.setdefault("id", f"{BASE} + n")
        columns.setdefault("public_id", "gen_random_uuid()")
        names = [str(field.column) for field in template._meta.concrete_fields]
        values = [columns.get(name, f"t.{name}") for name in names]
        table = template._meta.db_table
        rows = source or f"generate_series(0, {times - 1}) n"
        chosen = f"FROM {table} t, {rows} WHERE t.id = {template.pk} AND ({where})"
        self._cursor.execute(
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} {chosen}"
        )


@contextmanager
def _writer() -> Iterator[_Writer]:
    """As the superuser of the bench's own engine; what the app role wrote must be committed."""
    name = connection.settings_dict["NAME"]
    admin = psycopg2.connect(os.environ["CLAIMLINE_TEST_ADMIN_URL"], dbname=name)
    with admin, admin.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield _Writer(cursor)
    admin.close()


def _one_of(*words: str) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"(ARRAY[{listed}])[1 + n % {len(words)}]"


def _day(number: str) -> str:
    """Newest last: the last of them a week ago, the first three years before."""
    return f"(current_date - 7 - ({CLAIMS} - 1 - {number}) * 1095 / {CLAIMS})"


def _state() -> str:
    """The open ones are the newest tenth; their states take turns."""
    cases, end = [], 0
    whole = sum(share for _, share in _STATES)
    for state, share in _STATES:
        end += share
        cases.append(f"WHEN n % {whole} < {end} THEN '{state}'")
    return f"CASE WHEN n < {CLAIMS * (1000 - whole) // 1000} THEN 'closed' {' '.join(cases)} END"


def _outcome() -> str:
    whole = sum(share for _, share in _STATES)
    answered = f"n >= {CLAIMS * (1000 - whole) // 1000} AND n % {whole} >= {whole - _STATES[-1][1]}"
    return (
        f"CASE WHEN {answered} THEN (CASE WHEN n % 7 = 0 THEN 'denied' ELSE 'paid' END) ELSE '' END"
    )


def owners_of(practice: Practice) -> list[User]:
    """Five billers."""
    users = [
        User.objects.create_user(
            username=f"bench-{number}", first_name="Bee", last_name=f"B{number}"
        )
        for number in range(5)
    ]
    for user in users:
        user.memberships.create(practice=practice, role="biller")
    return users

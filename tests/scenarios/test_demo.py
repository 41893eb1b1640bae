"""The demo: two fictional practices with work in every state that a visit and a claim can rest in.

It is loaded once for this module, by the services and the simulator, as `./run` loads it.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from billing.batch_choices import BankLineState, BatchState
from billing.models import (
    BankLine,
    ClosedDay,
    DepositSlip,
    LineVariance,
    PostingBatch,
    UnderpaymentDispute,
)
from billing.underpayment_choices import VarianceState
from claims.choices import RemittanceState, TransportKind, VersionState
from claims.denial_choices import CaseState as DenialCaseState
from claims.models import (
    Appeal,
    BackTest,
    Claim,
    ClaimVersion,
    DenialCase,
    ExpectedLine,
    InboundMessage,
    Mailing,
    PayerRuleVersion,
    Remittance,
    RemittanceClaim,
    ScrubFinding,
    SubmissionBatch,
    TradingPartner,
)
from claims.rule_reads import result_of
from claims.transport.ssh_keys import host_key_line, private_key
from coding.audited import score_of
from coding.choices import AuditState, CaseState, QueryState
from coding.models import AssignmentRule, ChargeLine, CodingAudit, CodingCase, ProviderQuery
from coding.productivity_report import productivity_of
from coding.services.load_code_sets import load_icd10cm, load_places
from core import clock
from core.choices import JobState, WorkState
from core.models import Document, Job, Practice, WorkItem
from core.services.documents import read_document
from core.tenancy import practice_scope
from core.timeline import entries_for
from desk.demo.load import is_loaded, load_demo
from desk.demo.progress import Progress
from patients.models import (
    Appointment,
    Coverage,
    Encounter,
    EncounterNote,
    Patient,
    Payer,
    Provider,
    ServiceFacility,
)
from tests.database import Database

V = VersionState
# States that a claim only passes through, and those that need services of later days.
PASSING = {V.DRAFT, V.BATCHED, V.FILE_ACCEPTED, V.SENT, V.CH_ACCEPTED}
NOT_YET = {V.PENDED}


@pytest.fixture(scope="module", autouse=True)
def demo(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, test_database: Database,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:  # fmt: skip
    """The demo, loaded and committed; the database is emptied after the module."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "CLAIMLINE_VAR_DIR", str(tmp_path_factory.mktemp("var")))
        load_icd10cm()
        load_places()
        test_database.count_anew()
        load_demo(Progress(StringIO()))
        yield
        test_database.flush()


@pytest.fixture(autouse=True)
def _database(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


def states(model: type, field: str = "state") -> Counter[str]:
    return Counter(model.everywhere.values_list(field, flat=True))  # type: ignore[attr-defined]


def test_it_has_the_people_and_places_it_promises() -> None:
    assert is_loaded()
    assert Practice.objects.filter(is_demo=True).count() == 2
    assert Provider.everywhere.count() == 5
    assert ServiceFacility.everywhere.count() >= 2
    assert Payer.everywhere.values("name").distinct().count() == 7
    assert Patient.everywhere.count() >= 120
    arrived = Appointment.everywhere.filter(encounter__isnull=False)
    planned, paper, two_plans, unsigned = 400, 3, 2, 1
    expected = planned + paper + two_plans + unsigned + arrived.count()
    assert Encounter.everywhere.count() == expected, "as many as the hour has seen"
    assert Coverage.everywhere.filter(rank=2).exists(), "Medicare with Medicaid behind it"
    assert Patient.everywhere.filter(coverages__isnull=True).exists(), "somebody pays alone"
    assert Coverage.everywhere.exclude(relationship_code="18").exists(), "a dependent"


def test_its_visits_cover_half_a_year_up_to_today() -> None:
    days = Encounter.everywhere.order_by("service_date_from").values_list("service_date_from")
    today = clock.now().date()
    assert today - timedelta(days=185) <= days[0][0] <= today - timedelta(days=170)
    assert days.last()[0] >= today - timedelta(days=5)


def test_every_visit_has_a_note_but_those_that_wait_for_one() -> None:
    signed = EncounterNote.everywhere.filter(signed_at__isnull=False)
    noted = set(signed.values_list("encounter_id", flat=True))
    waiting = CodingCase.everywhere.filter(state=CaseState.WAITING_NOTE)
    assert set(waiting.values_list("encounter_id", flat=True)).isdisjoint(noted)
    assert len(noted) + waiting.count() == Encounter.everywhere.count()


def test_coding_has_cases_in_every_state() -> None:
    assert set(CaseState) - set(states(CodingCase)) == set()


def test_one_payer_is_on_paper_with_a_batch_in_each_state() -> None:
    found = Mailing.everywhere.order_by("pk").select_related("batch")
    assert [one.state for one in found] == ["mailed", "printed", "to_print"]
    assert read_document(found[0].batch.document).startswith(b"%PDF")


def test_the_coding_team_has_rules_audits_and_questions_in_every_state() -> None:
    assert AssignmentRule.everywhere.count() == 2
    assert CodingCase.everywhere.filter(coder__isnull=False, state=CaseState.READY).exists()
    audits = CodingAudit.everywhere.order_by("pk")
    assert [audit.state for audit in audits] == [AuditState.CLOSED, AuditState.OPEN]
    with practice_scope(audits[0].practice):
        found = score_of(audits[0].items.prefetch_related("differences"))
        assert found.code.percent is not None
        assert 0 < found.code.right < found.code.of
        (row, *_) = productivity_of(audits[0].practice, *_lately()).rows
        assert row.output.case_mix is not None
    questions = ProviderQuery.everywhere.filter(state=QueryState.OPEN)
    robin = questions.filter(provider__user__username="provider")
    assert {query.is_overdue for query in robin} == {True, False}
    assert WorkItem.everywhere.filter(kind="query_overdue", state=WorkState.OPEN).exists()


def _lately() -> tuple[date, date]:
    today = clock.now().date()
    return today - timedelta(days=60), today


def test_claims_rest_in_every_state_that_there_is_so_far() -> None:
    found = states(ClaimVersion)
    assert set(V) - set(found) - PASSING - NOT_YET == set(), found


def test_a_biller_has_returned_an_encounter_and_its_coder_sees_why() -> None:
    voided_claim = {"lines__claim_link__claim__current_version__state": V.VOIDED}
    case = CodingCase.everywhere.filter(**voided_claim).distinct().get()
    assert case.state == CaseState.RETURNED
    assert WorkItem.everywhere.get(
        subject_kind="coding.codingcase", subject_id=case.pk, state=WorkState.OPEN
    ).reason.startswith("The plan asks about the level")
    rows = ChargeLine.everywhere.filter(case=case).order_by("pk")
    lines = list(rows.values_list("state", "procedure_code"))
    voided = [code for state, code in lines if state == "void"]
    assert voided
    assert [code for state, code in lines if state == "draft"] == voided


def test_remittances_are_posted_and_some_cannot_be() -> None:
    found = states(Remittance)
    assert found[RemittanceState.POSTED] > 100
    passing = {RemittanceState.RECEIVED, RemittanceState.MATCHED}
    assert set(RemittanceState) - set(found) - passing == set()
    outcomes = Counter(RemittanceClaim.everywhere.values_list("outcome", flat=True))
    assert {"paid", "partial", "denied", "zero"} <= set(outcomes)


def test_the_bank_knows_some_payments_and_not_others_and_two_days_are_closed() -> None:
    assert {*BankLine.everywhere.values_list("state", flat=True)} == {*BankLineState.values}
    assert {*DepositSlip.everywhere.values_list("state", flat=True)} >= {"open", "banked"}
    assert {*PostingBatch.everywhere.values_list("state", flat=True)} == {*BatchState.values}
    assert ClosedDay.everywhere.count() == 2
    assert WorkItem.everywhere.filter(kind__endswith="_missing", state=WorkState.OPEN).exists()


def test_denials_stand_in_every_state_and_some_were_won_or_lost() -> None:
    assert set(DenialCaseState) - set(states(DenialCase)) == set()
    assert DenialCase.everywhere.filter(tried_count__gt=0).exists()
    assert Appeal.everywhere.filter(state="sent", packet__isnull=False).exists()
    late = DenialCase.everywhere.filter(state="not_started", deadline_on__lt=clock.now().date())
    assert late.exists()


def test_payers_underpay_and_the_office_disputes_and_accepts() -> None:
    waiting = LineVariance.everywhere.filter(state=VarianceState.OPEN)
    assert waiting.count() >= 5
    assert len(set(waiting.values_list("payer", flat=True))) >= 2
    found = states(LineVariance)
    assert found[VarianceState.DISPUTED], found
    assert found[VarianceState.ACCEPTED] == 1, found
    dispute = UnderpaymentDispute.everywhere.get()
    assert dispute.sent_on
    assert read_document(dispute.packet).startswith(b"%PDF")
    assert ExpectedLine.everywhere.filter(amount__isnull=False).count() > 400


def test_there_is_work_done_and_withdrawn_and_a_job_for_the_worker() -> None:
    assert set(WorkState) - set(states(WorkItem)) == set()
    assert Job.everywhere.get(state=JobState.QUEUED).title == "Import encounters"


def test_payer_rules_stand_on_tested_and_as_a_draft_with_their_figures() -> None:
    rules = PayerRuleVersion.everywhere.order_by("rule__number")
    assert list(rules.values_list("state", flat=True)) == ["on", "tested", "draft"]
    for test in BackTest.everywhere.select_related("practice"):
        with practice_scope(test.practice):
            assert test.seen_count > 20
            assert result_of(test).fired
    assert ScrubFinding.everywhere.filter(rule_version__isnull=False).exists()


def test_a_paid_claim_opens_the_very_files_that_made_it_so() -> None:
    paid = ClaimVersion.everywhere.filter(outcome="paid", state=V.CLOSED).order_by("pk")
    assert paid.count() > 50
    for version in paid.select_related("claim__practice")[:25]:
        with practice_scope(version.practice):
            kinds = {_kind(document) for document in _documents(version.claim)}
        assert {"837", "277", "835"} <= kinds, version.claim.control_number


def test_everything_in_it_is_proven() -> None:
    said = StringIO()
    try:
        call_command("verify", stdout=said)
    except SystemExit:
        pytest.fail("\n".join(row for row in said.getvalue().splitlines() if ": ok" not in row))
    assert "mirrors (11): ok" in said.getvalue()
    assert " 0 mirrors" not in said.getvalue(), "reversals are in it"


def _documents(claim: Claim) -> list[Document]:
    entries = entries_for(claim).exclude(document=None).select_related("document")
    return [entry.document for entry in entries if entry.document]


def _kind(document: Document) -> str:
    content = read_document(document)
    at = content.index(b"ST*") + 3
    return content[at : at + 3].decode()


def test_one_line_goes_by_sftp_to_a_server_whose_key_is_confirmed() -> None:
    partner = TradingPartner.everywhere.get(transport=TransportKind.SFTP)
    key = Path(settings.CLAIMLINE_VAR_DIR) / "simulator" / "sftp_host_key"
    assert partner.host_key == host_key_line(private_key(key.read_text()))
    sent = SubmissionBatch.everywhere.filter(partner=partner, transmission__state="sent")
    assert sent.exists(), "its history is there, too"
    assert InboundMessage.everywhere.filter(partner=partner).exists()

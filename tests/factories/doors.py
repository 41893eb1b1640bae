"""One object of each kind in a practice, so that every page of an object can be opened."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from billing.choices import PaymentMethod
from billing.models import (
    BankLine,
    ClosedMonth,
    CreditBalance,
    Journal,
    LineVariance,
    Overpayment,
    UnderpaymentDispute,
)
from billing.selectors.deposit_items import free_items
from billing.selectors.open_parts import open_parts
from billing.services.close_day import close_day
from billing.services.issue_statement import issue_statement
from billing.services.make_deposit_slip import make_deposit_slip
from billing.services.open_batch import open_batch
from billing.services.refund_credit import request_refund
from billing.services.save_bank_account import save_bank_account
from billing.services.take_bank_file import name_columns, take_bank_file
from billing.services.take_patient_payment import take_patient_payment
from billing.services.write_off import request_write_off
from claims.choices import MessageSource, TransportKind
from claims.models import (
    Claim,
    DenialCase,
    EligibilityCheck,
    ExpectedLine,
    Remittance,
    RemittanceClaim,
    ScrubFinding,
    TradingPartner,
)
from claims.rule_choices import AlikeAct
from claims.services.ask_eligibility import ask_eligibility
from claims.services.back_test import start_back_test
from claims.services.credentials import create_credential
from claims.services.fix_alike import start_fix
from claims.services.process_message import process_message
from claims.services.queue_batch import queue_batch
from claims.services.receive_message import receive_message
from claims.services.save_enrolment import save_enrolment
from claims.services.save_letter import save_letter
from claims.services.take_upload import take_upload
from coding.choices import QueryTopic
from coding.services.assignment_rules import Wanted, save_rule
from coding.services.audits import WantedAudit, draw_audit
from coding.services.provider_queries import ask_provider
from core import clock
from core.actors import acting_as, person
from core.choices import Role
from core.models import Document, Job, Practice
from core.services.api_tokens import issue_api_token
from core.services.webhook_endpoints import make_endpoint
from core.services.work import open_work_item
from core.tenancy import practice_scope
from patients.models import Coverage, Patient
from patients.services.record_authorization import record_authorization
from patients.services.record_case import record_case
from patients.services.register_patient import register_patient
from tests.cast import user_of
from tests.claims.answers import ACTIVE, answer_271
from tests.factories.claims import (
    ADDRESS,
    World,
    coded_case,
    joan,
    make_claim,
    make_world,
    nguyen,
    on_paper,
    ready_case,
)
from tests.factories.patients import booked
from tests.factories.rules import gc_rule

_PATIENT_DOORS = (
    "desk:patient-chart", "desk:patient-audit", "desk:patient-note", "desk:patient-contact",
    "patients:edit", "patients:coverage-new", "patients:encounter-new", "patients:case-new",
    "patients:authorization-new", "patients:appointment-new", "billing:account",
    "billing:payment-new", "billing:statement-issue", "billing:account-write-off",
    "billing:recovery",
)  # fmt: skip
_APPOINTMENT_DOORS = ("patients:appointment", "patients:appointment-close", "desk:check-in")
_CLAIM_DOORS = (
    "claims:detail", "claims:peek", "claims:recheck", "claims:hold", "claims:let-go",
    "claims:send-again", "claims:note", "claims:ask-status", "billing:claim-ledger",
    "claims:correct", "claims:void", "claims:drop-correction", "claims:bill-next",
    "claims:decline-next", "claims:filing-proof",
    "billing:write-off", "billing:transfer", "billing:claim-expected",
)  # fmt: skip

_KEY_DOORS = (
    "claims:callback-key", "claims:callback-key-try", "claims:callback-key-rotate",
    "claims:callback-key-revoke", "claims:callback-key-link", "claims:callback-key-link-end",
)  # fmt: skip
_API_KEY_DOORS = (
    "core:api-key", "core:api-key-change", "core:api-key-renew", "core:api-key-revoke",
)  # fmt: skip
_WEBHOOK_DOORS = (
    "core:webhook", "core:webhook-change", "core:webhook-switch", "core:webhook-renew",
    "core:webhook-test", "core:webhook-replay",
)  # fmt: skip
_PAPER_DOORS = (
    "claims:batch-forms", "claims:batch-printed", "claims:batch-spoiled", "claims:batch-mailed",
    "claims:batch-unmailed", "claims:batch-apart",
)  # fmt: skip


@dataclass
class Objects:
    """Public ids by the URL names they open."""

    by_door: dict[str, str] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        return name in self.by_door

    def for_door(self, name: str) -> str:
        return self.by_door[name]

    def add(self, thing: object, *names: str) -> None:
        for name in names:
            self.by_door[name] = str(thing.public_id)  # type: ignore[attr-defined]


def objects_of(practice: Practice) -> Objects:
    """A small lived-in practice: a claim on its way, a self-pay visit with its statement."""
    biller = person(user_of(practice, Role.BILLER), source="test")
    with practice_scope(practice), acting_as(biller):
        found = Objects()
        world = make_world(practice)
        day = clock.today(practice) - timedelta(days=7)
        _of_a_claim(found, world, day)
        _of_a_self_pay_visit(found, world, day)
        _of_other_systems(found, practice)
    return found


def _of_other_systems(found: Objects, practice: Practice) -> None:
    """A key and an address of another system."""
    token, _ = issue_api_token(practice=practice, name="Doors", scopes=["claims:read"])
    found.add(token, *_API_KEY_DOORS)
    endpoint, _ = make_endpoint(
        practice=practice, name="Doors", url="https://hooks.example.com/in",
        events=["claim.decided"],
    )  # fmt: skip
    found.add(endpoint, *_WEBHOOK_DOORS)


def _of_a_claim(found: Objects, world: World, day: date) -> None:
    patient = joan(world)
    claim = make_claim(world, patient, "99213", on=day)
    claim.refresh_from_db()
    found.add(patient, *_PATIENT_DOORS)
    found.add(booked(world, patient), *_APPOINTMENT_DOORS)
    found.add(claim.version.payer, "desk:payer-calls")
    coverage = patient.coverages.get()
    injury = record_case(patient=patient, name="Fall at work", is_work=True)
    found.add(injury, "patients:case-edit")
    allowed = record_authorization(
        patient=patient, payer=world.acme, number="AUTH1", effective_from=day
    )
    found.add(allowed, "patients:authorization-edit")
    found.add(coverage, "patients:coverage-edit", "claims:eligibility", "claims:eligibility-ask")
    found.add(_check(world, coverage), "claims:eligibility-check", "claims:eligibility-proof")
    found.add(claim, *_CLAIM_DOORS)
    found.add(claim.charge_lines.get().charge_line.case, *_CASE_DOORS)
    batch = queue_batch(partner=world.partner, versions=[claim.version])
    found.add(batch, "claims:batch", "claims:batch-doubt")
    found.add(
        batch.partner,
        "claims:connection",
        "claims:connection-try",
        "claims:connection-confirm",
        "claims:schedule",
    )
    found.add(
        world.acme, "claims:payer", "claims:payer-filing", "claims:payer-schedule",
        "billing:payer-posting",
    )  # fmt: skip
    enrolment = save_enrolment(payer=world.acme, who=world.reyes, effective_from=day)
    found.add(enrolment, "claims:enrolment", "claims:enrolment-step")
    found.add(_https_partner(world), "claims:connection-https")
    _of_underpayments(found, world, claim, batch.document)
    found.add(world.acme, "claims:payer-clocks", "claims:payer-appeals", "billing:payer-tolerance")
    _of_denials(found, world, day)
    found.add(batch.document, "core:document")
    _of_paper(found, world, day)
    _of_payer_rules(found, world, day)
    found.add(_message(world.partner), "claims:inbox-message", "claims:replay")
    credential, _ = create_credential(partner=world.partner, name="Doors")
    found.add(credential, *_KEY_DOORS)
    asked = ready_case(world, patient, on=day)
    query = ask_provider(
        case=asked, topic=QueryTopic.ACUITY, text="How would you describe its course?",
        options=("Acute", "Chronic"),
    )  # fmt: skip
    found.add(query, "coding:query", "coding:query-withdraw")
    _of_the_coding_team(found, world)
    item = open_work_item(subject=claim, kind="test", title="Look at this claim")
    found.add(item, "desk:work-item", "billing:exception-answer")
    upload = take_upload(
        practice=world.practice, partner=world.partner, name="remit.835", content=b"no X12"
    )
    found.add(upload, "claims:upload")
    job = Job.objects.create(practice=world.practice, kind="test", title="A long job")
    found.add(job, "core:job", "core:job-cancel")
    found.add(Journal.objects.first(), "billing:journal")


def _of_denials(found: Objects, world: World, day: date) -> None:
    """A denial that was settled elsewhere, and a letter."""
    claim = make_claim(world, nguyen(world, 8), "99213", on=day)
    case = DenialCase.objects.create(
        practice=world.practice, claim=claim, version=claim.version, payer=world.acme,
        root_cause="authorization", category="authorization", group_code="CO", reason_code="197",
        work_kind="claim.denied.authorization", amount=Decimal(135), step="appeal",
        decided_on=day,
    )  # fmt: skip
    found.add(case, "claims:denial", "claims:denial-act", "claims:appeal")
    letter = save_letter(practice=world.practice, name="Ours", body="Please pay.")
    found.add(letter, "claims:letter")


def _of_underpayments(found: Objects, world: World, claim: Claim, document: Document) -> None:
    """A line that was allowed for less than expected, in a packet."""
    own = {"practice": world.practice}
    remittance = Remittance.objects.create(
        **own, message=_message(world.partner), document=document, trace_number="T1",
        payment_amount=Decimal(90), method_code="ACH", paid_on=claim.service_date_from,
        content_hash="0" * 64,
    )  # fmt: skip
    answer = RemittanceClaim.objects.create(
        **own, remittance=remittance, position=1, version=claim.version, status_code="1",
        patient_control_number=claim.control_number, charge_amount=Decimal(135),
        paid_amount=Decimal(90),
    )  # fmt: skip
    dispute = UnderpaymentDispute.objects.create(
        **own, number="UD-00001", payer=world.medicare, recipient="To", letter="Please pay.",
        signed_by="Bill Testuser", line_count=1, claim_count=1, amount=Decimal(20),
        packet=document, follow_up_on=claim.service_date_from,
    )  # fmt: skip
    line = ExpectedLine.objects.get(version=claim.version)
    row = LineVariance.objects.create(
        **own, claim=claim, version=claim.version, charge_line_id=line.charge_line_id,
        payer=world.medicare, expected_line=line, remittance_claim=answer,
        procedure_code="99213", decided_code="99213", service_date=claim.service_date_from,
        decided_on=claim.service_date_from, billed_amount=Decimal(135),
        expected_amount=Decimal(120), allowed_amount=Decimal(100), paid_amount=Decimal(90),
        variance_amount=Decimal(20), tolerance_amount=Decimal(1), cause="rate",
        state="disputed", identified_on=claim.service_date_from, dispute=dispute,
    )  # fmt: skip
    found.add(row, "billing:underpaid-line", "billing:underpaid-act")
    found.add(dispute, "billing:dispute", "billing:dispute-sent")


def _https_partner(world: World) -> TradingPartner:
    """A partner by HTTPS: only such a one has that form."""
    return TradingPartner.objects.create(
        practice=world.practice, name="Another Clearinghouse", transport=TransportKind.HTTPS,
        sender_id="SUMMIT09", receiver_id="OTHERCH", endpoint_url="https://other.example",
    )  # fmt: skip


def _of_paper(found: Objects, world: World, day: date) -> None:
    """A batch of forms, still to be printed."""
    partner = on_paper(world, world.acme)
    claim = make_claim(world, nguyen(world), "99213", on=day)
    batch = queue_batch(partner=partner, versions=[claim.version])
    found.add(batch, *_PAPER_DOORS)


def _of_payer_rules(found: Objects, world: World, day: date) -> None:
    """A rule that was tested, a finding, and a fix of all that are alike."""
    version = gc_rule(world)
    found.add(
        version.rule, "claims:rule", "claims:rule-change", "claims:rule-test", "claims:rule-switch"
    )
    test = start_back_test(version=version, service_from=day, service_to=day)
    found.add(test, "claims:back-test")
    claim = make_claim(world, nguyen(world, 5), "99213 /a", on=day)
    finding = ScrubFinding.objects.create(
        practice=world.practice, version=claim.version, code="TFL-02", severity="W",
        message="The filing limit is near.",
    )  # fmt: skip
    found.add(finding, "claims:alike")
    found.add(start_fix(finding=finding, act=AlikeAct.RECHECK, claims=[claim]), "claims:fix-run")


def _of_the_coding_team(found: Objects, world: World) -> None:
    """A rule, and an audit of what is finished so far."""
    practice, coder = world.practice, user_of(world.practice, Role.CODER)
    rule = save_rule(
        practice=practice,
        wanted=Wanted(name="Telehealth", coders=[coder], open_cap=5, visit_kind="telehealth"),
    )
    found.add(rule, "coding:rule", "coding:rule-move", "coding:rule-switch")
    today = clock.today(practice)
    audit = draw_audit(
        practice=practice,
        wanted=WantedAudit(name="Sample", finished_from=today, finished_to=today, size=1),
    )
    found.add(audit, "coding:audit")
    found.add(audit.items.first(), "coding:audit-item", "coding:audit-difference")


_CASE_DOORS = (
    "coding:case", "coding:case-summary", "coding:em", "coding:em-level", "coding:em-look",
    "coding:finish", "coding:hold", "coding:query-ask", "coding:claim-data",
)  # fmt: skip


def _check(world: World, coverage: Coverage) -> EligibilityCheck:
    """A question about the coverage, asked while the line takes questions, and its answer."""
    TradingPartner.objects.filter(pk=world.partner.pk).update(transport=TransportKind.HTTPS)
    check = ask_eligibility(coverage=coverage)
    TradingPartner.objects.filter(pk=world.partner.pk).update(transport=TransportKind.FOLDER)
    answer = receive_message(
        practice=world.practice,
        partner=world.partner,
        source=MessageSource.REPLY,
        content=answer_271(check.reference, ACTIVE),
        content_type="application/edi-x12",
    )
    process_message(answer)
    return check


def _message(partner: TradingPartner) -> object:
    return receive_message(
        practice=partner.practice,
        partner=partner,
        source=MessageSource.UPLOAD,
        content=b"this is no X12",
        content_type="application/edi-x12",
    )


def _of_a_self_pay_visit(found: Objects, world: World, day: date) -> None:
    patient = register_patient(
        practice=world.practice, first_name="Pat", last_name="Selfpayer", sex="U",
        birth_date=date(1990, 5, 5), address_line1="9 Ash Ct", zip_code="800014444", **ADDRESS,
    )  # fmt: skip
    coded_case(world, patient, "99213", on=day)
    payment = take_patient_payment(
        patient=patient, amount=Decimal(5), method=PaymentMethod.CASH, received_on=day
    )
    found.add(payment, "billing:payment-take-back")
    statement = issue_statement(guarantor=patient.guarantor)
    found.add(statement, "billing:statement", "billing:statement-pdf")
    _of_open_balances(found, world, patient)


def _of_open_balances(found: Objects, world: World, patient: Patient) -> None:
    """A write-off, a credit with its refund, and an overpayment on its clock."""
    lines = list(patient.charge_lines.values_list("pk", flat=True))
    [part] = open_parts(world.practice, lines)
    request = request_write_off(
        patient=patient, amounts={part.key: Decimal(1)}, reason_code="CHARITY"
    )
    found.add(request, "billing:request", "billing:request-decide")
    other = register_patient(
        practice=world.practice, first_name="Sam", last_name="Aheadpayer", sex="U",
        birth_date=date(1990, 5, 5), address_line1="9 Ash Ct", zip_code="800014444", **ADDRESS,
    )  # fmt: skip
    today = clock.today(world.practice)
    take_patient_payment(
        patient=other, amount=Decimal(9), method=PaymentMethod.CASH, received_on=today
    )
    credit = CreditBalance.objects.get(patient=other)
    found.add(
        credit, "billing:credit", "billing:credit-review", "billing:credit-use",
        "billing:credit-refund",
    )  # fmt: skip
    refund = request_refund(credit=credit, amount=Decimal(1), note="Moved away")
    found.add(refund, "billing:refund", "billing:refund-step")
    overpayment = Overpayment.objects.create(
        practice=world.practice, number="O00000001", credit=credit, patient=other,
        payer=world.acme, amount=Decimal(9), reason="Paid twice", identified_on=today,
        due_on=today, next_look_on=today, identified_by_name="Bill Testuser",
    )  # fmt: skip
    found.add(overpayment, "billing:overpayment", "billing:overpayment-step")
    _of_the_bank(found, world)


def _of_the_bank(found: Objects, world: World) -> None:
    """A batch, a line of the bank, a slip, and yesterday closed."""
    practice, today = world.practice, clock.today(world.practice)
    batch = open_batch(practice=practice, kind="cash", control_count=1, control_amount=Decimal(9))
    found.add(batch, "billing:batch", "billing:batch-step")
    account = save_bank_account(
        practice=practice, name="Operating", bank_name="", account_number="000123"
    )
    csv = f"Date,Amount,Description\n{today:%m/%d/%Y},77.00,ACME HCCLAIMPMT\n"
    file = take_bank_file(practice=practice, account=account, content=csv.encode())
    name_columns(
        file=file, columns={"date": "Date", "amount": "Amount", "description": "Description"}
    )
    found.add(file, "billing:bank-file")
    found.add(BankLine.objects.get(), "billing:bank-line", "billing:bank-line-step")
    slip = make_deposit_slip(
        practice=practice, kind="paper", account=account, day=today,
        keys=[item.key for item in free_items(practice, "paper")],
    )  # fmt: skip
    found.add(slip, "billing:deposit", "billing:deposit-step", "billing:deposit-pdf")
    closed = close_day(practice=practice, day=today - timedelta(days=1), reasons={})
    found.add(closed, "billing:closed-day", "billing:day-sheet")
    month = ClosedMonth.everywhere.create(
        practice=practice, ended_on=today.replace(day=1) - timedelta(days=1), checks=[],
        last_hash="", closed_by_name="Manager Testuser",
    )  # fmt: skip
    found.add(month, "billing:closed-month", "billing:month-sheet")

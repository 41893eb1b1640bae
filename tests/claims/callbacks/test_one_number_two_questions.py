"""Numbers of questions count by route: two of them may carry the one that a payer's answer says."""

from datetime import date
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import (
    Claim,
    EligibilityCheck,
    InboundMessage,
    PayerFilingSettings,
    StatusInquiry,
    TradingPartner,
)
from claims.services.ask_eligibility import ask_eligibility
from claims.services.ask_status import ask_status
from claims.services.credentials import create_credential
from claims.services.process_message import process_due
from claims.services.send_transmission import send_due
from core.choices import Role
from core.models import WorkItem
from patients.models import Coverage
from tests.cast import client_of
from tests.claims.answers import ACTIVE, answer_271, answer_277
from tests.claims.callbacks.sender import Sender
from tests.factories.claims import World, batch_of, lily, make_claim, make_partner, nguyen

pytestmark = pytest.mark.django_db
NOVEMBER_3 = date(2026, 11, 3)
PENDS = "STC*P1:20*20261120**150~"


@pytest.fixture
def direct(world: World, sent: tuple[Claim, Claim]) -> TradingPartner:
    """Acme's own road, beside the clearinghouse; both take questions."""
    made = make_partner(
        world.practice, "https", name="Acme direct", kind="payer", receiver_id="PAYERID01"
    )
    made.endpoint_url = "https://acme.example"
    made.save()
    TradingPartner.objects.filter(receiver_id="OPENCH01").update(
        transport="https", endpoint_url="https://clearinghouse.example"
    )
    return made


@pytest.fixture
def acme(world: World, direct: TradingPartner) -> Sender:
    """Acme's own key: it answers what went to Acme by whatever road."""
    return Sender(*create_credential(partner=direct, name="Acme direct", payer=world.acme))


def by_road(world: World, partner: TradingPartner) -> None:
    PayerFilingSettings.objects.filter(payer=world.acme).update(partner=partner)


@pytest.fixture
def sent(world: World) -> tuple[Claim, Claim]:
    """Two claims that Acme has."""
    first = make_claim(world, lily(world), "99213 /a", on=NOVEMBER_3, diagnoses=("J020",))
    second = make_claim(world, nguyen(world), "20610 /a", on=NOVEMBER_3)
    batch_of(world, first, second)
    send_due()
    first.refresh_from_db()
    second.refresh_from_db()
    return first, second


@pytest.fixture
def asked(
    world: World, sent: tuple[Claim, Claim], direct: TradingPartner
) -> tuple[StatusInquiry, StatusInquiry]:
    """One question about each, by two roads, under one number."""
    first = ask_status(version=sent[0].version)
    by_road(world, direct)
    second = ask_status(version=sent[1].version)
    StatusInquiry.objects.update(reference="S000000007")
    return first, second


def states(*questions: StatusInquiry | EligibilityCheck) -> list[str]:
    found = []
    for one in questions:
        one.refresh_from_db()
        found.append(one.state)
    return found


def taken(sender: Sender, body: bytes) -> InboundMessage:
    event_id = f"evt_{InboundMessage.objects.count()}"
    assert sender.post(body, event_id=event_id).status_code == 202
    process_due()
    return InboundMessage.objects.latest("pk")


def page_of(world: World, message: InboundMessage) -> str:
    biller: Client = client_of(world.practice, Role.BILLER)
    url = reverse("claims:inbox-message", args=[message.public_id])
    return biller.get(url).content.decode().replace("&#x27;", "'")


# --- where is the claim (277) ---------------------------------------------------------------------


def test_the_claim_that_the_277_names_says_which_question_it_answers(
    acme: Sender, sent: tuple[Claim, Claim], asked: tuple[StatusInquiry, StatusInquiry]
) -> None:
    body = answer_277("S000000007", PENDS, claim_number=sent[0].control_number)
    assert taken(acme, body).state == "applied"
    assert states(*asked) == ["answered", "queued"], "the one by the clearinghouse was meant"
    body = answer_277("S000000007", PENDS, claim_number=sent[1].control_number, number=951)
    assert taken(acme, body).state == "applied"
    assert states(*asked) == ["answered", "answered"]


def test_a_277_that_names_no_claim_is_tied_to_neither_and_a_person_is_told(
    world: World,
    acme: Sender,
    sent: tuple[Claim, Claim],
    asked: tuple[StatusInquiry, StatusInquiry],
) -> None:
    message = taken(acme, answer_277("S000000007", PENDS))
    assert message.state == "quarantined"
    assert states(*asked) == ["queued", "queued"]
    assert "2 of our questions carry the number S000000007" in message.result
    assert "Acme direct" in message.result
    item = WorkItem.objects.get(kind="inbox.quarantined")
    assert (item.role, item.state) == ("biller", "open")
    assert "ask them once more" in item.reason
    assert "does not say which it means" in page_of(world, message)
    assert {Claim.objects.get(pk=claim.pk).version.state for claim in sent} == {"sent"}


def test_once_only_one_of_them_waits_the_277_is_its_answer(
    acme: Sender, sent: tuple[Claim, Claim], asked: tuple[StatusInquiry, StatusInquiry]
) -> None:
    taken(acme, answer_277("S000000007", PENDS, claim_number=sent[1].control_number))
    assert states(*asked) == ["queued", "answered"]
    assert taken(acme, answer_277("S000000007", PENDS, number=951)).state == "applied"
    assert states(*asked) == ["answered", "answered"]
    last = taken(acme, answer_277("S000000007", PENDS, number=952))
    assert last.state == "duplicate"


def test_two_questions_about_one_claim_under_one_number_are_not_guessed_at(
    world: World, acme: Sender, direct: TradingPartner, sent: tuple[Claim, Claim]
) -> None:
    first = ask_status(version=sent[1].version)
    StatusInquiry.objects.update(state="failed", reference="S000000007")
    by_road(world, direct)
    copy = StatusInquiry.objects.get(pk=first.pk)
    copy.pk, copy.partner, copy.state, copy.idempotency_key = None, direct, "queued", "another"
    copy.public_id = uuid4()
    copy.save()
    body = answer_277("S000000007", PENDS, claim_number=sent[1].control_number)
    assert taken(acme, body).state == "quarantined"
    assert set(StatusInquiry.objects.values_list("state", flat=True)) == {"failed", "queued"}


def test_a_part_that_is_tied_to_nothing_is_work_though_another_part_takes_effect(
    acme: Sender, sent: tuple[Claim, Claim], asked: tuple[StatusInquiry, StatusInquiry]
) -> None:
    text = answer_277("S000000007", PENDS, claim_number=sent[0].control_number).decode()
    start, end = text.index("HL*4*"), text.index("SE*")
    more = (
        text[start:end]
        .replace("HL*4*3", "HL*5*3")
        .replace(f"REF*EJ*{sent[0].control_number}~", "REF*EJ*SOMEBODYELSE~")
    )
    whole = text[:end] + more + text[end:]
    count = whole[whole.index("ST*") : whole.index("GE*")].count("~")
    whole = whole.replace(text[end : text.index("GE*")], f"SE*{count}*0001~")
    assert taken(acme, whole.encode()).state == "applied"
    assert states(*asked) == ["answered", "queued"]
    item = WorkItem.objects.get(kind="inbox.untied_answer")
    assert "does not say which it means" in item.reason


def test_an_untied_answer_beside_a_repeated_one_is_work_and_no_duplicate(
    acme: Sender, sent: tuple[Claim, Claim], asked: tuple[StatusInquiry, StatusInquiry]
) -> None:
    text = answer_277("S000000007", PENDS, claim_number=sent[0].control_number).decode()
    taken(acme, text.encode())
    assert states(*asked) == ["answered", "queued"]
    start, end = text.index("HL*4*"), text.index("SE*")
    more = (
        text[start:end]
        .replace("HL*4*3", "HL*5*3")
        .replace("TRN*2*S000000007~", "TRN*2*NOBODYS~")
        .replace(f"REF*EJ*{sent[0].control_number}~", "REF*EJ*SOMEBODYELSE~")
    )
    whole = text[:end] + more + text[end:]
    count = whole[whole.index("ST*") : whole.index("GE*")].count("~")
    whole = whole.replace(text[end : text.index("GE*")], f"SE*{count}*0001~")
    assert taken(acme, whole.encode()).state == "quarantined"


def test_a_277_whose_claim_repeats_no_trace_is_found_by_the_number_of_its_file(
    acme: Sender, sent: tuple[Claim, Claim]
) -> None:
    inquiry = ask_status(version=sent[1].version)
    body = answer_277(inquiry.reference, PENDS, claim_number=sent[1].control_number)
    body = body.replace(f"TRN*2*{inquiry.reference}~".encode(), b"TRN*2*~")
    message = taken(acme, body)
    assert (message.state, states(inquiry)) == ("applied", ["answered"]), message.result


# --- is the patient covered (271) -----------------------------------------------------------------


@pytest.fixture
def checks(world: World, direct: TradingPartner) -> tuple[EligibilityCheck, EligibilityCheck]:
    """Two persons at Acme, asked about by two roads under one number."""
    first = ask_eligibility(coverage=lily(world).coverages.get())
    by_road(world, direct)
    second = ask_eligibility(coverage=nguyen(world).coverages.get())
    EligibilityCheck.objects.update(reference="E000000007")
    return first, second


def about(coverage: Coverage, number: int = 900) -> bytes:
    born = f"{coverage.patient.birth_date:%Y%m%d}"
    return answer_271("E000000007", ACTIVE, member_id=coverage.member_id, born=born, number=number)


def test_person_and_member_id_say_which_question_a_271_answers(
    acme: Sender, checks: tuple[EligibilityCheck, EligibilityCheck]
) -> None:
    assert taken(acme, about(checks[0].coverage)).state == "applied"
    assert states(*checks) == ["answered", "queued"]


def test_a_271_about_a_third_person_is_tied_to_neither(
    acme: Sender, checks: tuple[EligibilityCheck, EligibilityCheck]
) -> None:
    message = taken(acme, answer_271("E000000007", ACTIVE))
    assert message.state == "quarantined"
    assert states(*checks) == ["queued", "queued"]
    assert WorkItem.objects.filter(kind="inbox.quarantined", state="open").count() == 1


def test_a_271_about_either_of_two_questions_of_one_subscriber_is_tied_to_neither(
    acme: Sender, checks: tuple[EligibilityCheck, EligibilityCheck]
) -> None:
    first, second = (check.coverage for check in checks)
    Coverage.objects.filter(pk=second.pk).update(member_id=first.member_id)
    body = answer_271("E000000007", ACTIVE, member_id=first.member_id, born="19000101")
    message = taken(acme, body)
    assert message.state == "quarantined"
    assert "2 of our questions carry the number E000000007" in message.result
    assert states(*checks) == ["queued", "queued"]
    born = f"{second.patient.birth_date:%Y%m%d}"
    body = answer_271("E000000007", ACTIVE, member_id=first.member_id, born=born, number=901)
    assert taken(acme, body).state == "applied"
    assert states(*checks) == ["queued", "answered"]


def test_the_trace_counts_before_the_number_of_the_file(
    acme: Sender, checks: tuple[EligibilityCheck, EligibilityCheck]
) -> None:
    EligibilityCheck.objects.filter(pk=checks[1].pk).update(reference="E000000008")
    body = about(checks[0].coverage).replace(b"BHT*0022*11*E000000007", b"BHT*0022*11*E000000008")
    assert taken(acme, body).state == "applied"
    assert states(*checks) == ["answered", "queued"]

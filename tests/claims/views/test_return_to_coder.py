"""From the claim page back to the coder: who may, what it says, and where a finding leads."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import Claim, ClaimVersion, ScrubFinding
from claims.services.recheck_claim import recheck_claim
from claims.services.send_transmission import send_due
from coding.finding_key import finding_key
from coding.models import ChargeItem, CodingCase
from coding.services.check_case import check_case
from coding.services.finish_case import finish_case
from core.choices import Role
from core.models import Practice
from core.tenancy import practice_scope
from tests.cast import client_of
from tests.claims.views.test_pages import detail, text
from tests.factories.claims import World, batch_of, joan, make_claim, make_world

pytestmark = pytest.mark.django_db
NOVEMBER_2 = date(2026, 11, 2)
REASON = "The note tells of the left knee."


@pytest.fixture
def claim(world: World) -> Claim:
    return make_claim(world, joan(world), "99214-25 /ab", "20610-RT /a", on=NOVEMBER_2)


@pytest.fixture
def biller(world: World) -> Client:
    return client_of(world.practice, Role.BILLER)


def to_return(claim: Claim) -> str:
    return reverse("claims:return", args=[claim.public_id])


def state(claim: Claim) -> str:
    return ClaimVersion.objects.get(claim=claim).state


def test_returned_with_a_reason_it_is_void_and_leads_to_the_encounter(
    biller: Client, claim: Claim
) -> None:
    assert "Return to coder" in text(biller.get(detail(claim)))
    page = text(biller.post(to_return(claim), {"reason": REASON}, follow=True))
    assert state(claim) == "voided"
    assert "Returned to the coder before a payer had it" in page
    assert reverse("coding:case", args=[CodingCase.objects.get().public_id]) in page
    assert to_return(claim) not in page, "it cannot be returned twice"


def test_the_coder_sees_why_on_the_coding_screen_until_it_is_coded_again(
    biller: Client, claim: Claim
) -> None:
    biller.post(to_return(claim), {"reason": REASON})
    case = CodingCase.objects.get()
    coder = client_of(case.practice, Role.CODER)
    url = reverse("coding:case", args=[case.public_id])
    assert REASON in text(coder.get(url))
    queue = text(coder.get(reverse("coding:queue"), {"bucket": "returned"}))
    assert case.encounter.number in queue
    finish_case(case=case)
    assert f"<b>Returned to coding:</b> {REASON}" not in text(coder.get(url))


def test_without_a_reason_the_field_says_so_and_nothing_happens(
    biller: Client, claim: Claim
) -> None:
    answer = biller.post(to_return(claim), {"reason": " "})
    assert answer.status_code == 422
    assert "Say what is wrong." in text(answer)
    assert state(claim) == "ready"


def test_what_was_typed_stays_when_it_is_too_long(biller: Client, claim: Claim) -> None:
    answer = biller.post(to_return(claim), {"reason": "x" * 301})
    assert answer.status_code == 422
    assert "x" * 301 in text(answer)


def test_a_claim_that_is_out_says_what_to_do_instead(
    world: World, biller: Client, claim: Claim
) -> None:
    batch_of(world, claim)
    send_due()
    assert "Return to coder" not in text(biller.get(detail(claim)))
    page = text(biller.post(to_return(claim), {"reason": REASON}, follow=True))
    assert "is with Medicare Part B" in page
    assert "wait for the answer" in page
    assert state(claim) == "sent"


def test_billers_and_leads_may_and_nobody_else(claim: Claim) -> None:
    for role in set(Role) - {Role.BILLER, Role.MANAGER, Role.CODING_LEAD}:
        answer = client_of(claim.practice, role).post(to_return(claim), {"reason": REASON})
        assert answer.status_code == 403, role
    assert "Return to coder" not in text(client_of(claim.practice, Role.POSTER).get(detail(claim)))
    lead = client_of(claim.practice, Role.CODING_LEAD)
    assert "Return to coder" in text(lead.get(detail(claim)))
    lead.post(to_return(claim), {"reason": REASON})
    assert state(claim) == "voided"


def test_the_other_practices_claim_is_not_there(biller: Client, lakeside: Practice) -> None:
    with practice_scope(lakeside):
        world = make_world(lakeside)
        theirs = make_claim(world, joan(world), "99213", on=NOVEMBER_2)
    assert biller.post(to_return(theirs), {"reason": REASON}).status_code == 404
    with practice_scope(lakeside):
        assert state(theirs) == "ready"


def test_a_coding_finding_leads_to_its_place_and_back_to_the_coder(
    biller: Client, claim: Claim
) -> None:
    ChargeItem.objects.filter(procedure_code="20610").delete()
    recheck_claim(claim)
    case = CodingCase.objects.get()
    [found] = check_case(case).findings
    row = ScrubFinding.objects.get()
    page = text(biller.get(detail(claim, "edits")))
    place = f"finding-{finding_key(found)}"
    assert f"{reverse('coding:case', args=[case.public_id])}#{place}" in page
    assert f'value="{row.message}"' in page, "the finding is the reason, unless one writes another"
    screen = client_of(claim.practice, Role.CODER).get(
        reverse("coding:case", args=[case.public_id])
    )
    assert f'id="{place}"' in text(screen)


def test_a_released_encounter_is_returned_from_the_coding_screen_too(claim: Claim) -> None:
    case = CodingCase.objects.get()
    coder = client_of(case.practice, Role.CODER)
    url = reverse("coding:case", args=[case.public_id])
    assert "Return to coding" in text(coder.get(url))
    coder.post(reverse("coding:hold", args=[case.public_id]), {"end": "return", "reason": REASON})
    assert state(claim) == "voided"
    assert REASON in text(coder.get(url))


def test_the_voided_claim_is_no_open_claim_and_leads_to_the_one_in_its_place(
    biller: Client, claim: Claim
) -> None:
    biller.post(to_return(claim), {"reason": REASON})
    worklist = reverse("claims:worklist")
    assert claim.control_number not in text(biller.get(worklist, {"bucket": "open"}))
    assert claim.control_number in text(biller.get(worklist, {"bucket": "all"}))
    ledger = text(biller.get(reverse("billing:claim-ledger", args=[claim.public_id])))
    assert "mirror" in ledger or "Undoes" in ledger

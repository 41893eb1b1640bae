"""From a finding to its field and back: more claim data on the screen, then in the 837."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from claims.edi.extract import preview_segments
from claims.models import Claim, ClaimVersion, PayerFilingSettings
from coding.grammar import parse_line
from coding.models import ChargeLine, CodingCase, LineClaimData
from coding.services.lines import add_line
from coding.services.save_line_claim_data import save_line_claim_data
from coding.services.undo_change import undo_change
from coding.services.void_charges import return_released_case
from core.choices import Role
from patients.models import AuthorizationUse, PayerPlan
from patients.services.record_authorization import record_authorization
from patients.services.record_case import record_case
from patients.services.record_coverage import record_coverage
from tests.cast import client_of
from tests.claims.views.test_pages import detail
from tests.factories.claims import World, joan, make_claim, make_payer, nguyen, ready_case

pytestmark = pytest.mark.django_db
NOVEMBER_2 = date(2026, 11, 2)


@pytest.fixture
def biller(world: World) -> Client:
    return client_of(world.practice, Role.BILLER)


def visit_url(claim: Claim) -> str:
    return reverse("coding:claim-data", args=[case_of(claim).public_id])


def case_of(claim: Claim) -> CodingCase:
    return claim.charge_lines.order_by("pk")[0].charge_line.case


def version(claim: Claim) -> ClaimVersion:
    return ClaimVersion.objects.get(claim=claim)


def open_codes(claim: Claim) -> list[str]:
    found = version(claim).findings.filter(cleared_at__isnull=True)
    return sorted(found.values_list("code", flat=True))


def test_the_finding_opens_its_field_and_saving_it_clears_the_claim(
    world: World, biller: Client
) -> None:
    claim = make_claim(world, nguyen(world), "20610-RT @21 /ab", on=NOVEMBER_2)
    assert open_codes(claim) == ["CLD-05"]
    link = f"{visit_url(claim)}?open=hospital#id_hospital-0-admitted"
    assert link in biller.get(f"{detail(claim)}?tab=edits").content.decode()
    page = biller.get(link).content.decode()
    assert '<details class="fact-group" id="group-hospital" open' in page
    assert '<details class="fact-group" id="group-ambulance">' in page, "nobody else sees it"
    assert "Institutional claims (837I, UB-04) are not in Claimline yet" in page

    wrong = biller.post(visit_url(claim), {"hospital-0-admitted": "soon"})
    assert wrong.status_code == 422
    assert "Enter a date like 11/23/2026." in wrong.content.decode()
    assert 'value="soon"' in wrong.content.decode()

    biller.post(visit_url(claim), {"hospital-0-admitted": "2026-11-01"})
    assert open_codes(claim) == []
    assert version(claim).state == "ready"
    assert "DTP*435*D8*20261101" in preview_segments(version(claim).snapshot)


def test_what_is_said_of_a_line_goes_into_its_loop(world: World, biller: Client) -> None:
    claim = make_claim(world, joan(world), "73721 /ab", on=NOVEMBER_2)
    assert open_codes(claim) == ["CLD-10"]
    line = ChargeLine.objects.get()
    url = reverse("coding:claim-data-line", args=[case_of(claim).public_id, line.public_id])
    sent = {
        "ordering_provider": world.cole.pk, "marks-0-emergency": "on",
        "numbers-0-vaccine_lot": "LOT9",
    }  # fmt: skip
    assert biller.post(url, sent).status_code == 303
    assert open_codes(claim) == []
    segments = preview_segments(version(claim).snapshot)
    assert "REF*BT*LOT9" in segments
    assert "NM1*DK*1*COLE*BEN****XX*2000000036" in segments
    assert any(s.startswith("SV1*HC:73721*950*UN*1***1:2**Y") for s in segments)


def test_an_injury_at_work_turns_the_claim_to_the_carrier(world: World, biller: Client) -> None:
    patient = nguyen(world)
    claim = make_claim(world, patient, "99213 /a", on=NOVEMBER_2)
    injury = record_case(
        patient=patient, name="Fall at work", is_work=True, accident_on=date(2026, 10, 30),
        claim_number="WC 777",
    )  # fmt: skip
    carrier = make_payer(world.practice, world.partner, "Comp Fund", "WC001")
    plan = PayerPlan.objects.create(
        practice=world.practice, payer=carrier, name="Comp", claim_filing_code="WC"
    )
    record_coverage(
        patient=patient, plan=plan, member_id="WC777", case=injury, effective_from=date(2026, 1, 1)
    )
    biller.post(visit_url(claim), {"case": injury.pk})
    assert version(claim).payer == carrier
    segments = preview_segments(version(claim).snapshot)
    assert any(s.startswith("CLM*") and "*EM*" in f"{s}*" for s in segments)
    assert {"DTP*439*D8*20261030", "REF*Y4*WC777"} <= set(segments)


def test_an_authorization_is_asked_for_found_counted_and_never_overdrawn_in_silence(
    world: World,
) -> None:
    PayerFilingSettings.objects.filter(payer=world.acme).update(authorization_codes=["737"])
    patient = nguyen(world)
    first = make_claim(world, patient, "73721 /ab", on=date(2026, 11, 2))
    assert open_codes(first) == ["AUT-01"]
    record_authorization(
        patient=patient, payer=world.acme, number="PA-9", effective_from=date(2026, 11, 1),
        codes=["73721"], unit="visits", allowed_quantity=1,
    )  # fmt: skip
    assert open_codes(first) == [], "the claim was checked again by itself"
    assert "REF*G1*PA-9" in preview_segments(version(first).snapshot)
    assert AuthorizationUse.objects.count() == 1
    second = make_claim(world, patient, "73721 /ab", on=date(2026, 11, 9))
    assert open_codes(second) == ["AUT-06"]
    return_released_case(case=case_of(second), reason="The wrong day.")
    assert AuthorizationUse.objects.count() == 1, "a void claim gives its use back"


def test_claim_data_of_a_charge_goes_along_to_its_draft_and_can_be_undone(world: World) -> None:
    case = ready_case(world, nguyen(world), on=NOVEMBER_2)
    add_line(case=case, typed=parse_line("99213"))
    line = ChargeLine.objects.get()
    save_line_claim_data(line=line, values={"marks": {"emergency": True}})
    assert LineClaimData.objects.get().values == {"marks": [{"emergency": "Y"}]}
    assert undo_change(case=case) == "changed claim data"
    assert not LineClaimData.objects.exists()


def test_only_who_may_saves_and_another_practice_finds_nothing(
    world: World, lakeside: object
) -> None:
    claim = make_claim(world, nguyen(world), "99213 /a", on=NOVEMBER_2)
    poster = client_of(world.practice, Role.POSTER)
    assert poster.post(visit_url(claim), {}).status_code == 403
    assert "Ctrl+Enter" not in poster.get(visit_url(claim)).content.decode()
    assert client_of(lakeside, Role.BILLER).get(visit_url(claim)).status_code == 404

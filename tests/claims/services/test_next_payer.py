"""After one payer has decided: the next one's claim to the letter, or the wait for a crossover."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from claims.choices import VersionState as V
from claims.models import Claim, Crossover, PayerCoordination, SubmissionBatch
from claims.services.bill_next_payer import bill_next_payer, bill_next_payer_now
from claims.services.decline_next_payer import decline_next_payer
from claims.services.watch_crossovers import report_missing_crossovers
from core import clock
from core.choices import Role, WorkState
from core.errors import ApplicationError, Conflict
from core.models import WorkItem
from core.services.documents import read_document
from patients.models import Payer
from patients.services.record_authorization import record_authorization
from patients.services.record_coverage import record_coverage
from patients.services.save_claim_data import save_claim_data
from tests.cast import client_of
from tests.claims.documents import document, enveloped, recount
from tests.factories.claims import World, make_claim
from tests.factories.cob import answered, joans, medicaid, plan_of, remit, sent, supplement, told

pytestmark = pytest.mark.django_db
D = Decimal


def body(text: str) -> list[str]:
    """From the first HL to the last segment before SE."""
    found = [part.strip() for part in text.replace("\n", "").split("~") if part.strip()]
    start = next(n for n, part in enumerate(found) if part.startswith("HL*"))
    return found[start : next(n for n, part in enumerate(found) if part.startswith("SE*"))]


def written(claim: Claim) -> list[str]:
    batch = SubmissionBatch.objects.get(attempts__version=claim.version)
    return body(read_document(batch.document).decode())


def test_w03_the_secondary_claim_is_the_worked_example_to_the_letter(world: World) -> None:
    claim = joans(world)
    first = claim.version
    answered(world, "w10.835", claim)

    version = claim.version
    assert (version.rank, version.number, version.state) == (2, 2, V.READY)
    assert version.payer.name == "Acme Supplement"
    first.refresh_from_db()
    assert first.state == V.ADJUDICATED
    sent(world, claim)
    assert written(claim) == body(document("w03.837", SFM1001=claim))


def test_w09_the_filing_limit_of_a_secondary_starts_with_the_first_payers_decision(
    world: World,
) -> None:
    claim = joans(world)
    answered(world, "w10.835", claim)
    assert claim.version.filing_deadline_on.isoformat() == "2027-05-15"


def test_w21_the_second_payer_answers_and_the_claim_is_closed(world: World) -> None:
    claim = joans(world)
    first = claim.version
    answered(world, "w10.835", claim)
    sent(world, claim)
    assert claim.insurance_balance_amount == D("41.20")

    remittance = answered(world, "w21.835", claim)

    answer = remittance.claims.get()
    assert answer.version_id == claim.current_version_id
    assert claim.version.state == V.CLOSED
    assert (claim.insurance_balance_amount, claim.patient_balance_amount) == (0, 0)
    first.refresh_from_db()
    assert first.state == V.CLOSED
    assert not WorkItem.objects.filter(state=WorkState.OPEN).exists()


def test_w11_what_crossed_over_is_awaited_and_never_sent_twice(world: World) -> None:
    claim = joans(world)
    answered(world, "w11.835", claim)

    version = claim.version
    assert (version.rank, version.state, version.current_attempt) == (2, V.CROSSED_OVER, None)
    crossover = Crossover.objects.get(version=version)
    assert crossover.due_at - crossover.told_at >= timedelta(days=44, hours=23)
    assert crossover.told_name == "ACME SUPPLEMENT"
    with pytest.raises(ApplicationError) as caught:
        bill_next_payer_now(claim=claim)
    assert caught.value.field == "reason"
    assert SubmissionBatch.objects.count() == 1

    answered(world, "w21.835", claim)
    assert claim.version.state == V.CLOSED
    assert (claim.insurance_balance_amount, claim.patient_balance_amount) == (0, 0)


def test_a_crossover_that_never_arrives_becomes_work_and_one_click_bills_it(world: World) -> None:
    claim = joans(world)
    answered(world, "w11.835", claim)
    assert report_missing_crossovers() == 0
    with clock.travel(clock.now() + timedelta(days=46)):
        assert report_missing_crossovers() == 1
        item = WorkItem.objects.get(kind="claim.crossover_missing")
        assert item.subject_id == claim.pk
        version = bill_next_payer_now(claim=claim)
        assert (version.rank, version.state) == (2, V.READY)
        assert not WorkItem.objects.filter(state=WorkState.OPEN).exists()
        sent(world, claim)
    assert "SBR*S*18*SUP900******CI" in written(claim)
    assert "MOA***MA01*MA18" in written(claim)


def test_a_crossover_to_somebody_unknown_asks_a_person(world: World) -> None:
    claim = joans(world)
    text = document("w11.835", SFM1001=claim).replace(
        "NM1*TT*2*ACME SUPPLEMENT*****PI*54321", "NM1*TT*2*OTHER PLAN*****PI*99999"
    )
    told(world, enveloped(text), claim)
    assert claim.version.rank == 1
    item = WorkItem.objects.get(kind="claim.crossover_unknown")
    assert "OTHER PLAN" in item.title
    assert bill_next_payer_now(claim=claim).state == V.READY
    assert not WorkItem.objects.filter(state=WorkState.OPEN).exists()


def test_what_went_to_a_coverage_that_is_recorded_later_is_awaited_and_not_sent_twice(
    world: World,
) -> None:
    claim = joans(world, covered=False)
    answered(world, "w11.835", claim)
    supplement(world, claim.patient)

    assert bill_next_payer_now(claim=claim).state == V.CROSSED_OVER
    assert Crossover.objects.get().told_name == "ACME SUPPLEMENT"
    claim.refresh_from_db()
    with pytest.raises(ApplicationError) as caught:
        bill_next_payer_now(claim=claim)
    assert caught.value.field == "reason"
    assert bill_next_payer_now(claim=claim, reason="They never got it.").state == V.READY


def test_what_was_forwarded_long_ago_is_billed_at_once(world: World) -> None:
    claim = joans(world, covered=False)
    answered(world, "w11.835", claim)
    supplement(world, claim.patient)
    with clock.travel(clock.now() + timedelta(days=46)):
        assert bill_next_payer_now(claim=claim).state == V.READY


def test_a_payer_that_has_it_from_the_payer_before_too_makes_work(world: World) -> None:
    claim = joans(world)
    answered(world, "w10.835", claim)
    sent(world, claim)
    lines = [("0", f"OA*18*{amount}") for amount in (200, 150, 40)]
    text = remit(claim, "ACME SUPPLEMENT", *lines, status="2", more="MOA***N522~\n")
    told(world, text, claim)
    item = WorkItem.objects.get(kind="claim.crossover_duplicate", state=WorkState.OPEN)
    assert item.title == "Acme Supplement has this claim from the payer before, too"


def test_without_another_coverage_the_rest_is_the_patients(world: World) -> None:
    claim = joans(world, covered=False)
    answered(world, "w10.835", claim)
    assert (claim.version.rank, claim.patient_balance_amount) == (1, D("41.20"))
    with pytest.raises(Conflict):
        bill_next_payer_now(claim=claim)


def test_hearing_of_the_decision_twice_makes_one_claim(world: World) -> None:
    claim = joans(world)
    first = claim.version
    answered(world, "w10.835", claim)
    assert bill_next_payer(first.pk) is None
    assert claim.versions.count() == 2


def test_what_is_not_billed_with_a_reason_is_the_patients(world: World) -> None:
    claim = joans(world)
    answered(world, "w10.835", claim)
    with pytest.raises(ApplicationError) as caught:
        decline_next_payer(claim=claim, reason=" ")
    assert caught.value.field == "reason"

    decline_next_payer(claim=claim, reason="The plan ended; the card is old.")

    claim.refresh_from_db()
    assert (claim.version.rank, claim.version.state) == (1, V.ADJUDICATED)
    assert (claim.insurance_balance_amount, claim.patient_balance_amount) == (0, D("41.20"))
    assert list(claim.versions.values_list("state", flat=True)) == [V.ADJUDICATED, V.VOIDED]


def test_medicaids_part_is_never_made_the_patients(world: World) -> None:
    claim = joans(world)
    medicaid(world, claim.patient, rank=3)
    answered(world, "w10.835", claim)
    decline_next_payer(claim=claim, reason="Not in force any more.")
    claim.refresh_from_db()
    assert (claim.version.rank, claim.version.payer.name) == (3, "State Medicaid")
    assert claim.patient_balance_amount == 0
    with pytest.raises(Conflict):
        decline_next_payer(claim=claim, reason="Too much work.")
    sent(world, claim)
    supplement = next(part for part in written(claim) if part.startswith("SBR*S*"))
    assert written(claim)[written(claim).index(supplement) + 1] == "AMT*A8*390"


def test_a_payer_that_was_not_in_force_is_not_told_of(world: World) -> None:
    claim = joans(world)
    medicaid(world, claim.patient, rank=3)
    answered(world, "w10.835", claim)
    decline_next_payer(claim=claim, reason="Ended in October.", because="not_in_force")
    claim.refresh_from_db()
    others = [other["payer"]["name"] for other in claim.version.snapshot["other_payers"]]
    assert (claim.version.payer.name, others) == ("State Medicaid", ["Medicare Part B"])
    sent(world, claim)
    assert not any(part.startswith(("AMT*A8", "SBR*S")) for part in written(claim))


def test_a_denied_line_waits_and_the_others_are_billed_on(world: World) -> None:
    claim = joans(world)
    text = document("w10.835", SFM1001=claim)
    text = text.replace("161.5", "155.23").replace("*41.2*MB", "*39.6*MB")
    text = text.replace("SVC*HC:J3301:JZ*40*6.27", "SVC*HC:J3301:JZ*40*0")
    text = text.replace("CAS*CO*45*32**253*.13~\n", "CAS*CO*197*40~\n").replace(
        "CAS*PR*2*1.6~\n", ""
    )
    told(world, enveloped(recount(text)), claim)

    version = claim.version
    assert (version.rank, version.state, version.charge_amount) == (2, V.READY, D("350.00"))
    assert [line.procedure_code for line in version.lines.all()] == ["99214", "20610"]
    sent(world, claim)
    assert "AMT*D*155.23" in written(claim)
    assert claim.insurance_balance_amount == D("79.60")


def test_a_reversal_takes_back_the_waiting_claim_and_its_correction_makes_a_new_one(
    world: World,
) -> None:
    claim = joans(world)
    answered(world, "w10.835", claim)
    told(world, reversal(document("w10.835", SFM1001=claim)), claim)
    assert (claim.version.rank, claim.version.state) == (1, V.REVERSED)

    again = document("w10.835", SFM1001=claim).replace("EFT0010", "EFT0012")
    told(world, enveloped(again.replace("000000210", "000000212")), claim)
    assert (claim.version.rank, claim.version.number, claim.version.state) == (2, 3, V.READY)
    assert claim.insurance_balance_amount == D("41.20")


def test_a_reversal_after_the_next_payer_has_it_becomes_work(world: World) -> None:
    claim = joans(world)
    answered(world, "w10.835", claim)
    sent(world, claim)
    told(world, reversal(document("w10.835", SFM1001=claim)), claim)
    assert claim.version.rank == 2
    assert WorkItem.objects.filter(kind="claim.secondary_stale", state=WorkState.OPEN).exists()


def reversal(text: str) -> str:
    """W-10 taken back: every amount negated, the money carried forward to a later remittance."""
    turned = []
    for segment in text.splitlines():
        parts = segment.removesuffix("~").split("*")
        if parts[0] == "CLP":
            parts[2:6] = ["22", f"-{parts[3]}", f"-{parts[4]}", ""]
        if parts[0] == "SVC":
            parts[2:4] = [f"-{parts[2]}", f"-{parts[3]}"]
        if parts[0] == "CAS":
            parts[3::3] = [f"-{amount}" for amount in parts[3::3]]
        if parts[0] == "BPR":
            parts = ["BPR", "H", "0", "C", "NON", *[""] * 11, "20261120"]
        if parts[0] == "SE":
            turned.append("PLB*2000000010*20261231*FB:2226300000011*-161.5~")
        turned.append("*".join(parts) + "~")
    found = "\n".join(turned).replace("EFT0010", "EFT0011").replace("000000210", "000000211")
    return enveloped(recount(found + "\n"), 211)


def test_what_the_patient_paid_stands_on_the_second_claim_although_its_first_line_waits(
    world: World,
) -> None:
    claim = joans(world)
    link = claim.charge_lines.select_related("charge_line__encounter").order_by("pk")[0]
    save_claim_data(encounter=link.charge_line.encounter, values={"payment": {"patient": "12.50"}})
    lines = [("0", "CO*197*200"), ("53.31", "CO*45*82**253*1.09~PR*2*13.6"), ("0", "PR*1*40")]
    told(world, remit(claim, "MEDICARE PART B", *lines), claim)
    version = claim.version
    assert [line["procedure_code"] for line in version.snapshot["lines"]] == ["20610", "J3301"]
    assert version.snapshot["claim"]["patient_paid_amount"] == "12.50"


def test_a_copay_that_the_next_payer_never_covers_is_not_asked_of_it(world: World) -> None:
    claim = joans(world, covered=False)
    lines = [("150", "PR*3*20~PR*2*30"), ("150", ""), ("40", "")]
    told(world, remit(claim, "MEDICARE PART B", *lines), claim)
    assert claim.patient_balance_amount == D(50)
    later = supplement(world, claim.patient)
    PayerCoordination.objects.create(
        practice=world.practice, payer=later.plan.payer, never_covers_copay=True
    )
    bill_next_payer_now(claim=claim)
    claim.refresh_from_db()
    assert (claim.insurance_balance_amount, claim.patient_balance_amount) == (D(30), D(20))


def test_where_only_a_copay_is_left_such_a_payer_is_not_billed(world: World) -> None:
    claim = joans(world)
    PayerCoordination.objects.create(
        practice=world.practice, payer=Payer.objects.get(name="Acme Supplement"),
        never_covers_copay=True,
    )  # fmt: skip
    lines = [("180", "PR*3*20"), ("150", ""), ("40", "")]
    told(world, remit(claim, "MEDICARE PART B", *lines), claim)
    assert (claim.version.rank, claim.patient_balance_amount) == (1, D(20))


def test_what_the_first_payer_told_besides_is_copied_for_the_next(world: World) -> None:
    claim = joans(world)
    record_authorization(
        patient=claim.patient, payer=world.medicare, number="MED77",
        effective_from=date(2026, 1, 1),
    )  # fmt: skip
    text = document("w10.835", SFM1001=claim)
    told(world, enveloped(text), claim)
    told(world, reversal(text), claim)
    again = text.replace("EFT0010", "EFT0012").replace("000000210", "000000212")
    told(world, enveloped(again.replace("MOA***MA01", "MOA*.8*55*MA01")), claim)
    decision = claim.version.snapshot["other_payers"][0]["decision"]
    assert (decision["reimbursement_rate"], decision["payable_amount"]) == ("0.8", "55")
    sent(world, claim)
    segments = written(claim)
    assert "MOA*.8*55*MA01" in segments
    assert segments.index("REF*G1*MED77") < segments.index("REF*T4*Y")


def test_a_subscriber_who_is_not_the_patient_is_told_with_the_address(world: World) -> None:
    claim = joans(world, covered=False)
    record_coverage(
        patient=claim.patient, plan=plan_of(world, "Acme Supplement", "54321", "CI"), rank=2,
        member_id="SUP1234567", relationship_code="01", subscriber_first_name="Jack",
        subscriber_last_name="Testpatient", subscriber_birth_date=date(1949, 1, 1),
        subscriber_sex="M", subscriber_address_line1="9 Elm St", subscriber_city="Anytown",
        subscriber_state_code="CO", subscriber_zip_code="800015678",
        effective_from=date(2020, 1, 1),
    )  # fmt: skip
    later = make_claim(world, claim.patient, "99213", on=date(2026, 11, 3))
    sent(world, later)
    found = written(later)
    other = next(n for n, part in enumerate(found) if part.startswith("SBR*S"))
    assert "N3*9 ELM ST" in found[other:]


def test_what_was_passed_on_as_not_theirs_is_awaited_until_a_day(world: World) -> None:
    claim = joans(world, covered=False)
    passed_on = "NM1*TT*2*ACME SUPPLEMENT*****PI*54321~\n"
    lines = [("0", "OA*109*200"), ("0", "OA*109*150"), ("0", "OA*109*40")]
    told(world, remit(claim, "MEDICARE PART B", *lines, status="23", more=passed_on), claim)
    assert claim.version.state == V.FORWARDED
    item = WorkItem.objects.get(kind="claim.forwarded")
    assert item.title == "See that ACME SUPPLEMENT answers"
    assert item.due_on == clock.today(world.practice) + timedelta(days=45)

    biller = client_of(world.practice, Role.BILLER)
    url = reverse("claims:worklist") + "?bucket=no-answer"
    assert claim.control_number not in biller.get(url).content.decode()
    with clock.travel(clock.now() + timedelta(days=45)):
        biller = client_of(world.practice, Role.BILLER)
        assert claim.control_number in biller.get(url).content.decode()

    answered(world, "w10.835", claim)
    item.refresh_from_db()
    assert (claim.version.state, item.state) == (V.ADJUDICATED, "done")

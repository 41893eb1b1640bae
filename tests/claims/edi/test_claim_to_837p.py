"""The W-01 and W-02 visits become the worked 837P files, byte for byte but for our own numbers."""

from datetime import date

import pytest

from claims.edi.extract import claim_segments, preview_segments
from claims.edi.write_837p import check_snapshot
from claims.models import Claim, SubmissionBatch
from core.services.documents import read_document
from tests.claims.documents import document
from tests.factories.claims import World, batch_of, joan, lily, make_claim

pytestmark = pytest.mark.django_db


def segments(text: str) -> list[str]:
    return [line.strip().rstrip("~") for line in text.splitlines() if line.strip()]


def body(found: list[str]) -> list[str]:
    """From the first HL to the last segment before SE: what does not hang on when it is sent."""
    start = next(n for n, line in enumerate(found) if line.startswith("HL*"))
    end = next(n for n, line in enumerate(found) if line.startswith("SE*"))
    return found[start:end]


def written(batch: SubmissionBatch) -> list[str]:
    return segments(read_document(batch.document).decode())


def test_w01_medicare_patient_who_is_the_subscriber(world: World) -> None:
    claim = make_claim(
        world, joan(world), "99214-25 /ab", "20610-RT /a", "J3301-JZ x4 /a #0003-0293-05 1 ML",
        on=date(2026, 11, 2),
    )  # fmt: skip
    batch = batch_of(world, claim)

    expected = body(segments(document("w01.837", SFM1001=claim)))
    assert body(written(batch)) == expected


def test_w02_dependent_child_with_a_waived_test(world: World) -> None:
    claim = make_claim(
        world, lily(world), "99213 /a", "87880-QW /a", on=date(2026, 11, 3),
        diagnoses=("J020",), provider=world.cole,
    )  # fmt: skip
    batch = batch_of(world, claim)

    assert body(written(batch)) == body(segments(document("w02.837", SFM1002=claim)))


def test_the_head_names_sender_receiver_and_batch(world: World) -> None:
    batch = batch_of(world, make_claim(world, joan(world), "99213", on=date(2026, 11, 2)))
    found = written(batch)

    isa = found[0].split("*")
    assert (isa[6].strip(), isa[8].strip(), isa[13], isa[15]) == (
        "SUMMIT01", "OPENCH01", "000000001", "P",
    )  # fmt: skip
    assert found[3].startswith(f"BHT*0019*00*{batch.reference}*20261123*0930*CH")
    assert found[4] == "NM1*41*2*SUMMIT FAMILY MEDICINE*****46*SUMMIT01"


def test_claims_of_one_provider_with_two_pay_to_addresses_stand_below_their_own(
    world: World,
) -> None:
    first = make_claim(world, joan(world), "99213", on=date(2026, 11, 2))
    provider = world.billing_provider
    provider.pay_to_line1 = "PO Box 9"
    provider.pay_to_city, provider.pay_to_state_code = "Anytown", "CO"
    provider.pay_to_zip_code = "800010009"
    provider.save()
    second = make_claim(world, lily(world), "99213 /a", on=date(2026, 11, 3))
    text = "~".join(written(batch_of(world, first, second)))
    by_provider = text.split("NM1*85*")[1:]
    assert len(by_provider) == 2
    for claim, pay_to in ((first, False), (second, True)):
        (loop,) = (part for part in by_provider if claim.control_number in part)
        assert ("N3*PO BOX 9" in loop) is pay_to


def test_one_claims_own_part_is_cut_out_of_a_file_of_two(world: World) -> None:
    first = make_claim(world, joan(world), "99213", on=date(2026, 11, 2))
    second = make_claim(world, lily(world), "99213 /a", on=date(2026, 11, 3))
    content = read_document(batch_of(world, first, second).document)

    part = claim_segments(content, second.control_number)
    assert part[0].startswith("HL*")
    assert any(line.startswith(f"CLM*{second.control_number}*") for line in part)
    assert not any("TESTPATIENT" in line for line in part)
    assert claim_segments(content, "NOBODY") == []


def test_an_unsent_claim_can_be_looked_at_as_it_would_be_sent(world: World) -> None:
    claim = make_claim(world, joan(world), "99213", on=date(2026, 11, 2))
    snapshot = Claim.objects.get(pk=claim.pk).current_version.snapshot
    assert preview_segments(snapshot)[-1].startswith("REF*6R*")


@pytest.mark.writes_broken_claims("what the guide forbids is to be found by our own check")
def test_what_the_guide_forbids_is_named_before_anything_is_sent(world: World) -> None:
    claim = make_claim(world, joan(world), "99213", on=date(2026, 11, 2))
    snapshot = claim.current_version.snapshot
    assert check_snapshot(snapshot) == []
    snapshot["patient"]["sex"] = "X"
    assert check_snapshot(snapshot)

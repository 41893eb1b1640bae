"""Lines of one visit that its payer wants apart: by who gave them, by what was authorized (B.1)."""

from datetime import date

import pytest

from claims.edi.extract import preview_segments
from claims.models import Claim, PayerFilingSettings
from claims.services.build_claims import build_claims
from claims.services.recheck_claim import recheck_claim
from claims.services.save_enrolment import save_enrolment, set_step
from coding.models import ChargeLine, CodingCase
from coding.services.save_line_claim_data import save_line_claim_data
from patients.models import Provider
from patients.services.record_authorization import record_authorization
from tests.factories.claims import World, coded_case, nguyen

pytestmark = pytest.mark.django_db
NOVEMBER_2 = date(2026, 11, 2)


@pytest.fixture
def case(world: World) -> CodingCase:
    """Dr. Reyes saw the patient; two of the three services are coded beside the visit."""
    return coded_case(
        world, nguyen(world), "99214-25 /ab", "20610-RT /a", "73721 /a", on=NOVEMBER_2
    )


def wants(world: World, **settings: bool) -> None:
    PayerFilingSettings.objects.filter(payer=world.acme).update(**settings)


def given_by(provider: Provider, *codes: str) -> None:
    for line in ChargeLine.objects.filter(procedure_code__in=codes):
        save_line_claim_data(line=line, values={}, parts={"rendering_provider": provider})


def codes(claim: Claim) -> list[str]:
    return [line["procedure_code"] for line in claim.version.snapshot["lines"]]


def rendering(claim: Claim) -> list[str]:
    """The NM1 segments of who gave the services, claim and lines, in order."""
    segments = preview_segments(claim.version.snapshot)
    return [text for text in segments if text.startswith(("NM1*82", "LX"))]


REYES = "NM1*82*1*Reyes*Ana****XX*2000000028"
COLE = "NM1*82*1*Cole*Ben****XX*2000000036"


def test_another_provider_of_one_line_stands_at_the_line(world: World, case: CodingCase) -> None:
    given_by(world.cole, "73721")
    [claim] = build_claims(case)
    assert [line.upper() for line in rendering(claim)] == [
        REYES.upper(), "LX*1", "LX*2", "LX*3", COLE.upper(),
    ]  # fmt: skip


def test_who_gave_most_of_the_services_stands_at_the_claim_and_the_other_at_the_line(
    world: World, case: CodingCase
) -> None:
    given_by(world.cole, "20610", "73721")
    [claim] = build_claims(case)
    assert claim.rendering_provider == world.cole
    assert [line.upper() for line in rendering(claim)] == [
        COLE.upper(), "LX*1", REYES.upper(), "LX*2", "LX*3",
    ]  # fmt: skip


def test_a_payer_that_takes_one_rendering_provider_a_claim_gets_a_claim_of_each(
    world: World, case: CodingCase
) -> None:
    wants(world, splits_rendering=True)
    given_by(world.cole, "20610", "73721")
    visit, procedures = build_claims(case)
    assert (codes(visit), codes(procedures)) == (["99214"], ["20610", "73721"])
    assert [line.upper() for line in rendering(visit)] == [REYES.upper(), "LX*1"]
    assert [line.upper() for line in rendering(procedures)] == [COLE.upper(), "LX*1", "LX*2"]
    assert procedures.split_reason == "the payer takes one rendering provider a claim"
    assert visit.split_group == procedures.split_group != ""


def test_a_payer_that_takes_one_authorization_a_claim_gets_a_claim_of_each(
    world: World, case: CodingCase
) -> None:
    wants(world, splits_authorizations=True)
    for number, code in (("PA-20", "20610"), ("PA-73", "73721")):
        record_authorization(
            patient=case.encounter.patient, payer=world.acme, number=number, codes=[code],
            effective_from=date(2026, 11, 1),
        )  # fmt: skip
    first, second = build_claims(case)
    assert codes(first) == ["99214", "20610"], "a line under none needs no claim of its own"
    assert codes(second) == ["73721"]
    assert "REF*G1*PA-20" in preview_segments(first.version.snapshot)
    assert "REF*G1*PA-73" in preview_segments(second.version.snapshot)
    assert second.split_reason == "another provider, place or authorization"


def test_without_such_settings_they_go_together(world: World, case: CodingCase) -> None:
    given_by(world.cole, "73721")
    record_authorization(
        patient=case.encounter.patient, payer=world.acme, number="PA-73", codes=["73721"],
        effective_from=date(2026, 11, 1),
    )  # fmt: skip
    assert len(build_claims(case)) == 1


def test_checked_again_the_claim_names_who_gives_most_of_it_now(
    world: World, case: CodingCase
) -> None:
    [claim] = build_claims(case)
    given_by(world.cole, "20610", "73721")
    recheck_claim(claim)
    claim.refresh_from_db()
    assert claim.rendering_provider == world.cole


def test_what_must_be_parted_since_it_was_built_is_said_and_may_go_with_a_reason(
    world: World, case: CodingCase
) -> None:
    given_by(world.cole, "20610", "73721")
    [claim] = build_claims(case)
    wants(world, splits_rendering=True)
    version = recheck_claim(claim)
    (finding,) = version.findings.filter(code="SPL-01", cleared_at__isnull=True)
    assert finding.message == (
        "These services belong on 2 claims: the payer takes one rendering provider a claim."
    )
    assert (finding.severity, version.state) == ("O", "scrub_failed")
    wants(world, splits_rendering=False)
    assert recheck_claim(claim).state == "ready"


def test_each_provider_of_a_line_is_asked_for_an_enrolment_on_the_lines_own_day(
    world: World, case: CodingCase
) -> None:
    given_by(world.cole, "73721")
    wants(world, enrolment_check="stop", wants_provider_number=True)
    for who in (world.billing_provider, world.reyes):
        save_enrolment(payer=world.acme, who=who, effective_from=date(2020, 1, 1))
    [claim] = build_claims(case)
    (finding,) = claim.version.findings.filter(cleared_at__isnull=True)
    assert (finding.code, finding.field) == ("ENR-01", "enrolment.line.3")
    assert "The provider of line 3 is not enrolled with Acme" in finding.message

    save_enrolment(
        payer=world.acme, who=world.cole, effective_from=date(2020, 1, 1),
        payer_provider_number="C77",
    )  # fmt: skip
    version = recheck_claim(claim)
    assert version.state == "ready"
    segments = preview_segments(version.snapshot)
    assert segments[segments.index("REF*G2*C77") - 2].upper() == COLE.upper()


def test_what_the_payer_has_not_approved_weighs_as_its_settings_say(
    world: World, case: CodingCase
) -> None:
    for who in (world.billing_provider, world.reyes):
        row = save_enrolment(payer=world.acme, who=who, effective_from=date(2020, 1, 1))
    set_step(enrolment=row, subject="claims", state="requested", requested_on=date(2026, 11, 1))
    wants(world, enrolment_check="stop")
    [claim] = build_claims(case)
    found = [row.code for row in claim.version.findings.filter(cleared_at__isnull=True)]
    assert (found, claim.version.state) == (["ENR-04"], "scrub_failed")
    wants(world, enrolment_check="warn")
    version = recheck_claim(claim)
    found = [row.code for row in version.findings.filter(cleared_at__isnull=True)]
    assert (found, version.state) == (["ENR-03"], "ready")

"""An encounter on two claims: while one is coded anew the other is not, or it would swallow it."""

from datetime import date

import pytest

from claims.models import Claim, ClaimVersion, PayerFilingSettings
from claims.services.build_claims import build_claims
from claims.services.give_up_correction import give_up_correction
from claims.services.return_claim import return_claim
from coding.grammar import parse_line
from coding.models import ChargeLine, CodingCase
from coding.services.finish_case import finish_case
from coding.services.lines import add_line, remove_line
from coding.services.save_line_claim_data import save_line_claim_data
from core import sweeping
from core.errors import ApplicationError, Conflict
from tests.factories.claims import World, coded_case, nguyen

pytestmark = pytest.mark.django_db
WHY = "The note tells of a longer visit."


@pytest.fixture
def claims(world: World) -> tuple[Claim, Claim]:
    """The visit is denied by Acme; the procedure, which another provider gave, has not left."""
    case = coded_case(world, nguyen(world), "99214-25 /ab", "20610-RT /a", on=date(2026, 11, 2))
    PayerFilingSettings.objects.filter(payer=world.acme).update(splits_rendering=True)
    line = ChargeLine.objects.get(procedure_code="20610")
    save_line_claim_data(line=line, values={}, parts={"rendering_provider": world.cole})
    visit, procedure = build_claims(case)
    ClaimVersion.objects.filter(claim=visit).update(
        state="adjudicated", outcome="denied", payer_claim_number="ICN1"
    )
    return Claim.objects.get(pk=visit.pk), procedure


def test_a_sibling_is_not_returned_while_the_decided_claim_is_coded_anew(
    claims: tuple[Claim, Claim],
) -> None:
    decided, sibling = claims
    return_claim(claim=decided, reason=WHY)
    with pytest.raises(ApplicationError, match="of the same encounter is being coded anew"):
        return_claim(claim=sibling, reason=WHY)
    assert ClaimVersion.objects.get(claim=sibling).state == "ready"
    assert ChargeLine.objects.get(procedure_code="20610").state == "released"


def test_the_decided_claim_is_not_returned_while_its_sibling_is_with_the_coder(
    claims: tuple[Claim, Claim],
) -> None:
    decided, sibling = claims
    return_claim(claim=sibling, reason=WHY)
    assert ClaimVersion.objects.get(claim=sibling).state == "voided"
    with pytest.raises(ApplicationError, match="Another part of its encounter is with the coder"):
        return_claim(claim=decided, reason=WHY)
    decided.refresh_from_db()
    assert decided.recoded_since is None
    assert ChargeLine.objects.get(procedure_code="99214").state == "released"


def test_the_change_given_up_leaves_the_sibling_as_it_was(claims: tuple[Claim, Claim]) -> None:
    decided, sibling = claims
    return_claim(claim=decided, reason=WHY)
    give_up_correction(claim=decided)
    assert ChargeLine.objects.get(procedure_code="99214", state="released")
    assert ClaimVersion.objects.get(claim=sibling).state == "ready"
    assert not ChargeLine.objects.filter(state="draft").exists()


def test_it_is_not_given_up_while_a_part_of_the_new_codes_is_on_a_claim_of_its_own(
    world: World, claims: tuple[Claim, Claim]
) -> None:
    decided, _ = claims
    return_claim(claim=decided, reason=WHY)
    case = CodingCase.objects.get()
    line = add_line(case=case, typed=parse_line("20610-LT /a"))
    save_line_claim_data(line=line, values={}, parts={"rendering_provider": world.cole})
    case.refresh_from_db()
    finish_case(case=case)
    sweeping.run_one("news")
    apart = Claim.objects.latest("pk")
    assert apart.charge_lines.get().charge_line == line
    decided.refresh_from_db()
    with pytest.raises(
        Conflict, match=f"A part of the new codes is on claim {apart.control_number}"
    ):
        give_up_correction(claim=decided)

    return_claim(claim=apart, reason=WHY)
    with pytest.raises(ApplicationError, match="Another part of its encounter is with the coder"):
        give_up_correction(claim=decided)
    case.refresh_from_db()
    remove_line(case=case, line=ChargeLine.objects.get(state="draft"))
    case.refresh_from_db()
    finish_case(case=case)
    give_up_correction(claim=decided)
    decided.refresh_from_db()
    assert (decided.version.number, decided.recoded_since) == (1, None)
    billed = ChargeLine.objects.filter(state="released").order_by("procedure_code")
    assert [line.code_with_modifiers for line in billed] == ["20610-RT", "99214-25"]

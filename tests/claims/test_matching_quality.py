"""How good the candidates are can be measured: on what people chose, and on claims as sent."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from claims.models import RemittanceClaim
from claims.services.match_by_hand import match_by_hand
from tests.claims.documents import document, enveloped, receive
from tests.claims.services.test_remittances import sent
from tests.factories.claims import World, joan, make_claim, nguyen

pytestmark = pytest.mark.django_db


def test_the_measure_counts_where_the_right_claim_stood(world: World) -> None:
    claims = sent(
        world,
        make_claim(world, joan(world), "99213", on=date(2026, 10, 15)),
        make_claim(world, nguyen(world, 1), "99213", on=date(2026, 10, 15)),
        make_claim(world, nguyen(world, 2), "73721-RT /a", on=date(2026, 10, 15)),
    )
    text = document("w12.835", SFM1003=claims[2])
    text = text.replace(f"CLP*{claims[2].control_number}*", "CLP*0*")
    for line in claims[2].version.lines.all():
        text = text.replace(line.control_number, "THEIRS")
    receive(world, enveloped(text))
    answer = RemittanceClaim.objects.get()
    assert answer.candidates.get(position=1).version == claims[2].version
    match_by_hand(answer, version=claims[2].version)
    told = StringIO()
    call_command("matching_quality", stdout=told)
    assert "chosen by people: first 1 of 1 (100.0 %)" in told.getvalue()
    assert "tried on sent claims: first 3 of 3 (100.0 %)" in told.getvalue()
    assert "Nguyen" not in told.getvalue()

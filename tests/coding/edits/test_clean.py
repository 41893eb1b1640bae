"""Two hundred clean encounters with their notes, over the whole release: nothing blocks them."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coding.edit_reference import references_for
from coding.edits import EarlierLine, EncounterFacts, run_edits
from coding.services.gather_facts import UNCERTAIN_WORDS
from coding.services.load_code_sets import load_icd10cm, load_places, load_starters
from core.findings import blocks
from desk.demo.visits import visits_of
from tests.coding.edits.cast import BONES, FAMILY, before, seen

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 2)
PAYERS = ("medicare", "medicaid", "commercial", "other", "")


def clean_encounters(count: int) -> Iterator[tuple[str, EncounterFacts]]:
    """Visits of the demo's library, of people they fit, some of whom were here before."""
    draw = Random("clean encounters")
    library = [(kind, visit) for kind in ("family", "joints") for visit in visits_of(kind)]
    for number in range(count):
        kind, visit = library[number % len(library)]
        age, sex = draw.randint(*visit.ages), draw.choice(visit.sexes)
        day = TODAY - timedelta(days=draw.randrange(170))
        note = visit.write(draw, age, sex, supports=True)
        lines = "; ".join(visit.lines)
        earlier: tuple[EarlierLine, ...] = ()
        if number % 3 == 0:
            lines = lines.replace("99203", "99213")
            earlier = (before("99213", day - timedelta(days=draw.randint(20, 900))),)
        payers = PAYERS if "j3301" not in lines else ("medicare", "commercial")
        yield (
            note,
            seen(
                " ".join(visit.diagnoses),
                lines,
                on=day,
                payer=draw.choice(payers),
                patient_birth_date=date(day.year - age, 1, 1),
                patient_sex=sex,
                place_of_service_code="10" if visit.kind == "telehealth" else "11",
                specialty_code=FAMILY if kind == "family" else BONES,
                earlier=earlier,
                is_waiver_laboratory=True,
                uncertain_words=tuple(re.findall(UNCERTAIN_WORDS, note)),
            ),
        )


def test_two_hundred_clean_encounters_are_not_stopped() -> None:
    load_icd10cm()
    load_places()
    load_starters()
    encounters = [facts for note, facts in clean_encounters(200) if note]
    assert len(encounters) == 200
    with CaptureQueriesContext(connection) as asked:
        references = references_for(encounters)
    stopped = {
        (" ".join(one.code for one in facts.diagnoses), finding.code, finding.message)
        for facts in encounters
        for finding in run_edits(facts, references[facts.service_date_from])
        if blocks([finding])
    }
    assert stopped == set()
    assert len(asked) <= 20, "one query for each table, however many encounters"

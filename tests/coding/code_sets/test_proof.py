"""`manage.py verify` counts the rows of every release and names the one that lost some."""

from datetime import date

import pytest

from bench.code_set_files import icd_order, mue_csv
from coding.code_sets.files import SourceFile
from coding.models import IcdCode, UnitLimit
from coding.services.import_code_set import Import, import_code_set
from coding.verify import code_sets_are_whole


@pytest.mark.django_db
def test_a_release_that_lost_a_row_and_a_billable_header_are_found() -> None:
    limits = SourceFile(*mue_csv(30, date(2026, 10, 1)))
    import_code_set(Import("mue", [limits], licence_attested=True))
    import_code_set(Import("icd10cm", [SourceFile(*icd_order(2, 4))]))
    sound = code_sets_are_whole()
    assert (sound.counted, sound.problems) == (40, [])

    UnitLimit.objects.first().delete()  # type: ignore[union-attr]
    IcdCode.objects.filter(code="A00").update(is_billable=True)
    assert code_sets_are_whole().problems == [
        "Unit limits (MUE) 2026 Q4: 29 of 30 rows", "A00 is billable and has codes below it",
    ]  # fmt: skip

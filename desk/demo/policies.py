"""Two coverage policies of the demo, so that the Coverage tab has something to say.

They are made up after Medicare's policies on the two tests and hold a part of the diagnoses only.
As a starter table they step back as soon as an official release is active.
"""

import hashlib
from datetime import date

from coding.choices import CodeSetKind, PolicyKind, ReleaseState
from coding.models import CodeSetRelease, CoveragePolicy, PolicyDiagnosis, PolicyProcedure

_SINCE = date(2020, 1, 1)
# Number, title, procedure, diagnoses.
_POLICIES = (
    (
        "DEMO01", "Glycated hemoglobin", "83036",
        ("E1010", "E1065", "E109", "E1110", "E1121", "E1122", "E1140", "E1142", "E1165", "E1169",
         "E119", "E1311", "E1365", "E139", "E162", "O24419", "R7301", "R7303", "R7309", "R739"),
    ),
    (
        "DEMO02", "Lipid panel", "80061",
        ("E7800", "E7801", "E781", "E782", "E7841", "E7849", "E785", "E119", "E1165", "I10",
         "I2510", "I259", "I6529", "I739", "E6601", "K760"),
    ),
)  # fmt: skip


def load_policies() -> None:
    """Load them, where no policy of any kind is there yet."""
    if CodeSetRelease.objects.filter(kind=CodeSetKind.COVERAGE).exists():
        return
    release = CodeSetRelease.objects.create(
        kind=CodeSetKind.COVERAGE,
        label="made up for the demo",
        effective_from=_SINCE,
        source="Made up for the demo after Medicare's policies on two tests; not an official file",
        source_sha256=hashlib.sha256(repr(_POLICIES).encode()).hexdigest(),
        row_count=len(_POLICIES),
        is_starter=True,
        state=ReleaseState.ACTIVE,
    )
    for number, title, procedure, diagnoses in _POLICIES:
        CoveragePolicy.objects.create(
            release=release, number=number, kind=PolicyKind.NCD, title=title, effective_from=_SINCE
        )
        PolicyProcedure.objects.create(release=release, code=procedure, number=number)
        PolicyDiagnosis.objects.bulk_create(
            PolicyDiagnosis(release=release, number=number, is_covered=True, code=code)
            for code in diagnoses
        )

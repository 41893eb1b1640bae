"""Which open encounters of a practice have codes that a staged release changes."""

from coding.choices import CaseState, CodeSetKind
from coding.code_sets.comparing import differing
from coding.code_sets.kinds import SPECS
from coding.models import CaseDiagnosis, ChargeLine, CodeSetRelease

_OPEN = (
    CaseState.WAITING_NOTE, CaseState.READY, CaseState.IN_PROGRESS, CaseState.ON_HOLD,
    CaseState.RETURNED, CaseState.FINISHED,
)  # fmt: skip
_OF_DIAGNOSES = {CodeSetKind.ICD10CM}
_OF_PROCEDURES = {
    CodeSetKind.HCPCS, CodeSetKind.CPT, CodeSetKind.PTP, CodeSetKind.MUE, CodeSetKind.ADD_ON,
    CodeSetKind.RVU, CodeSetKind.CLIA,
}  # fmt: skip


def touched_cases(release: CodeSetRelease) -> int | None:
    """How many open cases of the practice in scope hold a code whose row differs.

    None where the set has no codes of diagnoses or procedures, or nothing to compare with.
    """
    old = CodeSetRelease.objects.filter(pk=release.facts.get("compared_with") or 0).first()
    if old is None or release.kind not in _OF_DIAGNOSES | _OF_PROCEDURES:
        return None
    cases = _of_diagnoses() if release.kind in _OF_DIAGNOSES else _of_procedures()
    model = SPECS[release.kind].models[0]
    codes = differing(model, release, old, sorted({code for _, code in cases}))
    return len({case for case, code in cases if code in codes})


def _of_diagnoses() -> list[tuple[int, str]]:
    rows = CaseDiagnosis.objects.filter(case__state__in=_OPEN)
    return list(rows.values_list("case_id", "code").distinct())


def _of_procedures() -> list[tuple[int, str]]:
    rows = ChargeLine.objects.filter(case__state__in=_OPEN)
    return list(rows.values_list("case_id", "procedure_code").distinct())

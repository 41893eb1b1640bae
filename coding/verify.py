"""Proofs over the rows of this app, run by `manage.py verify`."""

from django.db.models import Count

from coding.choices import CaseState, CodeSetKind, LineState
from coding.code_sets.kinds import SPECS
from coding.models import CaseDiagnosis, ChargeLine, CodeSetRelease, CodingCase, IcdCode
from coding.models.charge_line import priced_units
from core import verification
from core.money import dollars
from core.verification import Checked
from patients.models import Encounter

MOST_NAMED = 20


def register() -> None:
    """Hand the checks to the kernel."""
    verification.register("every encounter has its coding case", every_encounter_has_a_case)
    verification.register("released lines are priced and point to diagnoses", released_lines)
    verification.register("line charges are units times fee", charges_multiply)
    verification.register("code sets hold what their release says", code_sets_are_whole)


def every_encounter_has_a_case() -> Checked:
    """None is forgotten by the coders' queue."""
    rows = Encounter.everywhere.all()
    lost = rows.filter(coding_case__isnull=True)
    return Checked(rows.count(), [f"Encounter {row.number}" for row in lost[:MOST_NAMED]])


def released_lines() -> Checked:
    """A released line belongs to a released case, has a price, and points to its diagnoses."""
    rows = ChargeLine.everywhere.filter(state=LineState.RELEASED).select_related("case")
    checked = Checked(0)
    # One claim of several was returned: the others of the encounter stay released meanwhile.
    returned = set(
        ChargeLine.everywhere.filter(state=LineState.VOID).values_list("case_id", flat=True)
    )
    known: dict[int, set[int]] = {}
    for case_id, pk in CaseDiagnosis.everywhere.values_list("case_id", "pk"):
        known.setdefault(case_id, set()).add(pk)
    for line in rows.iterator(chunk_size=2000):
        checked.counted += 1
        wrong = []
        if not line.fee_source:
            wrong.append("has no price")
        if not line.pointers or set(line.pointers) - known.get(line.case_id, set()):
            wrong.append("points to no diagnosis of its case")
        is_over = line.case.state in {CaseState.RELEASED, CaseState.RETURNED, CaseState.FINISHED}
        if not is_over and line.case_id not in returned:
            wrong.append(f"belongs to a case that is {line.case.state}")
        if wrong and len(checked.problems) < MOST_NAMED:
            checked.problems.append(f"Line {line.control_number} {' and '.join(wrong)}")
    strays = CodingCase.everywhere.filter(state=CaseState.RELEASED, lines__state=LineState.DRAFT)
    checked.problems += [f"Case {pk} is released with a draft line" for pk in
                         strays.values_list("pk", flat=True)[:MOST_NAMED]]  # fmt: skip
    return checked


def charges_multiply() -> Checked:
    """Each line's charge is its fee times its units, rounded once; an anesthesia's fee is whole."""
    checked = Checked(0)
    rows = ChargeLine.everywhere.values_list(
        "control_number", "unit_code", "units", "unit_fee_amount", "charge_amount"
    )
    for number, unit, units, fee, charge in rows.iterator(chunk_size=5000):
        checked.counted += 1
        if (
            dollars(fee * priced_units(unit, units)) != charge
            and len(checked.problems) < MOST_NAMED
        ):
            checked.problems.append(f"Line {number}: {units} times {fee} is not {charge}")
    return checked


def code_sets_are_whole() -> Checked:
    """Every release holds as many rows as were loaded, and no ICD header is billable."""
    checked = Checked(0)
    for kind, spec in SPECS.items():
        releases = CodeSetRelease.objects.filter(kind=kind).exclude(row_count=0)
        counts = dict(
            spec.models[0]
            ._default_manager.filter(release__in=releases)
            .order_by()
            .values_list("release_id")
            .annotate(count=Count("pk"))
        )
        for release in releases:
            count = counts.get(release.pk, 0)
            checked.counted += count
            if count != release.row_count:
                checked.problems.append(f"{release}: {count:,} of {release.row_count:,} rows")
    for release in CodeSetRelease.objects.filter(kind=CodeSetKind.ICD10CM):
        bad = _billable_headers(release)
        checked.problems += [f"{code} is billable and has codes below it" for code in bad[:5]]
    return checked


def _billable_headers(release: CodeSetRelease) -> list[str]:
    # By sets: as a join of the release with itself it takes minutes before the table's first
    # statistics are there.
    rows = IcdCode.objects.filter(release=release).values_list("code", "parent_code")
    headers = {parent for _, parent in rows.iterator(chunk_size=20_000)}
    billable = rows.filter(is_billable=True).values_list("code", flat=True)
    return sorted(headers & set(billable))

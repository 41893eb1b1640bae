"""Gathering the facts of a case for the edits: a fixed number of queries, whatever its size."""

from coding.choices import CodeSetKind, LineState
from coding.edits.snapshot import DiagnosisFacts, EncounterFacts, LineFacts
from coding.models import CodingCase, PlaceOfService
from coding.selectors import charge_items_on, icd_children, icd_codes, release_on


def gather_facts(case: CodingCase) -> EncounterFacts:
    """The snapshot that the rules look at."""
    encounter = case.encounter
    on = encounter.service_date_from
    diagnoses = list(case.diagnoses.all())
    lines = [line for line in case.lines.all() if line.state != LineState.VOID]
    known = icd_codes([diagnosis.code for diagnosis in diagnoses], on)
    items = charge_items_on([line.procedure_code for line in lines], on)
    release = release_on(CodeSetKind.ICD10CM, on)
    places = release_on(CodeSetKind.POS, on)
    return EncounterFacts(
        service_date_from=on,
        service_date_to=encounter.service_date_to,
        place_of_service_code=encounter.place_of_service_code,
        patient_birth_date=case.patient.birth_date,
        has_note=encounter.notes.exists(),
        diagnoses=tuple(
            _diagnosis(diagnosis.pk, diagnosis.code, known.get(diagnosis.code), case)
            for diagnosis in diagnoses
        ),
        lines=tuple(
            LineFacts(
                key=line.pk,
                position=line.position,
                procedure_code=line.procedure_code,
                modifiers=tuple(line.modifiers),
                units=line.units,
                charge_amount=line.charge_amount,
                pointers=tuple(line.pointers),
                service_date_from=line.service_date_from,
                service_date_to=line.service_date_to,
                is_in_charge_master=line.procedure_code in items,
                has_fee=bool(line.fee_source),
                place_of_service_code=line.place_of_service_code,
            )
            for line in lines
        ),
        icd_release=str(release) if release else "no ICD-10-CM loaded",
        known_places=frozenset(
            PlaceOfService.objects.filter(release=places).values_list("code", flat=True)
        ),
        is_waiver_laboratory=encounter.facility.clia_is_waiver,
    )


def _diagnosis(key: int, code: str, row: object, case: CodingCase) -> DiagnosisFacts:
    if row is None:
        return DiagnosisFacts(key, code, is_known=False, is_billable=False)
    billable = bool(row.is_billable)  # type: ignore[attr-defined]
    below = () if billable else tuple(
        child.code for child in icd_children(code, case.encounter.service_date_from, 5)
    )  # fmt: skip
    title = str(row.title)  # type: ignore[attr-defined]
    return DiagnosisFacts(key, code, True, billable, title, below)

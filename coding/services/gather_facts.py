"""Gathering what the edits look at, for any number of cases in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, F, Func, Q, Value, prefetch_related_objects

from coding.choices import LineState
from coding.edit_reference import references_for
from coding.edits.lines import three_years_before
from coding.edits.reference import EditSettings, Reference
from coding.edits.snapshot import (
    DiagnosisFacts,
    EarlierLine,
    EncounterFacts,
    LineFacts,
    WorksheetFacts,
)
from coding.models import (
    CaseDiagnosis,
    ChargeItem,
    ChargeLine,
    CodingCase,
    EmWorksheet,
    PayerCodingRules,
)
from patients.choices import Rank
from patients.models import Coverage, EncounterNote

# Words of doubt (ICD-22): what they stand before is not coded in an office.
UNCERTAIN_WORDS = "probable|suspected|rule out|r/o|questionable|likely|versus|working diagnosis"


@dataclass(frozen=True, slots=True)
class Gathered:
    """What `run_edits` is called with."""

    facts: EncounterFacts
    reference: Reference
    settings: EditSettings


def gather_facts(case: CodingCase) -> Gathered:
    """The snapshot of one case, its reference data and its settings."""
    return gather_many([case])[case.pk]


def gather_many(cases: Sequence[CodingCase]) -> dict[int, Gathered]:
    """Snapshots by the case's key. The number of queries does not grow with the cases, only with
    the code-set releases that their dates fall into.
    """
    if not cases:
        return {}
    prefetch_related_objects(
        cases, "patient", "encounter__facility", "encounter__rendering_provider"
    )
    rows = _Rows(cases)
    facts = {case.pk: _facts(case, rows) for case in cases}
    references = references_for(facts.values())
    settings = _settings(cases, rows)
    return {
        case.pk: Gathered(facts[case.pk], references[facts[case.pk].service_date_from],
                          settings[case.pk])
        for case in cases
    }  # fmt: skip


class _Rows:
    """Everything that is read, by case or patient."""

    def __init__(self, cases: Sequence[CodingCase]) -> None:
        ids = [case.pk for case in cases]
        patients = {case.patient_id for case in cases}
        self.diagnoses: dict[int, list[CaseDiagnosis]] = defaultdict(list)
        for diagnosis in CaseDiagnosis.everywhere.filter(case__in=ids).order_by("position"):
            self.diagnoses[diagnosis.case_id].append(diagnosis)
        first = min(case.encounter.service_date_from for case in cases)
        self.lines: dict[int, list[ChargeLine]] = defaultdict(list)
        for line in _lines_of(patients, ids, three_years_before(first)):
            self.lines[line.patient_id].append(line)
        self.coverages: dict[int, list[Coverage]] = defaultdict(list)
        primary = Coverage.everywhere.filter(patient__in=patients, rank=Rank.PRIMARY)
        for coverage in primary.select_related("plan__payer"):
            self.coverages[coverage.patient_id].append(coverage)
        self.notes = _notes([case.encounter_id for case in cases])
        self.items = _items(cases, self)
        self.worksheets = {
            row.case_id: WorksheetFacts(row.family, row.ticks, row.minutes)
            for row in EmWorksheet.everywhere.filter(case__in=ids)
        }
        self.codes = self._codes_of_earlier(cases)

    def _codes_of_earlier(self, cases: Sequence[CodingCase]) -> dict[int, str]:
        """Diagnoses that earlier lines point to, where a visit says 24: unrelated to a surgery."""
        asking = {case.patient_id for case in cases
                  if any("24" in line.modifiers for line in self.of_case(case))}  # fmt: skip
        keys = {key for patient in asking for line in self.lines[patient] for key in line.pointers}
        if not keys:
            return {}
        return dict(CaseDiagnosis.everywhere.filter(pk__in=keys).values_list("pk", "code"))

    def of_case(self, case: CodingCase) -> list[ChargeLine]:
        """The lines of a case, in order."""
        own = [line for line in self.lines[case.patient_id] if line.case_id == case.pk]
        return sorted(own, key=lambda line: line.position)

    def coverage(self, case: CodingCase) -> Coverage | None:
        """The primary coverage on the day."""
        on = case.encounter.service_date_from
        return next((one for one in self.coverages[case.patient_id]
                     if one.effective_from <= on
                     and (one.effective_to is None or on <= one.effective_to)), None)  # fmt: skip


def _lines_of(patients: set[int], cases: list[int], since: date) -> Iterable[ChargeLine]:
    """Lines of the patients since a day, and those of the cases themselves whatever their day."""
    return (
        ChargeLine.everywhere.filter(
            Q(service_date_from__gte=since) | Q(case__in=cases), patient__in=patients
        )
        .exclude(state=LineState.VOID)
        .select_related("encounter__rendering_provider")
    )


def _notes(encounters: list[int]) -> dict[int, tuple[str, ...]]:
    """The words of doubt in each encounter's signed notes; one without such a note is left out.

    The database looks for them, so that notes need not travel.
    """
    found: dict[int, tuple[str, ...]] = {}
    words = Func(F("text"), Value(rf"(?i)\m({UNCERTAIN_WORDS})\M"), function="regexp_match",
                 output_field=ArrayField(CharField()))  # fmt: skip
    signed = EncounterNote.everywhere.filter(encounter__in=encounters, signed_at__isnull=False)
    rows = signed.annotate(words=words)
    for encounter, doubt in rows.values_list("encounter_id", "words"):
        said = tuple(word.lower() for word in doubt or ())
        found[encounter] = tuple(dict.fromkeys((*found.get(encounter, ()), *said)))
    return found


def _items(cases: Sequence[CodingCase], rows: _Rows) -> dict[str, list[ChargeItem]]:
    """The charge master's rows of every code on the cases."""
    codes = {line.procedure_code for case in cases for line in rows.of_case(case)}
    practices = {case.practice_id for case in cases}
    found: dict[str, list[ChargeItem]] = defaultdict(list)
    for item in ChargeItem.everywhere.filter(practice__in=practices, procedure_code__in=codes):
        found[item.procedure_code].append(item)
    return found


def _facts(case: CodingCase, rows: _Rows) -> EncounterFacts:
    encounter, patient = case.encounter, case.patient
    own = rows.of_case(case)
    coverage = rows.coverage(case)
    return EncounterFacts(
        service_date_from=encounter.service_date_from,
        service_date_to=encounter.service_date_to,
        place_of_service_code=encounter.place_of_service_code,
        patient_birth_date=patient.birth_date,
        patient_sex=patient.sex,
        has_note=encounter.pk in rows.notes,
        uncertain_words=rows.notes.get(encounter.pk, ()),
        diagnoses=tuple(
            DiagnosisFacts(diagnosis.pk, diagnosis.code) for diagnosis in rows.diagnoses[case.pk]
        ),
        lines=tuple(_line(line, rows.items) for line in own),
        provider_key=encounter.rendering_provider_id,
        specialty_code=encounter.rendering_provider.taxonomy_code,
        payer_kind=coverage.plan.payer.kind if coverage else "",
        is_waiver_laboratory=encounter.facility.clia_is_waiver,
        earlier=tuple(
            _earlier(line, rows.codes)
            for line in rows.lines[case.patient_id]
            if line.case_id != case.pk and _is_before(line, encounter.service_date_to)
        ),
        worksheet=rows.worksheets.get(case.pk),
    )


def _is_before(line: ChargeLine, day: date) -> bool:
    """What a case looks back at; a surgery of the next day, too, for the visit that decided it."""
    return line.service_date_from <= day + timedelta(days=1)


def _line(line: ChargeLine, items: dict[str, list[ChargeItem]]) -> LineFacts:
    on = line.service_date_from
    return LineFacts(
        key=line.pk,
        position=line.position,
        procedure_code=line.procedure_code,
        modifiers=tuple(line.modifiers),
        units=line.units,
        charge_amount=line.charge_amount,
        pointers=tuple(line.pointers),
        service_date_from=on,
        service_date_to=line.service_date_to,
        is_in_charge_master=any(
            item.practice_id == line.practice_id
            and item.effective_from <= on
            and (item.effective_to is None or on <= item.effective_to)
            for item in items.get(line.procedure_code, ())
        ),
        has_fee=bool(line.fee_source),
        place_of_service_code=line.place_of_service_code,
        minutes=line.minutes,
        description=line.description,
        ndc_code=line.ndc_code,
        ndc_unit_code=line.ndc_unit_code,
        ndc_quantity=line.ndc_quantity,
    )


def _earlier(line: ChargeLine, codes: dict[int, str]) -> EarlierLine:
    provider = line.encounter.rendering_provider
    return EarlierLine(
        encounter_number=line.encounter.number,
        procedure_code=line.procedure_code,
        modifiers=tuple(line.modifiers),
        units=line.units,
        service_date=line.service_date_from,
        provider_key=provider.pk,
        specialty_code=provider.taxonomy_code,
        charge_amount=line.charge_amount,
        diagnoses=tuple(codes[key] for key in line.pointers if key in codes),
    )


def _settings(cases: Sequence[CodingCase], rows: _Rows) -> dict[int, EditSettings]:
    """Each case's payer's coding rules; the usual ones where the payer has none."""
    payers = {case.pk: coverage.plan.payer_id
              for case in cases if (coverage := rows.coverage(case))}  # fmt: skip
    rules = {
        row.payer_id: EditSettings(
            row.mue_mod50_counts_as,
            row.therapy_rule,
            tuple(row.specific_codes),
            row.has_sides_apart,
            row.takes_51,
            row.takes_any_order,
        )
        for row in PayerCodingRules.everywhere.filter(payer__in=set(payers.values()))
    }
    usual = EditSettings()
    return {case.pk: rules.get(payers.get(case.pk, 0), usual) for case in cases}

"""Registering a patient, and changing what was registered."""

from datetime import date
from typing import Any

from django.db import transaction

from core import clock, timeline
from core.errors import ApplicationError
from core.news import announce
from patients.models import Guarantor, Patient
from patients.news import PATIENT_CHANGED
from patients.services.numbers import new_mrn
from patients.signatures import FIELDS as SIGNATURES
from patients.signatures import check_signatures

_EDITABLE = (
    "first_name", "middle_name", "last_name", "suffix", "birth_date", "sex", "address_line1",
    "address_line2", "city", "state_code", "zip_code", "phone", "email", "deceased_on",
    *SIGNATURES,
)  # fmt: skip
_GUARANTOR = (
    "first_name", "last_name", "address_line1", "address_line2", "city", "state_code",
    "zip_code", "phone",
)  # fmt: skip


@transaction.atomic
def register_patient(
    *,
    practice: Any,
    first_name: str,
    last_name: str,
    birth_date: date,
    sex: str,
    address_line1: str,
    city: str,
    state_code: str,
    zip_code: str,
    guarantor: Guarantor | None = None,
    guarantor_details: dict[str, Any] | None = None,
    mrn: str = "",
    **more: Any,
) -> Patient:
    """Register a person; without a guarantor named, they answer for themselves.

    `guarantor_details` holds the name, address and phone of a guarantor not known yet; `more` may
    hold middle_name, suffix, address_line2, phone, email, deceased_on and what is signed
    (`patients/signatures.py`). Raises ApplicationError at the field for a birth date to come, and
    for a signature without its day.
    """
    values = {
        "first_name": first_name, "last_name": last_name, "birth_date": birth_date, "sex": sex,
        "address_line1": address_line1, "city": city, "state_code": state_code,
        "zip_code": zip_code, **more,
    }  # fmt: skip
    _check(values, practice)
    guarantor = guarantor or Guarantor.everywhere.create(
        practice=practice,
        **{name: (guarantor_details or values).get(name, "") for name in _GUARANTOR},
    )
    patient = Patient.everywhere.create(
        practice=practice, mrn=mrn or new_mrn(), guarantor=guarantor, **values
    )
    timeline.record(patient, kind="patient.registered", sentence="registered the patient")
    return patient


@transaction.atomic
def update_patient(*, patient: Patient, **changes: Any) -> Patient:
    """Change what was registered. Only real changes are kept; each is audited old and new."""
    wrong = changes.keys() - set(_EDITABLE)
    if wrong:
        raise ApplicationError(f"These cannot be changed here: {', '.join(sorted(wrong))}")
    values = {name: getattr(patient, name) for name in _EDITABLE}
    changed = {name: new for name, new in changes.items() if values[name] != new}
    if not changed:
        return patient
    _check({**values, **changed}, patient.practice)
    answers_for_self = _answers_for_self(patient)
    for name, new in changed.items():
        setattr(patient, name, new)
    patient.save(update_fields=list(changed))
    if answers_for_self:
        shared = {name: changed[name] for name in _GUARANTOR if name in changed}
        if shared:
            Guarantor.everywhere.filter(pk=patient.guarantor_id).update(**shared)
    timeline.record(
        patient,
        kind="patient.changed",
        sentence=f"changed {', '.join(name.replace('_', ' ') for name in changed)}",
        before={name: values[name] for name in changed},
        after=changed,
    )
    announce(PATIENT_CHANGED, subject=patient, ids={"patient_id": patient.pk})
    return patient


def _answers_for_self(patient: Patient) -> bool:
    """Whether the guarantor is the patient: then a new address is the guarantor's, too.

    Father and son may share a name and a guarantor: it is the older of them.
    """
    guarantor = patient.guarantor
    name = {"first_name": guarantor.first_name, "last_name": guarantor.last_name}
    if name != {"first_name": patient.first_name, "last_name": patient.last_name}:
        return False
    older = Patient.everywhere.filter(
        guarantor=guarantor, birth_date__lt=patient.birth_date, **name
    )
    return not older.exists()


def _check(values: dict[str, Any], practice: Any) -> None:
    if values["birth_date"] > clock.today(practice):
        raise ApplicationError("A birth date cannot be in the future.", field="birth_date")
    deceased_on = values.get("deceased_on")
    if deceased_on and deceased_on < values["birth_date"]:
        raise ApplicationError("A death cannot come before the birth.", field="deceased_on")
    check_signatures(values, clock.today(practice))

"""Recording what a payer has allowed, changing it, and counting what is used of it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from core import timeline
from core.errors import ApplicationError
from core.news import announce
from patients.models import AuthorizationUse, Patient, PriorAuthorization
from patients.news import CLAIM_DATA_CHANGED

_EDITABLE = (
    "payer", "kind", "number", "effective_from", "effective_to", "codes", "unit",
    "allowed_quantity", "provider", "cancelled_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Use:
    """One charge's part: its control number, code, day and units."""

    line_number: str
    code: str
    used_on: date
    quantity: Decimal


@transaction.atomic
def record_authorization(*, patient: Patient, **facts: Any) -> PriorAuthorization:
    """Record an authorization or referral. Raises ApplicationError at the field."""
    found = PriorAuthorization(practice_id=patient.practice_id, patient=patient, **_known(facts))
    _save(found)
    timeline.record(
        patient, kind="authorization.recorded",
        sentence=f"recorded {_words(found)} by {found.payer.name}",
    )  # fmt: skip
    announce(CLAIM_DATA_CHANGED, subject=patient, ids={"patient_id": patient.pk})
    return found


@transaction.atomic
def change_authorization(
    *, authorization: PriorAuthorization, **changes: Any
) -> PriorAuthorization:
    """Change one; unsent claims of the patient follow. Raises as record_authorization does."""
    known = _known(changes)
    before = {name: str(getattr(authorization, name)) for name in known}
    for name, value in known.items():
        setattr(authorization, name, value)
    after = {name: str(getattr(authorization, name)) for name in known}
    if before == after:
        return authorization
    _save(authorization)
    patient = authorization.patient
    timeline.record(
        patient, kind="authorization.changed", sentence=f"changed {_words(authorization)}",
        before=before, after=after,
    )  # fmt: skip
    announce(CLAIM_DATA_CHANGED, subject=patient, ids={"patient_id": patient.pk})
    return authorization


@transaction.atomic
def count_uses(*, authorizations: Collection[PriorAuthorization], uses: Sequence[Use]) -> None:
    """Let these charges use these authorizations and no others; called again it changes nothing.

    Rows of the authorizations are locked, so that two claims never count at once.
    """
    wanted = [one.pk for one in authorizations]
    list(
        PriorAuthorization.objects.filter(pk__in=wanted)
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk", flat=True)
    )
    give_back_uses(use.line_number for use in uses)
    AuthorizationUse.objects.bulk_create(
        AuthorizationUse(
            practice_id=one.practice_id, authorization=one, line_number=use.line_number,
            used_on=use.used_on, quantity=use.quantity,
        )
        for one in authorizations
        for use in uses
        if covers(one, use.code, use.used_on)
    )  # fmt: skip


def give_back_uses(line_numbers: Iterable[str]) -> None:
    """What these charges used is free again: they are void, or counted anew."""
    AuthorizationUse.objects.filter(line_number__in=list(line_numbers)).delete()


def covers(authorization: PriorAuthorization, code: str, on: date) -> bool:
    """Whether it is for this code on this day."""
    ends = authorization.effective_to
    return (
        authorization.effective_from <= on
        and (ends is None or on <= ends)
        and (not authorization.codes or code in authorization.codes)
    )


def _known(facts: dict[str, Any]) -> dict[str, Any]:
    wrong = facts.keys() - set(_EDITABLE)
    if wrong:
        raise ApplicationError(f"These cannot be changed here: {', '.join(sorted(wrong))}")
    return facts


def _save(found: PriorAuthorization) -> None:
    found.number = found.number.replace(" ", "").upper()
    found.codes = list(dict.fromkeys(code.strip().upper() for code in found.codes if code.strip()))
    if not found.number or not (found.number.isascii() and found.number.isprintable()):
        raise ApplicationError("Enter the number as the payer wrote it.", field="number")
    if any(len(code) != 5 or not code.isalnum() for code in found.codes):
        raise ApplicationError("A procedure code has five characters.", field="codes")
    if found.effective_to and found.effective_to < found.effective_from:
        raise ApplicationError("It ends before it begins.", field="effective_to")
    if found.allowed_quantity is not None and found.allowed_quantity <= 0:
        raise ApplicationError("Empty, or more than zero.", field="allowed_quantity")
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError as error:
        if "one_authorization_per_number" not in str(error):
            raise
        raise ApplicationError(
            "This number is on record for the patient already.", field="number"
        ) from None


def _words(found: PriorAuthorization) -> str:
    return f"{found.get_kind_display().lower()} {found.number}"

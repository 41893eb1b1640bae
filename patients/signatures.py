"""Signatures on file: the patient's release of information and assignment of benefits.

What the claim form asks in boxes 12 and 13 and the 837P in CLM09 and CLM08 (domain B.4).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import models

from core.errors import ApplicationError

SIGNED, BY_LAW, NOT_ASSIGNED = "Y", "I", "N"


class Release(models.TextChoices):
    """CLM09: by what right the practice tells the payer about the patient."""

    SIGNED = "Y", "Signed statement on file"
    BY_LAW = "I", "No signature: permitted by law"


class Benefits(models.TextChoices):
    """CLM08: whom the payer shall pay."""

    ASSIGNED = "Y", "Assigned to the practice, signed"
    NOT_ASSIGNED = "N", "Not assigned: the payer pays the patient"


# Each answer with the day that belongs to it where it is signed.
PAIRS = (("release_code", "release_signed_on"), ("benefits_code", "benefits_signed_on"))
FIELDS = tuple(name for pair in PAIRS for name in pair)


def check_days_of_signatures(values: Mapping[str, Any]) -> None:
    """Raise ApplicationError at the field: a signature has a day, and only it has."""
    for code, day in PAIRS:
        signed_on, is_signed = values.get(day), values.get(code) == SIGNED
        if is_signed and signed_on is None:
            raise ApplicationError("Say on which day it was signed.", field=day)
        if signed_on is not None and not is_signed:
            raise ApplicationError("A day is kept only of what is signed.", field=day)


def check_signatures(values: Mapping[str, Any], today: date) -> None:
    """The same, and that no day is to come or lies before the birth."""
    check_days_of_signatures(values)
    for _, day in PAIRS:
        signed_on = values.get(day)
        if signed_on is None:
            continue
        if signed_on > today:
            raise ApplicationError("A signature cannot be dated in the future.", field=day)
        if signed_on < values["birth_date"]:
            raise ApplicationError("It cannot be signed before the birth.", field=day)


def signed_with_its_day(code: str, day: str) -> models.CheckConstraint:
    """The database's word on it: a signature has a day, nothing else has."""
    return models.CheckConstraint(
        condition=models.Q(**{code: SIGNED, f"{day}__isnull": False})
        | (~models.Q(**{code: SIGNED}) & models.Q(**{f"{day}__isnull": True})),
        name=f"{code.removesuffix('_code')}_is_signed_on_a_day",
    )

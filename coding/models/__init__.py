"""The nouns of this app, one a file."""

from coding.models.case import CaseDiagnosis, CodingCase, FindingOverride
from coding.models.charge_line import ChargeLine
from coding.models.code_set import CodeSetRelease, IcdCode, PlaceOfService
from coding.models.fee import ChargeItem, FeeSchedule, FeeScheduleItem

__all__ = [
    "CaseDiagnosis",
    "ChargeItem",
    "ChargeLine",
    "CodeSetRelease",
    "CodingCase",
    "FeeSchedule",
    "FeeScheduleItem",
    "FindingOverride",
    "IcdCode",
    "PlaceOfService",
]

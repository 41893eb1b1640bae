"""The nouns of this app, one a file."""

from coding.models.case import CaseDiagnosis, CodingCase, FindingOverride
from coding.models.charge_line import ChargeLine
from coding.models.code_set import CodeSetRelease, IcdCode, PlaceOfService
from coding.models.fee import ChargeItem, FeeSchedule, FeeScheduleItem
from coding.models.search_terms import DiagnosisNickname, IcdTerm, IndexEntry

__all__ = [
    "CaseDiagnosis",
    "ChargeItem",
    "ChargeLine",
    "CodeSetRelease",
    "CodingCase",
    "DiagnosisNickname",
    "FeeSchedule",
    "FeeScheduleItem",
    "FindingOverride",
    "IcdCode",
    "IcdTerm",
    "IndexEntry",
    "PlaceOfService",
]

"""The nouns of this app, one a file."""

from coding.models.anesthesia import AnesthesiaBase
from coding.models.assignment import AssignmentRule, RuleCoder
from coding.models.audit import AuditDifference, AuditItem, CodingAudit
from coding.models.case import CaseDiagnosis, CodingCase, FindingOverride
from coding.models.case_change import CaseChange
from coding.models.charge_line import ChargeLine
from coding.models.contract import Contract, ContractRule
from coding.models.coverage_policy import CoveragePolicy, PolicyDiagnosis, PolicyProcedure
from coding.models.em_worksheet import EmWorksheet
from coding.models.evidence import CodeEvidence
from coding.models.external_code import ExternalCode
from coding.models.fee import ChargeItem, FeeSchedule, FeeScheduleItem
from coding.models.icd import IcdCode, IcdFact, IcdNote, IcdSeventhCharacter
from coding.models.line_claim_data import LineClaimData
from coding.models.ncci import AddOnPair, PtpEdit, UnitLimit
from coding.models.payer_rules import PayerCodingRules
from coding.models.physician_fees import ConversionFactor, FeeLocality, RelativeValue
from coding.models.place import PlaceOfService
from coding.models.procedure_code import CptCode, HcpcsCode, ProcedureModifier, WaivedTest
from coding.models.provider_query import ProviderQuery
from coding.models.release import CodeSetRelease, ReleasedRow
from coding.models.search_terms import DiagnosisNickname, IcdTerm, IndexEntry

__all__ = [
    "AddOnPair",
    "AnesthesiaBase",
    "AssignmentRule",
    "AuditDifference",
    "AuditItem",
    "CaseChange",
    "CaseDiagnosis",
    "ChargeItem",
    "ChargeLine",
    "CodeEvidence",
    "CodeSetRelease",
    "CodingAudit",
    "CodingCase",
    "Contract",
    "ContractRule",
    "ConversionFactor",
    "CoveragePolicy",
    "CptCode",
    "DiagnosisNickname",
    "EmWorksheet",
    "ExternalCode",
    "FeeLocality",
    "FeeSchedule",
    "FeeScheduleItem",
    "FindingOverride",
    "HcpcsCode",
    "IcdCode",
    "IcdFact",
    "IcdNote",
    "IcdSeventhCharacter",
    "IcdTerm",
    "IndexEntry",
    "LineClaimData",
    "PayerCodingRules",
    "PlaceOfService",
    "PolicyDiagnosis",
    "PolicyProcedure",
    "ProcedureModifier",
    "ProviderQuery",
    "PtpEdit",
    "RelativeValue",
    "ReleasedRow",
    "RuleCoder",
    "UnitLimit",
    "WaivedTest",
]

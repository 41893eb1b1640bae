"""The nouns of this app, one a file."""

from patients.models.appointment import Appointment
from patients.models.authorization import AuthorizationUse, PriorAuthorization
from patients.models.case import Case
from patients.models.claim_data import EncounterClaimData
from patients.models.coverage import Coverage
from patients.models.encounter import Encounter, EncounterNote, EncounterOrder, SuggestedCode
from patients.models.import_problem import ImportProblem
from patients.models.patient import Guarantor, Patient
from patients.models.payer import Payer, PayerPlan
from patients.models.provider import BillingProvider, Provider, ServiceFacility

__all__ = [
    "Appointment",
    "AuthorizationUse",
    "BillingProvider",
    "Case",
    "Coverage",
    "Encounter",
    "EncounterClaimData",
    "EncounterNote",
    "EncounterOrder",
    "Guarantor",
    "ImportProblem",
    "Patient",
    "Payer",
    "PayerPlan",
    "PriorAuthorization",
    "Provider",
    "ServiceFacility",
    "SuggestedCode",
]

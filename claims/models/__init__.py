"""The claim world's rows, one noun (with its parts) a file."""

from claims.models.bulk import BulkRun
from claims.models.claim import Claim, ClaimChargeLine
from claims.models.credential import CredentialMinute, PayerCredential
from claims.models.inbox import AcknowledgedClaim, Acknowledgement, InboundMessage
from claims.models.inquiry import EligibilityCheck, StatusInquiry
from claims.models.paper import Mailing, PrinterOffset
from claims.models.remittance import (
    Denial,
    ProviderAdjustment,
    Remittance,
    RemittanceAdjustment,
    RemittanceClaim,
    RemittanceLine,
)
from claims.models.submission import SubmissionAttempt, SubmissionBatch, Transmission
from claims.models.trading_partner import (
    ControlNumber,
    PartnerLine,
    PayerFilingSettings,
    RemoteFile,
    TradingPartner,
)
from claims.models.version import ClaimVersion, ClaimVersionLine, ScrubFinding

__all__ = [
    "AcknowledgedClaim",
    "Acknowledgement",
    "BulkRun",
    "Claim",
    "ClaimChargeLine",
    "ClaimVersion",
    "ClaimVersionLine",
    "ControlNumber",
    "CredentialMinute",
    "Denial",
    "EligibilityCheck",
    "InboundMessage",
    "Mailing",
    "PartnerLine",
    "PayerCredential",
    "PayerFilingSettings",
    "PrinterOffset",
    "ProviderAdjustment",
    "Remittance",
    "RemittanceAdjustment",
    "RemittanceClaim",
    "RemittanceLine",
    "RemoteFile",
    "ScrubFinding",
    "StatusInquiry",
    "SubmissionAttempt",
    "SubmissionBatch",
    "TradingPartner",
    "Transmission",
]

"""The claim world's rows, one noun (with its parts) a file."""

from claims.models.bulk import BulkRun
from claims.models.claim import Claim, ClaimChargeLine
from claims.models.clock import PayerClock
from claims.models.coordination import Crossover, DeclinedPayer, PayerCoordination
from claims.models.credential import (
    AddressMinute,
    CredentialMinute,
    PayerCredential,
    PayerPageLink,
)
from claims.models.denial import (
    Appeal,
    AppealPart,
    AppealRule,
    DenialCase,
    LetterTemplate,
    LetterVersion,
)
from claims.models.enrolment import Enrolment, EnrolmentStep
from claims.models.expected import ExpectedLine
from claims.models.fix_run import FixItem, FixRun
from claims.models.https_road import AccessToken, HttpsRoad
from claims.models.inbox import AcknowledgedClaim, Acknowledgement, InboundMessage
from claims.models.inquiry import EligibilityCheck, StatusInquiry
from claims.models.intake import Upload, UploadedFile
from claims.models.match_candidate import MatchCandidate
from claims.models.paper import Mailing, PrinterOffset
from claims.models.payer_rule import (
    BackTest,
    BackTestHit,
    BackTestReason,
    PayerRule,
    PayerRuleScope,
    PayerRuleVersion,
)
from claims.models.remittance import (
    Denial,
    ProviderAdjustment,
    Remittance,
    RemittanceAdjustment,
    RemittanceClaim,
    RemittanceLine,
)
from claims.models.send_schedule import SendSchedule
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
    "AccessToken",
    "AcknowledgedClaim",
    "Acknowledgement",
    "AddressMinute",
    "Appeal",
    "AppealPart",
    "AppealRule",
    "BackTest",
    "BackTestHit",
    "BackTestReason",
    "BulkRun",
    "Claim",
    "ClaimChargeLine",
    "ClaimVersion",
    "ClaimVersionLine",
    "ControlNumber",
    "CredentialMinute",
    "Crossover",
    "DeclinedPayer",
    "Denial",
    "DenialCase",
    "EligibilityCheck",
    "Enrolment",
    "EnrolmentStep",
    "ExpectedLine",
    "FixItem",
    "FixRun",
    "HttpsRoad",
    "InboundMessage",
    "LetterTemplate",
    "LetterVersion",
    "Mailing",
    "MatchCandidate",
    "PartnerLine",
    "PayerClock",
    "PayerCoordination",
    "PayerCredential",
    "PayerFilingSettings",
    "PayerPageLink",
    "PayerRule",
    "PayerRuleScope",
    "PayerRuleVersion",
    "PrinterOffset",
    "ProviderAdjustment",
    "Remittance",
    "RemittanceAdjustment",
    "RemittanceClaim",
    "RemittanceLine",
    "RemoteFile",
    "ScrubFinding",
    "SendSchedule",
    "StatusInquiry",
    "SubmissionAttempt",
    "SubmissionBatch",
    "TradingPartner",
    "Transmission",
    "Upload",
    "UploadedFile",
]

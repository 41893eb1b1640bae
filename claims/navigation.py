"""Menu entries of this app."""

from django.http import HttpRequest

from claims.access import MONEY_READERS
from claims.choices import MessageState, RemittanceState
from claims.denial_choices import CaseState
from claims.models import ClaimVersion, DenialCase, InboundMessage, Remittance
from claims.states import REJECTED
from core import navigation
from core.access import READERS

_TO_DO = ["scrub_failed", "ready", *sorted(REJECTED)]
_UNFINISHED = [
    RemittanceState.RECEIVED,
    RemittanceState.MATCHED,
    RemittanceState.EXCEPTIONS,
    RemittanceState.OUT_OF_BALANCE,
    RemittanceState.HELD,
]


_PAGES_OF_CLAIMS = (
    "claims:detail", "claims:batches", "claims:batch-build", "claims:batch", "claims:connections",
    "claims:connection", "claims:schedule", "claims:connection-https", "claims:clocks",
    "claims:batch-mailed", "claims:printer",
)  # fmt: skip
_PAGES_OF_PAYERS = (
    "claims:payer", "claims:payer-filing", "claims:payer-clocks", "claims:enrolments",
    "claims:enrolment", "claims:enrolment-new", "claims:enrolment-import",
)  # fmt: skip


def register() -> None:
    navigation.register(
        "claims",
        "Claims",
        "claims",
        "claims:worklist",
        READERS,
        count=_claims_to_do,
        order=30,
        go="c",
        also=_PAGES_OF_CLAIMS,
    )
    _register_findings()
    _register_payers()
    navigation.register(
        "remits",
        "Remits",
        "remits",
        "claims:remittances",
        MONEY_READERS,
        count=_remittances_to_do,
        order=40,
        go="r",
        also=(
            "claims:remittance-upload", "claims:upload", "billing:remittance", "billing:answer",
            "billing:exceptions", "billing:exceptions-bulk",
        ),
    )  # fmt: skip
    navigation.register(
        "denials",
        "Denials",
        "denials",
        "claims:denials",
        MONEY_READERS,
        count=_denials_to_do,
        order=42,
        go="d",
        also=("claims:denial", "claims:appeal", "claims:denial-report", "claims:letters",
              "claims:letter", "claims:letter-new", "claims:payer-appeals"),
    )  # fmt: skip
    navigation.register(
        "inbox",
        "Inbox",
        "download",
        "claims:inbox",
        MONEY_READERS,
        count=_messages_to_do,
        order=45,
        also=("claims:inbox-message", "claims:callback-keys", "claims:callback-key"),
    )


def _register_payers() -> None:
    """Whom the practice bills, with all that is set for each."""
    navigation.register(
        "payers",
        "Payers",
        "building",
        "claims:payers",
        MONEY_READERS,
        order=47,
        also=_PAGES_OF_PAYERS,
    )


def _register_findings() -> None:
    navigation.register(
        "findings",
        "Findings",
        "s-warn",
        "claims:findings",
        MONEY_READERS,
        order=35,
        also=(
            "claims:findings-by-claim",
            "claims:alike",
            "claims:fix-run",
            "claims:rules",
            "claims:rule",
            "claims:rule-new",
            "claims:rule-change",
            "claims:back-test",
        ),
    )


def _claims_to_do(_: HttpRequest) -> int:
    return ClaimVersion.objects.filter(state__in=_TO_DO).count()


def _remittances_to_do(_: HttpRequest) -> int:
    return Remittance.objects.filter(state__in=_UNFINISHED).count()


def _denials_to_do(_: HttpRequest) -> int:
    return DenialCase.objects.filter(state=CaseState.NOT_STARTED).count()


def _messages_to_do(_: HttpRequest) -> int:
    waiting = [MessageState.QUARANTINED, MessageState.FAILED]
    return InboundMessage.objects.filter(state__in=waiting).count()

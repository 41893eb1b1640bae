"""Who takes our claims and sends us answers, and by which road."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models

from claims.choices import (
    AfterPickup,
    IdempotencySupport,
    LineStop,
    PaperTotals,
    PartnerKind,
    PostingLevel,
    TransportKind,
    Usage,
)
from claims.models._constraints import one_of
from claims.models.filing_rules import FilingRules
from core import clock
from core.leases import LeasedRow
from core.tenancy import PracticeModel

_interchange_id = RegexValidator(
    r"^[A-Z0-9 ]{2,15}$", "2 to 15 capitals or digits, as in the interchange header."
)
_SFTP_NEEDS = {
    "sftp_host": "a host",
    "sftp_user": "a user",
    "outbound_folder": "a folder for claims",
}


class TradingPartner(PracticeModel):
    """A clearinghouse or payer at the other end of a route."""

    name = models.CharField(max_length=60)
    kind = models.CharField(
        max_length=15, choices=PartnerKind.choices, default=PartnerKind.CLEARINGHOUSE
    )
    transport = models.CharField(max_length=10, choices=TransportKind.choices)
    sender_id = models.CharField(
        max_length=15,
        blank=True,
        validators=[_interchange_id],
        help_text="Our id on this route (ISA06); none on paper",
    )
    receiver_id = models.CharField(
        max_length=15,
        blank=True,
        validators=[_interchange_id],
        help_text="Their id on this route (ISA08); none on paper",
    )
    usage = models.CharField(max_length=1, choices=Usage.choices, default=Usage.TEST)
    endpoint_url = models.URLField(blank=True, help_text="HTTPS: where claims are posted")
    outbound_folder = models.CharField(
        max_length=300, blank=True, help_text="Folder and SFTP: where we leave claims"
    )
    inbound_folder = models.CharField(
        max_length=300, blank=True, help_text="Folder and SFTP: where answers arrive"
    )
    api_key_sealed = models.TextField(blank=True, editable=False)
    sftp_host = models.CharField(
        "SFTP host", max_length=253, blank=True, help_text="SFTP: the server's name"
    )
    sftp_port = models.PositiveIntegerField("SFTP port", default=22)
    sftp_user = models.CharField("SFTP user", max_length=100, blank=True)
    sftp_password_sealed = models.TextField(blank=True, editable=False)
    sftp_key_sealed = models.TextField(blank=True, editable=False)
    host_key = models.TextField(
        blank=True, editable=False, help_text="The server's public key that a person confirmed"
    )
    after_pickup = models.CharField(
        max_length=6,
        choices=AfterPickup.choices,
        default=AfterPickup.DELETE,
        help_text="SFTP: what is done with an answer there once we have it",
    )
    archive_folder = models.CharField(
        max_length=300, blank=True, help_text="SFTP: where answers are moved to"
    )
    look_every_seconds = models.PositiveIntegerField(
        default=60,
        validators=[MinValueValidator(10)],
        help_text="SFTP: how often we look for answers",
    )
    calls_per_minute = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="The most calls that the partner allows; empty for no limit",
    )
    idempotency = models.CharField(
        max_length=5, choices=IdempotencySupport.choices, default=IdempotencySupport.NONE
    )
    capabilities: Any = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(PracticeModel.Meta):
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "sender_id", "receiver_id"],
                condition=~models.Q(transport=TransportKind.PAPER),
                name="one_partner_per_route",
                violation_error_message="A route with these ids already exists.",
            ),
            one_of("transport", TransportKind, "partner_transport_is_known"),
            one_of("kind", PartnerKind, "partner_kind_is_known"),
            one_of("usage", Usage, "partner_usage_is_known"),
            one_of("after_pickup", AfterPickup, "partner_after_pickup_is_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A route without an address goes nowhere: say so at the field."""
        if self.transport == TransportKind.HTTPS and not self.endpoint_url:
            raise ValidationError({"endpoint_url": "An HTTPS route needs an address."})
        if self.transport == TransportKind.FOLDER and not self.outbound_folder:
            raise ValidationError({"outbound_folder": "A folder route needs a folder."})
        if self.transport == TransportKind.SFTP:
            self._clean_sftp()
        if self.transport != TransportKind.PAPER:
            missing = {
                name: "A file cannot be addressed without it."
                for name in ("sender_id", "receiver_id")
                if not getattr(self, name)
            }
            if missing:
                raise ValidationError(missing)

    @property
    def is_paper(self) -> bool:
        """Whether claims go to it printed and by mail."""
        return self.transport == TransportKind.PAPER

    def _clean_sftp(self) -> None:
        missing = {
            name: f"An SFTP route needs {words}."
            for name, words in _SFTP_NEEDS.items()
            if not getattr(self, name)
        }
        if self.after_pickup == AfterPickup.MOVE and not self.archive_folder:
            missing["archive_folder"] = "Say which folder answers are moved to."
        if missing:
            raise ValidationError(missing)


class PartnerLine(PracticeModel, LeasedRow):
    """How the line to a partner is doing: its circuit, its throttle, and the next look for answers.

    Apart from the route, because it changes with each call and nobody sets it up.
    """

    partner = models.OneToOneField(TradingPartner, on_delete=models.CASCADE, related_name="line")
    failures = models.PositiveIntegerField(default=0, help_text="In a row")
    openings = models.PositiveIntegerField(default=0, help_text="Times the circuit opened in a row")
    open_until = models.DateTimeField(null=True, blank=True)
    last_failed_at = models.DateTimeField(null=True, blank=True)
    last_failure = models.CharField(max_length=300, blank=True)
    stop = models.CharField(max_length=10, choices=LineStop.choices, blank=True, default="")
    stop_reason = models.CharField(max_length=300, blank=True)
    offered_host_key = models.TextField(blank=True)
    minute = models.BigIntegerField(default=0)
    minute_count = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    tried_well = models.BooleanField(default=False)
    tried_words = models.CharField(max_length=500, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [one_of("stop", LineStop, "line_stop_is_known")]

    def __str__(self) -> str:
        return f"line to partner {self.partner_id}"


class RemoteFile(PracticeModel):
    """One answer as it lies on a partner's server: seen, then taken, then put away, once each."""

    partner = models.ForeignKey(
        TradingPartner, on_delete=models.CASCADE, related_name="remote_files"
    )
    name = models.CharField(max_length=300)
    size = models.BigIntegerField()
    modified = models.BigIntegerField(help_text="As the server says, in seconds")
    seen_at = models.DateTimeField(default=clock.now)
    message = models.ForeignKey(
        "claims.InboundMessage",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    put_away_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "name", "size", "modified"], name="one_row_per_remote_file"
            )
        ]

    def __str__(self) -> str:
        return f"remote file {self.pk}"


class PayerFilingSettings(FilingRules, PracticeModel):
    """How claims for one payer are filed, and how its remittances are posted."""

    payer = models.OneToOneField(
        "patients.Payer", on_delete=models.CASCADE, related_name="filing_settings"
    )
    partner = models.ForeignKey(
        TradingPartner, on_delete=models.PROTECT, related_name="payer_settings"
    )
    payer_id_on_route = models.CharField(
        max_length=20, blank=True, help_text="Where the route knows the payer by another id"
    )
    filing_limit_days = models.PositiveSmallIntegerField(
        default=365, help_text="Days from the first service date (domain B.8)"
    )
    files_by_calendar_year = models.BooleanField(
        default=False, help_text="The limit is the same day next year, as Medicare counts"
    )
    posts = models.CharField(
        max_length=10, choices=PostingLevel.choices, default=PostingLevel.ONE_CLICK
    )
    authorization_codes = ArrayField(
        models.CharField(max_length=5),
        default=list,
        blank=True,
        help_text="Codes that this payer pays only with a prior authorization; a beginning, such as"
        " 737, stands for all that begin with it",
    )
    needs_referral = models.BooleanField(
        default=False, help_text="The payer pays only with a referral"
    )
    paper_totals = models.CharField(
        max_length=4,
        choices=PaperTotals.choices,
        default=PaperTotals.EACH,
        help_text="Paper: box 28 of a claim that needs several forms (domain B.1)",
    )

    class Meta(PracticeModel.Meta):
        verbose_name_plural = "payer filing settings"
        constraints = [
            one_of("posts", PostingLevel, "posting_level_is_known"),
            one_of("paper_totals", PaperTotals, "paper_totals_are_known"),
        ]

    def __str__(self) -> str:
        return f"filing settings of payer {self.payer_id}"


class ControlNumber(PracticeModel):
    """The last number given out on one route for one kind. Numbers are never given out twice."""

    partner = models.ForeignKey(
        TradingPartner, on_delete=models.PROTECT, related_name="control_numbers"
    )
    kind = models.CharField(max_length=20)
    last_number = models.BigIntegerField(default=0)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["partner", "kind"], name="one_counter_per_kind")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.last_number}"

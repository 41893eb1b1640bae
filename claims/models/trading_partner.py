"""Who takes our claims and sends us answers, and by which road."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from claims.choices import (
    IdempotencySupport,
    PaperTotals,
    PartnerKind,
    PostingLevel,
    TransportKind,
    Usage,
)
from claims.models._constraints import one_of
from core import clock
from core.tenancy import PracticeModel

_interchange_id = RegexValidator(
    r"^[A-Z0-9 ]{2,15}$", "2 to 15 capitals or digits, as in the interchange header."
)


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
        max_length=300, blank=True, help_text="Folder: where we leave claims"
    )
    inbound_folder = models.CharField(
        max_length=300, blank=True, help_text="Folder: where answers arrive"
    )
    api_key_sealed = models.TextField(blank=True, editable=False)
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
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A route without an address goes nowhere: say so at the field."""
        if self.transport == TransportKind.HTTPS and not self.endpoint_url:
            raise ValidationError({"endpoint_url": "An HTTPS route needs an address."})
        if self.transport == TransportKind.FOLDER and not self.outbound_folder:
            raise ValidationError({"outbound_folder": "A folder route needs a folder."})
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


class PayerFilingSettings(PracticeModel):
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

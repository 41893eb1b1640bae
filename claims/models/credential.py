"""The keys by which payers and clearinghouses prove themselves at the callback door."""

import ipaddress

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from claims.choices import Scope, SigningBase
from core import clock
from core.ids import opaque_number
from core.tenancy import PracticeModel


def new_key_id() -> str:
    """An unguessable name for the URL of a new credential."""
    return opaque_number("PK", 20).lower()


def is_network(text: str) -> None:
    """Raise ValidationError for what is neither an IP address nor a network."""
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise ValidationError(f"{text} is no network: write it like 203.0.113.0/24.") from error


class PayerCredential(PracticeModel):
    """One signing key of one partner. Secrets are encrypted; two may be live during rotation."""

    partner = models.ForeignKey(
        "claims.TradingPartner", on_delete=models.PROTECT, related_name="credentials"
    )
    payer = models.ForeignKey(
        "patients.Payer",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="For a payer's own key: it answers for the claims billed to this payer, whatever"
        " route they were sent by. Empty for a clearinghouse",
    )
    name = models.CharField(max_length=60)
    key_id = models.CharField(max_length=20, unique=True, default=new_key_id, editable=False)
    secret_sealed = models.TextField(editable=False)
    previous_secret_sealed = models.TextField(blank=True, editable=False)
    previous_secret_until = models.DateTimeField(null=True, blank=True)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope.choices), default=list)
    signing_base = models.CharField(
        max_length=20, choices=SigningBase.choices, default=SigningBase.STANDARD
    )
    tolerance_seconds = models.PositiveIntegerField(default=300)
    events_per_minute = models.PositiveIntegerField(default=600)
    max_event_bytes = models.PositiveIntegerField(default=1024 * 1024)
    max_file_bytes = models.PositiveIntegerField(default=25 * 1024 * 1024)
    allowed_fingerprint = models.CharField(
        max_length=64,
        blank=True,
        validators=[RegexValidator(r"^[0-9a-f]{64}$", "64 hexadecimal digits, small letters.")],
        help_text="SHA-256 of the client certificate, if one is asked",
    )
    allowed_networks = ArrayField(
        models.CharField(max_length=43, validators=[is_network]),
        default=list,
        blank=True,
        help_text="Where calls may come from, for example 203.0.113.0/24; none for anywhere",
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    end_reported_for = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="The expiry that somebody was told about"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(PracticeModel.Meta):
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.key_id[:8]}…)"

    @property
    def is_live(self) -> bool:
        """Whether the credential may be used now."""
        instant = clock.now()
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > instant)


class PayerPageLink(PracticeModel):
    """A secret address at which a payer's engineers see the page of one key, without a sign-in.

    Only its hash is kept. It ends by itself, or at once when somebody ends it.
    """

    credential = models.ForeignKey(
        PayerCredential, on_delete=models.CASCADE, related_name="page_links"
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    given_to = models.CharField(max_length=60)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"link for {self.given_to}"

    @property
    def is_live(self) -> bool:
        """Whether the address opens the page now."""
        return self.ended_at is None and self.expires_at > clock.now()


class CredentialMinute(models.Model):
    """How many requests a credential made in one minute: the rate limit, in the database.

    It stands in PostgreSQL so that emptying the cache cannot open the door wider.
    """

    credential = models.ForeignKey(PayerCredential, on_delete=models.CASCADE, related_name="+")
    minute = models.BigIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["credential", "minute"], name="one_count_per_minute")
        ]

    def __str__(self) -> str:
        return f"{self.count} in minute {self.minute}"


class AddressMinute(models.Model):
    """How many calls of one address were refused in one minute, whoever it said it was.

    It belongs to no practice: whose key was meant is not known before a call is believed.
    """

    address = models.CharField(max_length=45, help_text="An IPv4 address, or an IPv6 network /64")
    minute = models.BigIntegerField()
    count = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["address", "minute"], name="one_refusal_count_a_minute")
        ]

    def __str__(self) -> str:
        return f"{self.count} refused in minute {self.minute}"

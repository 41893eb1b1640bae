"""How one partner's HTTPS side wants to be called, as it declares it, and our token there."""

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models

from claims.choices import HttpsBody, HttpsSignIn
from claims.models._constraints import one_of
from claims.models.trading_partner import TradingPartner
from core.tenancy import PracticeModel

HEADER = RegexValidator(r"^[A-Za-z][A-Za-z0-9-]*$", "Letters, digits and hyphens.")
MEMBER = RegexValidator(
    r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$",
    "A name like receipt, or a way down like claim.id.",
)
PATH = RegexValidator(
    r"^/(?!/)[A-Za-z0-9._~/-]*((\{key\}|\{number\})[A-Za-z0-9._~/-]*)?"
    r"(\?[A-Za-z0-9._~-]+=(\{key\}|\{number\}|[A-Za-z0-9._~-]+))?$",
    "A path below the address, like /v1/claims.",
)


class HttpsRoad(PracticeModel):
    """Everything about an HTTPS road that the address alone does not say.

    A partner without this row is called as the defaults say.
    """

    partner = models.OneToOneField(
        TradingPartner, on_delete=models.CASCADE, related_name="https_road"
    )
    sign_in = models.CharField(max_length=5, choices=HttpsSignIn.choices, default=HttpsSignIn.KEY)
    key_header = models.CharField(max_length=40, default="Authorization", validators=[HEADER])
    key_prefix = models.CharField(max_length=20, blank=True, default="Bearer")
    token_url = models.URLField(blank=True)
    client_id = models.CharField(max_length=200, blank=True)
    client_secret_sealed = models.TextField(blank=True, editable=False)
    token_scope = models.CharField(max_length=200, blank=True)
    body = models.CharField(max_length=4, choices=HttpsBody.choices, default=HttpsBody.X12)
    body_member = models.CharField(max_length=60, default="x12", validators=[MEMBER])
    claims_path = models.CharField(max_length=200, default="/v1/claims", validators=[PATH])
    status_path = models.CharField(
        max_length=200, blank=True, default="/v1/submissions/{key}", validators=[PATH]
    )
    questions_path = models.CharField(
        max_length=200, blank=True, default="/v1/inquiries", validators=[PATH]
    )
    idempotency_header = models.CharField(
        max_length=40, blank=True, default="Idempotency-Key", validators=[HEADER]
    )
    key_hours = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)]
    )
    receipt_member = models.CharField(
        max_length=60, blank=True, default="receipt", validators=[MEMBER]
    )

    class Meta(PracticeModel.Meta):
        constraints = [
            one_of("sign_in", HttpsSignIn, "https_sign_in_is_known"),
            one_of("body", HttpsBody, "https_body_is_known"),
        ]

    def __str__(self) -> str:
        return f"HTTPS road of partner {self.partner_id}"


class AccessToken(PracticeModel):
    """The token that a partner gave us, kept sealed, and who renews it now."""

    partner = models.OneToOneField(
        TradingPartner, on_delete=models.CASCADE, related_name="access_token"
    )
    token_sealed = models.TextField(blank=True, editable=False)
    renew_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    renewed_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        pass

    def __str__(self) -> str:
        return f"access token of partner {self.partner_id}"

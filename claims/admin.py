"""Claims in the admin site: routes, filing and keys to set up; what was sent or came in to read."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from claims.choices import AfterPickup, Scope, TransportKind
from claims.models import (
    Claim,
    ClaimVersion,
    EligibilityCheck,
    Enrolment,
    EnrolmentStep,
    InboundMessage,
    PayerCoordination,
    PayerCredential,
    PayerFilingSettings,
    Remittance,
    RemittanceClaim,
    SendSchedule,
    StatusInquiry,
    SubmissionBatch,
    TradingPartner,
)
from claims.services.credentials import (
    create_credential,
    revoke_credential,
    rotate_secret,
    seal_api_key,
    seal_sftp,
)
from claims.transport.allow_list import HostNotAllowed, check_host, check_url
from claims.transport.folders import folder_path
from claims.transport.ssh_keys import private_key
from core.admin_base import PracticeModelAdmin, ReadOnlyAdmin, ReadOnlyInline
from core.errors import ApplicationError, Conflict

# What only SFTP routes need; left empty, the usual holds.
_DEFAULTS = {"sftp_port": 22, "after_pickup": AfterPickup.DELETE, "look_every_seconds": 60}


class TradingPartnerForm(forms.ModelForm):
    """A route. Its key is typed, sealed, and never shown again."""

    api_key = forms.CharField(
        required=False,
        label="API key",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Leave empty to keep the one there is. It is never shown.",
    )

    sftp_password = forms.CharField(
        required=False,
        label="SFTP password",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Leave empty to keep the one there is. It is never shown.",
    )
    sftp_key = forms.CharField(
        required=False,
        label="SFTP private key",
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        help_text="In place of a password; without a passphrase. It is never shown again.",
    )

    endpoint_url = forms.URLField(
        required=False, assume_scheme="https", help_text="HTTPS: the address claims are posted to"
    )

    class Meta:
        model = TradingPartner
        fields = [
            "name", "kind", "transport", "sender_id", "receiver_id", "usage", "endpoint_url",
            "sftp_host", "sftp_port", "sftp_user", "outbound_folder", "inbound_folder",
            "after_pickup", "archive_folder", "look_every_seconds", "calls_per_minute",
            "idempotency", "is_active",
        ]  # fmt: skip

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for name in _DEFAULTS:
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """Refuse at the field what the transports would refuse later, with claims waiting."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, default in _DEFAULTS.items():
            if name in cleaned and cleaned[name] in {None, ""}:
                cleaned[name] = default
        if cleaned.get("transport") == TransportKind.SFTP:
            self._clean_sftp(cleaned)
        else:
            self._clean_folders(cleaned)
        if cleaned.get("transport") == TransportKind.HTTPS and cleaned.get("endpoint_url"):
            try:
                check_url(cleaned["endpoint_url"])
            except HostNotAllowed as refusal:
                self.add_error("endpoint_url", f"Not accepted: {refusal}.")
        return cleaned

    def _clean_folders(self, cleaned: dict[str, Any]) -> None:
        for name in ("outbound_folder", "inbound_folder"):
            if cleaned.get(name):
                try:
                    folder_path(cleaned[name])
                except ApplicationError as refusal:
                    self.add_error(name, refusal.message)

    def _clean_sftp(self, cleaned: dict[str, Any]) -> None:
        """Folders lie on the other side; the host must be allowed, and a key must be one."""
        if cleaned.get("sftp_host"):
            try:
                check_host(cleaned["sftp_host"], cleaned.get("sftp_port"))
            except HostNotAllowed as refusal:
                self.add_error("sftp_host", f"Not accepted: {refusal}.")
        if cleaned.get("sftp_key"):
            try:
                private_key(cleaned["sftp_key"])
            except ApplicationError as refusal:
                self.add_error("sftp_key", refusal.message)
        if cleaned.get("sftp_key") and cleaned.get("sftp_password"):
            self.add_error("sftp_key", "Enter a password or a key, not both.")
        kept = self.instance.sftp_password_sealed or self.instance.sftp_key_sealed
        if not (cleaned.get("sftp_key") or cleaned.get("sftp_password") or kept):
            self.add_error("sftp_password", "An SFTP route needs a password or a key.")


@admin.register(TradingPartner)
class TradingPartnerAdmin(PracticeModelAdmin):
    form = TradingPartnerForm
    list_display = ["name", "kind", "transport", "sender_id", "receiver_id", "usage", "is_active"]
    list_filter = ["kind", "transport", "usage", "is_active"]
    search_fields = ["name", "sender_id", "receiver_id"]

    def save_model(
        self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool
    ) -> None:
        """Seal newly typed secrets with the route they belong to.

        Another server is another host key: the confirmed one does not hold for it.
        """
        if form.cleaned_data.get("api_key"):
            obj.api_key_sealed = seal_api_key(obj, form.cleaned_data["api_key"])
        seal_sftp(
            obj,
            password=form.cleaned_data.get("sftp_password", ""),
            private_key=form.cleaned_data.get("sftp_key", ""),
        )
        if {"sftp_host", "sftp_port"} & set(form.changed_data):
            obj.host_key = ""
        super().save_model(request, obj, form, change)


@admin.register(PayerFilingSettings)
class PayerFilingSettingsAdmin(PracticeModelAdmin):
    list_display = ["payer", "partner", "filing_limit_days", "files_by_calendar_year", "posts"]
    list_filter = ["posts", "partner"]
    search_fields = ["payer__name", "payer__payer_number"]


@admin.register(PayerCoordination)
class PayerCoordinationAdmin(PracticeModelAdmin):
    list_display = [
        "payer",
        "coordinates_internally",
        "wants_zero_balance",
        "never_covers_copay",
        "crossover_days",
    ]
    search_fields = ["payer__name", "payer__payer_number"]


class PayerCredentialForm(forms.ModelForm):
    """A key for one partner; scopes as boxes to tick."""

    scopes = forms.MultipleChoiceField(
        choices=Scope.choices, widget=forms.CheckboxSelectMultiple, initial=list(Scope.values)
    )

    class Meta:
        model = PayerCredential
        fields = [
            "partner", "payer", "name", "scopes", "signing_base", "tolerance_seconds",
            "events_per_minute", "max_event_bytes", "max_file_bytes", "allowed_fingerprint",
            "allowed_networks", "expires_at",
        ]  # fmt: skip


@admin.register(PayerCredential)
class PayerCredentialAdmin(PracticeModelAdmin):
    """Secrets are made by us, shown once on the page that answers, and kept sealed."""

    form = PayerCredentialForm
    list_display = ["name", "partner", "payer", "key_id", "is_live", "last_used_at", "expires_at"]
    list_filter = ["partner"]
    search_fields = ["name", "key_id"]
    readonly_fields = ["key_id", "revoked_at", "last_used_at", "previous_secret_until"]
    actions = ["rotate", "revoke"]

    def save_model(
        self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool
    ) -> None:
        """A new key goes through the service that makes its secret."""
        if change:
            super().save_model(request, obj, form, change)
            return
        typed = {name: getattr(obj, name) for name in form.fields}
        made, secret = create_credential(**typed)
        obj.__dict__.update(made.__dict__)
        obj.secret_once = secret

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """The one page that ever shows the secret; nothing keeps it, not even the session."""
        return self._show(request, obj, obj.secret_once)

    @admin.action(description="Make a new secret (the old one stays good for a week)")
    def rotate(self, request: HttpRequest, queryset: QuerySet[PayerCredential]) -> Any:
        if queryset.count() != 1:
            self.message_user(request, "Choose one key.", level="WARNING")
            return None
        credential = queryset.get()
        try:
            secret = rotate_secret(credential=credential)
        except Conflict as error:
            advice = f"{error.message} Where that is meant, do it on the key's own page."
            self.message_user(request, advice, level="ERROR")
            return None
        return self._show(request, credential, secret)

    @admin.action(description="Revoke at once")
    def revoke(self, request: HttpRequest, queryset: QuerySet[PayerCredential]) -> None:
        for credential in queryset:
            revoke_credential(credential=credential)
        self.message_user(request, "Revoked.")

    def _show(self, request: HttpRequest, credential: Any, secret: str) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "A new secret",
            "credential": credential,
            "secret": secret,
            "opts": self.opts,
        }
        response = TemplateResponse(request, "claims/admin_secret.html", context)
        response["Cache-Control"] = "no-store"
        return response


class VersionInline(ReadOnlyInline):
    model = ClaimVersion
    fk_name = "claim"
    fields = ["number", "payer", "rank", "frequency_code", "state", "outcome", "charge_amount"]


@admin.register(Claim)
class ClaimAdmin(ReadOnlyAdmin):
    patient_data = True
    list_display = ["control_number", "service_date_from", "charge_amount", "state"]
    list_select_related = ["current_version"]
    search_fields = ["control_number"]
    inlines = [VersionInline]

    @admin.display(description="State")
    def state(self, claim: Claim) -> str:
        return claim.current_version.get_state_display() if claim.current_version else ""


@admin.register(SubmissionBatch)
class SubmissionBatchAdmin(ReadOnlyAdmin):
    list_display = ["reference", "partner", "claim_count", "charge_amount", "is_test", "built_at"]
    list_filter = ["partner", "is_test"]
    search_fields = ["reference", "interchange_control_number"]


@admin.register(InboundMessage)
class InboundMessageAdmin(ReadOnlyAdmin):
    list_display = ["received_at", "kind", "state", "partner", "source", "result"]
    list_filter = ["state", "kind", "source"]
    search_fields = ["event_id", "sha256"]


class InquiryAdmin(ReadOnlyAdmin):
    patient_data = True
    list_filter = ["state", "payer"]
    search_fields = ["reference"]


@admin.register(EligibilityCheck)
class EligibilityCheckAdmin(InquiryAdmin):
    list_select_related = ["payer", "coverage__patient"]
    list_display = ["reference", "payer", "service_on", "state", "verdict", "asked_at"]


@admin.register(StatusInquiry)
class StatusInquiryAdmin(InquiryAdmin):
    list_select_related = ["payer", "version__claim__patient"]
    list_display = ["reference", "payer", "state", "category_code", "because", "asked_at"]


class RemittanceClaimInline(ReadOnlyInline):
    model = RemittanceClaim
    fields = ["position", "patient_control_number", "status_code", "paid_amount", "match_reason"]


@admin.register(Remittance)
class RemittanceAdmin(ReadOnlyAdmin):
    patient_data = True
    list_display = ["trace_number", "payer_name", "paid_on", "payment_amount", "state"]
    list_filter = ["state"]
    search_fields = ["trace_number", "payer_name"]
    inlines = [RemittanceClaimInline]


class EnrolmentStepInline(ReadOnlyInline):
    """How far the paperwork is; changed on the enrolment's own page."""

    model = EnrolmentStep
    fields = ("subject", "state", "requested_on", "approved_on", "changed_by")


@admin.register(Enrolment)
class EnrolmentAdmin(ReadOnlyAdmin):
    """Who may bill whom; recorded on the enrolments' own pages."""

    list_display = ("payer", "who", "effective_from", "effective_to")
    list_filter = ("payer",)
    search_fields = ("payer__name", "payer_provider_number")
    inlines = (EnrolmentStepInline,)


@admin.register(SendSchedule)
class SendScheduleAdmin(ReadOnlyAdmin):
    """When ready claims leave by themselves; set on the connection's or the payer's page."""

    list_display = ("partner", "payer", "is_on", "due_at", "last_words")
    search_fields = ("partner__name", "payer__name")

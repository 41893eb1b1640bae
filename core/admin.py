"""Set-up of practices and people: who works where, in which role, and what was done."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from core import audit
from core.access import ADMINS
from core.admin_base import PracticeModelAdmin, ReadOnlyAdmin
from core.api.scopes import all_scopes
from core.choices import Role
from core.errors import ApplicationError
from core.models import (
    ApiToken,
    AuditEvent,
    Membership,
    Practice,
    User,
    WebhookDelivery,
    WebhookEndpoint,
)
from core.services.api_tokens import (
    DEFAULT_CALLS,
    issue_api_token,
    renew_api_token,
    revoke_api_token,
)

admin.site.unregister(Group)  # roles are in memberships; groups would be a second truth


def is_system_admin(request: HttpRequest) -> bool:
    """System admins see every practice and no patient."""
    return getattr(request, "role", "") == Role.SYSTEM_ADMIN


@admin.register(Practice)
class PracticeAdmin(PracticeModelAdmin):
    """A practice admin sees and names the own practice; a system admin opens new ones."""

    roles = ADMINS
    scoped = False
    list_display = ("name", "time_zone", "phone", "is_active", "is_demo")
    search_fields = ("name",)
    readonly_fields = ("created_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Practice]:
        rows: QuerySet[Practice] = super().get_queryset(request)
        return rows if is_system_admin(request) else rows.filter(pk=request.practice.pk)  # type: ignore[attr-defined]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        given = list(super().get_readonly_fields(request, obj))
        return given if is_system_admin(request) else [*given, "is_active", "is_demo"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_system_admin(request)


@admin.register(User)
class PersonAdmin(UserAdmin, PracticeModelAdmin):
    """Sign-ins. A practice admin changes only people who work nowhere else."""

    roles = ADMINS
    scoped = False
    list_display = ("username", "first_name", "last_name", "email", "is_active", "last_login")
    list_filter = ("is_active",)
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("username",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Sign-in", {"fields": ("is_active", "last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("username", "password1", "password2")}),
        ("Person", {"classes": ("wide",), "fields": ("first_name", "last_name", "email")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        rows: QuerySet[User] = super().get_queryset(request)
        if is_system_admin(request):
            return rows
        here = Membership.objects.filter(practice=request.practice)  # type: ignore[attr-defined]
        return rows.filter(pk__in=here.values("user"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or is_system_admin(request) or self._is_ours(request, obj))

    def _is_ours(self, request: HttpRequest, user: User) -> bool:
        """Changing a shared sign-in's password would open the other practice, too."""
        practice = request.practice  # type: ignore[attr-defined]
        elsewhere = user.memberships.exclude(practice=practice).exists()
        higher = user.memberships.filter(role=Role.SYSTEM_ADMIN).exists()
        return not elsewhere and not higher

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new person belongs to the admin's practice at once, with the least role."""
        super().save_model(request, obj, form, change)
        if not change and not is_system_admin(request):
            practice = request.practice  # type: ignore[attr-defined]
            membership = Membership.objects.create(
                user=obj, practice=practice, role=Role.FRONT_DESK
            )
            audit.record("membership.added", subject=membership, after={"role": membership.role})
            self.message_user(request, "Role: front desk. Change it under Memberships.")

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """A new password is no field change, so it is kept here; never the password."""
        if request.path.endswith("/password/"):
            audit.record("user.password_set", subject=obj, practice=request.practice)  # type: ignore[attr-defined]


class MembershipForm(forms.ModelForm):
    """Keeps a practice from losing its last admin, and everyone from adding a role for oneself."""

    acting: Any = None  # who fills it in; set by the admin

    class Meta:
        model = Membership
        fields = ("user", "practice", "role", "is_active")

    def clean_user(self) -> User:
        """Another admin must give a person a role: this is where reading patients begins."""
        user: User = self.cleaned_data["user"]
        if self.acting is not None and user.pk == self.acting.pk:
            raise ValidationError("Nobody gives oneself a role; ask another admin.")
        return user

    def clean(self) -> dict[str, Any]:
        """Refuse to take the last active practice admin away."""
        cleaned = super().clean() or {}
        row = self.instance
        stays = cleaned.get("role") == Role.PRACTICE_ADMIN and cleaned.get("is_active")
        was_admin = row.pk and self.initial.get("role") == Role.PRACTICE_ADMIN
        if was_admin and self.initial.get("is_active") and not stays:
            others = Membership.objects.filter(
                practice_id=row.practice_id, role=Role.PRACTICE_ADMIN, is_active=True
            ).exclude(pk=row.pk)
            if not others.exists():
                raise ValidationError("This is the last practice admin; name another one first.")
        return cleaned


@admin.register(Membership)
class MembershipAdmin(PracticeModelAdmin):
    """Who works where, in which role. Nobody changes the own role."""

    roles = ADMINS
    scoped = False
    form = MembershipForm
    list_display = ("user", "practice", "role", "is_active")
    list_filter = ("role", "is_active")
    search_fields = ("user__username", "user__first_name", "user__last_name")
    list_select_related = ("user", "practice")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        rows: QuerySet[Membership] = super().get_queryset(request)
        if is_system_admin(request):
            return rows
        return rows.filter(practice=request.practice)  # type: ignore[attr-defined]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        if obj is None:
            return True
        if obj.user_id == request.user.pk:
            return False
        return is_system_admin(request) or obj.role != Role.SYSTEM_ADMIN

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)
        form.acting = request.user
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        given = list(super().get_readonly_fields(request, obj))
        return [*given, "user", "practice"] if obj is not None else given

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if not is_system_admin(request):
            practice = request.practice  # type: ignore[attr-defined]
            if db_field.name == "practice":
                kwargs["queryset"] = Practice.objects.filter(pk=practice.pk)
                kwargs["initial"] = practice.pk
            if db_field.name == "user":
                kwargs["queryset"] = User.objects.filter(memberships__practice=practice)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "role" and not is_system_admin(request):
            kwargs["choices"] = [one for one in Role.choices if one[0] != Role.SYSTEM_ADMIN]
        return super().formfield_for_choice_field(db_field, request, **kwargs)


# What a system admin sets up; work, notes, calls and files of a practice are none of it.
_SETUP_KINDS = ("", "core.user", "core.membership", "core.practice", "core.practicesetting",
                "core.apitoken")  # fmt: skip
_SEEN = ("list.", "page.", "file.", "api.")  # reads name filters and rows of a practice


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """Who did and saw what. A system admin sees what concerns set-up, not patients."""

    roles = ADMINS
    scoped = False
    list_display = ("at", "actor_name", "action", "subject_kind", "subject_id", "note")
    list_filter = ("actor_kind", "source")
    search_fields = ("actor_name", "action", "note")
    date_hierarchy = "at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEvent]:
        rows: QuerySet[AuditEvent] = super().get_queryset(request)
        if is_system_admin(request):
            setup = rows.filter(subject_kind__in=_SETUP_KINDS)
            for seen in _SEEN:
                setup = setup.exclude(action__startswith=seen)
            return setup.filter(patient_id__isnull=True)
        return rows.filter(practice=request.practice)  # type: ignore[attr-defined]

    def lookup_allowed(self, lookup: str, value: str, request: Any = None) -> bool:
        return lookup in {"subject_kind", "subject_id"} or super().lookup_allowed(
            lookup, value, request
        )


class ApiTokenForm(forms.ModelForm):
    """Name and scopes; the token itself is made, shown once and not kept."""

    scopes = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = ApiToken
        fields = ("name", "scopes", "calls_per_minute", "expires_at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "calls_per_minute" in self.fields:
            self.fields["calls_per_minute"].required = False  # the usual rate
        scopes: Any = self.fields.get("scopes")
        if scopes is not None:
            scopes.choices = [(name, f"{name}: {meaning}") for name, meaning in all_scopes()]


@admin.register(ApiToken)
class ApiTokenAdmin(PracticeModelAdmin):
    """Keys for the practice's own systems; what is done with each stands on its page."""

    form = ApiTokenForm
    list_display = (
        "name", "prefix", "scopes", "created_at", "last_used_at", "expires_at", "revoked_at",
    )  # fmt: skip
    search_fields = ("name", "prefix")
    actions = ("renew", "revoke")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Issue the token through its service and show it this once."""
        row, secret = issue_api_token(
            practice=request.practice,  # type: ignore[attr-defined]
            name=obj.name,
            scopes=form.cleaned_data["scopes"],
            expires_at=obj.expires_at,
            calls_per_minute=obj.calls_per_minute or DEFAULT_CALLS,
        )
        obj.pk, obj.public_id, obj.prefix = row.pk, row.public_id, row.prefix
        self._show(request, secret)

    def _show(self, request: HttpRequest, secret: str) -> None:
        self.message_user(
            request, f"Copy the token now, it is not shown again: {secret}", messages.WARNING
        )

    @admin.action(description="Renew: the key before stays good for a week", permissions=["view"])
    def renew(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        """One at a time, for the new key is shown once."""
        if queryset.count() != 1:
            self.message_user(request, "Choose one key.", messages.WARNING)
            return
        try:
            self._show(request, renew_api_token(queryset.get()))
        except ApplicationError as error:
            self.message_user(request, error.message, messages.ERROR)

    @admin.action(description="Revoke: refuse the token from now on", permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        """One audit event each."""
        for token in queryset.filter(revoked_at__isnull=True):
            revoke_api_token(token)
        self.message_user(request, "Revoked.")


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ReadOnlyAdmin):
    """Addresses for events; they are added and changed under Integrations, where it is checked."""

    list_display = ("name", "url", "state", "failures", "delivered_at")
    list_filter = ("state",)
    search_fields = ("name", "url")


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    """Events that were told or wait to be."""

    list_display = ("event", "endpoint", "state", "attempts", "due_at", "last_error")
    list_filter = ("state", "endpoint")
    search_fields = ("event__kind", "endpoint__name")

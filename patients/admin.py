"""Set-up in the admin site: who is paid, where care happens, who gives it, who insures."""

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest

from core.admin_base import PracticeInline, PracticeModelAdmin
from core.models import User
from patients.models import (
    BillingProvider,
    Case,
    Payer,
    PayerPlan,
    PriorAuthorization,
    Provider,
    ServiceFacility,
)


@admin.register(BillingProvider)
class BillingProviderAdmin(PracticeModelAdmin):
    list_display = ("name", "npi", "tax_id_qualifier", "taxonomy_code", "city", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "npi")


@admin.register(ServiceFacility)
class ServiceFacilityAdmin(PracticeModelAdmin):
    list_display = ("name", "place_of_service_code", "npi", "clia_number", "city", "is_active")
    list_filter = ("is_active", "place_of_service_code")
    search_fields = ("name", "npi", "city")


@admin.register(Provider)
class ProviderAdmin(PracticeModelAdmin):
    list_display = ("last_name", "first_name", "npi", "taxonomy_code", "user", "is_active")
    list_display_links = ("last_name", "first_name")
    list_filter = ("is_active",)
    search_fields = ("last_name", "first_name", "npi")

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        """Only members of this practice can be its providers."""
        if db_field.name == "user":
            kwargs["queryset"] = User.objects.filter(
                memberships__practice=request.practice,  # type: ignore[attr-defined]
                memberships__is_active=True,
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class PayerPlanInline(PracticeInline):
    model = PayerPlan


@admin.register(Payer)
class PayerAdmin(PracticeModelAdmin):
    list_display = ("name", "payer_number", "kind", "phone", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("name", "payer_number")
    inlines = (PayerPlanInline,)


class OnTheChart(PracticeModelAdmin):
    """To look at: it is recorded and changed on the patient's chart."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds one here: its service checks what belongs together."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes one here, past timeline and audit."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Visits and claims name it."""
        return False


@admin.register(Case)
class CaseAdmin(OnTheChart):
    list_display = ("name", "is_work", "is_auto", "is_other_accident", "accident_on", "closed_on")
    list_filter = ("is_work", "is_auto")
    search_fields = ("name", "claim_number")


@admin.register(PriorAuthorization)
class PriorAuthorizationAdmin(OnTheChart):
    list_display = ("number", "kind", "payer", "effective_from", "effective_to", "cancelled_on")
    list_filter = ("kind",)
    search_fields = ("number",)

"""Base classes of every app's admin.py: one practice's rows, no delete, every change audited."""

from collections.abc import Collection
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Field, Model, QuerySet
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from core import audit
from core.choices import Role
from core.subjects import describe, kind_of, patient_of
from core.tenancy import PracticeModel

UNSAID = frozenset(
    {
        "password", "token_hash", "previous_hash", "ciphertext", "api_key_sealed", "secret_sealed",
        "previous_secret_sealed", "sftp_password_sealed", "sftp_key_sealed",
        "client_secret_sealed", "token_sealed",
    }
)  # fmt: skip


def plain_values(row: Model) -> dict[str, Any]:
    """The columns of a row for the audit log, without secrets."""
    return {
        field.attname: str(field.value_from_object(row))
        for field in row._meta.concrete_fields
        if field.name not in UNSAID
    }


def record_change(row: Model, before: dict[str, Any] | None, practice: Any) -> None:
    """One audit event with what changed, and nothing when nothing did."""
    after = plain_values(row)
    name = row._meta.label_lower
    if before is None:
        audit.record(f"admin.added.{name}"[:60], subject=row, after=after, practice=practice)
        return
    changed = [key for key, value in after.items() if before.get(key) != value]
    if changed:
        audit.record(
            f"admin.changed.{name}"[:60],
            subject=row,
            before={key: before.get(key) for key in changed},
            after={key: after[key] for key in changed},
            practice=practice,
        )


class OwnPractice:
    """For a form that hides the practice: rules that include it ("one name a practice") hold.

    Django leaves out each constraint with a column that is not on the form, so a duplicate would
    only be refused by the database, as an error page.
    """

    practice: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row: Any = self.instance  # type: ignore[attr-defined]
        if row.practice_id is None:
            row.practice = self.practice

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"practice"}  # type: ignore[misc]


def with_practice(form: Any, request: HttpRequest) -> Any:
    """The form class for rows of the practice in scope; any other model's form as it is."""
    if not _has_practice(form._meta.model):
        return form
    practice = request.practice  # type: ignore[attr-defined]
    own = {"practice": practice, "__module__": form.__module__}
    return type(form)(form.__name__, (OwnPractice, form), own)


class PracticeModelAdmin(admin.ModelAdmin):
    """Rows of the practice in scope, editable by its admins.

    `patient_data = True` keeps each look at a row in the audit log. A model without a practice
    (code sets, users) sets `scoped = False` and narrows its own queryset.
    """

    roles: Collection[str] = (Role.PRACTICE_ADMIN,)
    scoped = True
    patient_data = False
    list_select_related: ClassVar[Any] = True
    list_per_page = 50
    show_full_result_count = False
    save_on_top = False

    # -- who may what ------------------------------------------------------------------------

    def _is_for(self, request: HttpRequest) -> bool:
        return getattr(request, "role", "") in self.roles

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the app is listed."""
        return self._is_for(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Admins see what is theirs to set up."""
        return self._is_for(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whether rows may be added."""
        return self._is_for(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether rows may be changed."""
        return self._is_for(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: what was once used stays explainable. Rows are switched off instead."""
        return False

    # -- whose rows --------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Rows of the practice the admin works for."""
        rows: QuerySet[Any] = super().get_queryset(request)
        if self.scoped and issubclass(self.model, PracticeModel):
            return rows.filter(practice=request.practice)  # type: ignore[attr-defined]
        return rows

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        """The practice is that of the person, never chosen."""
        given = list(super().get_exclude(request, obj) or [])
        return [*given, "practice"] if self.scoped else given or None

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """A form that knows the practice it does not show."""
        form = super().get_form(request, *args, **kwargs)
        return with_practice(form, request) if self.scoped else form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The public id is shown, never typed."""
        given = list(super().get_readonly_fields(request, obj))
        has_id = any(field.name == "public_id" for field in self.model._meta.concrete_fields)
        return [*given, "public_id"] if has_id and obj is not None else given

    # -- keeping what happened ---------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        """Save, with what was and what is in the audit log."""
        practice = request.practice  # type: ignore[attr-defined]
        before = None
        if change:
            before = plain_values(self.model._base_manager.get(pk=obj.pk))
        elif self.scoped:
            obj.practice = practice
        super().save_model(request, obj, form, change)
        record_change(obj, before, practice)

    def save_formset(
        self, request: HttpRequest, form: ModelForm, formset: Any, change: bool
    ) -> None:
        """Rows edited inside their parent's page are audited one by one."""
        _save_rows(formset, request.practice)  # type: ignore[attr-defined]

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """The audit log has it already."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """The audit log has it already."""

    def change_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A look at a row of patient data is kept, too."""
        if self.patient_data and request.method == "GET":
            found = self.get_object(request, str(kwargs.get("object_id") or args[0]))
            if found is not None:
                audit.read(found, patient=patient_of(found), note="admin page")
        return super().change_view(request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """A page of rows of patient data is one read of everybody on it."""
        response = super().changelist_view(request, extra_context)
        shown = getattr(response, "context_data", None) or {}
        if self.patient_data and "cl" in shown:
            patients = (patient_of(row) for row in shown["cl"].result_list)
            audit.read_many(
                (patient.pk for patient in patients if patient is not None), action="list.read",
                note=f"admin list of {self.model._meta.verbose_name_plural}",
                practice=request.practice,  # type: ignore[attr-defined]
            )  # fmt: skip
        return response

    def history_view(self, request: HttpRequest, object_id: str, **_more: Any) -> HttpResponse:  # type: ignore[override]
        """What happened to the row, from the one audit log."""
        query = urlencode({"subject_kind": self.model._meta.label_lower, "subject_id": object_id})
        return HttpResponseRedirect(f"{reverse('admin:core_auditevent_changelist')}?{query}")

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """The row's page in the application, where it has one."""
        found = describe(kind_of(obj), obj.pk) if obj is not None else None
        return found.url if found else None


class ReadOnlyAdmin(PracticeModelAdmin):
    """Rows to look at: ledger, sent claims, remittances, audit."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whether rows may be added."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether rows may be changed."""
        return False

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        """The practice is that of the person, never chosen."""
        return admin.ModelAdmin.get_exclude(self, request, obj)


class PracticeInline(admin.TabularInline):
    """Rows inside their parent's page; added and changed, never deleted."""

    extra = 0
    can_delete = False
    exclude: ClassVar[Any] = ("practice",)
    roles: Collection[str] = (Role.PRACTICE_ADMIN,)

    def get_formset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Rows that know the practice they do not show."""
        formset = super().get_formset(request, *args, **kwargs)
        formset.form = with_practice(formset.form, request)
        return formset

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Admins see what is theirs to set up."""
        return getattr(request, "role", "") in self.roles

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether rows may be added."""
        return getattr(request, "role", "") in self.roles

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether rows may be changed."""
        return getattr(request, "role", "") in self.roles

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


class ReadOnlyInline(PracticeInline):
    """Rows inside their parent's page, to look at."""

    exclude = ()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether rows may be added."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether rows may be changed."""
        return False


def _save_rows(formset: BaseModelFormSet, practice: Any) -> None:
    for row in formset.save(commit=False):
        before = None if row.pk is None else plain_values(type(row)._base_manager.get(pk=row.pk))
        if before is None and _has_practice(row) and row.practice_id is None:
            row.practice = practice
        row.save()
        record_change(row, before, practice)
    formset.save_m2m()


def _has_practice(row: Model | type[Model]) -> bool:
    field: Field | None = next(
        (one for one in row._meta.concrete_fields if one.name == "practice"), None
    )
    return field is not None

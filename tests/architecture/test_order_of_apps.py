"""An app points only at what stands to its left: foreign keys and migrations obey it too."""

from django.apps import apps
from django.db.migrations.loader import MigrationLoader

from coding.models import ReleasedRow
from tests.architecture.tree import APPS

ORDER = {name: place for place, name in enumerate(APPS)}


def test_every_foreign_key_points_left_or_stays_at_home() -> None:
    wrong, seen = [], 0
    for model in apps.get_models():
        own = ORDER.get(model._meta.app_label)
        if own is None:
            continue
        for field in model._meta.get_fields():
            if not field.is_relation or field.auto_created or field.related_model is None:
                continue
            seen += 1
            target = ORDER.get(field.related_model._meta.app_label, -1)
            if target > own:
                wrong.append(
                    f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
                )
    assert wrong == []
    assert seen > 50, "no relations were looked at"


def test_migrations_depend_only_on_apps_to_their_left() -> None:
    wrong, seen = [], 0
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        if app not in ORDER:
            continue
        seen += 1
        wrong += [
            f"{app}.{name} → {other}"
            for other, _ in migration.dependencies
            if ORDER.get(other, -1) > ORDER[app]
        ]
    assert wrong == []
    assert seen >= len(APPS)


def test_every_business_row_belongs_to_a_practice() -> None:
    """Rows without a practice are named here, each with its reason."""
    global_rows = {
        "core.User", "core.Practice", "core.Membership",  # who and where
        "core.AuditEvent", "core.AuditBlock", "core.AuditSeal",  # one chain over all practices
        "core.NewsDelivery", "core.DocumentBlob",  # parts of a row that has one
        "coding.CodeSetRelease", "coding.IcdCode", "coding.PlaceOfService",  # the nation's codes
        "coding.IcdTerm", "coding.IndexEntry",
        *(model._meta.label for model in ReleasedRow.__subclasses__()),
        "billing.LedgerAccount",  # the chart is the same for all
        "claims.AddressMinute",  # whose key was meant is not known of a call that is not believed
    }  # fmt: skip
    without = {
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in ORDER
        and not hasattr(model, "practice_id")
        and not _parent_has_practice(model)
    }
    assert without <= global_rows, sorted(without - global_rows)


def _parent_has_practice(model: type) -> bool:
    """A part row (a line, a finding) reaches its practice through a required parent."""
    return any(
        field.many_to_one and not field.null and hasattr(field.related_model, "practice_id")
        for field in model._meta.get_fields()  # type: ignore[attr-defined]
        if field.is_relation and not field.auto_created
    )

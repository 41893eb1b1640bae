"""Typed settings of a practice: declared in code, changed by its admins, kept as rows."""

from dataclasses import dataclass
from typing import Any

from core import audit, clock
from core.errors import ApplicationError
from core.models.practice import Practice, PracticeSetting


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its key, type, default, and the words that explain it."""

    key: str
    kind: type
    default: Any
    label: str


_declared: dict[str, Setting] = {}


def declare(key: str, kind: type, default: Any, label: str) -> None:
    """Declare a setting at start-up. Raises TypeError when the default is not of its kind."""
    if not isinstance(default, kind):
        raise TypeError(f"setting {key}: the default is not a {kind.__name__}")
    _declared[key] = Setting(key, kind, default, label)


def declared() -> list[Setting]:
    """Every setting, by key."""
    return [_declared[key] for key in sorted(_declared)]


def value(practice: Practice, key: str) -> Any:
    """The practice's value for `key`, or the default. Raises KeyError for an undeclared key."""
    setting = _declared[key]
    row = PracticeSetting.everywhere.filter(practice=practice, key=key).first()
    return setting.default if row is None else row.value


def change(practice: Practice, key: str, new: Any) -> None:
    """Set `key` for the practice; audited. Raises ApplicationError for a value of another type."""
    setting = _declared[key]
    if not isinstance(new, setting.kind):
        raise ApplicationError(f"{setting.label}: expected {setting.kind.__name__}", field=key)
    old = value(practice, key)
    row, _ = PracticeSetting.everywhere.update_or_create(
        practice=practice, key=key, defaults={"value": new, "changed_at": clock.now()}
    )
    audit.record("setting.changed", subject=row, before={key: old}, after={key: new})

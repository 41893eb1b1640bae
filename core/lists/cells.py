"""From a row to what stands in its cells, on the page and in a file."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from core.lists.spec import Column
from core.templatetags.core_ui import chip, date, label_and_tone, money_text


def resolve(row: Any, path: str | Callable[[Any], Any] | None) -> Any:
    """A value by attribute path or by function; None as soon as something on the way is None."""
    if path is None:
        return None
    if callable(path):
        return path(row)
    value = row
    for name in path.split("."):
        value = getattr(value, name)
        if callable(value) and not isinstance(value, type):
            value = value()
        if value is None:
            return None
    return value


def cell_html(row: Any, column: Column, url: str) -> SafeString:
    """The inside of a cell."""
    if column.template:
        return render_to_string(column.template, {"row": row, "column": column, "url": url})
    main = _main(resolve(row, column.value), column)
    if column.kind == "link" and url:
        main = format_html('<a href="{}">{}</a>', url, main)
    sub = resolve(row, column.sub)
    if sub in (None, ""):
        return conditional_escape(main)
    return format_html(
        '<span class="two"><span>{}</span><span class="meta">{}</span></span>', main, sub
    )


def _main(value: Any, column: Column) -> SafeString | str:
    if value is None or value == "":
        return ""
    if column.kind == "money":
        return money_text(value)
    if column.kind == "number":
        return f"{value:,}"
    if column.kind in {"date", "datetime"}:
        return date(value, "date" if column.kind == "date" else "")
    if column.kind == "chip":
        return chip(value, column.choices)
    if column.kind == "code":
        return format_html('<span class="code">{}</span>', value)
    return str(value)


def exported(row: Any, column: Column) -> list[Any]:
    """The values of a column for a file: numbers, dates and words, never formatted text."""
    value = resolve(row, column.value)
    if column.kind == "chip" and value not in (None, ""):
        value = label_and_tone(value, column.choices)[0]
    values = [_typed(value)]
    if column.sub is not None:
        values.append(_typed(resolve(row, column.sub)))
    return values


def headings(column: Column) -> list[str]:
    """The heads for `exported`: "Patient, claim" becomes two."""
    if column.sub is None:
        return [column.label]
    first, _, second = column.label.partition(", ")
    return [first, column.sub_label or second.capitalize() or f"{first}, more"]


def _typed(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return local.replace(tzinfo=None, microsecond=0)
    if value is None or isinstance(value, bool | int | Decimal | dt.date):
        return value
    return str(value)

"""The tags every page is written with: icon, chip, money, date, field, error summary.

One tag per thing that must look the same everywhere, so that a page never formats by itself.
"""

import datetime as dt
import sys
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString, mark_safe

from core import access
from core.looks import look_of
from core.web import FormProblem, field_errors, form_errors

register = template.Library()

TONES = ("neutral", "info", "progress", "teal", "success", "warn", "hold", "danger")
MINUS = "\N{MINUS SIGN}"


@register.simple_tag
def icon(name: str, size: int = 16, label: str = "") -> SafeString:
    """Draw one symbol of static/icons.svg. Decoration unless a label names it."""
    css = {12: "icon icon-12", 20: "icon icon-20"}.get(size, "icon")
    href = f"{static('icons.svg')}#i-{name}"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', css, label, href
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', css, href)


def money_text(amount: Decimal | None, sign: str = "") -> str:
    """Two decimals, thousands comma, a real minus sign; unknown is "n/a" (screens 4, Money)."""
    if amount is None:
        return "n/a"
    minus = MINUS if amount < 0 else ""
    return f"{minus}{sign}{abs(amount):,.2f}"


@register.simple_tag
def money(amount: Decimal | None, sign: str = "") -> str:
    """{% money x %} in a cell, {% money x "$" %} in a total or a sentence."""
    return money_text(amount, sign)


@cache
def _choices_named(name: str) -> type[Enum]:
    """The class JobState of core/choices.py for "core.JobState"."""
    app, _, cls = name.partition(".")
    found: type[Enum] = import_string(f"{app}.choices.{cls}")
    return found


def label_and_tone(value: Any, choices: Any = None) -> tuple[str, str]:
    """What a chip says and in which tone.

    `choices` is a Choices class, its name ("core.JobState"), a mapping from value to label or
    (label, tone), or nothing: then the value speaks for itself. Tones come from TONES in the
    module of the class: every app's choices.py has one.
    """
    if isinstance(choices, str):
        choices = _choices_named(choices)
    if isinstance(choices, Mapping):
        entry = choices.get(value, str(value))
        return (entry, "neutral") if isinstance(entry, str) else (str(entry[0]), str(entry[1]))
    member = value
    if isinstance(choices, type) and issubclass(choices, Enum):
        member = next((one for one in choices if one.value == value), value)
    if isinstance(member, Enum):
        tones = getattr(sys.modules[type(member).__module__], "TONES", {})
        return str(getattr(member, "label", member.value)), str(tones.get(member, "neutral"))
    return str(value).replace("_", " ").capitalize(), "neutral"


def chip_html(label: str, tone: str) -> SafeString:
    """Shape, word and colour: the status of a thing, one per thing."""
    tone = tone if tone in TONES else "neutral"
    return format_html('<span class="chip {}">{}{}</span>', tone, icon(f"s-{tone}"), label)


@register.simple_tag
def chip(value: Any, choices: Any = None, tone: str = "", label: str = "") -> SafeString:
    """{% chip job.state "core.JobState" %}, or {% chip "" tone="warn" label="4 exceptions" %}."""
    if value in (None, "") and not label:
        return mark_safe("")
    found_label, found_tone = label_and_tone(value, choices)
    return chip_html(label or found_label, tone or found_tone)


def date_text(value: dt.date | dt.datetime | None, style: str = "") -> str:
    """US dates for people: 11/23/2026, with the practice's clock for instants."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        if style == "recent":
            style = "time" if local.date() == timezone.localdate() else "short"
        formats = {
            "": "%m/%d/%Y %H:%M",
            "date": "%m/%d/%Y",
            "time": "%H:%M",
            "short": "%m/%d %H:%M",
            "day": "%A, %B %-d",
        }
        return local.strftime(formats[style])
    formats = {"": "%m/%d/%Y", "date": "%m/%d/%Y", "short": "%m/%d", "day": "%A, %B %-d"}
    return value.strftime(formats[style])


@register.simple_tag
def date(value: dt.date | dt.datetime | None, style: str = "") -> SafeString | str:
    """A <time> with a sortable value.

    Styles: "" · date · time · short · day · recent (the day only when it is not today).
    """
    if not value:
        return ""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), date_text(value, style))


@register.inclusion_tag("components/form_errors.html", name="form_errors")
def form_errors_tag(form: BaseForm) -> dict[str, list[FormProblem]]:
    """The summary on top of a form: each problem links to its field, same words in both."""
    return {"problems": form_errors(form)}


@register.simple_tag
def error_prefix(form: BaseForm | None) -> str:
    """The word "Error: " in a page title when the form on it was refused."""
    return "Error: " if form is not None and form.is_bound and form.errors else ""


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, css: str = "", hint: str = "", **attrs: Any) -> dict[str, Any]:
    """Label, hint, error, control, in that order, tied together for a screen reader.

    Extra keyword arguments become attributes of the control; `_` in a name becomes `-`.
    """
    widget = bound.field.widget
    hint = hint or str(bound.help_text)
    ids = [f"{bound.id_for_label}-h"] if hint else []
    ids += [f"{bound.id_for_label}-e"] if bound.errors else []
    control: dict[str, Any] = {key.replace("_", "-"): value for key, value in attrs.items()}
    box = isinstance(widget, CheckboxInput)
    group = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    if not box and not group:
        control["class"] = " ".join(filter(None, ("input", css, widget.attrs.get("class", ""))))
    if ids:
        control["aria-describedby"] = " ".join(ids)
    if bound.errors:
        control["aria-invalid"] = "true"
    return {
        "bound": bound,
        "hint": hint,
        "errors": field_errors(bound),
        "control": bound.as_widget(attrs=control),
        "box": box,
        "group": group,
        "optional": not bound.field.required and not box,
    }


@register.filter
def plural(count: int, words: str) -> str:
    """{{ 4|plural:"claim,claims" }} → "4 claims"."""
    one, many = words.split(",")
    return f"{count:,} {one if count == 1 else many}"


@register.filter
def thousands(count: int) -> str:
    """12,345."""
    return f"{count:,}"


@register.filter
def initials(name: str) -> str:
    """Two letters for the avatar."""
    parts = [part for part in name.split() if part]
    letters = (parts[0][0] + parts[-1][0]) if len(parts) > 1 else name[:2]
    return letters.upper()


@register.filter
def letter(position: int) -> str:
    """1 → A: how a diagnosis is pointed at."""
    return chr(64 + int(position)) if 0 < int(position) <= 26 else str(position)


@register.filter
def letters(positions: Iterable[int]) -> str:
    """[1, 3] → AC."""
    return "".join(letter(one) for one in positions)


def _drawn(entries: Iterable[Any], role: str = "") -> list[dict[str, Any]]:
    drawn = []
    for row in entries:
        name, tone = look_of(row.kind)
        details = " · ".join(_said(value) for value in (row.details or {}).values() if value)
        day = timezone.localtime(row.at).date()
        file = row.document if row.document_id and _may_open(row.document, role) else None
        drawn.append(
            {"row": row, "icon": name, "tone": tone, "details": details, "day": day, "file": file}
        )
    return drawn


def _said(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _may_open(document: Any, role: str) -> bool:
    rule = access.document_rule(document.kind)
    return rule is not None and role in rule.roles


@register.inclusion_tag("components/timeline.html", name="timeline", takes_context=True)
def timeline_tag(context: template.Context, entries: Iterable[Any]) -> dict[str, Any]:
    """{% timeline entries %}: by day, newest first, with the raw file where one may open it."""
    role = getattr(context.get("request"), "role", "")
    return {"entries": _drawn(entries, role)}


@register.inclusion_tag("components/mini_timeline.html")
def mini_timeline(entries: Iterable[Any], limit: int = 3) -> dict[str, Any]:
    """The last few events, for a peek."""
    return {"entries": _drawn(list(entries)[:limit])}


@register.inclusion_tag("components/findings.html")
def findings(found: Iterable[Any], empty_text: str = "") -> dict[str, Any]:
    """{% findings list empty_text="No findings" %}: one card each, red bar for what blocks."""
    return {"findings": found, "empty_text": empty_text}


@register.inclusion_tag("components/empty.html")
def empty(
    title: str,
    text: str = "",
    *,
    icon_name: str = "check",
    url: str = "",
    label: str = "",
    key: str = "",
) -> dict[str, str]:
    """An empty place that says what it is and what fills it."""
    return {
        "title": title,
        "text": text,
        "icon_name": icon_name,
        "url": url,
        "label": label,
        "key": key,
    }

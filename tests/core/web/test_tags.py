"""The tags: what must look the same everywhere does."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from core.choices import JobState
from core.templatetags.core_ui import label_and_tone, letters, money_text


def draw(source: str, **values: Any) -> str:
    return Template("{% load core_ui %}" + source).render(Context(values))


@pytest.mark.parametrize(
    ("amount", "sign", "text"),
    [
        (Decimal("1234567.5"), "", "1,234,567.50"),
        (Decimal("0"), "", "0.00"),
        (Decimal("-12.30"), "", "\N{MINUS SIGN}12.30"),
        (Decimal("-12.30"), "$", "\N{MINUS SIGN}$12.30"),
        (None, "$", "n/a"),
    ],
)
def test_money_is_written_one_way(amount: Decimal | None, sign: str, text: str) -> None:
    assert money_text(amount, sign) == text


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_money_text_reads_back_to_the_same_cent(amount: Decimal) -> None:
    text = money_text(amount, "$").replace(",", "").replace("$", "")
    assert Decimal(text.replace("\N{MINUS SIGN}", "-")) == amount


def test_a_chip_has_word_shape_and_tone() -> None:
    html = draw('{% chip job.state "core.JobState" %}', job=SimpleNamespace(state="running"))
    assert 'class="chip progress"' in html
    assert "icons.svg#i-s-progress" in html
    assert "Running" in html


@pytest.mark.parametrize(
    ("value", "choices", "expected"),
    [
        ("failed", JobState, ("Failed", "danger")),
        (JobState.QUEUED, None, ("Queued", "neutral")),
        ("a", {"a": ("Alpha", "teal")}, ("Alpha", "teal")),
        ("b", {"a": "Alpha"}, ("b", "neutral")),
        ("no_response", None, ("No response", "neutral")),
        ("gone", JobState, ("Gone", "neutral")),
    ],
)
def test_label_and_tone_come_from_the_choices(
    value: Any, choices: Any, expected: tuple[str, str]
) -> None:
    assert label_and_tone(value, choices) == expected


def test_a_chip_escapes_what_a_payer_wrote() -> None:
    assert "<b>" not in draw("{% chip value %}", value="<b>x</b>")


def test_no_chip_without_a_value() -> None:
    assert draw('{% chip "" %}') == ""


def test_a_date_is_american_to_read_and_iso_to_sort() -> None:
    html = draw("{% date day %}", day=dt.date(2026, 11, 3))
    assert html == '<time datetime="2026-11-03">11/03/2026</time>'
    assert draw("{% date day %}", day=None) == ""


def test_pointers_are_letters() -> None:
    assert letters([1, 3, 12]) == "ACL"
    assert letters([]) == ""


class PatientForm(forms.Form):
    member_id = forms.CharField(help_text="As printed on the card")
    note = forms.CharField(required=False)
    agreed = forms.BooleanField(required=False)


def test_a_field_ties_label_hint_and_error_to_its_control() -> None:
    form = PatientForm({"member_id": ""})
    html = draw('{% field form.member_id css="mono" %}', form=form)
    assert '<label for="id_member_id">Member id</label>' in html
    assert 'aria-describedby="id_member_id-h id_member_id-e"' in html
    assert 'aria-invalid="true"' in html
    assert "Error: Member id is missing." in html
    assert 'class="input mono"' in html


def test_required_is_default_and_optional_is_said() -> None:
    form = PatientForm()
    assert "(optional)" in draw("{% field form.note %}", form=form)
    assert "(optional)" not in draw("{% field form.member_id %}", form=form)
    assert "(optional)" not in draw("{% field form.agreed %}", form=form)


def test_the_summary_links_each_problem_to_its_field() -> None:
    form = PatientForm({"member_id": ""})
    form.add_error(None, "The card is expired.")
    html = draw("{% form_errors form %}", form=form)
    assert "2 problems to fix" in html
    assert '<a href="#id_member_id">Member id is missing.</a>' in html
    assert "The card is expired." in html
    assert draw("{% form_errors form %}", form=PatientForm()).strip() == ""


def test_a_timeline_groups_by_day_and_names_the_actor() -> None:
    at = dt.datetime(2026, 11, 16, 7, 12, tzinfo=dt.UTC)
    rows = [
        SimpleNamespace(
            at=at - dt.timedelta(days=days), kind="claims.version_rejected",
            actor_name="Clearinghouse", sentence="rejected the claim",
            details={"code": "A3", "empty": ""}, document_id=None,
        )
        for days in (0, 0, 1)
    ]  # fmt: skip
    html = draw("{% timeline rows %}", rows=rows)
    assert html.count('class="day"') == 2
    assert html.count("Clearinghouse") == 3
    assert 'class="dot bad"' in html
    assert '<span class="meta">A3</span>' in html

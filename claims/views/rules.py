"""Payer rules: written by hand, read back in words, tried, back-tested, then switched on (S38)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from claims.access import RULE_SWITCHERS, RULE_WRITERS
from claims.denials.proposed_rule import proposed
from claims.models import BackTest, Claim, PayerRule, PayerRuleVersion
from claims.payer_rules.evaluate import Trace, trace
from claims.payer_rules.live import LiveRule
from claims.payer_rules.words import condition_words, sentence
from claims.rule_choices import RuleState
from claims.rule_forms import BackTestForm, RuleForm, initial_of, sizes_of, typed
from claims.rule_reads import (
    TestResult,
    is_proven,
    live_of,
    newest_of,
    result_of,
    rules_that_are_on,
    rules_with_newest,
    said_by,
    versions_with_scopes,
)
from claims.services.back_test import start_back_test
from claims.services.save_payer_rule import save_payer_rule
from claims.services.switch_payer_rule import switch_off, switch_on
from core import audit, clock, timeline
from core.errors import ApplicationError
from core.web import add_error, form_errors, get_or_404, go, page, say, wants_fragment

TESTED_DAYS, SHOWN_TESTS, SHOWN_ENTRIES = 365, 5, 50


@dataclass(frozen=True, slots=True)
class Listed:
    """A rule as the list shows it."""

    version: PayerRuleVersion
    says: str
    older_is_on: bool


@dataclass(frozen=True, slots=True)
class Tested:
    """A back-test with its figures; without them while it runs."""

    test: BackTest
    result: TestResult | None


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule with what its newest version says."""
    on = rules_that_are_on()
    rows = [
        Listed(row, said_by(row), row.rule_id in on and row.state != RuleState.ON)
        for row in rules_with_newest()
    ]
    context = {"rules": rows, "may_write": _may(request, RULE_WRITERS)}
    return page(request, "claims/rules/list.html", None, context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a rule."""
    return _build(request, None)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Let a rule say something else: a new version, to be tested again."""
    return _build(request, get_or_404(PayerRule, public_id))


@require_GET
def rule(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One rule: what it says, how it did in back-tests, its versions, and one claim to try."""
    found = get_or_404(PayerRule, public_id)
    return _rule_page(request, found, _version(found, request.GET.get("version", "")))


@require_POST
def test(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Start a back-test of one version."""
    found = get_or_404(PayerRule, public_id)
    version = _version(found, request.POST.get("version", ""))
    form = BackTestForm(request.POST)
    if form.is_valid():
        try:
            start_back_test(version=version, user=request.user, **form.cleaned_data)
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, "The back-test runs: its figures come up here")
            return go(request, _url(found, version))
    return _rule_page(request, found, version, form=form, status=422)


@require_POST
def switch(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Switch one version on or off."""
    found = get_or_404(PayerRule, public_id)
    version = _version(found, request.POST.get("version", ""))
    wants_on = request.POST.get("on") == "1"
    try:
        if wants_on:
            job = switch_on(version=version, unproven=request.POST.get("unproven") == "1")
        else:
            job = switch_off(version=version)
    except ApplicationError as error:
        say(request, error.message, tone="danger")
        return go(request, _url(found, version))
    word = "on" if wants_on else "off"
    say(request, f"Switched {word}. What waits to be sent is being checked again.")
    return go(request, reverse("core:job", args=[job.public_id]))


# -- the builder -----------------------------------------------------------------------------


def _build(request: HttpRequest, found: PayerRule | None) -> HttpResponse:
    if request.method != "POST":
        initial, sizes = initial_of(newest_of(found)) if found else proposed(request.GET)
        return _builder(request, found, RuleForm(initial=initial, sizes=sizes))
    act, sizes = request.POST.get("act", "read"), sizes_of(request.POST)
    if act.startswith("add-"):
        sizes = _grown(sizes, act.removeprefix("add-"))
        return _builder(request, found, RuleForm(initial=typed(request.POST), sizes=sizes))
    form = RuleForm(request.POST, sizes=sizes)
    if not form.is_valid():
        return _builder(request, found, form, status=422)
    if act != "save":
        return _builder(request, found, form, reading=_read_back(form))
    try:
        version = save_payer_rule(
            practice=request.practice,  # type: ignore[attr-defined]
            wanted=form.wanted(),
            rule=found,
        )
    except ApplicationError as error:
        add_error(form, error)
        return _builder(request, found, form, status=422)
    say(request, f"Kept as version {version.number}. Back-test it before it is switched on.")
    return go(request, _url(version.rule, version))


def _grown(sizes: list[int], what: str) -> list[int]:
    """With one more group, or one more row in a group; at the most nothing grows."""
    if what == "group":
        return [*sizes, 2][:4]
    at = int(what) if what.isdecimal() else -1
    return [min(size + 1, 8) if number == at else size for number, size in enumerate(sizes)]


def _builder(
    request: HttpRequest,
    found: PayerRule | None,
    form: RuleForm,
    *,
    reading: str = "",
    status: int = 200,
) -> HttpResponse:
    missing = [one.text for one in form_errors(form)]
    context = {
        "rule": found, "form": form, "reading": reading, "missing": missing,
        "sizes": ",".join(map(str, form.sizes)),
    }  # fmt: skip
    # A half-written rule read aside is nothing wrong: only the page itself answers 422.
    is_aside = wants_fragment(request)
    return page(
        request, "claims/rules/builder.html", "claims/rules/_reading.html", context,
        status=200 if is_aside else status,
    )  # fmt: skip


def _read_back(form: RuleForm) -> str:
    given = form.cleaned_data
    return sentence(
        given["definition"], scope=form.scope_names(), severity=given["severity"],
        message=given["message"], effective_from=given["effective_from"],
        effective_to=given["effective_to"],
    )  # fmt: skip


# -- one rule --------------------------------------------------------------------------------


def _rule_page(
    request: HttpRequest,
    found: PayerRule,
    version: PayerRuleVersion,
    *,
    form: BackTestForm | None = None,
    status: int = 200,
) -> HttpResponse:
    tests = [_tested(one) for one in version.back_tests.select_related("job", "payer")]
    versions = list(versions_with_scopes().filter(rule=found).order_by("-number"))
    context = {
        "rule": found,
        "version": version,
        "says": said_by(version),
        "versions": versions,
        "is_newest": version.pk == versions[0].pk,
        "tests": tests[:SHOWN_TESTS],
        "latest": next((one for one in tests if one.result), None),
        "is_running": any(not one.test.job.is_over for one in tests if one.test.job),
        "test_form": form or BackTestForm(initial=_last_year(request)),
        "entries": list(timeline.entries_for(found)[:SHOWN_ENTRIES]),
        "may_write": _may(request, RULE_WRITERS),
        "may_switch": _may(request, RULE_SWITCHERS),
        "is_proven": is_proven(version),
        **_tried(request, version),
    }
    return page(request, "claims/rules/rule.html", "claims/rules/_tests.html", context,
                status=status)  # fmt: skip


def _tested(test: BackTest) -> Tested:
    return Tested(test, result_of(test) if test.finished_at else None)


def _tried(request: HttpRequest, version: PayerRuleVersion) -> dict[str, Any]:
    """The rule on one claim: its number is asked for, and what held is told line by line."""
    number = request.GET.get("claim", "").strip().upper()
    if not number:
        return {}
    claim = (
        Claim.objects.select_related("patient", "current_version__payer")
        .filter(control_number=number)
        .first()
    )
    if claim is None:
        return {"number": number, "no_claim": True}
    audit.read(claim, claim.patient)
    live, snapshot = live_of(version), claim.version.snapshot
    return {
        "number": number,
        "claim": claim,
        "outside": _outside(live, claim),
        "findings": list(live.findings(snapshot)),
        "traces": [_told(one) for one in trace(live.definition, snapshot)],
    }


def _outside(live: LiveRule, claim: Claim) -> str:
    """Why the rule would not be asked about this claim at all; "" when it would."""
    version = claim.version
    if not live.is_for(version.payer_id, version.plan_id):
        return f"It is not for {version.payer.name}, so it would not be asked."
    if not live.holds_on(version.snapshot):
        return "Its dates do not hold the first day of service, so it would not be asked."
    return ""


def _told(one: Trace) -> dict[str, Any]:
    return {
        "line": one.line,
        "fires": one.fires,
        "groups": [
            [
                (condition_words(held.condition), held.held, ", ".join(held.saw))
                for held in group
            ]
            for group in one.groups
        ],
    }  # fmt: skip


def _version(found: PayerRule, number: str) -> PayerRuleVersion:
    """The version asked for; the newest where none of that number is there."""
    if number.isdecimal():
        asked = versions_with_scopes().filter(rule=found, number=int(number[:6])).first()
        if asked is not None:
            return asked
    return newest_of(found)


def _last_year(request: HttpRequest) -> dict[str, date]:
    today = clock.today(request.practice)  # type: ignore[attr-defined]
    return {"service_from": today - timedelta(days=TESTED_DAYS), "service_to": today}


def _may(request: HttpRequest, roles: frozenset[str]) -> bool:
    return getattr(request, "role", "") in roles


def _url(found: PayerRule, version: PayerRuleVersion) -> str:
    return f"{reverse('claims:rule', args=[found.public_id])}?version={version.number}"

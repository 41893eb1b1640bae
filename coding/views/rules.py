"""Assignment rules: the list with what they would do now, writing one, moving, switching off."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coding.models import AssignmentRule
from coding.services.assign_cases import Given, assign_waiting, planned, unassigned
from coding.services.assignment_rules import Wanted, move_rule, save_rule, switch_rule
from coding.team import queue_url
from coding.team_forms import RuleForm
from core.errors import ApplicationError
from core.web import add_error, get_or_404, go, page, say

MOST_TRIED = 500


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """The rules in order; with `?try=1`, who would get each encounter that is nobody's now."""
    practice = request.practice  # type: ignore[attr-defined]
    rows = AssignmentRule.objects.select_related("provider", "payer")
    given = None
    if request.GET.get("try") == "1":
        given = planned(practice, unassigned(practice)[:MOST_TRIED])
    request.nav = "coding-team"  # type: ignore[attr-defined]
    context = {
        "rules": list(rows.prefetch_related("coders__coder")),
        "tried": None if given is None else _tally(given),
        "may_give": sum(1 for one in given or () if one.coder),
        "all_unassigned": queue_url("ready", nobody=1),
    }
    return page(request, "coding/team/rules.html", None, context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add a rule after the others."""
    return _write(request, None)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Let a rule say something else."""
    return _write(request, get_or_404(AssignmentRule, public_id))


@require_POST
def move(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One place up or down."""
    move_rule(rule=get_or_404(AssignmentRule, public_id), up=request.POST.get("to") == "up")
    return go(request, reverse("coding:rules"))


@require_POST
def switch(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Off or on."""
    rule = get_or_404(AssignmentRule, public_id)
    switch_rule(rule=rule, on=request.POST.get("on") == "1")
    say(request, f"{rule.name} is {'on' if rule.is_active else 'off'}")
    return go(request, reverse("coding:rules"))


@require_POST
def assign_waiting_now(request: HttpRequest) -> HttpResponse:
    """Give away by the rules what is ready and nobody's."""
    practice = request.practice  # type: ignore[attr-defined]
    count = assign_waiting(practice=practice, cases=unassigned(practice)[:MOST_TRIED])
    say(request, f"{count} assigned by the rules" if count else "No rule found a coder for any.")
    return go(request, reverse("coding:rules"))


def _write(request: HttpRequest, rule: AssignmentRule | None) -> HttpResponse:
    practice = request.practice  # type: ignore[attr-defined]
    data = request.POST if request.method == "POST" else None
    form = RuleForm(data, practice=practice, initial=_said(rule))
    if request.method == "POST" and form.is_valid():
        try:
            save_rule(practice=practice, wanted=Wanted(**form.cleaned_data), rule=rule)
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, "Rule kept")
            return go(request, reverse("coding:rules"))
    request.nav = "coding-team"  # type: ignore[attr-defined]
    context = {"form": form, "rule": rule}
    status = 422 if request.method == "POST" else 200
    return page(request, "coding/team/rule.html", None, context, status=status)


def _said(rule: AssignmentRule | None) -> dict[str, object]:
    if rule is None:
        return {}
    return {
        "name": rule.name,
        "provider": rule.provider.public_id if rule.provider else None,
        "visit_kind": rule.visit_kind,
        "payer": rule.payer.public_id if rule.payer else None,
        "coders": [one.coder.public_id for one in rule.coders.select_related("coder")],
        "open_cap": rule.open_cap,
    }


def _tally(given: list[Given]) -> list[tuple[str, str, int]]:
    """Rule, coder, how many: in the order of the first of each."""
    counts: dict[tuple[str, str], int] = {}
    for one in given:
        rule = one.rule.name if one.rule else "No rule fits"
        nobody = "Nobody: all are at the cap" if one.rule else "Nobody"
        key = (rule, str(one.coder or nobody))
        counts[key] = counts.get(key, 0) + 1
    return [(rule, coder, count) for (rule, coder), count in counts.items()]

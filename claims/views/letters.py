"""Letters for appeals, and each payer's levels of appeal (screens S25, S35)."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from claims.access import KEEPERS, LETTER_WRITERS
from claims.denial_choices import DenialCategory
from claims.denial_forms import LetterForm, LevelFormSet
from claims.denials.clocks import Level
from claims.denials.deadlines import limits_of
from claims.denials.letters import FIELDS, built_in
from claims.models import LetterTemplate
from claims.services.save_appeal_rules import save_appeal_rules
from claims.services.save_letter import save_letter
from core import clock
from core.errors import ApplicationError
from core.web import add_error, get_or_404, go, page, say
from patients.models import Payer

_MOST_LEVELS = 5


@require_GET
def letters(request: HttpRequest) -> HttpResponse:
    """The practice's own letters, and the built-in ones that serve where it has none."""
    rows = LetterTemplate.objects.select_related("payer").prefetch_related("versions__made_by")
    own = [{"letter": row, "newest": next(iter(row.versions.all()), None)} for row in rows]
    covered = {row.category for row in rows if row.is_active and row.payer_id is None}
    context = {
        "letters": own,
        "built_in": [
            {"value": value, "label": label, "is_covered": value in covered}
            for value, label in DenialCategory.choices
        ],
        "may_write": getattr(request, "role", "") in LETTER_WRITERS,
    }
    return page(request, "claims/denials/letters.html", None, context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A letter of one's own, begun from the built-in one of a category."""
    category = request.GET.get("category", "")
    category = category if category in DenialCategory.values else ""
    label = DenialCategory(category).label if category else "Any denial"
    initial = {"name": f"{label}, ours", "category": category, "body": built_in(category),
               "is_active": True}  # fmt: skip
    return _form(request, None, initial)


@require_http_methods(["GET", "POST"])
def letter(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change a letter: other words are a new version."""
    row = get_or_404(LetterTemplate.objects.select_related("payer"), public_id)
    initial = {"name": row.name, "category": row.category, "body": row.newest.body,
               "payer": row.payer.public_id if row.payer else None,
               "is_active": row.is_active}  # fmt: skip
    return _form(request, row, initial)


def _form(
    request: HttpRequest, row: LetterTemplate | None, initial: dict[str, Any]
) -> HttpResponse:
    form = LetterForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            save_letter(
                practice=request.practice, template=row, user=request.user,  # type: ignore[attr-defined]
                **form.cleaned_data,
            )  # fmt: skip
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, "Letter kept")
            return go(request, reverse("claims:letters"))
    context = {
        "form": form,
        "letter": row,
        "versions": list(row.versions.select_related("made_by")) if row else [],
        "fields": [(f"{{{{{name}}}}}", words) for name, words in FIELDS.items()],
    }
    return page(request, "claims/denials/letter.html", None, context,
                status=422 if form.errors else 200)  # fmt: skip


@require_http_methods(["GET", "POST"])
def appeal_rules(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One payer's levels of appeal. As long as none is kept, the usual ones serve and are shown."""
    payer = get_or_404(Payer, public_id)
    limits = limits_of([payer], clock.today(request.practice).year)[payer.pk]  # type: ignore[attr-defined]
    may_keep = getattr(request, "role", "") in KEEPERS
    if request.method == "POST":
        forms = LevelFormSet(request.POST, prefix="level")
        wants_usual = request.POST.get("act") == "usual"
        if wants_usual or forms.is_valid():
            levels = [] if wants_usual else _levels(forms)
            count = save_appeal_rules(payer=payer, levels=levels)
            say(request, f"Kept; {count} open denials have their deadlines anew")
            return go(request, reverse("claims:payer-appeals", args=[payer.public_id]))
    else:
        shown: list[dict[str, Any]] = [_shown(one) for one in limits.levels]
        shown += [{}] * (len(shown) < _MOST_LEVELS)  # one to add
        forms = LevelFormSet(initial=shown, prefix="level")
    context = {"payer": payer, "forms": forms, "is_own": limits.is_own, "may_keep": may_keep,
               "levels": limits.levels}  # fmt: skip
    is_wrong = request.method == "POST"
    return page(request, "claims/denials/appeal_rules.html", None, context,
                status=422 if is_wrong else 200)  # fmt: skip


def _shown(level: Level) -> dict[str, Any]:
    return {
        "name": level.name, "days": level.days, "counted_from": level.counted_from,
        "decision_days": level.decision_days, "least_amount": level.least_amount,
        "method": level.method, "form": level.form, "goes_to": level.goes_to,
    }  # fmt: skip


def _levels(forms: Any) -> list[dict[str, Any]]:
    found = []
    for form in forms:
        given = form.cleaned_data
        if given.get("name"):
            given["least_amount"] = given.get("least_amount") or 0
            found.append(given)
    return found

"""The coding team's first page, and the two settings that steer its work."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from coding.selectors import TAKE_UNASSIGNED
from coding.services.change_team_settings import change_team_settings
from coding.team import DAYS_TO_CODE, queue_url, team_of
from coding.team_forms import SettingsForm
from core import practice_settings
from core.web import go, page, say


@require_GET
def team(request: HttpRequest) -> HttpResponse:
    """Who has how much, what is nobody's, and what is stuck."""
    return _page(request, None)


@require_POST
def change_settings(request: HttpRequest) -> HttpResponse:
    """Whether anybody may take what is nobody's, and how long coding may take."""
    form = SettingsForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    change_team_settings(practice=request.practice, **form.cleaned_data)  # type: ignore[attr-defined]
    say(request, "Settings kept")
    return go(request, reverse("coding:team"))


def _page(request: HttpRequest, form: SettingsForm | None) -> HttpResponse:
    practice = request.practice  # type: ignore[attr-defined]
    if form is None:
        kept = {
            "take_unassigned": practice_settings.value(practice, TAKE_UNASSIGNED),
            "days_to_code": practice_settings.value(practice, DAYS_TO_CODE),
        }
        form = SettingsForm(initial=kept)
    request.nav = "coding-team"  # type: ignore[attr-defined]
    context = {
        "team": team_of(practice),
        "form": form,
        "all_unassigned": queue_url("to-code", nobody=1),
    }
    status = 422 if form.errors else 200
    return page(request, "coding/team/team.html", None, context, status=status)

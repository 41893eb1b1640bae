"""Taking back the last change of a case's codes, as if it had not been made."""

from django.db import transaction
from django.db.models import QuerySet

from coding.case_picture import Picture, differences, picture_of, put_back
from coding.models import CaseChange, CodingCase
from coding.services.touch_case import one_act
from core import timeline
from core.actors import current_actor
from core.errors import ApplicationError, Conflict


@transaction.atomic
def undo_change(*, case: CodingCase) -> str:
    """Put the codes back to what they were before the newest change; give it in words.

    Called again it takes back the change before that. Raises ApplicationError when there is none,
    Conflict when the newest is somebody else's or the codes are closed.
    """
    CodingCase.everywhere.select_for_update(of=("self",)).get(pk=case.pk)
    steps = CaseChange.everywhere.filter(case=case, is_undone=False)
    now = picture_of(case)
    newest = _newest_that_changed(steps, now)
    if newest is None:
        raise ApplicationError("There is nothing to undo.")
    if newest.user_id and newest.user_id != getattr(current_actor().user, "pk", None):
        raise Conflict(f"The last change is by {newest.user}: only they can undo it.")
    with one_act(case):
        undone = differences(newest.before, now)
        put_back(case, newest.before)
        # The undoing itself is no step to go back to: the next undo goes one further.
        steps.filter(version__gte=newest.version).update(is_undone=True)
    said = "; ".join(undone) or "a change"
    timeline.record(case, kind="case.undone", sentence=f"undid: {said}"[:300])
    return said


def _newest_that_changed(steps: QuerySet[CaseChange], now: Picture) -> CaseChange | None:
    """The newest step whose picture is not what stands now: saving a thing again is no step."""
    rows = steps.select_related("user").order_by("-version")
    return next((row for row in rows if row.before != now), None)


def changes_by_others(case: CodingCase, seen: int, user: object) -> list[tuple[CaseChange, str]]:
    """What others changed since version `seen`, each with its words; nothing when nobody did."""
    since = list(
        CaseChange.everywhere.filter(case=case, version__gte=seen)
        .select_related("user")
        .order_by("version")
    )
    if all(change.user == user for change in since):
        return []
    after = [*(change.before for change in since[1:]), picture_of(case)]
    return [
        (change, "; ".join(differences(change.before, now)) or "looked again")
        for change, now in zip(since, after, strict=True)
        if change.user != user
    ]

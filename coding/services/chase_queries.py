"""Questions without an answer become work: the sweep over their days (screens S14).

The day after its due day the asker is reminded and the provider's item says that it is overdue;
two business days later the coding lead gets it. Each happens once: `chase_on` names the next day
on which something is to be done, and is empty when all was.
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import DateField, F, Func, Value

from coding.choices import QueryState
from coding.models import ProviderQuery
from core import clock, timeline
from core.actors import Actor, acting_as
from core.calendar import add_business_days
from core.choices import Role
from core.services.work import close_work_item, open_work_item
from core.tenancy import practice_scope

AT_ONCE = 100
DAYS_TO_ESCALATE = 2
ASKED, OVERDUE, ESCALATED = "provider_query", "query_overdue", "query_escalated"


def first_chase(due_on: date) -> date:
    """The day after the due day: that one is still in time."""
    return due_on + timedelta(days=1)


def chase_overdue() -> int:
    """Act on up to 100 questions whose day has come at their practice; returns how many."""
    with transaction.atomic():
        due = list(
            ProviderQuery.everywhere.filter(state=QueryState.OPEN, chase_on__isnull=False)
            .annotate(today=_today_there())
            .filter(chase_on__lte=F("today"))
            .select_related("practice", "provider__user", "asked_by", "case__encounter")
            .order_by("chase_on", "pk")
            .select_for_update(skip_locked=True, of=("self",))[:AT_ONCE]
        )
        for query in due:
            with practice_scope(query.practice), acting_as(Actor(source="queries")):
                _remind(query) if query.reminded_at is None else _escalate(query)
    return len(due)


def stop_chasing(query: ProviderQuery, outcome: str) -> None:
    """There is an answer, or no question any more: nobody need be reminded."""
    for kind in (ASKED, OVERDUE, ESCALATED):
        close_work_item(subject=query.case, kind=kind, outcome=outcome)


def _remind(query: ProviderQuery) -> None:
    today = clock.today(query.practice)
    open_work_item(
        subject=query.case, kind=OVERDUE, title="The provider has not answered",
        reason=f"{query.provider} was asked to answer by {query.due_on:%m/%d/%Y}. Ask again, or "
        "take the question back.",
        due_on=today, owner=query.asked_by, role=Role.CODER,
    )  # fmt: skip
    open_work_item(
        subject=query.case, kind=ASKED, title="Overdue: question to the provider",
        reason=query.text, due_on=query.due_on, owner=query.provider.user, role=Role.PROVIDER,
        renews=True,
    )  # fmt: skip
    _tell(query, "query.overdue", "noticed that the provider's answer is overdue")
    query.reminded_at = clock.now()
    query.chase_on = add_business_days(today, DAYS_TO_ESCALATE)
    query.save(update_fields=["reminded_at", "chase_on"])


def _escalate(query: ProviderQuery) -> None:
    open_work_item(
        subject=query.case, kind=ESCALATED, title="A provider's answer is long overdue",
        reason=f"{query.provider} was to answer {query.asked_by or 'a coder'} by "
        f"{query.due_on:%m/%d/%Y}.",
        due_on=clock.today(query.practice), role=Role.CODING_LEAD,
    )  # fmt: skip
    _tell(query, "query.escalated", "passed the overdue question on to the coding lead")
    query.escalated_at, query.chase_on = clock.now(), None
    query.save(update_fields=["escalated_at", "chase_on"])


def _tell(query: ProviderQuery, kind: str, sentence: str) -> None:
    timeline.record(query.case, kind=kind, sentence=sentence)


def _today_there() -> Func:
    """The calendar day it is now at the question's practice."""
    local = Func(F("practice__time_zone"), Value(clock.now()), function="timezone")
    return Func(local, function="DATE", output_field=DateField())

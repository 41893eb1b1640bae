"""Asking the provider, answering, and taking a question back. The encounter waits meanwhile."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from coding.choices import CaseState, QueryState, QueryTopic
from coding.models import CodingCase, ProviderQuery
from coding.query_templates import OTHER, options_of, refuse_leading
from coding.services.chase_queries import ASKED, first_chase, stop_chasing
from coding.states import CASE
from core import audit, clock, timeline
from core.actors import current_actor
from core.calendar import add_business_days
from core.choices import Role
from core.errors import ApplicationError, Conflict
from core.models import User
from core.services.work import open_work_item
from core.states import advance
from patients.services.record_encounter import add_encounter_note

DAYS_TO_ANSWER = 3


@transaction.atomic
def ask_provider(
    *, case: CodingCase, topic: str, text: str, options: Sequence[str], due_on: date | None = None
) -> ProviderQuery:
    """Ask the rendering provider; the case waits.

    Raises ApplicationError for words that lead, Conflict while another question is open,
    IllegalTransition for an encounter that is not being coded.
    """
    text = text.strip()
    if topic not in QueryTopic.values:
        raise ApplicationError("Choose what it is about.", field="topic")
    if not text or len(text) > 2000:
        raise ApplicationError("Ask in 1 to 2,000 characters.", field="text")
    choices = options_of(options)
    refuse_leading(text, choices)
    today = clock.today(case.practice)
    due_on = due_on or add_business_days(today, DAYS_TO_ANSWER)
    if due_on < today:
        raise ApplicationError("Choose a day to come.", field="due_on")
    asker = current_actor().user
    coder = asker or case.coder
    if not advance(case, CaseState.WAITING_QUERY, table=CASE, update={"coder": coder}):
        raise Conflict("A question is open already: wait for its answer, or take it back.")
    query = ProviderQuery.everywhere.create(
        practice_id=case.practice_id, case=case, provider=case.encounter.rendering_provider,
        topic=topic, text=text, options=choices, due_on=due_on, asked_by=asker,
        chase_on=first_chase(due_on),
    )  # fmt: skip
    open_work_item(
        subject=case, kind=ASKED, title="Question to the provider", reason=text,
        due_on=due_on, owner=query.provider.user, role=Role.PROVIDER,
    )  # fmt: skip
    audit.record("query.asked", subject=case, after={"topic": topic, "due_on": str(due_on)})
    timeline.record(case, kind="query.asked", sentence=f"asked {query.provider}: {text[:200]}")
    return query


@transaction.atomic
def answer_query(*, query: ProviderQuery, user: User, answer: str, comment: str = "") -> None:
    """The provider's own answer: an addendum beside the note, and the coder is told.

    The note itself never changes. Raises ApplicationError for somebody else's question.
    """
    query = _locked_open(query)
    if query.provider.user_id != user.pk:
        raise ApplicationError("Only the provider who was asked can answer.")
    if answer not in query.options:
        raise ApplicationError("Choose one of the answers.", field="answer")
    comment = comment.strip()
    if len(comment) > 4000:
        raise ApplicationError("A comment has at most 4,000 characters.", field="comment")
    if answer == OTHER and not comment:
        raise ApplicationError("Describe it in the comment.", field="comment")
    said = "\n".join(part for part in (f"Answer: {answer}", comment) if part)
    query.addendum = add_encounter_note(
        encounter=query.case.encounter,
        text=f"Question: {query.text}\n{said}",
        author_name=str(query.provider),
        signed_at=clock.now(),
    )
    query.answer, query.comment = answer, comment
    _close(query, QueryState.ANSWERED)
    open_work_item(
        subject=query.case, kind="query_answered", title="The provider answered", reason=said,
        due_on=clock.today(query.practice), owner=query.asked_by, role=Role.CODER,
    )  # fmt: skip
    audit.record("query.answered", subject=query.case, after={"answer": answer})
    timeline.record(query.case, kind="query.answered", sentence=f"answered: {answer}")


@transaction.atomic
def withdraw_query(*, query: ProviderQuery) -> None:
    """Take an open question back; the encounter is the coder's again."""
    query = _locked_open(query)
    _close(query, QueryState.WITHDRAWN)
    audit.record("query.withdrawn", subject=query.case)
    timeline.record(query.case, kind="query.withdrawn", sentence="took the question back")


def _locked_open(query: ProviderQuery) -> ProviderQuery:
    rows = ProviderQuery.everywhere.select_for_update(of=("self",))
    found = rows.select_related("case__encounter", "provider", "practice").get(pk=query.pk)
    if found.state != QueryState.OPEN:
        raise Conflict(f"This question is {found.get_state_display().lower()} by now.")
    return found


def _close(query: ProviderQuery, state: QueryState) -> None:
    query.state = state
    if state == QueryState.ANSWERED:
        query.answered_at = clock.now()
    query.save(update_fields=["state", "answer", "comment", "answered_at", "addendum"])
    stop_chasing(query, outcome=str(state.label))
    advance(query.case, CaseState.IN_PROGRESS, table=CASE)

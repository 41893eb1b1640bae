"""A state machine is a table; one function moves, and a move that is not in it is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.choices import WorkState
from core.models import AuditEvent, Practice, WorkItem
from core.states import IllegalTransition, TransitionTable, advance

TABLE = TransitionTable(
    "work",
    {
        WorkState.OPEN: [WorkState.DONE, WorkState.WITHDRAWN],
        WorkState.DONE: [WorkState.OPEN],
        WorkState.WITHDRAWN: [],
    },
    initial=WorkState.OPEN,
)


def item_of(practice: Practice) -> WorkItem:
    return WorkItem.everywhere.create(
        practice=practice,
        subject_kind="core.practice",
        subject_id=practice.pk,
        kind="test",
        title="Test",
    )


@pytest.mark.django_db
def test_moves_once_records_and_is_quiet_the_second_time(summit: Practice) -> None:
    item = item_of(summit)
    assert advance(item, WorkState.DONE, table=TABLE, update={"outcome": "paid"})
    assert not advance(item, WorkState.DONE, table=TABLE)
    item.refresh_from_db()
    assert (item.state, item.outcome) == (WorkState.DONE, "paid")
    event = AuditEvent.objects.get()
    assert (event.action, event.before, event.after) == (
        "work.done",
        {"state": "open"},
        {"state": "done"},
    )


@pytest.mark.django_db
def test_looks_again_before_it_moves(summit: Practice) -> None:
    stale = item_of(summit)
    WorkItem.everywhere.filter(pk=stale.pk).update(state=WorkState.WITHDRAWN)
    with pytest.raises(IllegalTransition, match="from withdrawn to done"):
        advance(stale, WorkState.DONE, table=TABLE)


def test_a_table_whose_states_lack_a_row_is_refused() -> None:
    with pytest.raises(ValueError, match="lost"):
        TransitionTable("broken", {"here": ["lost"]}, initial="here")
    with pytest.raises(ValueError, match="nowhere"):
        TransitionTable("broken", {"here": []}, initial="nowhere")


@given(st.lists(st.sampled_from(list(WorkState)), max_size=20))
def test_no_walk_leaves_a_final_state(walk: list[str]) -> None:
    state = TABLE.initial
    for wanted in walk:
        if TABLE.allows(state, wanted):
            assert state not in TABLE.final_states
            state = wanted
    assert state in TABLE.moves

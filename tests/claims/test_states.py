"""The tables: every state has a row, evidence only rises, an 835 reaches every version."""

import pytest

from claims import choices, states
from core.states import TransitionTable

TABLES = [
    (states.VERSION, choices.VersionState),
    (states.ATTEMPT, choices.AttemptState),
    (states.TRANSMISSION, choices.TransmissionState),
    (states.MAILING, choices.MailingState),
    (states.MESSAGE, choices.MessageState),
    (states.REMITTANCE, choices.RemittanceState),
    (states.DENIAL, choices.DenialState),
]


@pytest.mark.parametrize(("table", "values"), TABLES)
def test_every_state_has_a_row(table: TransitionTable, values: type) -> None:
    assert set(table.moves) == set(values.values)


@pytest.mark.parametrize("state", sorted(set(choices.VersionState.values) - {"draft"}))
def test_an_835_may_decide_a_version_from_any_state_but_the_first(state: str) -> None:
    assert state == "adjudicated" or states.VERSION.allows(state, "adjudicated")


def test_a_version_never_falls_back_to_lower_evidence() -> None:
    for low, low_rank in states.EVIDENCE_RANK.items():
        for high, high_rank in states.EVIDENCE_RANK.items():
            if low_rank < high_rank and high != "adjudicated":
                assert not states.VERSION.allows(high, low), (high, low)
                assert not states.ATTEMPT.allows(high, low), (high, low)


def test_what_was_applied_stays_so_and_a_posting_is_only_undone_to_be_posted_again() -> None:
    assert states.MESSAGE.final_states == {"applied", "duplicate", "tested"}
    assert states.REMITTANCE.final_states == {"duplicate", "set_aside"}
    assert states.REMITTANCE.moves["posted"] == {"matched", "exceptions"}


def test_undoing_a_posting_goes_back_only_from_where_a_posting_leads() -> None:
    leads_to = {
        "adjudicated",
        "crossed_over",
        "reversed_awaiting_correction",
        "forwarded",
        "closed",
    }
    assert {old for old, later in states.VERSION_UNDO.moves.items() if later} == leads_to
    assert not states.VERSION.allows("adjudicated", "payer_accepted")
    assert states.VERSION_UNDO.allows("adjudicated", "payer_accepted")


def test_every_state_has_a_tone_of_its_own_meaning() -> None:
    shown = {*choices.VersionState.values, *choices.TransmissionState.values,
             *choices.MailingState.values,
             *choices.MessageState.values, *choices.RemittanceState.values}  # fmt: skip
    assert shown <= set(choices.TONES)

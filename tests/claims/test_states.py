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


def test_what_was_applied_or_posted_stays_so() -> None:
    assert states.MESSAGE.final_states == {"applied", "duplicate", "tested"}
    assert states.REMITTANCE.final_states == {"posted", "duplicate", "out_of_balance"}


def test_every_state_has_a_tone_of_its_own_meaning() -> None:
    shown = {*choices.VersionState.values, *choices.TransmissionState.values,
             *choices.MailingState.values,
             *choices.MessageState.values, *choices.RemittanceState.values}  # fmt: skip
    assert shown <= set(choices.TONES)

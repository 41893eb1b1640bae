"""What is written reads the same, has no fault of our own finding, and passes another judge."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import x12
from tests.x12.judge import judged
from tests.x12.strategies import acknowledgements, batches, remittances
from tests.x12.strategies_institutional import institutional_batches
from tests.x12.strategies_members import (
    ELIGIBILITY_ANSWERS,
    ELIGIBILITY_QUESTIONS,
    STATUS_ANSWERS,
    STATUS_QUESTIONS,
)
from x12 import ERROR, Envelope, Fault
from x12.transactions.adjustments import Adjustment, add_trios, cas_rows

ENVELOPE = Envelope("SENDER", "RECEIVER", datetime(2026, 11, 23, 9, 30), 7, 8)
ONE_SEGMENT = 6  # pyx12 takes a second PLB for a second end of the transaction
BRIEFLY = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def written_and_read(record: Any) -> tuple[Any, list[Fault], bytes]:
    content = x12.write_interchange(ENVELOPE, [record])
    (found,) = x12.read_interchanges(content)
    return found.transactions[0].record, found.all_faults, content


@BRIEFLY
@given(batches())
def test_any_batch_of_claims_comes_back_as_it_was(record: Any) -> None:
    again, faults, content = written_and_read(record)
    assert again == record
    assert [fault for fault in faults if fault.severity == ERROR] == []
    assert x12.write_interchange(ENVELOPE, [again]) == content


@BRIEFLY
@given(institutional_batches())
def test_any_batch_of_institutional_claims_comes_back_as_it_was(record: Any) -> None:
    again, faults, content = written_and_read(record)
    assert again == record
    assert [fault for fault in faults if fault.severity == ERROR] == []
    assert x12.write_interchange(ENVELOPE, [again]) == content


@BRIEFLY
@given(remittances())
def test_any_remittance_comes_back_as_it_was(record: Any) -> None:
    again, faults, content = written_and_read(record)
    assert again == record
    assert [fault for fault in faults if fault.code != "BAL-0"] == []
    assert x12.write_interchange(ENVELOPE, [again]) == content


@BRIEFLY
@given(acknowledgements())
def test_any_acknowledgement_comes_back_as_it_was(record: Any) -> None:
    again, faults, _ = written_and_read(record)
    assert again == record
    assert faults == []


@BRIEFLY
@given(ELIGIBILITY_QUESTIONS | ELIGIBILITY_ANSWERS | STATUS_QUESTIONS | STATUS_ANSWERS)
def test_any_question_and_answer_comes_back_as_it_was(record: Any) -> None:
    again, faults, content = written_and_read(record)
    assert again == record
    assert [fault for fault in faults if fault.severity == ERROR] == []
    assert x12.write_interchange(ENVELOPE, [again]) == content


@settings(BRIEFLY, max_examples=8)
@given(batches())
def test_any_batch_of_claims_passes_an_independent_judge(record: Any) -> None:
    accepted, why = judged(x12.write_interchange(ENVELOPE, [record]))
    assert accepted, why


@settings(BRIEFLY, max_examples=12)
@given(institutional_batches())
def test_any_batch_of_institutional_claims_passes_an_independent_judge(record: Any) -> None:
    accepted, why = judged(x12.write_interchange(ENVELOPE, [record]))
    assert accepted, why


@settings(BRIEFLY, max_examples=8)
@given(remittances().filter(lambda record: len(record.provider_adjustments) <= ONE_SEGMENT))
def test_any_remittance_passes_an_independent_judge(record: Any) -> None:
    accepted, why = judged(x12.write_interchange(ENVELOPE, [record]))
    assert accepted, why


@settings(BRIEFLY, max_examples=40)
@given(remittances(), st.data())
def test_one_cent_anywhere_in_a_remittance_is_found(record: Any, data: st.DataObject) -> None:
    content = x12.write_interchange(ENVELOPE, [record])
    pieces = content.split(b"~\n")
    places = {b"BPR": [2], b"CLP": [3, 4], b"SVC": [2, 3], b"CAS": [3], b"PLB": [4]}
    chosen = data.draw(
        st.sampled_from([(n, e) for n, p in enumerate(pieces) for e in places.get(p[:3], [])])
    )
    elements = pieces[chosen[0]].split(b"*")
    elements[chosen[1]] = str(Decimal(elements[chosen[1]].decode()) + Decimal("0.01")).encode()
    pieces[chosen[0]] = b"*".join(elements)
    found = {f.code for f in x12.check_bytes(b"~\n".join(pieces)) if f.severity == ERROR}
    assert found & {"BAL-S", "BAL-C", "BAL-C2", "BAL-T"}


TRIOS = st.builds(
    Adjustment,
    group_code=st.sampled_from(["CO", "PR"]),
    reason_code=st.sampled_from(["45", "1"]),
    amount=st.integers(min_value=-500, max_value=500).map(Decimal),
    quantity=st.none() | st.just(Decimal(2)),
)


@given(st.lists(TRIOS, max_size=20))
def test_adjustments_are_six_to_a_segment_and_none_is_lost(trios: list[Adjustment]) -> None:
    rows = list(cas_rows(trios))
    assert all(len(row) <= 2 + 6 * 3 for row in rows)
    texts = [[str(value) if value is not None else "" for value in row] for row in rows]
    found: list[Adjustment] = []
    for row in texts:
        add_trios(row, found)
    assert found == trios

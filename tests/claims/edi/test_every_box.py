"""Random claims over all boxes of domain B.4, written as 837P and judged by pyx12.

What none of them wrote is listed in `never_written.txt`, with the reason, and printed.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import x12
from claims.edi.claim_to_837p import batch_record
from patients.claim_data import LINE, VISIT
from tests.claims.claim_data_strategies import claim_snapshots
from tests.x12.exemptions import standing_of_pyx12
from tests.x12.judge import judged
from tests.x12.test_tables_written import ENVELOPE, rows_of_table, written_in
from x12.guides import GUIDES

GUIDE = ("837", "005010X222A1")
NEVER = Path(__file__).parent / "never_written.txt"
FILES, CLAIMS_IN_FILE, MOST_ROUNDS = 16, 5, 8
# Written only for another payer of the claim: test_random_secondaries.py lists theirs.
OTHER_PAYERS = ("2320", "2330", "2430")


def file_of(snapshots: list[dict[str, object]]) -> bytes:
    record = batch_record(
        snapshots, reference="B1", set_control_number="0001",
        created_at=datetime(2026, 11, 23, 9, 30), sender_id="SUMMIT01",
        receiver_name="OPEN CLEARINGHOUSE", receiver_id="OPENCH01",
    )  # fmt: skip
    return x12.write_interchange(ENVELOPE, [record])


def random_files() -> list[tuple[list[dict[str, object]], bytes]]:
    """Files in rounds, until only what is listed has not been written: what is drawn depends on
    the code that draws, so one round alone may miss what is rare. The same at every run.
    """
    made: list[tuple[list[dict[str, object]], bytes]] = []
    for number in range(1, MOST_ROUNDS + 1):
        made += _round(number)
        if never_written(made) == listed():
            break
    return made


def _round(number: int) -> list[tuple[list[dict[str, object]], bytes]]:
    made: list[tuple[list[dict[str, object]], bytes]] = []

    def make(drawn: tuple[dict[str, object], ...]) -> None:
        made.append((list(drawn), file_of(list(drawn))))

    make.__name__ = f"round_{number}"  # what is drawn follows from the name, too
    claims = st.tuples(*(claim_snapshots(n) for n in range(1, CLAIMS_IN_FILE + 1)))
    settings(
        max_examples=FILES, derandomize=True, database=None, deadline=None,
        suppress_health_check=list(HealthCheck),
    )(given(claims)(make))()  # fmt: skip
    return made


def rows_of_guide() -> list[tuple[str, str, str]]:
    name = " ".join(GUIDE)
    table = [row for row, _, _ in rows_of_table(name, GUIDES[GUIDE].table.spec)]
    return [row for row in dict.fromkeys(table) if not row[1].startswith(OTHER_PAYERS)]


def never_written(files: list[tuple[list[dict[str, object]], bytes]]) -> list[str]:
    written = set().union(*(written_in(content) for _, content in files))
    return [f"{loop} {segment}" for guide, loop, segment in rows_of_guide()
            if (guide, loop, segment) not in written]  # fmt: skip


def listed() -> list[str]:
    return [line.split(":")[0] for line in NEVER.read_text().splitlines()]


@pytest.fixture(scope="module")
def files() -> list[tuple[list[dict[str, object]], bytes]]:
    return random_files()


def test_pyx12_and_our_own_check_take_every_random_claim(
    files: list[tuple[list[dict[str, object]], bytes]],
) -> None:
    for _, content in files:
        _, findings = judged(content)
        assert standing_of_pyx12(findings) == [], content.decode()
        faults = [fault for fault in x12.check_bytes(content) if fault.severity == x12.ERROR]
        structural = [fault for fault in faults if fault.code[0] in "SEX"]
        assert structural == [], (structural, content.decode())


def test_what_no_random_claim_wrote_is_listed_with_its_reason(
    files: list[tuple[list[dict[str, object]], bytes]], told: list[str]
) -> None:
    never, mine = never_written(files), rows_of_guide()
    claims = sum(len(snapshots) for snapshots, _ in files)
    told.append(
        f"837P: {len(mine) - len(never)} of {len(mine)} rows written by {claims} random claims"
        " (loops of other payers apart)"
    )
    told += [f"never written: {row}" for row in never]
    assert never == listed(), "write the list anew, and look at it"


def facts_drawn(snapshots: list[dict[str, object]]) -> Iterator[tuple[str, str, str]]:
    for snapshot in snapshots:
        holders = [("visit", snapshot), *(("line", line) for line in snapshot["lines"])]  # type: ignore[attr-defined]
        for place, holder in holders:
            for group, rows in holder["claim_data"].items():  # type: ignore[index]
                for row in rows:
                    yield from ((place, group, fact) for fact in row)


def test_every_fact_of_the_catalogue_was_drawn(
    files: list[tuple[list[dict[str, object]], bytes]], told: list[str]
) -> None:
    drawn = {fact for snapshots, _ in files for fact in facts_drawn(snapshots)}
    known = {
        (place, group.key, fact.key)
        for place, groups in (("visit", VISIT), ("line", LINE))
        for group in groups
        for fact in group.facts
    }
    told.append(f"catalogue: {len(drawn & known)} of {len(known)} facts drawn")
    assert sorted(known - drawn) == []

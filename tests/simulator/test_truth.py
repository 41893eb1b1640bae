"""The truth file against what left: any mix balances, and what was posted can be compared."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import x12
from simulator.scenarios.catalogue import built_in
from simulator.truth import lines_of
from tests.simulator.files import Visit, claims_file
from tests.simulator.plays import PLAIN_PAYERS
from tests.simulator.test_payments import x12_faults
from tests.simulator.world import World

D = Decimal
NAMES = {one["payer_id"]: one["name"] for one in PLAIN_PAYERS}
ANSWERED = sorted(name for name, one in built_in().items() if not (one.file or one.acknowledgement))
CODES = [("99213", "140"), ("87880", "30"), ("99215", "300"), ("20610", "150"), ("J3301", "12.5")]


@contextmanager
def fresh_world(**more: Any) -> Iterator[World]:
    with TemporaryDirectory() as place:
        made = World(Path(place), payers=PLAIN_PAYERS, **more)
        yield made
        made.service.store.close()


def truth(world: World, kind: str) -> list[dict[str, Any]]:
    told = [json.loads(line) for line in lines_of(world.service.store)]
    return [one for one in told if one["kind"] == kind]


visits = st.lists(
    st.tuples(
        st.sampled_from(ANSWERED),
        st.lists(st.sampled_from(CODES), min_size=1, max_size=4),
        st.sampled_from(["12345", "MCRPB", "54321"]),
        st.sampled_from(["AHP1", "AHP2"]),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(mixed=st.lists(visits, min_size=1, max_size=3))
def test_any_mix_balances_at_every_level_and_is_told_to_the_cent(
    mixed: Sequence[Sequence[tuple[str, list[tuple[str, str]], str, str]]],
) -> None:
    fates = {
        f"C{day}N{n}": one[0] for day, claims in enumerate(mixed) for n, one in enumerate(claims)
    }
    with fresh_world(scenarios=fates) as world:
        for day, claims in enumerate(mixed):
            made = [
                Visit(f"C{day}N{n}", tuple(lines), payer_id=payer, member_id=member)
                for n, (_, lines, payer, member) in enumerate(claims)
            ]
            world.answer_to(claims_file(made, control_number=100 + day), f"day{day}")
        world.pass_time(hours=2)
        assert x12_faults(world) == set()
        told = truth(world, "remittance")
        assert all(one["flaw"] == "" for one in told)
        sent = world.records("835")
        # A trace number is a payer's own: two payers may have the same.
        paid = {(one.payer.name, one.trace_number): one for one in sent}
        assert len(paid) == len(sent) == len(told)
        for one in told:
            assert paid[NAMES[one["payer"]], one["trace"]].payment_amount == D(one["amount"])
        by_trace: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        for one in truth(world, "payment"):
            by_trace[NAMES[one["payer"]], one["trace"]].append(one)
        for key, record in paid.items():
            assert [D(one["paid"]) for one in by_trace[key]] == [
                claim.paid_amount for claim in record.claims
            ]


def test_a_claim_that_cannot_be_matched_is_known_to_the_truth() -> None:
    with fresh_world(scenarios={"C1": "no_match"}) as world:
        world.answer_to(claims_file([Visit("C1")]))
        (one,) = truth(world, "payment")
        assert (one["claim"], one["written_as"]) == ("C1", "0")
        assert [line["line"] for line in one["lines"]] == ["C1L1", "C1L2"]
        assert world.records("835")[0].claims[0].patient_control_number == "0"


def test_what_was_meant_stands_beside_what_was_spoiled() -> None:
    with fresh_world(scenarios={"C1": "cent_at_total"}) as world:
        world.answer_to(claims_file([Visit("C1")]))
        (meant,) = truth(world, "remittance")
        (sent,) = world.records("835")
        assert sent.payment_amount == D(meant["amount"]) + D("0.01")
        assert meant["flaw"] == "total off by 0.01"
        assert meant["files"] == ["835_000000004"]


def test_an_acknowledgement_that_left_spoiled_is_told() -> None:
    with fresh_world(scenarios={"C1": "truncated_999", "C2": "stranger_277ca"}) as world:
        world.answer_to(claims_file([Visit("C1"), Visit("C2"), Visit("C3")]))
        told = [(one["file"][:5], one["flaw"]) for one in truth(world, "acknowledgement")]
        assert told == [
            ("999_0", "cut off"),
            ("277CA", "of a batch that nobody sent"),
            ("277CA", "of a batch that nobody sent"),
        ]
        assert len(world.files("277CA")) == len(["both of C2", "both of C1 and C3"]) * 2


def test_underpayment_shows_beside_the_contract() -> None:
    with fresh_world(scenarios={"C1": "underpay"}) as world:
        world.answer_to(claims_file([Visit("C1", (("99215", "300"),))]))
        line = truth(world, "payment")[0]["lines"][0]
        assert (line["contract"], line["paid"]) == ("175.00", "119.00")


def test_rejections_are_told_with_who_said_what() -> None:
    fates = {"C1": "reject_payer", "C2": "reject_clearinghouse", "C3": "pay"}
    with fresh_world(scenarios=fates) as world:
        world.answer_to(claims_file([Visit(name) for name in fates]))
        told = {one["claim"]: one for one in truth(world, "claim")}
        assert [one["rejected"] for one in told.values()] == [True, True, False]
        assert told["C1"]["verdict"]["category_code"] == "A7"
        assert told["C2"]["verdict"]["speaker"] == "AY"


def test_a_set_that_the_guide_rejects_is_told_with_its_claims() -> None:
    with fresh_world() as world:
        content = claims_file([Visit("C7", child="LILY")])
        world.answer_to(content.replace(b"*20180903*F", b"*20181303*F"))
        (one,) = truth(world, "set_rejected")
        assert one["claims"] == ["C7"]


def test_the_truth_names_nobody() -> None:
    with fresh_world(scenarios={"C1": "cross_over"}) as world:
        world.answer_to(claims_file([Visit("C1")]))
        text = "\n".join(lines_of(world.service.store))
        assert "CROSS" not in text.upper().replace("CROSS_OVER", "").replace("CROSSED_OVER", "")
        assert all(word not in text for word in ("NGUYEN", "DAVID", "AHP222333444", "1979"))


def test_every_835_is_whole_in_what_it_is_made_of() -> None:
    """What the property above cannot see: files told are the files that left."""
    with fresh_world(scenarios={"C1": "twice_835", "C2": "split"}) as world:
        world.answer_to(claims_file([Visit("C1"), Visit("C2")]))
        names = {name for one in truth(world, "remittance") for name in one["files"]}
        assert names == {path.stem for path in world.outbound.glob("835*.edi")}
        assert len(names) == 4
        assert all(x12.check_bytes(content) == [] for content in world.files("835"))

"""No content makes the reader raise: it finds faults instead."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

import x12
from tests.x12.files import NAMES, joined, segments, worked

FILES = [worked(name.split("_")[0]) for name in NAMES]
PIECES = sorted({piece for content in FILES for piece in segments(content)})


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_bytes_at_random_are_read_without_an_exception(content: bytes) -> None:
    x12.check_bytes(content)
    x12.check_bytes(segments(FILES[0])[0] + b"~" + content)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60), st.sampled_from(FILES))
def test_segments_in_any_order_are_read_without_an_exception(
    pieces: list[bytes], content: bytes
) -> None:
    head, tail = segments(content)[:3], segments(content)[-3:]
    x12.check_bytes(joined([*head, *pieces, *tail]))


def test_files_damaged_at_random_are_read_without_an_exception() -> None:
    chance = random.Random(20261123)
    for _ in range(1_500):
        content = bytearray(chance.choice(FILES))
        for _ in range(chance.randint(1, 8)):
            place = chance.randrange(len(content))
            match chance.randrange(4):
                case 0:
                    content[place] = chance.randrange(256)
                case 1:
                    del content[place : place + chance.randint(1, 40)]
                case 2:
                    content[place:place] = chance.choice([b"*", b"~", b":", b"^", b"\xff", b"-"])
                case 3:
                    content[place:place] = content[: chance.randint(1, 200)]
        for found in x12.read_interchanges(bytes(content)):
            assert isinstance(found.all_faults, list)
            for item in found.transactions:
                x12.loops_of(item)

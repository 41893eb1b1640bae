"""The x12 codec beside a bare streaming split of the same file, in the same run."""

import io

from bench.files import ENVELOPE, claim_batch, remittance
from bench.measure import Figure, best_of, best_of_each, peak_megabytes
from x12 import check_bytes, stream_remittances, write_interchange

_BUFFER = 1 << 16


def figures() -> list[Figure]:
    """Reading with every balance check, checking against the guide, and writing."""
    data = remittance()
    split, reading, checking = best_of_each(
        [lambda: _split(data), lambda: _read(data), lambda: check_bytes(data)]
    )
    memory = peak_megabytes(lambda: _read(data))
    memory_of_check = peak_megabytes(lambda: check_bytes(data))
    batch = claim_batch()
    claims = write_interchange(ENVELOPE, [batch])
    judging = best_of(lambda: check_bytes(claims), runs=3)
    memory_of_claims = peak_megabytes(lambda: check_bytes(io.BytesIO(claims)))
    writing = best_of(lambda: write_interchange(ENVELOPE, [batch]), runs=3)
    size = f"{len(data) / 1_000_000:.1f} MB, {data.count(b'~'):,} segments"
    return [
        Figure(f"835 of 10,000 claims, 30,000 lines ({size}): bare split", "", f"{split:.3f} s"),
        Figure(
            "read it into records, every balance proven",
            "≤ 0.5 s, ≤ 4x the split, ≤ 40 MB",
            f"{reading:.2f} s, {reading / split:.1f}x, {memory:.0f} MB",
            reading <= 0.5 and reading <= 4 * split and memory <= 40,
        ),
        Figure(
            "check it against the whole guide table",
            "≤ 12x the split, ≤ 40 MB",
            f"{checking:.2f} s, {checking / split:.1f}x, {memory_of_check:.0f} MB",
            checking <= 12 * split and memory_of_check <= 40,
        ),
        Figure(
            "write an 837P of 5,000 claims from records",
            "≤ 0.5 s",
            f"{writing:.2f} s",
            writing <= 0.5,
        ),
        Figure(
            f"check that file ({len(claims) / 1_000_000:.1f} MB) claim by claim",
            "≤ 40 MB",
            f"{judging:.2f} s, {memory_of_claims:.0f} MB",
            memory_of_claims <= 40,
        ),
    ]


def _split(data: bytes) -> int:
    """What any reader has to do at least: buffers to segments to elements, nothing kept."""
    source, rest, count = io.BytesIO(data), "", 0
    while buffer := source.read(_BUFFER):
        pieces = (rest + buffer.decode("latin-1")).split("~")
        rest = pieces.pop()
        for segment in pieces:
            count += len(segment.strip().split("*"))
    return count


def _read(data: bytes) -> int:
    return sum(1 for _ in stream_remittances(data))

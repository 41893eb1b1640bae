"""The x12 codec beside a bare streaming split of the same file, in the same run."""

from bench.files import ENVELOPE, claim_batch, remittance
from bench.measure import Figure, best_of, peak_megabytes
from x12 import check_bytes, read_interchanges, write_interchange


def figures() -> list[Figure]:
    """Reading with every balance check, and writing."""
    data = remittance()
    split = best_of(lambda: _split(data))
    reading = best_of(lambda: _read(data))
    checking = best_of(lambda: check_bytes(data), runs=2)
    memory = peak_megabytes(lambda: _read(data))
    batch = claim_batch()
    writing = best_of(lambda: write_interchange(ENVELOPE, [batch]), runs=2)
    size = f"{len(data) / 1_000_000:.1f} MB"
    return [
        Figure(f"split an 835 of 10,000 claims ({size}) and nothing more", "", f"{split:.2f} s"),
        Figure(
            "read it into records, balances and guide table checked",
            "≤ 0.5 s, ≤ 4x the split, ≤ 40 MB",
            f"{reading:.2f} s, {reading / split:.1f}x, {memory:.0f} MB",
            reading <= 0.5 and reading <= 4 * split and memory <= 40,
        ),
        Figure(
            "check the same file",
            "≤ 12x the split",
            f"{checking:.2f} s, {checking / split:.1f}x",
            checking <= 12 * split,
        ),
        Figure(
            "write an 837P of 5,000 claims from records",
            "≤ 0.5 s",
            f"{writing:.2f} s",
            writing <= 0.5,
        ),
    ]


def _split(data: bytes) -> int:
    count = 0
    for segment in data.decode("latin-1").split("~"):
        count += len(segment.strip().split("*"))
    return count


def _read(data: bytes) -> int:
    return sum(len(item.record.claims) for found in read_interchanges(data)
               for item in found.transactions)  # fmt: skip

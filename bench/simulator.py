"""The payer simulator in volume: claims a second, and memory that does not grow with their number.

A run of 100,000 is `python -m simulator adjudicate --claims 100000 --out DIR`.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.measure import Figure

CLAIMS, LEAST_RATE, MOST_MEGABYTES = 10_000, 200, 150
_ROOT = Path(__file__).resolve().parents[1]


def figures() -> list[Figure]:
    """One run in a process of its own, as a person would start it."""
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "out"
        words = ["-m", "simulator", "adjudicate", "--claims", str(CLAIMS), "--out", str(out)]
        done = subprocess.run(  # noqa: S603 - our own program, nothing of it from outside
            [sys.executable, *words], cwd=_ROOT, capture_output=True, text=True, check=True
        )
        told = json.loads((out / "figures.json").read_text())
    return [
        Figure(
            f"simulator: {CLAIMS:,} claims answered, {told['payments']:,} payments, truth told",
            f"≥ {LEAST_RATE} claims/s, ≤ {MOST_MEGABYTES} MB",
            done.stdout.strip().rpartition(": ")[2],
            told["claims"] / told["cpu_seconds"] >= LEAST_RATE
            and told["peak_megabytes"] <= MOST_MEGABYTES,
        )
    ]

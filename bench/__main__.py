"""Prints the budgets and what was measured. `python -m bench [part …]`."""

import sys
from importlib import import_module

from bench.measure import Figure

# Imported when asked for: the codec alone needs neither Django nor a database.
PARTS = {
    "x12": "bench.codec",
    "search": "bench.search",
    "findings": "bench.findings",
    "scrub": "bench.scrub",
    "code_sets": "bench.code_sets",
    "rules": "bench.rules",
    "callbacks": "bench.callbacks",
    "simulator": "bench.simulator",
    "worklist": "bench.worklist",
    "posting": "bench.posting",
    "freezing": "bench.freezing",
    "verify": "bench.verify",
    "money_in": "bench.money_in",
    "aging": "bench.aging",
}
NOT_MEASURED_YET = (
    "an 837P of 5,000 claims from the database",
    "1,000 statements as PDF",
)


def main(words: list[str]) -> int:
    """Run the named parts, or all of them."""
    unknown = set(words) - PARTS.keys()
    if unknown:
        print(f"No such part: {', '.join(sorted(unknown))}. There are: {', '.join(PARTS)}.")
        return 2
    rows: list[Figure] = []
    for name in words or PARTS:
        rows += import_module(PARTS[name]).figures()
    print(f"{'':2} {'what':62} {'budget':36} measured")
    for row in rows:
        mark = {True: "✓", False: "✗", None: " "}[row.holds]
        print(f"{mark:2} {row.what:62} {row.budget:36} {row.measured}")
    print("\nNot measured yet:")
    for what in NOT_MEASURED_YET:
        print(f"   {what}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

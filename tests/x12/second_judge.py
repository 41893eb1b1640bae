"""Runs in an environment of its own: `python second_judge.py FILE…` prints a JSON line a file.

The judge is linuxforhealth-x12: grammar and sums by guides of its own, no look at the envelope.
"""

import json
import sys


def main(paths: list[str]) -> None:
    for path in paths:
        why = _findings(path)
        sys.stdout.write(json.dumps({"path": path, "why": why}) + "\n")


def _findings(path: str) -> list[str]:
    from linuxforhealth.x12.io import X12ModelReader  # type: ignore[import-not-found]

    try:
        with X12ModelReader(path) as reader:
            count = sum(1 for _ in reader.models())
    except Exception as error:
        found = error.errors() if hasattr(error, "errors") else []
        return [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in found] or [repr(error)]
    return [] if count else ["no transaction was read"]


if __name__ == "__main__":
    main(sys.argv[1:])

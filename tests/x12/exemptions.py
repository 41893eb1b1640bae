"""Faults of the independent judges themselves: each with its file, its very words and its reason.

Whatever else a judge says of the same file stands: an exemption never hides a second finding.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Exemption:
    """One finding that is the judge's own fault. `names` are beginnings of file names."""

    names: tuple[str, ...]
    finding: str
    reason: str

    def covers(self, name: str, finding: str) -> bool:
        return name.startswith(self.names) and re.fullmatch(self.finding, finding) is not None


# The judge counts only segments it could place: any fault of its own makes its count wrong, too.
MISCOUNTED = Exemption(
    ("e", "w", "r"), r"__root__: SE segment count \d+ != actual count \d+", "a sequel"
)
SECOND_JUDGE = (
    Exemption(
        ("e72",),
        r"loop_2000a\.0\.loop_2000b\.0\.loop_2000c\.0\.loop_2100c\.aaa_segment\.\d\."
        r"reject_reason_code: .*",
        "it takes the reject reasons of the provider's level for those of the subscriber's",
    ),
    Exemption(
        ("e73",),
        r"loop_2000a\.0\.hl_segment\.hierarchical_child_code: unexpected value; permitted: '1'",
        "a payer that cannot answer at all has no level below its own",
    ),
    Exemption(
        ("e73",),
        r"loop_2000a\.0\.loop_2000b: field required",
        "a payer that cannot answer at all has no level below its own",
    ),
    Exemption(
        ("r271",),
        r"loop_2000a\..*\.loop_2100[cd]\.aaa_segment\.\d\.reject_reason_code: .*",
        "it takes the reject reasons of the provider's level for those of the person's",
    ),
    Exemption(
        ("r27",),
        r"__root__: SE segment count \d+ != actual count \d+",
        "it does not count the segments at which it lost its place",
    ),
    Exemption(
        ("r27",),
        r"(TypeError|KeyError|AttributeError)\(.*",
        "it loses its place where a second provider or person follows a deeper level",
    ),
    Exemption(
        ("w1", "w2"),
        r"loop_1000a\.per_segment: value is not a valid list",
        "it wants two contacts of an 835's payer where the guide asks for one",
    ),
)
# PWK*CT stands for two rows of the guide; pyx12 takes the first and misses the second's codes.
PYX12 = ("is not a valid code for Attachment Transmission Code (PWK02)",)


def standing_of_pyx12(findings: list[str]) -> list[str]:
    """The findings of pyx12 in an 837P that are not its own fault."""
    return [said for said in findings if not any(own in said for own in PYX12)]


def standing(name: str, findings: list[str]) -> list[str]:
    """The findings that no exemption covers; a wrong count alone is no sequel and stands."""
    left = [f for f in findings if not any(one.covers(name, f) for one in SECOND_JUDGE)]
    only_count = all(MISCOUNTED.covers(name, finding) for finding in left)
    return [] if left and only_count and len(left) < len(findings) else left

"""The claim data that most visits do not need: which fields there are, and how they are read.

A catalogue, not columns (docs/decisions/0012): the screens, the API, the snapshot and
docs/claim-data.md are all made from it.
"""

from patients.claim_data.fields import Fact, Group, Kind
from patients.claim_data.line_groups import LINE
from patients.claim_data.reading import Problem, Read, Values, read_values, said
from patients.claim_data.visit_groups import VISIT

__all__ = [
    "LINE",
    "VISIT",
    "Fact",
    "Group",
    "Kind",
    "Problem",
    "Read",
    "Values",
    "read_values",
    "said",
]

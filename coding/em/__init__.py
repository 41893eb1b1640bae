"""The level of a visit by medical decision making and by time: pure, with dated tables."""

from coding.em.levels import Entered, Judged, judge, mdm_level
from coding.em.tables import Family, families_on, family_of, family_on

__all__ = [
    "Entered",
    "Family",
    "Judged",
    "families_on",
    "family_of",
    "family_on",
    "judge",
    "mdm_level",
]

"""Why a payer could not answer: each AAA reason as a sentence and its field (domain J.4)."""

from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    """What is to be looked at."""

    NONE = ""
    MEMBER_ID = "member_id"
    NAME = "name"
    SUBSCRIBER = "subscriber"
    BIRTH_DATE = "birth_date"
    SEX = "sex"
    RELATIONSHIP = "relationship"
    DATE = "date"
    PROVIDER = "provider"
    PAYER = "payer"


@dataclass(frozen=True, slots=True)
class Told:
    """One reason as it is shown: what is wrong, what may be done, and where."""

    code: str
    sentence: str
    place: str = Place.NONE
    then: str = ""


P = Place
_REASONS: dict[str, tuple[str, Place]] = {
    "15": ("Something that the payer needs is missing in the question.", P.NONE),
    "33": ("The payer could not read something in the question.", P.NONE),
    "41": ("The provider may not ask this payer.", P.PROVIDER),
    "42": ("The payer's system is not available now.", P.NONE),
    "43": ("The payer does not know the provider's NPI.", P.PROVIDER),
    "44": ("The payer does not know the provider's name.", P.PROVIDER),
    "45": ("The provider's specialty is missing or wrong.", P.PROVIDER),
    "46": ("The provider's telephone number is missing or wrong.", P.PROVIDER),
    "47": ("The provider's state is missing or wrong.", P.PROVIDER),
    "48": ("The number of the referring provider is missing or wrong.", P.PROVIDER),
    "49": ("The provider is not the primary care provider of this member.", P.PROVIDER),
    "50": ("The provider is not entitled to ask.", P.PROVIDER),
    "51": ("The payer has no such provider on file.", P.PROVIDER),
    "52": ("The provider was not enrolled with the payer on that day.", P.PROVIDER),
    "53": ("The payer cannot say this about that benefit.", P.NONE),
    "54": ("The payer cannot say this about that service.", P.NONE),
    "55": ("The payer cannot say this about that product.", P.NONE),
    "56": ("The date is wrong.", P.DATE),
    "57": ("The date of service is missing or wrong.", P.DATE),
    "58": ("The birth date is missing or wrong.", P.BIRTH_DATE),
    "60": ("The birth date lies after the date of service.", P.BIRTH_DATE),
    "61": ("The payer has a date of death before the date of service.", P.DATE),
    "62": ("The date lies outside the time that this payer answers for.", P.DATE),
    "63": ("The payer does not answer for days to come.", P.DATE),
    "64": ("The patient's id is missing or wrong.", P.MEMBER_ID),
    "65": ("The patient's name is missing or wrong.", P.NAME),
    "66": ("The patient's sex is missing or wrong.", P.SEX),
    "67": ("The payer does not find the patient.", P.NAME),
    "68": ("The payer has this patient id more than once.", P.MEMBER_ID),
    "71": ("The birth date is not the one that the payer has.", P.BIRTH_DATE),
    "72": ("The member id is missing or wrong.", P.MEMBER_ID),
    "73": ("The subscriber's name is missing or wrong.", P.SUBSCRIBER),
    "74": ("The subscriber's sex is missing or wrong.", P.SEX),
    "75": ("The payer does not find the subscriber.", P.MEMBER_ID),
    "76": ("The payer has this member id more than once.", P.MEMBER_ID),
    "77": (
        "The payer knows the subscriber, but not the patient under that policy.",
        P.RELATIONSHIP,
    ),
    "78": ("The subscriber is not in the group that was named.", P.MEMBER_ID),
    "79": ("The payer does not know who asks: the route is set up wrongly.", P.PAYER),
    "80": ("The payer's system gave no answer.", P.NONE),
    "T4": ("The payer's name or number is missing or wrong.", P.PAYER),
}
_FOLLOW_UPS: dict[str, str] = {
    "C": "Put it right and ask again.",
    "N": "Asking again will not help.",
    "P": "It may be asked again.",
    "R": "It may be asked again.",
    "S": "Do not ask again: the payer passed the question on.",
    "W": "Ask again in 30 days.",
    "X": "Ask again in 10 days.",
    "Y": "Do not ask again: the payer will answer by itself.",
}
COME_BACK_LATER = frozenset({"42", "80"})
DEPENDENT = "dependent"
# The same reason, told of a dependent, is about the patient and not about the subscriber.
_OF_DEPENDENT = {"73": "65", "74": "66"}


def told(reason: str, follow_up: str, level: str = "") -> Told:
    """The reason in a sentence. An unknown one is shown with its number, never dropped."""
    known = _OF_DEPENDENT.get(reason, reason) if level == DEPENDENT else reason
    sentence, place = _REASONS.get(
        known, (f"The payer could not answer (reason {reason}).", Place.NONE)
    )
    return Told(reason, sentence, str(place), _FOLLOW_UPS.get(follow_up, ""))

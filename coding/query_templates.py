"""Questions to providers that do not lead (domain A, provider query): words and rules.

Each offers what the note may mean in balanced options, always with "other" and "unable to
determine"; none names a diagnosis of its own or what a payer would make of the answer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from coding.choices import QueryTopic as T
from core.errors import ApplicationError

OTHER, UNABLE = "Other (please describe)", "Unable to determine"
ALWAYS = (OTHER, UNABLE)
_MONEY = re.compile(
    r"\$|\b(reimburs\w*|pay(s|ment|ments|er|ers|ing)?|paid|revenue|money|dollars?|denial\w*|denied|"
    r"DRG|RVUs?|risk (score|adjustment)|higher[- ]paying|upcod\w*|bill(ing|ed|able)?|profit\w*)\b",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"\b(please (add|document|change|confirm)|you should|do you agree|wouldn't you|isn't it|"
    r"don't you)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class QueryTemplate:
    """A question of one topic; the coder puts what the note says in place of the brackets."""

    topic: str
    text: str
    options: tuple[str, ...]


TEMPLATES: tuple[QueryTemplate, ...] = (
    QueryTemplate(
        T.SPECIFICITY,
        "The note mentions [words of the note]. In your clinical judgment, can type, cause or stage"
        " be described further?",
        ("It can be described further (see comment)", "No further detail is known"),
    ),
    QueryTemplate(
        T.LATERALITY,
        "The note describes [finding] without a side. Which side does it concern?",
        ("Right", "Left", "Both sides"),
    ),
    QueryTemplate(
        T.ACUITY,
        "The note mentions [condition]. How would you describe its course at this visit?",
        ("Acute", "Chronic", "Acute on chronic", "Resolved"),
    ),
    QueryTemplate(
        T.CONFLICT,
        "One part of the note says [first words], another [other words]. Which describes the"
        " patient at this visit?",
        ("The first", "The second", "Both, for different problems"),
    ),
    QueryTemplate(
        T.MISSING,
        "The note lists [order, result or service]. Was it done at this visit, and for which"
        " problem?",
        ("Done at this visit (problem in comment)", "Not done at this visit"),
    ),
    QueryTemplate(
        T.VALIDITY,
        "The note mentions [condition] and shows [findings]. In your clinical judgment, how does"
        " the condition stand?",
        ("Present, supported by (see comment)", "Ruled out", "Suspected, not established"),
    ),
)


def options_of(typed: Sequence[str]) -> list[str]:
    """The answers to choose from: at least two that differ, then the two that are always there."""
    own = list(dict.fromkeys(one.strip() for one in typed if one.strip()))
    own = [one for one in own if one not in ALWAYS]
    if len(own) < 2:
        raise ApplicationError("Offer at least two different answers.", field="options")
    if len(own) > 8 or any(len(one) > 200 for one in own):
        raise ApplicationError("At most eight answers of 200 characters.", field="options")
    return [*own, *ALWAYS]


def refuse_leading(text: str, options: Sequence[str]) -> None:
    """Raises ApplicationError for words about money or words that push to one answer."""
    words = " ".join([text, *options])
    if found := _MONEY.search(words):
        raise ApplicationError(f"A query names no money matters: “{found[0]}”.", field="text")
    if found := _LEADING.search(words):
        raise ApplicationError(f"That would lead the provider: “{found[0]}”.", field="text")
    if "[" in words:
        raise ApplicationError("Put the note's words in place of the brackets.", field="text")

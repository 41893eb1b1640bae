"""Words as the search compares them: one form for British and American spelling, singular and
plural, accents, apostrophes and Roman numerals.

The same lossy rules are applied to what is typed and to what is searched, so that a rule need not
be right about a word; it must only do the same to both.
"""

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[a-z0-9]+")
_POSSESSIVE = re.compile(r"['\u2019\u0060\u00b4]s?\b")
_ROMAN = {"ii": "2", "iii": "3", "iv": "4"}
_ORDINAL = {"1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth"}
_BRITISH = (
    (re.compile(r"ae|oe"), "e"),  # anaemia, oesophagus, also where American spelling keeps it
    (re.compile(r"our(?=s?$|ed$|ing$|less$|ful$)"), "or"),  # tumour
    (re.compile(r"(?<=[tb])re(?=s?$)"), "er"),  # centre, fibre
    (re.compile(r"is(?=(e|ed|es|ing|ation|ations)$)"), "iz"),  # hospitalisation
    (re.compile(r"ys(?=(e|ed|es|ing)$)"), "yz"),  # paralysed
    (re.compile(r"sulph"), "sulf"),
    (re.compile(r"grey"), "gray"),
    (re.compile(r"ll(?=(ed|ing)$)"), "l"),  # labelled
    (re.compile(r"ence$"), "ense"),  # licence, defence
)
_VOWEL = re.compile(r"[aeiouy]")


def words(text: str) -> list[str]:
    """The words of a text in its order: small letters and digits, without accents and 's."""
    flat = text.lower()
    if not flat.isascii():
        marks = unicodedata.normalize("NFKD", flat.replace("\u2019", "'"))
        flat = "".join(c for c in marks if not unicodedata.combining(c))
    if "'" in flat or "`" in flat:
        flat = _POSSESSIVE.sub("", flat)
    return _WORD.findall(flat)


def american(word: str) -> str:
    """One spelling for both sides of the Atlantic."""
    if len(word) < 5:
        return word
    for pattern, spelling in _BRITISH:
        word = pattern.sub(spelling, word)
    return word


@lru_cache(maxsize=60_000)
def stem(word: str) -> str:
    """What a word has in common with its plural, participle and noun of quality."""
    if word.isdigit():
        return word.lstrip("0") or "0"
    word = _ROMAN.get(word, word)
    word = american(_ORDINAL.get(word, word))
    if len(word) < 4:
        return word
    word = _singular(word)
    for ending in ("ness", "ing", "ed"):
        rest = word[: -len(ending)]
        if word.endswith(ending) and len(rest) > 2 and _VOWEL.search(rest) and word[-3:] != "eed":
            word = rest[:-1] if rest[-1] == rest[-2] and rest[-1] not in "ls" else rest
            break
    if word.endswith("ll"):
        word = word[:-1]
    if len(word) > 4 and word.endswith("e"):
        word = word[:-1]
    if len(word) > 3 and word.endswith("y"):
        word = word[:-1] + "i"
    return word


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("xes", "ches", "shes", "sses", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is", "os")):
        return word[:-1]
    return word


# Nouns and what is said of them: anemia and anemic, cirrhosis and cirrhotic.
_ENDINGS = (
    ("penia", "penic"), ("emia", "emic"), ("asis", "atic"), ("osis", "otic"), ("itis", "itic"),
    ("oma", "omatous"), ("ema", "ematous"), ("lysis", "lytic"), ("plegia", "plegic"),
    ("trophi", "trophic"), ("rrhea", "rrheic"), ("ma", "matic"), ("ia", "ic"), ("i", "ic"),
    ("us", "al"), ("a", "al"), ("um", "al"), ("is", "al"),
)  # fmt: skip


@lru_cache(maxsize=5_000)
def other_endings(stemmed: str) -> tuple[str, ...]:
    """Stems that may be the noun of an adjective or the other way round."""
    found = []
    if len(stemmed) > 5:
        for noun, adjective in _ENDINGS:
            for one, other in ((noun, adjective), (adjective, noun)):
                if stemmed.endswith(one) and len(stemmed) - len(one) > 2:
                    found.append(stemmed[: -len(one)] + other)
    return tuple(found)


def stems(text: str) -> list[str]:
    """The stems of a text, in its order."""
    return [stem(word) for word in words(text)]

"""Which family of visits an encounter is, as far as its place and its kind tell."""

from coding.edits.lines import last_seen, three_years_before
from coding.edits.snapshot import EncounterFacts

_HOSPITAL, _EMERGENCY = frozenset({"21", "22", "51", "61"}), "23"
_NURSING = frozenset({"31", "32"})
_HOME = frozenset({"04", "12", "13", "14", "16", "33", "55"})


def offered_family(facts: EncounterFacts, *, is_preventive: bool = False) -> tuple[str, str]:
    """The family's name and why, in a sentence. What it offers is to be looked at: a hospital's
    first day is not told from a later one.
    """
    place = facts.place_of_service_code
    if place == _EMERGENCY:
        return "emergency", "The place is an emergency room."
    if place in _HOSPITAL or place in _NURSING:
        kind = "hospital" if place in _HOSPITAL else "nursing"
        words = "a hospital" if place in _HOSPITAL else "a nursing facility"
        if _was_there_lately(facts):
            return f"{kind}_subsequent", f"The place is {words}; seen there within the week before."
        return f"{kind}_initial", f"The place is {words}; no earlier day of this stay is on record."
    is_new, why = _is_new(facts)
    kind = "home" if place in _HOME else "office"
    if is_preventive:
        why = f"{why} A check-up has its own code: tick only what goes beyond it."
    return f"{kind}_{'new' if is_new else 'established'}", why


def _is_new(facts: EncounterFacts) -> tuple[bool, str]:
    """New or established as the edits see it (domain A.10)."""
    on = facts.service_date_from
    last = last_seen(facts, on)
    if last is None:
        return True, "No visit to this specialty in the last three years is on record."
    if last > three_years_before(on):
        return False, f"Seen on {last:%m/%d/%Y}, within three years."
    return (
        True,
        f"Last seen on {last:%m/%d/%Y}, three years ago to the day: look whether still new.",
    )


def _was_there_lately(facts: EncounterFacts) -> bool:
    """A visit of a stay in the seven days before, by the same clinician."""
    on = facts.service_date_from
    return any(
        one.provider_key == facts.provider_key
        and 0 < (on - one.service_date).days <= 7
        and ("99221" <= one.procedure_code <= "99236" or "99304" <= one.procedure_code <= "99310")
        for one in facts.earlier
    )

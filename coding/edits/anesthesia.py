"""Rules on anesthesia: role, minutes, physical status (domain A.4, A.5.3)."""

from collections.abc import Iterator

from coding.edits.catalogue import finding
from coding.edits.context import Context, named, on_line
from coding.edits.families import ANESTHESIA_ROLES, PHYSICAL_STATUS, is_anesthesia
from coding.edits.snapshot import LineFacts
from core.findings import Finding

# Monitored care and its reasons stand beside a role, on anesthesia only.
_ONLY_HERE = ANESTHESIA_ROLES | PHYSICAL_STATUS | {"QS", "G8", "G9"}


def check_anesthesia(context: Context) -> Iterator[Finding]:
    """Every rule on the anesthesia of every line."""
    for line in context.facts.lines:
        if is_anesthesia(line.procedure_code):
            yield from _role_and_time(line)
            yield from _status(line)
        else:
            for modifier in sorted(_ONLY_HERE & set(line.modifiers)):
                message = f"{named(line)}: {modifier} belongs on an anesthesia service."
                yield finding("ANES-04", message, on_line(line), f"remove_modifier:{modifier}")


def _role_and_time(line: LineFacts) -> Iterator[Finding]:
    roles = [modifier for modifier in line.modifiers if modifier in ANESTHESIA_ROLES]
    if len(roles) != 1:
        said = f"not {' and '.join(roles)}" if roles else "and there is none"
        message = f"{named(line)}: one role modifier (AA, QK, QX, QY, QZ or AD), {said}."
        fix = "|".join(f"remove_modifier:{one}" for one in roles) if roles else (
            "add_modifier:AA|add_modifier:QZ")  # fmt: skip
        yield finding("ANES-01", message, on_line(line), fix)
    if not line.minutes:
        message = f"{named(line)}: anesthesia is billed by its minutes; none are given."
        yield finding("ANES-02", message, on_line(line))


def _status(line: LineFacts) -> Iterator[Finding]:
    status = [modifier for modifier in line.modifiers if modifier in PHYSICAL_STATUS]
    if len(status) > 1:
        message = f"{named(line)}: one physical status, not {' and '.join(status)}."
        fix = "|".join(f"remove_modifier:{one}" for one in status)
        yield finding("ANES-03", message, on_line(line), fix)

"""Medical necessity: a pointed diagnosis that the policy covers (domain A.12)."""

from collections.abc import Iterator

from coding.edits.catalogue import finding
from coding.edits.context import Context, named, on_line
from coding.edits.patterns import dotted
from coding.edits.reference import CoveragePolicy
from coding.edits.snapshot import LineFacts
from core.findings import Finding

NOTICES = frozenset({"GA", "GX", "GY", "GZ"})


def check_necessity(context: Context) -> Iterator[Finding]:
    """Lines whose procedure has a policy in force, against the diagnoses they point to."""
    for line in context.facts.lines:
        if NOTICES & set(line.modifiers):
            continue
        for policy in policies_of(context, line):
            pointed = [diagnosis.code for diagnosis in context.pointed(line)]
            if not any(covers(context, policy, line, code) for code in pointed):
                yield _refused(context, policy, line)


def policies_of(context: Context, line: LineFacts) -> tuple[CoveragePolicy, ...]:
    """The policies that speak of a line: its code, its payer, its day."""
    known = context.reference.policies.get(line.procedure_code, ())
    return tuple(one for one in known if _applies(context, one, line))


def _applies(context: Context, policy: CoveragePolicy, line: LineFacts) -> bool:
    day = line.service_date_from
    return (
        context.facts.payer_kind in policy.payer_kinds
        and policy.effective_from <= day
        and (policy.effective_to is None or day <= policy.effective_to)
    )


def covers(context: Context, policy: CoveragePolicy, line: LineFacts, code: str) -> bool:
    """Whether a policy covers a line for a diagnosis."""
    if code in policy.excluded:
        return False
    age = context.age_on(line)
    return any(
        code in group.codes
        and (group.age_from is None or age >= group.age_from)
        and (group.age_to is None or age <= group.age_to)
        for group in policy.groups
    )


def _refused(context: Context, policy: CoveragePolicy, line: LineFacts) -> Finding:
    """Offers a documented diagnosis that would do; else the notice (ABN) or its absence."""
    pointed = set(line.pointers)
    others = [
        diagnosis
        for diagnosis in context.facts.diagnoses
        if diagnosis.key not in pointed and covers(context, policy, line, diagnosis.code)
    ]
    fixes = [f"point_first:{diagnosis.key}" for diagnosis in others]
    name = f"{policy.kind} {policy.policy_id}"
    if others:
        letters = ", ".join(
            f"{context.letter_of[one.key]} {dotted(one.code)}" for one in others
        )  # fmt: skip
        message = f"{named(line)}: {name} covers none of its diagnoses, but {letters}."
    else:
        message = f"{named(line)}: {name} covers none of its diagnoses. GA with a signed notice."
    fixes += ["add_modifier:GA", "add_modifier:GZ"]
    return finding("NEC-01", message, on_line(line), "|".join(fixes), name)

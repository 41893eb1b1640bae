"""Which policies cover a code: diagnoses by procedure and procedures by diagnosis, from the loaded
coverage articles. Which group of one goes with which of the other stands in their prose only.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from coding.choices import CodeSetKind
from coding.code_sets.lookups import policies_for, policy_diagnoses
from coding.code_sets.releases import release_on
from coding.models import CoveragePolicy, PolicyDiagnosis, PolicyProcedure

MOST = 24  # codes shown of one policy


@dataclass(frozen=True)
class Covering:
    """One policy that names the code: whether it covers it, and the codes at the other side."""

    policy: CoveragePolicy
    is_covered: bool
    codes: tuple[str, ...]
    more: int


def policies_of_diagnosis(code: str, on: date) -> list[Covering]:
    """Policies in force on `on` that cover a diagnosis, or say that they do not, with the
    procedures they speak of.
    """
    release = release_on(CodeSetKind.COVERAGE, on)
    if release is None:
        return []
    named = PolicyDiagnosis.objects.filter(release=release, code=code)
    covered: dict[str, bool] = {}
    for number, is_covered in named.values_list("number", "is_covered"):
        covered[number] = covered.get(number, False) or is_covered
    procedures: dict[str, set[str]] = defaultdict(set)
    rows = PolicyProcedure.objects.filter(release=release, number__in=covered)
    for number, procedure in rows.values_list("number", "code"):
        procedures[number].add(procedure)
    in_force = CoveragePolicy.objects.filter(
        Q(effective_from__isnull=True) | Q(effective_from__lte=on),
        Q(effective_to__isnull=True) | Q(effective_to__gte=on),
        release=release,
        number__in=covered,
    )
    return [_covering(policy, covered[policy.number], procedures[policy.number])
            for policy in in_force]  # fmt: skip


def policies_of_procedure(code: str, on: date) -> list[Covering]:
    """Policies in force on `on` that speak of a procedure, with the diagnoses they cover."""
    policies = [policy for policy, _ in policies_for([code], on).get(code, [])]
    diagnoses = policy_diagnoses([policy.number for policy in policies], on)
    return [
        _covering(
            policy, True, {one.code for one in diagnoses.get(policy.number, ()) if one.is_covered}
        )
        for policy in sorted(policies, key=lambda one: one.number)
    ]


def _covering(policy: CoveragePolicy, is_covered: bool, codes: set[str]) -> Covering:
    shown = sorted(codes)[:MOST]
    return Covering(policy, is_covered, tuple(shown), len(codes) - len(shown))

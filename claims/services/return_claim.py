"""Sending what a claim bills back to its coder, before any payer has it."""

from collections import defaultdict

from django.db import transaction

from claims.models import Claim, ClaimChargeLine
from coding.models import CodingCase
from coding.services.void_charges import return_released_case


def return_claim(*, claim: Claim, reason: str) -> list[CodingCase]:
    """Take the claim's charges back: its encounters are coded again, and a new claim is built of
    what is released then. The encounter's other claims stay as they are.

    Raises ApplicationError without a reason, or where claim or money has gone too far; Conflict
    when it was returned already.
    """
    lines_of: dict[int, list[int]] = defaultdict(list)
    links = ClaimChargeLine.objects.filter(claim=claim)
    for case_id, line_id in links.values_list("charge_line__case_id", "charge_line_id"):
        lines_of[case_id].append(line_id)
    with transaction.atomic():
        cases = list(CodingCase.objects.filter(pk__in=lines_of).order_by("pk"))
        for case in cases:
            return_released_case(case=case, reason=reason, line_ids=lines_of[case.pk])
    return cases

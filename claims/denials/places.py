"""Where a denial is worked: the page of its next step."""

from typing import Any

from django.urls import reverse

from claims.denial_choices import CaseState, DenialStep


def case_url(case: Any, do: str = "") -> str:
    """The page of the denial, at one step."""
    url = reverse("claims:denial", args=[case.public_id])
    return f"{url}?do={do}" if do else url


def appeal_url(case: Any) -> str:
    """The appeal builder."""
    return reverse("claims:appeal", args=[case.public_id])


def step_url(case: Any) -> str:
    """Where the next step is done: the builder for an appeal, the denial's page for others."""
    is_appeal = case.state == CaseState.APPEALED or (
        case.next_step == DenialStep.APPEAL
        and case.state in {CaseState.NOT_STARTED, CaseState.WAITING}
    )
    return appeal_url(case) if is_appeal else case_url(case, case.next_step)

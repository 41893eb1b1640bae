"""What payers want of these versions and who is enrolled, in a fixed number of queries."""

from collections.abc import Collection, Sequence

from claims.enrolments import all_enrolments
from claims.models import ClaimVersion, Enrolment, PayerFilingSettings
from claims.payer_choices import EnrolmentCheck, EnrolmentState, EnrolmentSubject
from claims.scrub.enrolment import NO_RULES, FilingFacts

_UNFINISHED = frozenset({EnrolmentState.REQUESTED, EnrolmentState.REFUSED})


def gather_filing_facts(versions: Sequence[ClaimVersion]) -> dict[int, FilingFacts]:
    """By version: what its payer asks for, and who of it is not enrolled on its first day."""
    payers = {version.payer_id for version in versions}
    settings_of = {
        row.payer_id: row for row in PayerFilingSettings.objects.filter(payer__in=payers)
    }
    checked = {
        payer for payer, row in settings_of.items() if row.enrolment_check != EnrolmentCheck.OFF
    }
    enrolments = list(all_enrolments().filter(payer__in=checked)) if checked else []
    return {
        version.pk: _facts(version, settings_of.get(version.payer_id), enrolments)
        for version in versions
    }


def _facts(
    version: ClaimVersion, settings: PayerFilingSettings | None, enrolments: Collection[Enrolment]
) -> FilingFacts:
    if settings is None:
        return NO_RULES
    if settings.enrolment_check == EnrolmentCheck.OFF:
        return FilingFacts(requires_referring=settings.requires_referring)
    claim, missing, unfinished = version.claim, [], []
    served = version.snapshot["claim"]["service_date_from"]
    for place, column, who in (
        ("provider", "provider_id", claim.rendering_provider_id),
        ("billing", "billing_provider_id", claim.billing_provider_id),
    ):
        held = [
            row
            for row in enrolments
            if row.payer_id == version.payer_id
            and getattr(row, column) == who
            and row.effective_from.isoformat() <= served
            and (row.effective_to is None or served <= row.effective_to.isoformat())
        ]
        if not held:
            missing.append(place)
        elif any(_is_unfinished(row) for row in held):
            unfinished.append(place)
    return FilingFacts(
        settings.requires_referring, settings.enrolment_check, tuple(missing), tuple(unfinished)
    )


def _is_unfinished(enrolment: Enrolment) -> bool:
    return any(
        step.subject == EnrolmentSubject.CLAIMS and step.state in _UNFINISHED
        for step in enrolment.steps.all()
    )

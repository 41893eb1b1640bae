"""What payers want of these versions and who is enrolled, in a fixed number of queries."""

from collections.abc import Callable, Collection, Iterator, Sequence

from claims.enrolments import all_enrolments
from claims.models import ClaimVersion, Enrolment, PayerFilingSettings
from claims.payer_choices import EnrolmentCheck, EnrolmentState, EnrolmentSubject
from claims.scrub.enrolment import NO_RULES, FilingFacts, Gap

_UNFINISHED = frozenset({EnrolmentState.REQUESTED, EnrolmentState.REFUSED})


def gather_filing_facts(versions: Sequence[ClaimVersion]) -> dict[int, FilingFacts]:
    """By version: what its payer asks for, and who of it is not enrolled on a service's day."""
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
        return FilingFacts(settings.requires_referring, settings.requires_taxonomy)
    missing: dict[str, Gap] = {}
    unfinished: dict[str, Gap] = {}
    for gap, is_it in _asked(version):
        held = [
            row
            for row in enrolments
            if row.payer_id == version.payer_id
            and is_it(row)
            and row.effective_from.isoformat() <= gap.day
            and (row.effective_to is None or gap.day <= row.effective_to.isoformat())
        ]
        if not held:
            missing.setdefault(gap.place, gap)
        elif any(_is_unfinished(row) for row in held):
            unfinished.setdefault(gap.place, gap)
    return FilingFacts(
        settings.requires_referring,
        settings.requires_taxonomy,
        settings.enrolment_check,
        tuple(missing.values()),
        tuple(unfinished.values()),
    )


def _asked(version: ClaimVersion) -> Iterator[tuple[Gap, Callable[[Enrolment], bool]]]:
    """Who must be enrolled on which day, line by line, and how their enrolment is known."""
    claim, places = version.claim, dict[str, str]()
    for line in version.snapshot["lines"]:
        day, other = line["service_date_from"], line.get("rendering_provider")
        yield (
            Gap("billing", "billing provider", day),
            lambda row: row.billing_provider_id == claim.billing_provider_id,
        )
        if other is None:
            yield (
                Gap("provider", "rendering provider", day),
                lambda row: row.provider_id == claim.rendering_provider_id,
            )
            continue
        number = line["number"]
        place = places.setdefault(other["npi"], f"line.{number}")
        yield Gap(place, f"provider of line {number}", day), _by_npi(other["npi"])


def _by_npi(npi: str) -> Callable[[Enrolment], bool]:
    return lambda row: row.provider is not None and row.provider.npi == npi


def _is_unfinished(enrolment: Enrolment) -> bool:
    return any(
        step.subject == EnrolmentSubject.CLAIMS and step.state in _UNFINISHED
        for step in enrolment.steps.all()
    )

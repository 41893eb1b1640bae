"""Reading eligibility checks: the newest of each coverage, and where a refusal is put right."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Avg, F, QuerySet
from django.urls import reverse

from claims.benefits import SERVICE_TYPES
from claims.choices import TONES, CoverageVerdict, InquiryState
from claims.models import EligibilityCheck
from claims.refusals import Place
from core import clock
from core.choices import NEUTRAL, PROGRESS
from core.practice_settings import declare
from patients.choices import Relationship
from patients.coverage_facts import CoverageFact, register
from patients.models import Coverage, Payer

_LABELS = {
    CoverageVerdict.ACTIVE: "Active",
    CoverageVerdict.INACTIVE: "Not active",
    CoverageVerdict.NOT_TOLD: "Payer could not say",
    CoverageVerdict.UNCLEAR: "Answer unclear",
}
_LATELY = 50
# Kinds of service that an ordinary visit falls under, the closest first.
OFFICE_VISIT_TYPES = ("98", "BY", "BZ", "1", "30")
_OFFICE_VISITS = [SERVICE_TYPES[code] for code in OFFICE_VISIT_TYPES]
# What only an admin can put right.
_WHOM: dict[str, str] = {
    Place.PROVIDER: "An admin checks the billing provider's NPI and its enrolment.",
    Place.PAYER: "An admin checks the payer's id and its route.",
}


ASKS_BEFORE_VISITS = "claims.ask_before_visits"


def tell_coverages() -> None:
    """Let banners and chart say what the payer said last, and a practice turn the sweep off."""
    register(_facts)
    declare(ASKS_BEFORE_VISITS, bool, True, "Ask payers about the coverage before visits")


def checks_of(coverage: Coverage) -> "QuerySet[EligibilityCheck]":
    """Every check of a coverage, newest first."""
    return EligibilityCheck.objects.filter(coverage=coverage).select_related(
        "payer", "partner", "answer", "question", "practice"
    )


def copay_words(coverage: Coverage) -> str:
    """The copay of an office visit by the payer's last answer that names one, "" before that."""
    answered = EligibilityCheck.objects.filter(
        coverage=coverage, state=InquiryState.ANSWERED, verdict=CoverageVerdict.ACTIVE
    ).order_by("-id")
    newest = answered.first()
    rows = newest.sheet.get("rows", []) if newest else []
    by_service = {row["service"]: row["copay"] for row in rows if row.get("copay")}
    return next((by_service[one] for one in _OFFICE_VISITS if one in by_service), "")


def usual_seconds(payer: Payer) -> int | None:
    """How long this payer takes to answer, by its last answers; None before the first."""
    lately = EligibilityCheck.objects.filter(
        payer=payer, state=InquiryState.ANSWERED, sent_at__isnull=False
    ).order_by("-id")[:_LATELY]
    took = EligibilityCheck.objects.filter(pk__in=lately.values("pk")).aggregate(
        took=Avg(F("answered_at") - F("sent_at"))
    )["took"]
    return max(1, round(took / timedelta(seconds=1))) if took is not None else None


def _facts(coverages: Collection[Coverage]) -> Mapping[int, CoverageFact]:
    newest = (
        EligibilityCheck.objects.filter(coverage__in=[one.pk for one in coverages])
        .select_related("practice")
        .defer("sheet")
        .order_by("coverage_id", "-id")
        .distinct("coverage_id")
    )
    checks = {check.coverage_id: check for check in newest}
    return {one.pk: _fact(one, checks.get(one.pk)) for one in coverages}


def _fact(coverage: Coverage, check: EligibilityCheck | None) -> CoverageFact:
    url = reverse("claims:eligibility", args=[coverage.public_id])
    if check is None:
        return CoverageFact("Never checked", NEUTRAL, url, is_known=False)
    if check.is_open:
        return CoverageFact("Being checked", PROGRESS, url)
    day = clock.local(check.answered_at or check.asked_at, check.practice)
    if check.state == InquiryState.FAILED:
        return CoverageFact(f"No answer, asked {day:%m/%d}", TONES[InquiryState.FAILED], url)
    verdict = CoverageVerdict(check.verdict)
    words = f"{_LABELS.get(verdict, 'Answered')}, checked {day:%m/%d}"
    return CoverageFact(words, TONES.get(verdict, NEUTRAL), url)


def refusals_of(check: EligibilityCheck) -> list[dict[str, Any]]:
    """Each reason with the address of the field that it is about, "" where there is none."""
    found = check.sheet.get("refusals", []) if check.sheet else []
    return [one | _where(check.coverage, str(one.get("place", ""))) for one in found]


def _where(coverage: Coverage, place: str) -> dict[str, str]:
    is_self = coverage.relationship_code == Relationship.SELF
    of_coverage = reverse("patients:coverage-edit", args=[coverage.public_id])
    of_patient = reverse("patients:edit", args=[coverage.patient.public_id])
    of_holder = f"{of_patient}#id_" if is_self else f"{of_coverage}#id_subscriber_"
    links = {
        Place.MEMBER_ID: ("Member id", f"{of_coverage}#id_member_id"),
        Place.NAME: ("Patient's name", f"{of_patient}#id_last_name"),
        Place.BIRTH_DATE: ("Birth date", f"{of_patient}#id_birth_date"),
        Place.SEX: ("Sex", f"{of_holder}sex"),
        Place.SUBSCRIBER: ("Subscriber's name", f"{of_holder}last_name"),
        Place.RELATIONSHIP: ("Relationship", f"{of_coverage}#id_relationship_code"),
        Place.DATE: ("Day to ask for", "#id_service_on"),
    }
    label, url = links.get(place, ("", ""))  # type: ignore[call-overload]
    return {"link_label": label, "url": url, "whom": _WHOM.get(place, "")}

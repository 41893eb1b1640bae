"""What the page of a payer shows: its settings in words, clocks, enrolments and connection."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, QuerySet, Subquery

from claims.choices import PostingLevel
from claims.clock_table import clock_rows
from claims.models import ClaimVersion, PayerFilingSettings
from claims.payer_choices import EnrolmentCheck
from claims.states import OVER
from coding.models import PayerCodingRules
from patients.models import Payer


@dataclass(frozen=True, slots=True)
class Fact:
    """One setting: its name, what it is, and what it does."""

    name: str
    shown: str
    acts: str = ""


def payers() -> "QuerySet[Payer]":
    """Every payer with its route and how many claims are open with it."""
    open_claims = (
        ClaimVersion.objects.filter(payer=OuterRef("pk"), claim__current_version=F("pk"))
        .exclude(state__in=OVER)
        .order_by()
        .values("payer")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return Payer.objects.select_related("filing_settings__partner").annotate(
        open_count=Subquery(open_claims)
    )


def filing_of(payer: Payer) -> PayerFilingSettings | None:
    """The payer's settings, from the joined row where there is one."""
    return getattr(payer, "filing_settings", None)


def filing_facts(row: PayerFilingSettings) -> list[tuple[str, list[Fact]]]:
    """The settings in groups, each with what it does."""
    limit = f"{row.filing_limit_days} days from the first service date"
    if row.files_by_calendar_year:
        limit = "the same day next year"
    if row.limit_from_discharge:
        limit += "; of a stay from the discharge"
    return [
        (
            "Road",
            [
                Fact("Route", f"{row.partner.name}, {row.partner.get_transport_display()}"),
                Fact("Payer's id on the route", row.payer_id_on_route or "as on the payer"),
                Fact("Remittances", PostingLevel(row.posts).label, "when they have come in"),
            ],
        ),
        (
            "Time limits",
            [
                Fact("First claim", limit, "warned of 30, 15 and 7 days ahead, stopped when past"),
                Fact("Corrected claim", _days(row.corrected_limit_days, "as a first claim")),
                Fact("Appeal", _days(row.appeal_limit_days, "not set"), "shown on denied claims"),
            ],
        ),
        (
            "Building",
            [
                Fact(
                    "Corrections", row.get_correction_mode_display(), "how Correct claim goes out"
                ),
                Fact("Months of service", _apart(row.splits_months, "month")),
                Fact("Years of service", _apart(row.splits_years, "year")),
                Fact("Rendering providers", _apart(row.splits_rendering, "provider")),
                Fact("Prior authorizations", _apart(row.splits_authorizations, "authorization")),
                Fact("Assignment", row.get_assignment_code_display(), "CLM07, box 27"),
                Fact(
                    "Own provider numbers", _yes(row.wants_provider_number), "REF G2, box 24J, 33b"
                ),
            ],
        ),
        ("Checking", _checking(row)),
    ]


def _checking(row: PayerFilingSettings) -> list[Fact]:
    return [
        Fact("Referring provider", _needed(row.requires_referring), "PAY-03"),
        Fact("Billing taxonomy", _needed(row.requires_taxonomy), "PAY-04"),
        Fact("Attachments", _for(row.attachment_codes), "ATT-01"),
        Fact("Referral", _needed(row.needs_referral), "AUT-02"),
        Fact("Prior authorization", _for(row.authorization_codes), "AUT-01"),
        Fact(
            "Enrolment on the service date",
            EnrolmentCheck(row.enrolment_check).label,
            "ENR-01 to ENR-04",
        ),
    ]


def _for(codes: Sequence[str]) -> str:
    return f"for {', '.join(codes)}" if codes else "not needed"


def coding_facts(payer: Payer) -> list[Fact]:
    """What the payer wants coded otherwise; it acts while coders code."""
    row = PayerCodingRules.objects.filter(payer=payer).first() or PayerCodingRules()
    return [
        Fact("Minutes of therapy", row.get_therapy_rule_display()),
        Fact("Order of modifiers", "any" if row.takes_any_order else "pricing modifiers first"),
        Fact("Modifier 51", "taken" if row.takes_51 else "not taken"),
        Fact("Both sides", "two lines, RT and LT" if row.has_sides_apart else "one line, 50"),
    ]


def clock_facts(payer: Payer) -> list[Fact]:
    """How long each of this payer's answers is waited for before silence becomes work."""
    return [
        Fact(row.wait.kind.label, f"{row.words}, {row.origin.lower()}")
        for row in clock_rows(payer.practice, payer)
    ]


def _days(count: int | None, otherwise: str) -> str:
    return f"{count} days from the remittance" if count else otherwise


def _apart(is_split: bool, unit: str) -> str:
    return f"one {unit} a claim" if is_split else "together"


def _yes(is_set: bool) -> str:
    return "sent" if is_set else "not sent"


def _needed(is_needed: bool) -> str:
    return "needed on every claim" if is_needed else "where there is one"

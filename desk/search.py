"""Finding anything by name or number: patients, claims, encounters, pages (screens 0, B19)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from claims.models import Claim
from core import navigation
from core.access import READERS, row_for
from core.lists.filters import YEARS
from patients.models import Encounter, Patient

MOST_OF_A_KIND = 6


@dataclass(frozen=True)
class Hit:
    """One thing found: what it is, in words, and where it opens."""

    kind: str
    title: str
    detail: str
    url: str
    icon: str
    key: str = ""
    patient_id: int | None = None


@dataclass(frozen=True)
class Command:
    """Something to do from anywhere. `words` are what a person might type for it."""

    title: str
    url_name: str
    icon: str
    words: str = ""


COMMANDS = (
    Command("Code next encounter", "coding:queue", "encounters", "coder queue work"),
    Command("Register a patient", "patients:new", "plus", "new add create"),
    Command("Import encounters from a CSV file", "patients:encounter-import", "upload", "csv"),
    Command("Build and send claims", "claims:batches", "send", "batch submit 837"),
    Command("Upload a remittance", "claims:remittance-upload", "upload", "835 era"),
    Command("Remittances", "claims:remittances", "remits", "835 era payments"),
    Command("Statements", "billing:statements", "statements", "patient bill pdf"),
    Command("Ledger", "billing:ledger", "remits", "journal entries"),
    Command("Messages from payers", "claims:inbox", "download", "inbox callback 277ca 999"),
    Command("Callback keys of payers", "claims:callback-keys", "lock", "credentials webhook rest"),
    Command("Payers", "claims:payers", "building", "insurers sending times filing limit posting"),
    Command("Write-offs and moves to approve", "billing:requests", "check", "requests approve"),
    Command("Batches of claims", "claims:batches", "send", "sent files track"),
    Command("Close a month", "billing:months", "lock", "months period lock"),
    Command("Underpaid lines", "billing:underpaid-lines", "minus", "contract variance dispute"),
    Command("Jobs", "core:jobs", "jobs", "running progress"),
    Command("Preferences", "desk:preferences", "setup", "theme dark density keys"),
    Command("Administration", "admin:index", "setup", "django admin users"),
)


def find(request: HttpRequest, term: str) -> list[Hit]:
    """Everything that fits `term`, the most specific first; pages to go to when it is empty."""
    role: str = request.role  # type: ignore[attr-defined]
    term = " ".join(term.split())[:80]
    if not term:
        return commands(role, "")
    hits: list[Hit] = []
    if role in READERS:
        for finder in FINDERS:
            hits += finder(term)
    return hits + commands(role, term)


def commands(role: str, term: str) -> list[Hit]:
    """Pages and acts of this role whose words hold every word of `term`."""
    hits, seen = [], set()
    menu = [Command(i.label, i.url_name, i.icon) for i in navigation.items_for(role)]
    for command in (*menu, *COMMANDS):
        row = row_for(command.url_name)
        if command.url_name in seen or row is None or not row.allows("GET", role):
            continue
        words = f"{command.title} {command.words}".lower()
        if not all(word in words for word in term.lower().split()):
            continue
        try:
            url = reverse(command.url_name)
        except NoReverseMatch:
            continue
        seen.add(command.url_name)
        hits.append(Hit("Page", command.title, "", url, command.icon))
    return hits


def patient_filter(term: str) -> Q:
    """A condition for what people type about a person: names, MRN, phone, "smith 0412"."""
    where = Q()
    for word in term.replace(",", " ").split():
        where &= _digits(word) if re.fullmatch(r"[\d/().-]+", word) else _name(word)
    return where


def _name(word: str) -> Q:
    return (
        Q(last_name__istartswith=word) | Q(first_name__istartswith=word) | Q(mrn__istartswith=word)
    )


def _digits(word: str) -> Q:
    """A birth date (0412, 04121984, 4/12/1984, 1984), a phone number or its end, an MRN."""
    digits = re.sub(r"\D", "", word)
    where = Q(mrn__icontains=word)
    if len(digits) >= 4:
        where |= Q(phone__endswith=digits)
    day = _birth_date(word, digits)
    if day:
        where |= Q(birth_date=day)
    elif len(digits) == 4:
        month, day_of_month = int(digits[:2]), int(digits[2:])
        where |= Q(birth_date__month=month, birth_date__day=day_of_month)
        if int(digits) in YEARS:
            where |= Q(birth_date__year=int(digits))
    return where


def _birth_date(word: str, digits: str) -> date | None:
    parts = [int(part) for part in re.split(r"[/.-]", word) if part]
    if len(parts) != 3 and len(digits) == 8:
        parts = [int(digits[:2]), int(digits[2:4]), int(digits[4:])]
    if len(parts) != 3:
        return None
    month, day, year = parts if parts[0] <= 12 else (parts[1], parts[2], parts[0])
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _patients(term: str) -> list[Hit]:
    rows = Patient.objects.filter(patient_filter(term)).order_by("last_name", "first_name")
    return [
        Hit(
            "Patient",
            row.list_name,
            f"{row.birth_date:%m/%d/%Y} · MRN {row.mrn}",
            reverse("desk:patient-chart", args=[row.public_id]),
            "patients",
            patient_id=row.pk,
        )
        for row in rows[:MOST_OF_A_KIND]
    ]


def _claims(term: str) -> list[Hit]:
    if " " in term or len(term) < 2:
        return []
    rows = Claim.objects.filter(control_number__istartswith=term).select_related("patient")
    return [
        Hit(
            "Claim",
            row.control_number,
            f"{row.patient.list_name} · {row.service_date_from:%m/%d/%Y}",
            reverse("claims:detail", args=[row.public_id]),
            "claims",
            patient_id=row.patient_id,
        )
        for row in rows[:MOST_OF_A_KIND]
    ]


def _encounters(term: str) -> list[Hit]:
    if " " in term or len(term) < 2:
        return []
    rows = Encounter.objects.filter(
        Q(number__istartswith=term) | Q(external_number__iexact=term), coding_case__isnull=False
    ).select_related("patient", "coding_case")
    return [
        Hit(
            "Encounter",
            row.number,
            f"{row.patient.list_name} · {row.service_date_from:%m/%d/%Y}",
            reverse("coding:case", args=[row.coding_case.public_id]),
            "encounters",
            patient_id=row.patient_id,
        )
        for row in rows[:MOST_OF_A_KIND]
    ]


FINDERS: tuple[Callable[[str], list[Hit]], ...] = (_claims, _encounters, _patients)

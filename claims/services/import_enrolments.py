"""Taking enrolments from a CSV file: all rows or none, with what is wrong in each line."""

import csv
import io
from typing import Any

from django import forms
from django.db import transaction

from claims.models import Enrolment
from claims.payer_forms import as_day
from claims.services.save_enrolment import save_enrolment, set_step
from core.errors import ApplicationError
from patients.models import BillingProvider, Payer, Provider

REQUIRED = ("payer_id", "npi", "effective_from")
STATES = ("claims", "remittance", "payment", "eligibility")
COLUMNS = (*REQUIRED, "effective_to", "payer_provider_number", *STATES)
MOST_ROWS = 2_000
MOST_SHOWN = 20


def import_enrolments(*, practice: Any, content: bytes) -> int:
    """Record each row; one that is there already, by payer, NPI and first day, is changed. Returns
    how many rows were taken.

    Raises ApplicationError naming each bad line; nothing is recorded then.
    """
    rows = _rows(content)
    payers = {payer.payer_number: payer for payer in Payer.objects.all()}
    people: dict[str, Provider | BillingProvider] = {
        **{who.npi: who for who in BillingProvider.objects.order_by("-pk")},
        **{who.npi: who for who in Provider.objects.order_by("-pk")},
    }
    problems: list[str] = []
    with transaction.atomic():
        for number, row in rows:
            try:
                with transaction.atomic():
                    _take(row, payers, people)
            except ApplicationError as error:
                field = f"{error.field}: " if error.field else ""
                problems.append(f"Line {number}: {field}{error.message}")
            except forms.ValidationError as error:
                problems.append(f"Line {number}: {' '.join(error.messages)}")
        if problems:
            more = len(problems) - MOST_SHOWN
            tail = f" And {more} more." if more > 0 else ""
            raise ApplicationError(
                f"Nothing was recorded. {' '.join(problems[:MOST_SHOWN])}{tail}", field="file"
            )
    return len(rows)


def _rows(content: bytes) -> list[tuple[int, dict[str, str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise ApplicationError("This is no CSV file.", field="file")
    lines = csv.reader(io.StringIO(text, newline=""))
    header = [name.strip().lower() for name in next(lines, [])]
    missing = [name for name in REQUIRED if name not in header]
    unknown = [name for name in header if name and name not in COLUMNS]
    if missing:
        raise ApplicationError(f"These columns are missing: {', '.join(missing)}.", field="file")
    if unknown:
        raise ApplicationError(
            f"{len(unknown)} columns are not known: start from the template.", field="file"
        )
    rows = [
        (lines.line_num, {n: c.strip() for n, c in zip(header, line, strict=False) if n})
        for line in lines
        if any(map(str.strip, line))
    ]
    if not rows:
        raise ApplicationError("There is no row below the columns' names.", field="file")
    if len(rows) > MOST_ROWS:
        raise ApplicationError(f"A file holds at most {MOST_ROWS:,} rows.", field="file")
    return rows


def _take(
    row: dict[str, str],
    payers: dict[str, Payer],
    people: dict[str, Provider | BillingProvider],
) -> None:
    payer, who = payers.get(row["payer_id"]), people.get(row["npi"])
    if payer is None:
        raise ApplicationError("No payer has this id.", field="payer_id")
    if who is None:
        raise ApplicationError("No provider has this NPI.", field="npi")
    first, last = as_day(row["effective_from"]), as_day(row.get("effective_to", ""))
    if first is None:
        raise ApplicationError("The first day is missing.", field="effective_from")
    column = "provider" if isinstance(who, Provider) else "billing_provider"
    known = Enrolment.objects.filter(payer=payer, effective_from=first, **{column: who}).first()
    enrolment = save_enrolment(
        payer=payer, who=who, effective_from=first, effective_to=last,
        payer_provider_number=row.get("payer_provider_number", "")[:30], enrolment=known,
    )  # fmt: skip
    for subject in STATES:
        if state := row.get(subject, "").lower():
            if state not in {"none", "requested", "approved", "refused"}:
                raise ApplicationError("Write none, requested, approved or refused.", field=subject)
            set_step(enrolment=enrolment, subject=subject, state=state)

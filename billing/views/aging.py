"""A/R aging (S32): who owes since when, as of any day; its rows, and CSV of both."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict

from billing.adjusting_forms import AgingForm
from billing.selectors.aging import (
    BUCKETS,
    CREDITS,
    MOST_FILED,
    MOST_ROWS,
    Aging,
    Basis,
    By,
    aged_items,
    aging,
)
from core import audit, clock
from core.lists.export import CONTENT_TYPES, csv_file
from core.web import page
from patients.models import Patient, Payer

_OWES = {"insurer": "insurers", "patient": "patients"}


def report(request: HttpRequest) -> HttpResponse:
    """The table and its proof; `?export=csv` is the same as a file."""
    practice = request.practice  # type: ignore[attr-defined]
    form = AgingForm(request.GET or None)
    asked = _asked(form, practice)
    is_file = request.GET.get("export") == "csv"
    found = aging(practice, **asked, most=MOST_FILED if is_file else MOST_ROWS)
    shown = {row.patient_id for row in found.rows if row.patient_id is not None}
    if shown:
        audit.read_many(shown, action="list.read", note="aging", practice=practice)
    if is_file:
        return _file(request, "aging", _heads(asked["by"]), _lines(found))
    context = {
        "form": form if form.is_bound else AgingForm(initial=asked),
        "found": found,
        "labels": [label for label, _ in BUCKETS],
        "shares": _shares(found),
        "credits": CREDITS,
        "query": _query(asked),
        "most": MOST_ROWS,
        **asked,
        "basis_words": Basis(asked["basis"]).label,
    }
    return page(request, "billing/aging.html", None, context)


def rows(request: HttpRequest) -> HttpResponse:
    """The open items behind a number of the report."""
    practice = request.practice  # type: ignore[attr-defined]
    asked = _asked(AgingForm(request.GET or None), practice)
    bucket = _bucket(request.GET)
    owes = request.GET.get("owes", "")
    owes = owes if owes in _OWES else ""
    payer = _named(Payer, request.GET.get("payer", ""))
    patient = _named(Patient, request.GET.get("patient", ""))
    is_file = request.GET.get("export") == "csv"
    items = aged_items(
        practice, asked["as_of"], asked["basis"],
        bucket=bucket,
        payer_id=payer.pk if payer else None,
        patient_id=patient.pk if patient else None,
        owes=owes,
        most=MOST_FILED if is_file else MOST_ROWS,
    )  # fmt: skip
    audit.read_many(
        {item.patient_id for item in items}, action="list.read", note="aging rows",
        practice=practice,
    )  # fmt: skip
    if is_file:
        heads = ["Patient", "MRN", "Claim", "Service date", "Code", "Owes", "Days", "Amount"]
        lines = (
            [i.patient_name, i.mrn, i.claim_number, i.service_date, i.code, i.payer_name, i.days,
             i.amount]
            for i in items
        )  # fmt: skip
        return _file(request, "aging-rows", heads, iter(lines))
    context = {
        "items": items,
        "total": sum(item.amount for item in items),
        "bucket_words": _bucket_words(bucket),
        "payer": payer,
        "patient": patient,
        "owes_words": _OWES.get(owes, ""),
        "query": _query(asked),
        "here": request.GET.urlencode(),
        "is_cut": len(items) == MOST_ROWS,
        "basis_words": Basis(asked["basis"]).label,
        **asked,
    }
    return page(request, "billing/aging_rows.html", None, context)


def _asked(form: AgingForm, practice: Any) -> dict[str, Any]:
    """What the report is asked for; what cannot be read is today, by payer, as usual."""
    valid = form.cleaned_data if form.is_bound and form.is_valid() else {}
    as_of: date = valid.get("as_of") or clock.today(practice)
    return {
        "as_of": as_of,
        "basis": valid.get("basis") or Basis.STANDARD.value,
        "by": valid.get("by") or By.PAYER.value,
    }


def _query(asked: dict[str, Any]) -> str:
    query = QueryDict(mutable=True)
    query.update({"as_of": asked["as_of"].isoformat(), "basis": asked["basis"], "by": asked["by"]})
    return query.urlencode()


def _bucket(query: QueryDict) -> int | None:
    text = query.get("bucket", "")
    if not text:
        return None
    if not text.isdigit() or int(text) > CREDITS:
        raise Http404("No such bucket")
    return int(text)


def _bucket_words(bucket: int | None) -> str:
    if bucket is None:
        return ""
    return "Credits" if bucket == CREDITS else f"{BUCKETS[bucket][0]} days"


def _named(model: Any, text: str) -> Any:
    """The payer or patient that the address names; one of another practice is a 404."""
    if not text:
        return None
    try:
        found = model.objects.filter(public_id=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404("No such row")
    return found


def _shares(found: Aging) -> list[tuple[str, Any, Any, Any, int]]:
    """By bucket: insurers, patients, both, and the percent of all that is owed."""
    whole = found.owed_amount
    return [
        (
            label, found.insurer[place], found.patient[place], found.total[place],
            int(found.total[place] * 100 / whole) if whole else 0,
        )
        for place, (label, _) in enumerate(BUCKETS)
    ]  # fmt: skip


def _heads(by: str) -> list[str]:
    return [By(by).label, *(f"{label} days" for label, _ in BUCKETS), "Owed", "Credits"]


def _lines(found: Aging) -> Iterator[list[Any]]:
    for row in found.rows:
        yield [row.name, *row.amounts[:CREDITS], row.owed_amount, row.credit_amount]
    yield ["Total", *found.total[:CREDITS], found.owed_amount, found.credit_amount]


def _file(request: HttpRequest, name: str, heads: list[str], lines: Iterator[Any]) -> HttpResponse:
    practice = request.practice  # type: ignore[attr-defined]
    audit.record("list.exported", note=f"{name} as csv", practice=practice)
    response = HttpResponse(csv_file(heads, lines), content_type=CONTENT_TYPES["csv"])
    stamp = f"{clock.now():%Y%m%d-%H%M}"
    response["Content-Disposition"] = f'attachment; filename="{name}-{stamp}.csv"'
    return response

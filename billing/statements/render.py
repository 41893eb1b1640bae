"""A statement as PDF, drawn from its frozen lines."""

from typing import Any

from billing.models import Statement
from core.money import dollars
from core.pdf import render_pdf


def render_statement(statement: Statement) -> bytes:
    """The PDF of `statement`, drawn from its frozen lines. Raises PdfUnavailable."""
    return render_pdf("pdf/statement.html", statement_context(statement))


def statement_context(statement: Statement) -> dict[str, Any]:
    """What the statement's template reads, for paper and for the screen alike."""
    lines = list(statement.lines.order_by("position"))
    columns = (
        "charge_amount",
        "discount_amount",
        "insurance_paid_amount",
        "patient_paid_amount",
        "owed_amount",
    )
    return {
        "statement": statement,
        "printed": statement.printed,
        "lines": lines,
        "totals": {name: sum(getattr(line, name) for line in lines) for name in columns},
        "aging": [(label, dollars(amount)) for label, amount in statement.aging],
        "several_patients": len({line.patient_name for line in lines}) > 1,
    }

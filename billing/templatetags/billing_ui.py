"""Tags for money pages: an amount that lowers a sum is shown with its minus sign."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.safestring import SafeString

from billing.batch_choices import BatchState
from billing.exceptions import kind_of_issue
from billing.ledger.period import posting_day
from billing.models import PostingBatch
from billing.posting.open_issues import HANDLING
from billing.posting.plan import IssueKind
from core import clock
from core.templatetags.core_ui import chip_html, money_text

register = template.Library()


@register.simple_tag
def minus(amount: Decimal, sign: str = "$") -> str:
    """What `amount` takes off: 122.00 is shown as a negative, nothing as zero."""
    return money_text(-amount if amount else amount, sign)


@register.simple_tag
def exception_chip(kind: str) -> SafeString:
    """The chip of one kind of exception."""
    found = kind_of_issue(kind)
    return chip_html(found.label, found.tone)


@register.simple_tag
def issue_title(kind: str) -> str:
    """What posting calls one of its questions."""
    return HANDLING[IssueKind(kind)].title


@register.inclusion_tag("billing/_posting_note.html", takes_context=True)
def posting_note(context: template.Context) -> dict[str, Any]:
    """The day on which a preview would be posted, where that is not today: today is closed."""
    practice = context["request"].practice
    day = posting_day(practice)
    return {"day": day if day != clock.today(practice) else None}


@register.inclusion_tag("billing/_own_batches.html", takes_context=True)
def own_batches(context: template.Context, *kinds: str) -> dict[str, Any]:
    """The open batches of these kinds that what this person posts will count in."""
    rows = PostingBatch.objects.filter(
        owner=context["request"].user, state=BatchState.OPEN, kind__in=kinds
    )
    return {"rows": list(rows.order_by("kind"))}

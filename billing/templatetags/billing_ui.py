"""Tags for money pages: an amount that lowers a sum is shown with its minus sign."""

from decimal import Decimal

from django import template
from django.utils.safestring import SafeString

from billing.exceptions import kind_of_issue
from billing.posting.open_issues import HANDLING
from billing.posting.plan import IssueKind
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

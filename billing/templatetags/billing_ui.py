"""Tags for money pages: an amount that lowers a sum is shown with its minus sign."""

from decimal import Decimal

from django import template

from core.templatetags.core_ui import money_text

register = template.Library()


@register.simple_tag
def minus(amount: Decimal, sign: str = "$") -> str:
    """What `amount` takes off: 122.00 is shown as a negative, nothing as zero."""
    return money_text(-amount if amount else amount, sign)

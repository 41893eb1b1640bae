"""By what a payer's allowed amount was worked out before the claim was sent."""

from django.db import models

from coding.pricing.terms import Method
from core.choices import INFO, NEUTRAL, WARN


class Basis(models.TextChoices):
    """The method of the contract's rule (domain I.1), or that there is no amount."""

    FIXED = "fixed", "Contract: fixed amount"
    PCT_MEDICARE = "pct_medicare", "Contract: percent of Medicare"
    RVU = "rvu", "Contract: relative values"
    PCT_CHARGE = "pct_charge", "Contract: percent of charge"
    PER_UNIT = "per_unit", "Contract: amount a unit"
    CASE_RATE = "case_rate", "Contract: case rate"
    CARVE_OUT = "carve_out", "Contract: paid by capitation"
    NONE = "", "Not priced"


BY_MEDICARE = frozenset({Method.PCT_MEDICARE, Method.RVU})  # take values of a fee schedule

TONES: dict[str, str] = {
    **dict.fromkeys(Basis.values, INFO), Basis.CARVE_OUT: NEUTRAL, Basis.NONE: WARN,
}  # fmt: skip

"""The parts of a payment as apps to the right may build them: the records an 835 is read into."""

from claims.edi.records import Adjustment, PayerAdjustment, Remit, RemitClaim, RemitLine

__all__ = ["Adjustment", "PayerAdjustment", "Remit", "RemitClaim", "RemitLine"]

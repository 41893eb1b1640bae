"""Coordination of benefits: what earlier payers decided, and who is billed next (domain C)."""

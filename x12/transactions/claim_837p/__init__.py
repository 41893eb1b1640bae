"""837P: professional claims (005010X222A1)."""

VERSION = "005010X222A1"

"""835: payment advice (005010X221A1)."""

VERSION = "005010X221A1"

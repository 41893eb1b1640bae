"""277CA: which claims were accepted for adjudication (005010X214)."""

VERSION = "005010X214"

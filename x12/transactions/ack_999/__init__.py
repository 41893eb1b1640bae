"""999: the answer to a functional group's syntax and guide (005010X231A1)."""

VERSION = "005010X231A1"

"""270 and 271: who is covered, for what, and with what share of their own (005010X279A1)."""

VERSION = "005010X279A1"

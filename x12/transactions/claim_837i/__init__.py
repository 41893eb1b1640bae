"""837I: institutional claims (005010X223A2). Parties and levels are those of the 837P."""

VERSION = "005010X223A2"

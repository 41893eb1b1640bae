"""What a sending is to its payer: CLM05-3, box 22 (domain B.7)."""

ORIGINAL, REPLACEMENT, VOID = "1", "7", "8"
# What a correction is called in a sentence.
CORRECTION_WORDS = {ORIGINAL: "new claim", REPLACEMENT: "replacement", VOID: "void"}

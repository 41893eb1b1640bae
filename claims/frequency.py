"""What a sending is to its payer: CLM05-3, box 22 (domain B.7)."""

ORIGINAL, REPLACEMENT, VOID = "1", "7", "8"

"""Looking up codes for themselves, beside the coding screen (screen S13)."""

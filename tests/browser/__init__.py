"""The road in a real Chromium."""

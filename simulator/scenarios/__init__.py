"""Scenarios: what a payer does with a claim, declared part by part and played by small units."""

"""Underpayments: what payers allowed, compared with what was expected when the claim left."""

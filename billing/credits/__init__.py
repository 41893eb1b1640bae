"""Money we hold that is not ours: credits, refunds, and the clock on overpayments."""

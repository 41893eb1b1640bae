"""What the practice itself decides about open balances: write-offs and moves of responsibility."""

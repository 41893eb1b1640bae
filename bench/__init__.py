"""`./run bench`: the figures of the budgets, measured and printed, never asserted in the tests."""

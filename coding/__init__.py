"""What was done, why, and at what price."""

"""One module per environment: local (the demo), test, production; what they share is in base."""

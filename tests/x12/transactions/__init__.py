"""One file a transaction."""

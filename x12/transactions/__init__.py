"""One folder or file a transaction: records, how they are read, written and checked."""

"""The tests mirror the tree; scenarios go through the front door."""

"""Closing a day and a month: the tape that ties receivables, and what is said when they do not."""

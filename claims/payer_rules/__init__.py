"""Rules that a practice writes for its payers: data of a closed grammar, read and judged by pure
functions over a snapshot. Nothing here knows the database.
"""

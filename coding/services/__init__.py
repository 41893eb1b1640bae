"""The verbs of this app, one a file: the only places that write its rows."""

"""The subcommands of ``./run``, one a module."""

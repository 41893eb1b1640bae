"""The launcher behind ``./run``: standard library only, so it works before anything is set up."""

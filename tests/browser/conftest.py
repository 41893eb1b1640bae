"""The stack of the scenarios, under a real Chromium."""

from tests.scenarios.conftest import stack

__all__ = ["stack"]

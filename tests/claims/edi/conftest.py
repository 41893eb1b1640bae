"""What the random claims wrote of the 837P's table, told at the end of the run."""

import pytest

WRITTEN = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def told(pytestconfig: pytest.Config) -> list[str]:
    """Lines that a test adds are printed in the summary of the run, whether it passes or not."""
    return pytestconfig.stash.setdefault(WRITTEN, [])


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    lines = config.stash.get(WRITTEN, [])
    if lines:
        terminalreporter.write_sep("=", "claims: what random claims over domain B.4 wrote")
        for line in lines:
            terminalreporter.write_line(line)

"""What the suite measures of the codec, told at the end: tables written, mutations caught."""

import pytest

FIGURES = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def figures(pytestconfig: pytest.Config) -> list[str]:
    """Lines that a test adds are printed in the summary of the run, whether it passes or not."""
    return pytestconfig.stash.setdefault(FIGURES, [])


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    lines = config.stash.get(FIGURES, [])
    if lines:
        terminalreporter.write_sep("=", "x12: tables written and mutations caught")
        for line in lines:
            terminalreporter.write_line(line)

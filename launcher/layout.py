"""Where a stack keeps its things, and which ports it uses."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_PORT = 8000
SFTP_AWAY, HIGHEST_PORT = 10_000, 65_536


@dataclass(frozen=True)
class Layout:
    """One stack: the program's folder, its data folder and its first port."""

    data: Path
    port: int = DEFAULT_PORT
    port_is_fixed: bool = False
    root: Path = ROOT

    @property
    def virtual_environment(self) -> Path:
        # One for the clone, whichever data a stack works on.
        return self.root / "var" / "venv"

    @property
    def python(self) -> Path:
        return self.virtual_environment / "bin" / "python"

    @property
    def logs(self) -> Path:
        return self.data / "log"

    @property
    def simulator(self) -> Path:
        return self.data / "simulator"

    @property
    def simulator_port(self) -> int:
        return self.port + 1

    @property
    def sftp_port(self) -> int:
        """The simulator's SFTP server; far off, because stacks take their ports pair by pair."""
        return self.port + (SFTP_AWAY if self.port + SFTP_AWAY < HIGHEST_PORT else -SFTP_AWAY)

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}/"


class JudgeLayout(Layout):
    """The second environment of a clone: that of the independent judge of X12 files."""

    @property
    def virtual_environment(self) -> Path:
        return self.root / "var" / "judge"


def default_data(root: Path = ROOT) -> Path:
    """The data folder where none is asked for."""
    return root / "var"


def make_private(folder: Path) -> None:
    """Create a folder that others cannot look into.

    They may pass through it: as root, PostgreSQL's own account has to, on the way to its data.
    """
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o711)

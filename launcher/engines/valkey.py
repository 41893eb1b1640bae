"""Starting Valkey (it speaks the Redis protocol) on a unix socket, with an append-only file."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path

from launcher.engines.wheels import valkey_program
from launcher.errors import LauncherError
from launcher.processes import Child, last_lines, start, wait_for

SOCKET_NAME = "v.sock"


@dataclass
class Valkey:
    """One Valkey server on a unix socket."""

    data: Path
    sockets: Path
    log: Path
    environment: Path | None = None
    throw_away: bool = False
    child: Child | None = None

    @property
    def socket(self) -> Path:
        return self.sockets / SOCKET_NAME

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def start(self) -> None:
        """Start the server and wait for its first answer."""
        self.data.mkdir(parents=True, exist_ok=True)
        self.socket.unlink(missing_ok=True)
        program = valkey_program(self.environment)
        keep = "no" if self.throw_away else "yes"
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "daemonize": "no",
            "appendonly": keep,
            "save": "",
        }
        self.child = start(
            "Valkey",
            [
                str(program),
                *(part for key, value in options.items() for part in (f"--{key}", value)),
            ],
            environment=dict(os.environ),
            folder=self.data,
            log=self.log,
        )
        if not wait_for(self._answers, seconds=30, child=self.child):
            self.stop()
            raise LauncherError(f"Valkey did not start:\n{last_lines(self.log)}")

    def stop(self) -> None:
        """Stop the server; what it holds is on disk before it ends."""
        if self.child is not None:
            self.child.stop()
            self.child = None

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as door:
                door.settimeout(1)
                door.connect(str(self.socket))
                door.sendall(b"PING\r\n")
                return door.recv(7) == b"+PONG\r\n"
        except OSError:
            return False

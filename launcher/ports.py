"""Choosing the ports of a stack: web server, the payer simulator after it, and its SFTP server."""

import dataclasses
import errno
import socket
import sys

from launcher.errors import LauncherError
from launcher.layout import Layout

TRIES = 50


class Ports:
    """Keeps a pair of ports for this stack while it is still being set up.

    Between the choice and the first listening server lie many seconds, in which another clone may
    choose, too. A socket in Linux's abstract namespace serves as the mark: it needs no file, is
    seen by every user, and is gone with its process.
    """

    def __init__(self) -> None:
        self._mark: socket.socket | None = None

    def choose(self, layout: Layout) -> Layout:
        """The layout with its ports settled. A port that was asked for is never replaced."""
        if layout.port_is_fixed:
            for port in (layout.port, layout.simulator_port, layout.sftp_port):
                if not port_is_free(port):
                    raise LauncherError(f"Port {port} is taken. Choose another one with --port.")
            if not self._keep(layout.port):
                raise LauncherError(f"Another stack is about to use port {layout.port}.")
            return layout
        for port in range(layout.port, layout.port + 2 * TRIES, 2):
            found = dataclasses.replace(layout, port=port)
            ports = (found.port, found.simulator_port, found.sftp_port)
            if all(port_is_free(one) for one in ports) and self._keep(port):
                return found
        raise LauncherError(f"No free port from {layout.port} on. Choose one with --port.")

    def _keep(self, port: int) -> bool:
        if sys.platform != "linux":
            return True
        mark = socket.socket(socket.AF_UNIX)
        try:
            mark.bind(f"\0claimline-port-{port}")
        except OSError as problem:
            mark.close()
            if problem.errno == errno.EADDRINUSE:
                return False
            raise
        self._mark = mark
        return True


def port_is_free(port: int) -> bool:
    """Whether nothing on this machine listens on a local port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True

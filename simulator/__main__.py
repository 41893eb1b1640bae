"""`python -m simulator`: serve until told to stop, or a command that ends by itself."""

import argparse
import fcntl
import os
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import closing, nullcontext
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import IO

from simulator import commands, log
from simulator.clock import parse_moment
from simulator.config import ConfigError
from simulator.server import Server
from simulator.service import Service
from simulator.sftp import SftpServer, host_key


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and do it. Exit code 1: it could not, and why is said."""
    options = _parser().parse_args(arguments)
    log.set_up(quiet=options.command in commands.NAMES)
    if options.command in commands.NAMES:
        return _run_command(options)
    return _start(options)


def _run_command(options: argparse.Namespace) -> int:
    try:
        commands.run(options)
    except (ConfigError, OSError) as error:
        return _cannot(str(error))
    return 0


def _start(options: argparse.Namespace) -> int:
    options.data.mkdir(parents=True, exist_ok=True)
    lock = _lock(options.data)
    if lock is None:
        return _cannot("Another simulator works in this data folder.")
    try:
        service = Service(
            options.data,
            options.config,
            virtual_time=options.virtual_time,
            callback_base=options.callback_base,
        )
        server = Server((options.host, options.port), service)
        files = _file_server(options, service)
    except (ConfigError, OSError) as error:
        return _cannot(str(error))
    with lock, server, closing(files) if files else nullcontext():
        _serve(service, server, virtual=options.virtual_time is not None)
    service.store.close()
    return 0


def _serve(service: Service, server: Server, *, virtual: bool) -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        service.stop()
        # shutdown() waits for serve_forever, which runs in the thread this handler interrupts.
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    # In virtual time nothing moves but by a request.
    loop = None if virtual else threading.Thread(target=service.run, name="loop")
    if loop:
        loop.start()
    host, port = server.server_address[:2]
    log.say("serving", host=host, port=port, virtual=virtual)
    server.serve_forever(poll_interval=0.2)
    service.stop()
    if loop:
        loop.join()
    log.say("stopped")


def _file_server(options: argparse.Namespace, service: Service) -> SftpServer | None:
    if options.sftp_port is None:
        return None
    address = (options.host, options.sftp_port)
    server = SftpServer(address, host_key(options.data), lambda: service.config.sftp)
    server.start()
    log.say("serving_sftp", host=options.host, port=server.port)
    return server


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="simulator", description="A payer and clearinghouse.")
    verbs = parser.add_subparsers(dest="command", required=True)
    commands.add_parsers(verbs)
    serve = verbs.add_parser("serve", help="runs until it is told to stop")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8001, help="0 takes a free one and logs it")
    serve.add_argument("--sftp-port", type=int, help="serves SFTP, too; 0 takes a free port")
    serve.add_argument("--data", type=Path, required=True, help="folder for everything remembered")
    serve.add_argument(
        "--config", type=Path, required=True, help="JSON or TOML; see docs/simulator.md"
    )
    serve.add_argument("--virtual-time", type=_moment, help="ISO 8601; time then moves by request")
    serve.add_argument(
        "--callback-base",
        default=os.environ.get("CLAIMLINE_PUBLIC_URL", ""),
        help="address that callback urls without a host are taken from",
    )
    return parser


def _moment(text: str) -> datetime:
    try:
        return parse_moment(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no ISO 8601 moment") from error


def _lock(data: Path) -> IO[str] | None:
    """The data folder is one process's own; the lock ends with the process, however it ends."""
    file = (data / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def _cannot(why: str) -> int:
    sys.stderr.write(f"simulator: {why}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())

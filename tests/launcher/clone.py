"""A small clone for the launcher's tests: the real launcher around a tiny application.

Engines, gunicorn, Celery and what ties its pool to its worker are the real ones; only Django and
our apps are left out, so that a stack is up in seconds.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from launcher.environment import DEV_FILES, RUN_FILES, _wanted
from launcher.layout import Layout
from launcher.processes import process_state

ROOT = Path(__file__).resolve().parent.parent.parent
WSGI = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"alive"]
"""
CELERY = """
import os, pathlib
from celery import Celery
from celery.signals import worker_ready
from config import pool
del os.environ["DJANGO_SETTINGS_MODULE"]
broker = os.environ["REDIS_URL"].replace("unix:", "redis+socket:").replace("db=", "virtual_host=")
app = Celery("tiny", broker=broker)

@worker_ready.connect
def ready(**_):
    pathlib.Path(os.environ["CLAIMLINE_READY_FILE"]).touch()
"""
SIMULATOR = """
import http.server, sys

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

port = int(sys.argv[sys.argv.index("--port") + 1])
http.server.HTTPServer(("127.0.0.1", port), Handler).serve_forever()
"""
MANAGE = """
import os, sys
import psycopg2

def rows(statement):
    connection = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []

word = sys.argv[1]
if word == "migrate":
    rows("CREATE TABLE IF NOT EXISTS kept (word text)")
elif word == "help":
    print("load_code_sets load_demo")
elif word == "put":
    rows(f"INSERT INTO kept VALUES ('{sys.argv[2]}')")
elif word == "get":
    print(*(word for (word,) in rows("SELECT word FROM kept")))
elif word == "where":
    print(os.environ["CLAIMLINE_PUBLIC_URL"])
elif word == "exit":
    sys.exit(int(sys.argv[2]))
elif word == "demo_sign_ins":
    print("coder / secret")
"""
FILES = {
    "config/__init__.py": CELERY,
    "config/wsgi.py": WSGI,
    "simulator/__init__.py": "",
    "simulator/__main__.py": SIMULATOR,
    "manage.py": MANAGE,
}


class Clone:
    """A folder that the launcher takes for a clone of the project."""

    def __init__(self, name: str = "a clone") -> None:
        self.top = Path(tempfile.mkdtemp(prefix="claimline test "))
        self.top.chmod(0o711)  # as root, PostgreSQL's account must get in
        self.root = self.top / name
        self.root.mkdir(mode=0o755)
        for path, text in FILES.items():
            (self.root / path).parent.mkdir(exist_ok=True)
            (self.root / path).write_text(text)
        for kept in ("run", "config/pool.py", *RUN_FILES, *DEV_FILES):
            shutil.copy2(ROOT / kept, self.root / kept)
        shutil.copytree(
            ROOT / "launcher", self.root / "launcher", ignore=shutil.ignore_patterns("__pycache__")
        )
        self._borrow_environment()

    def _borrow_environment(self) -> None:
        """Use the packages of the environment that runs the tests."""
        layout = Layout(self.root / "var", root=self.root)
        (layout.virtual_environment / "bin").mkdir(parents=True)
        layout.python.symlink_to(sys.executable)
        (layout.virtual_environment / "lib").symlink_to(Path(sys.prefix) / "lib")
        shutil.copy(Path(sys.prefix) / "pyvenv.cfg", layout.virtual_environment)
        (layout.virtual_environment / "installed").write_text(_wanted(layout, dev=False))

    def environment(self) -> dict[str, str]:
        """The environment of a person's shell, without the engines the tests run on."""
        engines = ("DATABASE", "REDIS", "CLAIMLINE", "DJANGO", "PYTEST", "COV")
        kept = {n: v for n, v in os.environ.items() if not n.startswith(engines)}
        return kept | {"CLAIMLINE_NO_APT": "1"}

    def run(self, *words: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
        """Run ``./run`` to its end, with standard input closed."""
        return subprocess.run(
            [sys.executable, str(self.root / "run"), *words],
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start the stack and wait until it says that it is ready."""
        log = (self.top / "output.txt").open("w")
        process = subprocess.Popen(
            [sys.executable, str(self.root / "run"), *words],
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
        )
        log.close()
        deadline = time.monotonic() + 60
        while "Ctrl-C" not in self.output():
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(self.output())
            time.sleep(0.1)
        return process

    def output(self) -> str:
        """What the running stack has printed so far."""
        return (self.top / "output.txt").read_text()

    def processes(self) -> list[str]:
        """Every process that belongs to this clone, by its command line, environment or folder."""
        mark = os.fsencode(self.root)
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes()
                traces = command + (folder / "environ").read_bytes()
                traces += os.fsencode((folder / "cwd").readlink())
            except OSError:
                continue
            if mark in traces and process_state(int(folder.name)) != "Z":
                found.append(f"{folder.name} {command.replace(bytes(1), b' ').decode()}")
        return found

    def wait_until_gone(self, seconds: float = 20) -> list[str]:
        """Wait for the last process to end; answers those that have not."""
        deadline = time.monotonic() + seconds
        while (left := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.1)
        return left

    def remove(self) -> None:
        """Remove the clone and a data folder it may have made elsewhere."""
        where = self.root / "var" / "where"
        if where.exists():
            shutil.rmtree(where.read_text().strip(), ignore_errors=True)
        shutil.rmtree(self.top, ignore_errors=True)

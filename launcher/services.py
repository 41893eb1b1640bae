"""The processes of a running stack: web, worker, beat and the payer simulator."""

import signal
import urllib.error
import urllib.request
from collections.abc import Mapping

from launcher.layout import Layout
from launcher.processes import Child, start
from launcher.supervisor import Service

WEB_PROCESSES = 2
WEB_THREADS = 4
WORKER_PROCESSES = 2


def stack_services(layout: Layout, environment: Mapping[str, str]) -> list[Service]:
    """All services in the order they start: what is asked before what asks."""
    ready_file = layout.data / "worker-ready"
    ready_file.unlink(missing_ok=True)
    worker_environment = dict(environment) | {"CLAIMLINE_READY_FILE": str(ready_file)}

    def launch(name: str, log: str, *words: str, **how: object) -> Child:
        return start(
            name,
            [str(layout.python), *words],
            environment=worker_environment,
            log=layout.logs / f"{log}.log",
            folder=layout.root,
            **how,  # type: ignore[arg-type]
        )

    return [
        Service(
            "Payer simulator",
            lambda: launch("Payer simulator", "simulator", *_simulator(layout)),
            ready=lambda: answers(f"http://127.0.0.1:{layout.simulator_port}/livez"),
        ),
        Service(
            "Web server",
            # SIGQUIT is gunicorn's quick end, for when nobody is left to wait.
            lambda: launch(
                "Web server", "web", *web_words(layout.port), death_signal=signal.SIGQUIT
            ),
            ready=lambda: answers(f"http://127.0.0.1:{layout.port}/livez"),
        ),
        Service(
            "Celery worker",
            # SIGTERM lets the running task finish. With the launcher killed the queue is gone, too,
            # and the worker would wait for it; the task it held is found again by its row.
            lambda: launch(
                "Celery worker",
                "worker",
                *worker_words(),
                death_signal=signal.SIGKILL,
                patience=20.0,
            ),
            ready=ready_file.exists,
        ),
        Service("Celery beat", lambda: launch("Celery beat", "beat", *_beat(layout))),
    ]


def _simulator(layout: Layout) -> list[str]:
    place = ["--host", "127.0.0.1", "--port", str(layout.simulator_port)]
    place += ["--sftp-port", str(layout.sftp_port)]
    config = ["--data", str(layout.simulator), "--config", str(layout.simulator / "config.json")]
    return ["-m", "simulator", "serve", *place, *config]


def web_words(port: int) -> list[str]:
    """The web server as it runs in a stack; the bench measures the same one."""
    return [
        *("-m", "gunicorn", "config.wsgi:application"),
        *("--bind", f"127.0.0.1:{port}", "--no-control-socket"),
        *("--worker-class", "gthread", "--workers", str(WEB_PROCESSES)),
        *("--threads", str(WEB_THREADS), "--timeout", "60", "--graceful-timeout", "8"),
        "--preload",  # the program is read once, and the processes share that memory
    ]


def worker_words() -> list[str]:
    """The Celery worker as it runs in a stack."""
    return [
        *("-m", "celery", "-q", "-A", "config", "worker", "--pool", "prefork"),
        *("--concurrency", str(WORKER_PROCESSES), "--loglevel", "INFO"),
        *("--without-gossip", "--without-mingle"),
    ]


def _beat(layout: Layout) -> list[str]:
    schedule = layout.data / "beat-schedule"
    for leftover in layout.data.glob("beat-schedule*"):  # may be half written after a kill -9
        leftover.unlink()
    return [
        *("-m", "celery", "-q", "-A", "config", "beat", "--loglevel", "WARNING"),
        *("--schedule", str(schedule), "--pidfile="),
    ]


def answers(address: str) -> bool:
    """Whether a service answers over HTTP, whatever it says, unless it says it is broken."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=2) as answer:
            return bool(answer.status)
    except urllib.error.HTTPError as answer:
        return answer.code < 500
    except OSError:
        return False

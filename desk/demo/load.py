"""Loading the demo: everything in one transaction, so that half a demo never stays behind."""

import gc
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import connection, transaction

from claims.choices import TransportKind
from claims.models import TradingPartner
from core import clock
from core.models import Practice
from core.practice_settings import change, declare, value
from core.tenancy import practice_scope
from desk.demo import own_systems, sftp_line, simulator_config
from desk.demo.callback_keys import connect_callbacks
from desk.demo.cast import CLEARINGHOUSE, practices
from desk.demo.days import History, work_message
from desk.demo.progress import Progress
from desk.demo.schedule import business_days
from desk.demo.set_up import Stage, set_up
from desk.demo.simulator_process import Door, free_port, running

LOADED = "desk.demo_loaded"
_NO_ADDRESS = "http://127.0.0.1:8001"


def declare_settings() -> None:
    """The mark of a practice whose demo data is whole."""
    declare(LOADED, bool, False, "Demo data was loaded")


def is_loaded() -> bool:
    """Whether the demo practices are there."""
    demo = Practice.objects.filter(is_demo=True).first()
    return demo is not None and bool(value(demo, LOADED))


def load_demo(progress: Progress) -> None:
    """Make both practices and play half a year of their days. All or nothing."""
    port = free_port()
    home = simulator_config.folder()
    with (
        TemporaryDirectory(prefix="claimline-demo-") as scratch,
        _settings_for_loading(port),
        _quick(),
        transaction.atomic(),
        _without_savepoints(),
    ):
        stages = _stages(progress, port)
        door = Door(work_message)
        config = Path(scratch) / "config.json"
        history = History(stages, _today(), progress)
        data = Path(scratch) / "data"
        start = history.practices[0].moment(history.days[0], 6)
        _write_history_config(config, door, {})
        with running(port, data, config, start, door) as simulator:
            simulator.tell_fates = partial(_write_history_config, config, door)
            history.play(simulator)
        door.server_close()
        for stage in stages:
            with practice_scope(stage.practice):
                if "sftp" in stage.partners:
                    sftp_line.go_live(stage.partners["sftp"], home)
                connect_callbacks(stage)
                own_systems.connect_own_systems(stage)
                change(stage.practice, LOADED, True)
        _hand_over(data, home)


def refresh_addresses() -> None:
    """Tell routes and simulator where each other is: ports may differ from run to run."""
    address = settings.CLAIMLINE_SIMULATOR_URL or _NO_ADDRESS
    TradingPartner.everywhere.filter(
        practice__is_demo=True, transport=TransportKind.HTTPS, receiver_id=CLEARINGHOUSE[1]
    ).exclude(endpoint_url=address).update(endpoint_url=address)
    sftp_line.refresh_address()
    own_systems.refresh_addresses()
    content = simulator_config.configuration(
        simulator_config.public_url(), simulator_config.LIVE, control_key=""
    )
    # Who trains picks what a payer does by the patient's name: docs/simulator.md, "Markers".
    content["words"] = True
    simulator_config.write(simulator_config.folder() / "config.json", content)


def _stages(progress: Progress, port: int) -> list[Stage]:
    progress.step("Setting up practices", 2)
    stages = set_up(business_days(_today())[0], f"http://127.0.0.1:{port}")
    progress.did(len(stages))
    return stages


def _today() -> date:
    """The day it is at both practices; around midnight, the earlier one."""
    return min(clock.today(cast) for cast in practices())


def _write_history_config(path: Path, door: Door, fates: dict[str, str]) -> None:
    content = simulator_config.configuration(
        door.url, simulator_config.HISTORY, control_key=simulator_config.CONTROL_KEY
    )
    simulator_config.write(path, {**content, "mix": {"pay": 1}, "scenarios": fates})


@contextmanager
def _quick() -> Iterator[None]:
    """A hundred thousand short-lived rows: let the garbage collector look for cycles less often."""
    thresholds = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


@contextmanager
def _without_savepoints() -> Iterator[None]:
    """No savepoint for each service's own transaction: a failure anywhere fails the loading."""
    features = connection.features
    features.uses_savepoints = False
    try:
        yield
    finally:
        features.uses_savepoints = True


@contextmanager
def _settings_for_loading(port: int) -> Iterator[None]:
    """While the history is played no worker is woken, and claims may go to its simulator."""
    hosts, wakes = (
        settings.CLAIMLINE_OUTBOUND_HOSTS,
        getattr(settings, "CLAIMLINE_WAKE_WORKERS", True),
    )
    raises = getattr(settings, "CLAIMLINE_RAISE_IN_SWEEPS", False)
    settings.CLAIMLINE_OUTBOUND_HOSTS = [*hosts, f"127.0.0.1:{port}"]
    settings.CLAIMLINE_WAKE_WORKERS, settings.CLAIMLINE_RAISE_IN_SWEEPS = False, True
    try:
        yield
    finally:
        settings.CLAIMLINE_OUTBOUND_HOSTS = hosts
        settings.CLAIMLINE_WAKE_WORKERS, settings.CLAIMLINE_RAISE_IN_SWEEPS = wakes, raises


def _hand_over(data: Path, home: Path) -> None:
    """The live simulator goes on where the history's left off: it still owes answers."""
    home.mkdir(parents=True, exist_ok=True)
    for old in home.glob("simulator.sqlite3*"):
        old.unlink()
    for file in data.glob("simulator.sqlite3*"):
        shutil.copy2(file, home / file.name)

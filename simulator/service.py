"""The running simulator: one store, one clock, and the loop that does what is due."""

import threading
from datetime import datetime
from pathlib import Path

from simulator import config as configuration
from simulator import log
from simulator.clock import Clock, RealClock, VirtualClock, parse_moment
from simulator.config import Config, ConfigError
from simulator.deliver import redeliver
from simulator.door import trouble
from simulator.folders import FolderWatch
from simulator.inquiries import Reply, answer_question
from simulator.intake import Receipt, find_submission, take_in
from simulator.rounds import advance, due, step
from simulator.scenarios.parts import Part
from simulator.store import Store, stamp

_VIRTUAL_NOW = "virtual_now"
_LONGEST_NAP = 1.0  # seconds between two looks into the folders and at the configuration
_AFTER_FAILURE = 5.0


class NotVirtual(Exception):
    """Only virtual time may be moved."""


class Service:
    """Everything the HTTP door and the loop share."""

    def __init__(
        self,
        data: Path,
        config_path: Path,
        *,
        virtual_time: datetime | None = None,
        callback_base: str = "",
    ) -> None:
        self._config_path, self._callback_base = config_path, callback_base
        self._config_mark = 0
        self.config = Config()
        self.store = Store(data / "simulator.sqlite3")
        self.clock: Clock = self._clock(virtual_time)
        self._folders = FolderWatch(patient=virtual_time is None)
        self._one_at_a_time = threading.Lock()
        self._news = threading.Event()
        self._stopping = False
        self._ending = threading.Event()
        self.reload()

    def _clock(self, virtual_time: datetime | None) -> Clock:
        if virtual_time is None:
            return RealClock()
        clock = VirtualClock(virtual_time)
        if reached := self.store.get_meta(_VIRTUAL_NOW):
            clock.move_to(parse_moment(reached))
        return clock

    def reload(self) -> None:
        """Read the configuration again. Raises ConfigError and then keeps the one it has.

        Where there is no file yet the simulator runs and knows nobody.
        """
        try:
            self._config_mark = self._config_path.stat().st_mtime_ns
            self.config = configuration.load(self._config_path, self._callback_base)
        except FileNotFoundError:
            log.warn("no_configuration", hint="every request is refused until the file is there")
            return
        except OSError as error:
            raise ConfigError(f"{self._config_path.name} cannot be read") from error
        log.say(
            "configured",
            payers=len(self.config.payers),
            callbacks=len(self.config.callbacks),
            folders=len(self.config.folders),
        )

    def trouble(self, content: bytes) -> Part | None:
        """What a scenario makes of the call that brings these claims."""
        return trouble(self.store, self.config, content, self.clock)

    def take_in(self, content: bytes, *, caller: str, key: str, sender_id: str) -> Receipt:
        """Take a file that came over HTTP, and wake the loop."""
        receipt = take_in(
            self.store,
            self.config,
            content,
            caller=caller,
            idempotency_key=key,
            route="callback",
            at=self.clock.now(),
            sender_id=sender_id,
        )
        log.say(
            "taken_in", receipt=receipt.number, is_new=receipt.is_new, size=len(content),
            route="callback",
        )  # fmt: skip
        self._news.set()
        return receipt

    def answer(self, content: bytes, *, sender_id: str) -> Reply:
        """The answer to a question about coverage or a claim."""
        reply = answer_question(
            self.store, self.config, content, at=self.clock.now(), sender_id=sender_id
        )
        log.say("asked", kind=reply.kind, fate=reply.fate)
        return reply

    def wait(self, seconds: int) -> None:
        """Let a caller wait as a slow payer does, but not past the end of this process."""
        self._ending.wait(seconds)

    def receipt_of(self, *, caller: str, key: str) -> str:
        """The receipt of an earlier submission, "" when there was none."""
        row = find_submission(self.store, caller, key)
        return str(row["receipt"]) if row else ""

    def advance(self, to: datetime) -> tuple[int, str | None]:
        """Virtual time: do and deliver all that falls due up to `to`, in order.

        Answers how many answers arrived, and when the next thing is due.
        """
        clock = self.clock
        if not isinstance(clock, VirtualClock):
            raise NotVirtual
        with self._one_at_a_time:
            self._folders.collect(self.store, self.config, clock.now())
            delivered = advance(self.store, self.config, clock, to)
            self.store.set_meta(_VIRTUAL_NOW, stamp(clock.now()))
        moment = due(self.store)
        return delivered, stamp(moment) if moment else None

    def redeliver(self) -> int:
        """Try dead deliveries again."""
        count = redeliver(self.store, self.clock.now())
        self._news.set()
        return count

    def run(self) -> None:
        """Real time: do what is due until told to stop. One failure never ends the loop."""
        while not self._stopping:
            nap = _LONGEST_NAP
            try:
                nap = self._round()
            except Exception:
                log.fail("round_failed")
                nap = _AFTER_FAILURE
            self._news.wait(nap)
            self._news.clear()

    def stop(self) -> None:
        """End the loop after the step it is in."""
        self._stopping = True
        self._ending.set()
        self._news.set()

    def _round(self) -> float:
        self._reload_if_changed()
        with self._one_at_a_time:
            self._folders.collect(self.store, self.config, self.clock.now())
            while not self._stopping and (moment := due(self.store)):
                if moment > self.clock.now():
                    wait = (moment - self.clock.now()).total_seconds()
                    return max(0.01, min(wait, _LONGEST_NAP))
                step(self.store, self.config, self.clock.now())
        return _LONGEST_NAP

    def _reload_if_changed(self) -> None:
        try:
            mark = self._config_path.stat().st_mtime_ns
        except OSError:
            return
        if mark != self._config_mark:
            try:
                self.reload()
            except ConfigError as error:
                log.warn("configuration_refused", reason=str(error))

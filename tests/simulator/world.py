"""A simulator in this process, in virtual time, with a folder to drop files in."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import x12
from simulator.service import Service

START = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # a Monday
PAYERS: list[dict[str, Any]] = [
    {
        "payer_id": "12345",
        "name": "ACME HEALTH PLAN",
        "tax_id": "841111111",
        "fees": {"99213": "95.00", "87880": "16.54", "99215": "175.00"},
        "copay": "30",
        "coinsurance_percent": "0.20",
        "deductible": "20.00",
    },
    {
        "payer_id": "MCRPB",
        "name": "MEDICARE PART B",
        "tax_id": "841111112",
        "fees": {"99214": "130", "20610": "68", "J3301": "2"},
    },
    {"payer_id": "54321", "name": "ACME SUPPLEMENT", "tax_id": "841111113"},
]


class World:
    """One simulator with its folders; `send` and `answers` are what a practice would see."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.folder = folder
        self.inbound, self.outbound = folder / "in", folder / "out"
        self.inbound.mkdir()
        self.settings: dict[str, Any] = {
            "key": "test-key",
            "payers": PAYERS,
            "folders": [
                {
                    "sender_id": "SUMMIT01",
                    "inbound": str(self.inbound),
                    "outbound": str(self.outbound),
                }
            ],
            "mix": {"pay": 1},
            "time_zone": "UTC",
        } | settings
        self.configure()
        self.service = self.open()

    def configure(self, **settings: Any) -> Path:
        self.settings |= settings
        path = self.folder / "config.json"
        path.write_text(json.dumps(self.settings))
        return path

    def open(self) -> Service:
        return Service(self.folder, self.folder / "config.json", virtual_time=START)

    def reopen(self) -> None:
        """As after a restart: nothing is kept but what is on the disk."""
        self.service.store.close()
        self.service = self.open()

    def send(self, content: bytes, name: str = "claims") -> None:
        (self.inbound / f"{name}.edi").write_bytes(content)
        self.service.advance(self.service.clock.now())

    def pass_time(self, **how_long: int) -> tuple[int, str | None]:
        return self.service.advance(self.service.clock.now() + timedelta(**how_long))

    def files(self, kind: str = "") -> list[bytes]:
        """The answers so far, in the order they were written."""
        found = self.outbound.glob(f"{kind}*.edi") if self.outbound.is_dir() else []
        return [path.read_bytes() for path in sorted(found, key=lambda path: path.name[-13:])]

    def records(self, kind: str) -> list[Any]:
        """The typed records of the answers of one kind."""
        return [
            item.record
            for content in self.files(kind)
            for found in x12.read_interchanges(content)
            for item in found.transactions
        ]

    def answer_to(self, content: bytes, name: str = "claims") -> None:
        """Send a file and let everything happen that follows from it."""
        self.send(content, name)
        self.pass_time(minutes=5)

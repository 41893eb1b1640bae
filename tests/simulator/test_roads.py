"""Each payer answers by the road it likes, whatever road the claims came by."""

from pathlib import Path

import x12
from tests.simulator.files import Visit, claims_file
from tests.simulator.receiver import SECRET, receiving
from tests.simulator.world import PAYERS, World


def test_three_payers_answer_by_call_by_folder_and_by_sftp(tmp_path: Path) -> None:
    home = tmp_path / "home"
    roads = ("callback", "folder", "sftp")
    payers = [one | {"answers": road} for one, road in zip(PAYERS, roads, strict=True)]
    account = {"sender_id": "SUMMIT01", "user": "summit", "password": "pw", "home": str(home)}
    with receiving() as receiver:
        callback = {"sender_id": "SUMMIT01", "url": receiver.url, "secret": SECRET}
        world = World(tmp_path, payers=payers, callbacks=[callback], sftp=[account])
        visits = [
            Visit("C1"),
            Visit("M1", payer_id="MCRPB", filing_code="MB"),
            Visit("S1", payer_id="54321"),
        ]
        world.answer_to(claims_file(visits))
        called = [event.records[0] for event in receiver.events]
        world.service.store.close()
    filed = world.records("835")
    by_sftp = [
        item.record
        for path in (home / "outbound").glob("835*.edi")
        for found in x12.read_interchanges(path.read_bytes())
        for item in found.transactions
    ]
    paid = [one for one in called if one.set_code == "835"]
    assert [[one.payer.name for one in road] for road in (paid, filed, by_sftp)] == [
        ["ACME HEALTH PLAN"],
        ["MEDICARE PART B"],
        ["ACME SUPPLEMENT"],
    ]
    # The receiver's own words go back by the road the claims came by.
    assert len(world.files("999")) == 1
    assert [one.source_name for one in called if one.set_code == "277"] == ["ACME HEALTH PLAN"]


def test_claims_that_came_by_sftp_are_answered_there(tmp_path: Path) -> None:
    home = tmp_path / "home"
    account = {"sender_id": "SUMMIT01", "user": "summit", "password": "pw", "home": str(home)}
    world = World(tmp_path, sftp=[account])
    (home / "inbound").mkdir(parents=True)
    (home / "inbound" / "claims.edi").write_bytes(claims_file([Visit("C1")]))
    world.pass_time(minutes=1)
    world.pass_time(minutes=1)
    assert len(list((home / "outbound").glob("835*.edi"))) == 1
    assert world.files() == []
    world.service.store.close()

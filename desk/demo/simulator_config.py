"""What the payer simulator is told: who sends, where answers go, what each payer allows."""

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from claims.choices import TransportKind
from claims.models import TradingPartner
from claims.services.credentials import live_secrets
from claims.transport.folders import folder_path
from desk.demo import questions
from desk.demo.cast import CLEARINGHOUSE, charges, payers
from desk.demo.set_up import api_key_of, credential_of
from desk.demo.sftp_line import account_of

# Seconds from a claim's arrival to each answer.
LIVE = {"ta1": 1, "999": 2, "clearinghouse_277ca": 4, "payer_277ca": 7, "835": 12}
HISTORY = {
    "ta1": 60,
    "999": 600,
    "clearinghouse_277ca": int(timedelta(hours=3).total_seconds()),
    "payer_277ca": int(timedelta(hours=20).total_seconds()),
    "835": int(timedelta(days=9).total_seconds()),
}
# What each kind of trouble weighs in the history: enough that every state is there.
MIX = {
    "pay": 74,
    "bundle": 6,
    "deny_co16": 5,
    "deny_line_co16": 2,
    "deny_co50": 2,
    "deny_co197": 2,
    "reject_payer": 4,
    "reject_clearinghouse": 2,
    "zero_pay": 2,
    "silent": 1,
}
# From how many days ago on, the first practice's next claim meets which trouble. By days, not by
# visits: whatever day the demo is loaded on, each stands where it shows, reversals above all (an
# answer, its reversal and the new answer come nine days apart).
TROUBLES = (
    (120, "reverse"),
    (100, "forward"),
    *((day, "underpay") for day in range(96, 78, -2)),
    (75, "unbalanced_835"),
    (73, "unbalanced_835"),
    (70, "truncated_835"),
    (68, "truncated_835"),
    (65, "twice_835"),
    (63, "twice_835"),
    (40, "forward"),
    (36, "forward"),
    (32, "reverse"),
    (31, "reverse"),
    (30, "reverse"),
    (29, "reverse"),
    (27, "reverse"),
    (25, "reverse"),
    (19, "pend"),
    (18, "pend"),
    (17, "pend"),
    (13, "truncated_277ca"),
    (12, "stranger_999"),
    (10, "reject_payer"),
    (9, "reject_clearinghouse"),
    (8, "reject_file"),
    (7, "reject_payer"),
    (6, "reject_clearinghouse"),
    (5, "reject_file"),
    (4, "reject_clearinghouse"),
    (3, "reject_payer"),
)
CONTROL_KEY = "demo-control"


def folder() -> Path:
    """Where the simulator keeps its configuration and what it remembers."""
    return Path(settings.CLAIMLINE_VAR_DIR) / "simulator"


def public_url() -> str:
    """Where the simulator reaches the web server of this installation."""
    port = os.environ.get("CLAIMLINE_PORT", "8000")
    return settings.CLAIMLINE_PUBLIC_URL or f"http://127.0.0.1:{port}"


def configuration(
    callback_base: str, delays: dict[str, int], *, control_key: str
) -> dict[str, Any]:
    """The whole configuration for the partners of the demo practices."""
    partners = list(
        TradingPartner.everywhere.filter(practice__is_demo=True, receiver_id=CLEARINGHOUSE[1])
        .select_related("practice")
        .order_by("pk")
    )
    return {
        "clearinghouse": {"name": CLEARINGHOUSE[0], "id": CLEARINGHOUSE[1]},
        "key": control_key,
        "keys": {one.sender_id: api_key_of(one) for one in partners},
        "payers": [_payer(one) for one in payers()],
        "callbacks": [found for one in partners if (found := _callback(one, callback_base))],
        "folders": [_folders(one) for one in partners if one.transport == TransportKind.FOLDER],
        "sftp": [account_of(one) for one in partners if one.transport == TransportKind.SFTP],
        "delays_seconds": delays,
        "mix": MIX,
        "inquiries": questions.fates(),
        "seed": 7,
        "time_zone": "America/Denver",
    }


def write(path: Path, content: dict[str, Any]) -> None:
    """Write the file for its owner only, whole or not at all: it holds secrets."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file, indent=1)
    part.chmod(0o600)
    part.replace(path)


def _payer(one: Any) -> dict[str, Any]:
    place = one.place
    found = {
        "payer_id": one.number,
        "name": one.name.upper(),
        "tax_id": one.tax_id,
        "line1": place.line1.upper(),
        "city": place.city.upper(),
        "state": place.state,
        "zip": place.zip_code,
        **one.terms,
    }
    if one.kind == "medicare":
        found["fees"] = {charge.code: str(charge.medicare) for charge in charges()}
    return found


def _callback(partner: TradingPartner, base: str) -> dict[str, str] | None:
    credential = credential_of(partner)
    if credential is None:
        return None
    return {
        "sender_id": partner.sender_id,
        "url": f"{base}/payers/v1/{credential.key_id}/events",
        "secret": live_secrets(credential)[0],
    }


def _folders(partner: TradingPartner) -> dict[str, str]:
    return {
        "sender_id": partner.sender_id,
        "inbound": str(folder_path(partner.outbound_folder)),
        "outbound": str(folder_path(partner.inbound_folder)),
    }

"""Whether a claim for a payer on paper fits its form and has somewhere to go (domain B.5, B.9)."""

from collections.abc import Iterator
from typing import Any

from claims.paper.boxes import Misfit, paper_claim
from claims.paper.more_boxes import left_out
from claims.scrub.catalogue import finding
from core.findings import Finding

_ADDRESS = ("address_line1", "city", "state_code", "zip_code")


def check_paper(snapshot: dict[str, Any], facts: Any) -> list[Finding]:
    """Nothing for a claim that goes by wire; else what its form cannot hold."""
    return list(_check(snapshot)) if facts.on_paper else []


def _check(snapshot: dict[str, Any]) -> Iterator[Finding]:
    payer = snapshot["payer"]
    if not all(payer[key] for key in _ADDRESS):
        yield finding(
            "PAP-03",
            f"The address of {payer['name']} is not complete: the form is mailed to it.",
            "payer.address",
            "An admin completes the payer's address.",
        )
    for one in left_out(snapshot):
        are = "is" if len(one.others) == 1 else "are"
        yield finding(
            "PAP-04",
            f"Box {one.box} holds one {one.what}, {one.printed}:"
            f" {', '.join(one.others)} {are} not printed.",
            f"paper.1.{one.box}.many",
            "Send the claim electronically where the payer needs them all.",
        )
    for misfit in paper_claim(snapshot).misfits:
        yield _finding(misfit)


def _finding(misfit: Misfit) -> Finding:
    return finding(
        "PAP-02" if misfit.stops else "PAP-01",
        f"{_place(misfit)}: “{misfit.text[:80]}” {misfit.reason}.",
        f"paper.{misfit.form}.{misfit.box}.{misfit.kind}",
        "Shorten it in the records, or send the claim electronically." if misfit.stops else "",
    )


def _place(misfit: Misfit) -> str:
    """The box as the form numbers it: `Form 2, box 24 line 1`."""
    number, _, rest = misfit.box.partition(".")
    if number == "carrier":
        return "Address of the payer"
    line = f" line {rest.partition('.')[0]}" if number == "24" else ""
    words = f"box {number}{line}"
    return f"Form {misfit.form}, {words}" if misfit.form > 1 else words.capitalize()

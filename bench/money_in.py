"""Ten thousand claims that the simulator draws and answers, posted by us, held against its truth.

The simulator's own 837 lays the claims out; its 835s come in by the inbox and are posted without a
person wherever the payer's level allows it. Then every posted row is compared with what was meant.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import django

from bench.measure import Figure

django.setup()

import x12  # noqa: E402  (after the setup, as the models)
from bench.frame import Frame  # noqa: E402
from bench.money_in_truth import Compared, compare, read_truth  # noqa: E402
from bench.sent_claims import (  # noqa: E402
    Person,
    SentClaim,
    SentLine,
    lay_out_claims,
    was_sent,
)
from billing.models import PayerPostingSettings  # noqa: E402
from billing.posting.post_remittance import post_remittance  # noqa: E402
from billing.posting.stopping import MAY_PASS  # noqa: E402
from claims.choices import PostingLevel, RemittanceState  # noqa: E402
from claims.models import ClaimVersion, PayerFilingSettings, Remittance  # noqa: E402
from claims.services.process_message import process_message  # noqa: E402
from claims.services.receive_message import receive_message  # noqa: E402
from core.jobs import run_due_jobs  # noqa: E402
from core.models import Practice  # noqa: E402
from core.services.deliver_news import deliver_due_news  # noqa: E402
from core.tenancy import practice_scope  # noqa: E402
from simulator import config as simulated  # noqa: E402
from simulator.answers import remittance as an_835  # noqa: E402
from simulator.behaviours import by_hash  # noqa: E402
from simulator.config import Config  # noqa: E402
from simulator.drawing import SENDER, draw_files  # noqa: E402
from simulator.volume import SAMPLE, adjudicate_all  # noqa: E402
from x12.transactions.claim_837p.model import Claim, SubscriberLoop  # noqa: E402
from x12.transactions.remittance_835.model import (  # noqa: E402
    PartyIdentity,
    RemittanceClaim,
    RemittanceLine,
)

CLAIMS, PER_FILE, SEED = 10_000, 500, 20261201
# Of a thousand claims; the other fifty are secondary (simulator/drawing.py), and paid.
MIX = {
    "pay": 750, "cross_over": 30,
    "reverse": 10, "correct": 20, "reverse_and_deny": 10,
    "bundle": 15, "bundle_recoded": 15,
    "interest": 8, "levy": 6, "bonus": 6, "take_back": 5, "delayed_recoupment": 5,
    "deny_co16": 12, "deny_co50": 8, "deny_co197": 5, "deny_line_co16": 5,
    "no_match": 20,
    "cent_at_line": 4, "cent_at_claim": 4, "cent_at_total": 3, "truncated_835": 3,
    "wrong_set_number": 2, "twice_835": 4,
}  # fmt: skip
Drawn = tuple[SubscriberLoop[Claim], Claim]


def figures() -> list[Figure]:
    """The whole run; its budgets are of issue and domain: nothing wrong, nine of ten first."""
    config = replace(simulated.load(SAMPLE), mix=MIX, seed=SEED)
    practice = Practice.objects.create(name="Bench money in", time_zone="America/Denver")
    with TemporaryDirectory() as folder:
        out = Path(folder)
        files = list(draw_files(config, CLAIMS, seed=SEED, per_file=PER_FILE))
        adjudicate_all(config, files, out)
        with practice_scope(practice):
            _lay_out(practice, config, [drawn for file in files for drawn in _drawn(file)])
            for path in sorted((out / "answers" / SENDER).glob("835_*")):
                _take(practice, path.read_bytes())
            found = compare(read_truth(out / "truth.jsonl"))
    return _told(found)


def _told(found: Compared) -> list[Figure]:
    rate = 100 * found.posted / found.answers if found.answers else 0.0
    first = 100 * found.first / found.unmatched if found.unmatched else 0.0
    title = f"{CLAIMS:,} simulated claims, {found.answers:,} answers in {found.files:,} 835s"
    return [
        Figure(title, "wrongly posted: 0", f"wrongly posted: {len(found.wrong)}",
               not found.wrong),
        Figure("    posted without a person", "", f"{found.posted:,} ({rate:.1f} %)"),
        Figure("    right candidate first, where no claim was found", "≥ 90 %",
               f"{found.first} of {found.unmatched} ({first:.1f} %)", first >= 90),
        *(Figure(f"    left to a person: {what}", "", str(count))
          for what, count in found.waiting.most_common()),
        *(Figure(f"    WRONG {one}", "", "") for one in found.wrong[:20]),
    ]  # fmt: skip


def _drawn(content: bytes) -> Iterator[Drawn]:
    for interchange in x12.read_interchanges(content):
        for item in interchange.transactions:
            for provider in item.record.billing_providers:
                for loop in provider.subscribers:
                    yield from ((loop, claim) for claim in loop.claims)


def _lay_out(practice: Practice, config: Config, drawn: list[Drawn]) -> None:
    payers = list(config.payers.values())
    place = {payer.payer_id: number for number, payer in enumerate(payers)}
    frame = Frame(practice, [(payer.name, payer.payer_id) for payer in payers])
    for payer in frame.payers:
        PayerFilingSettings.objects.create(
            payer=payer, partner=frame.partner, posts=PostingLevel.AUTOMATIC, **frame.own
        )
        PayerPostingSettings.objects.create(payer=payer, passed_stops=sorted(MAY_PASS), **frame.own)
    lay_out_claims(practice, frame, [_sent(config, place, *one) for one in drawn])
    second = [one for one in drawn if one[0].payer_responsibility == "S"]
    _answer_first(practice, config, second)
    later = list(ClaimVersion.objects.filter(rank=2).exclude(state="crossed_over"))
    was_sent(frame, later)
    ClaimVersion.objects.filter(pk__in=[one.pk for one in later]).update(state="payer_accepted")


def _sent(
    config: Config, place: dict[str, int], loop: SubscriberLoop[Claim], claim: Claim
) -> SentClaim:
    payer, second = loop.payer.payer_id, ""
    if loop.payer_responsibility == "S":
        payer, second = claim.other_payers[0].payer.payer_id, payer
    elif by_hash(SEED, claim.patient_control_number, MIX) == "cross_over":
        second = config.payers[payer].crosses_to
    who = loop.subscriber
    if who.birth_date is None:
        raise RuntimeError("the simulator draws people with a birth date")
    person = Person(
        who.member_id, who.last_name, who.first_name, who.birth_date, who.sex,
        place[payer], place.get(second),
    )  # fmt: skip
    lines = tuple(SentLine(ln.procedure_code, ln.modifiers, ln.charge_amount) for ln in claim.lines)
    return SentClaim(claim.patient_control_number, person, claim.lines[0].service_date_from, lines)


def _answer_first(practice: Practice, config: Config, drawn: list[Drawn]) -> None:
    """What the first payers of secondary claims had decided, by an 835 of each; then the product
    makes the claims of the second payers.
    """
    by_payer: dict[str, list[RemittanceClaim]] = {}
    for loop, claim in drawn:
        first = claim.other_payers[0].payer.payer_id
        by_payer.setdefault(first, []).append(_first_answer(loop, claim))
    payee = PartyIdentity("BENCH", "2000000010", "XX", tax_id="841234567")
    for number, (payer_id, answers) in enumerate(sorted(by_payer.items()), start=1):
        paid_on = drawn[0][1].lines[0].service_date_from
        record = an_835(config.payers[payer_id], payee, answers, [],
                        trace_number=f"FIRST{number}", paid_on=paid_on)  # fmt: skip
        envelope = x12.Envelope(
            payer_id, SENDER, datetime.combine(paid_on, time(2)), 900 + number, 900 + number
        )
        _take(practice, x12.write_interchange(envelope, [record]))
    for left in Remittance.objects.filter(trace_number__startswith="FIRST").exclude(
        state=RemittanceState.POSTED
    ):
        post_remittance(remittance=left)
    _let_it_settle()


def _first_answer(loop: SubscriberLoop[Claim], claim: Claim) -> RemittanceClaim:
    lines = tuple(
        RemittanceLine(
            line.procedure_code, line.charge_amount, line.adjudications[0].paid_amount,
            modifiers=line.modifiers, adjustments=line.adjudications[0].adjustments,
            line_control_number=line.line_control_number,
            service_date_from=line.service_date_from,
        )
        for line in claim.lines
    )  # fmt: skip
    share = sum(
        (one.amount for line in lines for one in line.adjustments if one.group_code == "PR"),
        start=Decimal(0),
    )
    return RemittanceClaim(
        claim.patient_control_number, "1", claim.charge_amount,
        sum((line.paid_amount for line in lines), start=Decimal(0)),
        patient_responsibility_amount=share, filing_code="12",
        payer_claim_number=f"F{claim.patient_control_number}", lines=lines,
        patient_last_name=loop.subscriber.last_name,
        patient_first_name=loop.subscriber.first_name, member_id=loop.subscriber.member_id,
    )  # fmt: skip


def _take(practice: Practice, content: bytes) -> None:
    message = receive_message(
        practice=practice, partner=None, source="upload", content_type="application/edi-x12",
        content=content,
    )  # fmt: skip
    process_message(message)
    _let_it_settle()


def _let_it_settle() -> None:
    while deliver_due_news() or run_due_jobs():
        pass

"""Appeal packets for many denials at once: a job draws them, one after the other, and one file to
print holds them all (screens S24: same cause, same payer).
"""

import io
from importlib import import_module
from typing import Any

from django.urls import reverse

from claims.denials.packet import Packet
from claims.models import DenialCase
from claims.services.draft_appeal import begin_appeal
from claims.services.send_appeal import PACKET_KIND, make_packet
from core import timeline
from core.errors import ApplicationError
from core.jobs import Progress, job_kind, start_job
from core.models import Document, Job, Practice
from core.services.documents import read_document, store_document

KIND = "claims.appeal_packets"
MOST = 50


def queue_packets(*, practice: Practice, cases: list[DenialCase], user: Any) -> Job:
    """Let a worker draw the packets; they wait on each appeal's page to be recorded as sent."""
    return start_job(
        practice=practice, kind=KIND, title=f"Appeal packets: {len(cases)} denials",
        arguments={"cases": ",".join(str(case.pk) for case in cases[:MOST])}, user=user,
    )  # fmt: skip


@job_kind(KIND)
def draw_packets(job: Job, progress: Progress) -> None:
    """One packet a denial. What one cannot have is said, and the others go on; a run that died
    finds the packets that are made.
    """
    wanted = [int(one) for one in str(job.arguments["cases"]).split(",") if one]
    progress.total(len(wanted))
    made: list[Document] = []
    cases = {row.pk: row for row in DenialCase.objects.filter(pk__in=wanted).select_related(
        "claim", "practice")}  # fmt: skip
    for place, key in enumerate(wanted):
        case = cases.get(key)
        error = ""
        try:
            if case is not None:
                made.append(_packet_of(case, job.user))
        except ApplicationError as refused:
            number = case.claim.control_number if case else key
            error = f"Claim {number}: {refused.message}"
        if place >= int(progress.cursor.get("next", 0)):
            progress.step(error=error, cursor={"next": place + 1})
    if made:
        document = _together(job.practice, made)
        for key in wanted:
            if key in cases:
                timeline.record(
                    cases[key].claim, kind="denial.packets_printed",
                    sentence="put the packet into one file with others", document=document,
                )  # fmt: skip
        progress.result(open=reverse("core:document", args=[document.public_id]))


def _packet_of(case: DenialCase, user: Any) -> Document:
    appeal = begin_appeal(case=case, user=user)
    if appeal.packet is not None:
        return appeal.packet
    return make_packet(appeal=appeal)


def _together(practice: Practice, made: list[Document]) -> Document:
    """One file to print."""
    pikepdf = import_module("pikepdf")
    out = io.BytesIO()
    with pikepdf.new() as whole:
        for document in made:
            with pikepdf.open(io.BytesIO(read_document(document))) as part:
                whole.add_pages_from(part)
        pages = len(whole.pages)
        whole.save(out, deterministic_id=True)
    packet = Packet(out.getvalue(), pages)
    return store_document(
        practice=practice, kind=f"{PACKET_KIND}s", content=packet.content,
        content_type="application/pdf", label=f"Appeal packets, {len(made)} claims",
    )  # fmt: skip

"""Claims on paper: the few patients of a small insurer that no clearinghouse reaches.

Three visits of the last days, a batch for each: one is mailed, one printed, one to be printed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from claims.models import SubmissionBatch
from claims.selectors import sendable
from claims.services.mailing import mark_mailed, mark_printed
from claims.services.queue_batch import queue_batch
from coding.grammar import parse_line
from coding.models import CodingCase
from coding.services.diagnoses import add_diagnosis
from coding.services.finish_case import finish_case
from coding.services.lines import add_line
from core import clock
from desk.demo.set_up import Stage
from desk.demo.signatures import signed_today
from patients.services.record_coverage import record_coverage
from patients.services.record_encounter import record_encounter
from patients.services.register_patient import register_patient

_NOTE = (
    "Low back pain for ten days after moving furniture, no weakness or numbness. Gait normal, "
    "lumbar muscles tender, straight leg raise negative. Plan: stretching, ibuprofen as needed, "
    "return in four weeks."
)
_DIAGNOSIS, _LINE = "M5450", "99213 /a"


@dataclass(frozen=True)
class _Visitor:
    """Somebody insured with the payer on paper, and how many working days ago they came."""

    days_left: int
    first_name: str
    last_name: str
    birth_date: date
    sex: str


_VISITORS = (
    _Visitor(5, "Hollis", "Paperman", date(1971, 3, 9), "M"),
    _Visitor(3, "Marigold", "Envelope", date(1988, 7, 21), "F"),
    _Visitor(1, "Linden", "Postwell", date(1964, 11, 2), "M"),
)
_MAILED_DAYS_LEFT, _PRINTED_DAYS_LEFT = 4, 2


class Caller(Protocol):
    """Who comes: name, birth date and sex."""

    @property
    def first_name(self) -> str: ...
    @property
    def last_name(self) -> str: ...
    @property
    def birth_date(self) -> date: ...
    @property
    def sex(self) -> str: ...


def visit_of(
    stage: Stage,
    caller: Caller,
    cards: Sequence[tuple[str, str, str]],
    note: str,
    *,
    signs: bool = True,
) -> CodingCase:
    """Register somebody with `cards` in the order they are billed (plan, prefix of the member id,
    group), and see them today. Whoever `signs` does so at the desk.
    """
    site, today = stage.sites[0], clock.today(stage.practice)
    patient = register_patient(
        practice=stage.practice,
        first_name=caller.first_name,
        last_name=caller.last_name,
        birth_date=caller.birth_date,
        sex=caller.sex,
        phone="3035550177",
        address_line1="18 Fiction Lane",
        city=site.city,
        state_code=site.state_code,
        zip_code=site.zip_code,
        **(signed_today(stage.practice) if signs else {}),
    )
    for rank, (plan, prefix, group) in enumerate(cards, 1):
        record_coverage(
            patient=patient,
            plan=stage.plans[plan],
            rank=rank,
            member_id=f"{prefix}{patient.pk:07d}",
            group_number=group,
            effective_from=date(today.year - 1, 1, 1),
        )
    encounter = record_encounter(
        practice=stage.practice,
        patient=patient,
        rendering_provider=stage.providers[0],
        facility=site,
        billing_provider=stage.billing_provider,
        service_date_from=today,
        note_text=note,
    )
    case: CodingCase = CodingCase.objects.get(encounter=encounter)
    return case


class PaperOffice:
    """Visits, codes, prints and mails on their days."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def receive(self, days_left: int) -> CodingCase | None:
        """Register and see whoever of them comes on this day."""
        visitor = next((one for one in _VISITORS if one.days_left == days_left), None)
        if visitor is None:
            return None
        return visit_of(self.stage, visitor, (("paper", "GRG", "GR-100"),), _NOTE)

    def code(self, case: CodingCase) -> None:
        """Code, finish and release it."""
        add_diagnosis(case=case, code=_DIAGNOSIS)
        add_line(case=case, typed=parse_line(_LINE))
        case.refresh_from_db()
        finish_case(case=case)

    def mail(self, days_left: int) -> None:
        """Make the forms of the day before; print those of two days, mail those of one."""
        biller, partner = self.stage.users["biller"], self.stage.paper
        versions = list(sendable(partner.pk))
        if not versions:
            return
        batch: SubmissionBatch = queue_batch(partner=partner, versions=versions, user=biller)
        if days_left in {_MAILED_DAYS_LEFT, _PRINTED_DAYS_LEFT}:
            mark_printed(batch=batch, user=biller)
        if days_left == _MAILED_DAYS_LEFT:
            today = clock.today(self.stage.practice)
            mark_mailed(batch=batch, mailed_on=today, user=biller)

"""The numbers of the home pages that belong to no worklist of their own: one query a group."""

from datetime import timedelta
from typing import cast

from django.contrib import admin
from django.db.models import Count, Exists, Min, OuterRef, Q, Sum
from django.http import HttpRequest
from django.urls import reverse

from billing.choices import StatementState
from billing.models import Statement
from coding.choices import AuditItemState, CaseState, QueryState
from coding.models import AuditItem, CodingCase, ProviderQuery
from coding.productivity_report import productivity_of
from coding.selectors import next_case
from core import clock
from core.models import Membership, User, WorkItem
from core.money import ZERO
from desk.follow_up import awake, due, mine_or_my_role
from desk.homes.cards import ACT, CARE, Card, Table
from patients.choices import AppointmentState
from patients.days import day_start
from patients.models import Appointment, Encounter, EncounterNote, Patient, Payer, Provider

S = CaseState
_LATEST_AUDITED = 8


def coding_cards(request: HttpRequest) -> list[Card]:
    """Ready, given to me, returned, being coded, waiting for a note, on hold, done today."""
    today = clock.today(request.practice)  # type: ignore[attr-defined]
    finished = [S.FINISHED, S.RELEASED]
    done = Q(finished_at__date=today, coder=request.user, state__in=finished)
    numbers = CodingCase.objects.aggregate(
        ready=Count("pk", filter=Q(state=S.READY)),
        oldest=Min("encounter__service_date_from", filter=Q(state=S.READY)),
        given=Count("pk", filter=Q(state=S.READY, coder=request.user)),
        mine=Count("pk", filter=Q(state=S.IN_PROGRESS, coder=request.user)),
        returned=Count("pk", filter=Q(state=S.RETURNED)),
        note=Count("pk", filter=Q(state=S.WAITING_NOTE)),
        hold=Count("pk", filter=Q(state=S.ON_HOLD)),
        done=Count("pk", filter=done),
    )
    queue = reverse("coding:queue")
    oldest = f"oldest {numbers['oldest']:%m/%d/%Y}" if numbers["oldest"] else "all coded"
    return [
        Card("Ready to code", f"{queue}?bucket=ready", f"{numbers['ready']:,}", meta=oldest),
        Card("Given to me", f"{queue}?bucket=ready&mine=1", f"{numbers['given']:,}"),
        Card("Returned by billing", f"{queue}?bucket=returned", f"{numbers['returned']:,}",
             tone=ACT if numbers["returned"] else ""),
        Card("Being coded by me", f"{queue}?bucket=progress&mine=1", f"{numbers['mine']:,}"),
        Card("Waiting for a note", f"{queue}?bucket=note", f"{numbers['note']:,}",
             tone=CARE if numbers["note"] else ""),
        Card("On hold", f"{queue}?bucket=hold", f"{numbers['hold']:,}"),
        Card("Finished today by me", f"{queue}?bucket=done&mine=1", f"{numbers['done']:,}"),
    ]  # fmt: skip


def coding_next(request: HttpRequest) -> str:
    """What Code next opens for this person; empty when all that they may take is coded."""
    case = next_case(practice=request.practice, user=request.user)  # type: ignore[attr-defined]
    return reverse("coding:case", args=[case.public_id]) if case else ""


def my_numbers(request: HttpRequest) -> list[Card]:
    """The person's month so far: how many, how long each, how right."""
    practice = request.practice  # type: ignore[attr-defined]
    today = clock.today(practice)
    me = cast("User", request.user)
    report = productivity_of(practice, today.replace(day=1), today, only=me, is_weighed=False)
    row = report.rows[0]
    audited = row.audit.code if row.audit else None
    url = reverse("coding:productivity")
    median, rate = row.output.median_minutes, audited.percent if audited else None
    return [
        Card("Finished this month", url, f"{row.output.encounters:,}"),
        Card("Median minutes each", url, f"{median}" if median is not None else "n/a"),
        Card("Audit accuracy", url, f"{rate} %" if rate is not None else "n/a",
             meta="under the target of 95 %" if audited and audited.is_under_target else "",
             tone=CARE if audited and audited.is_under_target else ""),
    ]  # fmt: skip


def audit_feedback(request: HttpRequest) -> Table:
    """The person's own encounters that were audited lately, with what differed."""
    items = AuditItem.objects.filter(coder=request.user.pk, state=AuditItemState.CLOSED)
    shown = list(
        items.select_related("case__encounter")
        .annotate(wrong=Count("differences", filter=Q(differences__coder_was_right=False)))
        .order_by("-closed_at")[:_LATEST_AUDITED]
    )
    return Table(
        title="Audit feedback",
        meta="your encounters, the latest first",
        heads=("Encounter", "Service", "Differences"),
        rows=[
            (
                item.case.encounter.number,
                f"{item.case.encounter.service_date_from:%m/%d/%Y}",
                f"{item.wrong}" if item.wrong else "none",
            )
            for item in shown
        ],
        urls=[reverse("coding:audit-item", args=[item.public_id]) for item in shown],
        numeric=frozenset({2}),
        empty="None of your encounters was audited yet.",
    )


def follow_up_cards(request: HttpRequest) -> list[Card]:
    """Work items that are due for the person or their role, mine, and all."""
    mine = mine_or_my_role(request)
    numbers = WorkItem.objects.aggregate(
        due=Count("pk", filter=due(request) & mine),
        due_sum=Sum("amount", filter=due(request) & mine),
        own=Count("pk", filter=awake(request) & Q(owner=request.user)),
        own_sum=Sum("amount", filter=awake(request) & Q(owner=request.user)),
        open=Count("pk", filter=awake(request)),
        open_sum=Sum("amount", filter=awake(request)),
    )
    page = reverse("desk:follow-up")
    return [
        Card("Due now for you", f"{page}?mine=1", f"{numbers['due']:,}",
             numbers["due_sum"] or ZERO, tone=ACT if numbers["due"] else ""),
        Card("Given to you", f"{page}?bucket=mine", f"{numbers['own']:,}",
             numbers["own_sum"] or ZERO),
        Card("Open in the practice", f"{page}?bucket=open", f"{numbers['open']:,}",
             numbers["open_sum"] or ZERO),
    ]  # fmt: skip


def front_desk_cards(request: HttpRequest) -> list[Card]:
    """Visits of today, patients who owe, notes that are missing, patients without coverage."""
    today = clock.today(request.practice)  # type: ignore[attr-defined]
    visits = Encounter.objects.filter(service_date_from=today).count()
    midnight = day_start(today, request.practice)  # type: ignore[attr-defined]
    booked = Appointment.objects.filter(
        state=AppointmentState.BOOKED,
        starts_at__gte=midnight,
        starts_at__lt=midnight + timedelta(days=1),
    ).count()
    owing = Patient.objects.filter(patient_balance_amount__gt=0).aggregate(
        n=Count("pk"), s=Sum("patient_balance_amount")
    )
    covered = Patient.objects.filter(
        Q(coverages__effective_to__isnull=True) | Q(coverages__effective_to__gte=today),
        pk=OuterRef("pk"),
        coverages__effective_from__lte=today,
    )
    uninsured = Patient.objects.filter(~Exists(covered), deceased_on__isnull=True).count()
    waiting = CodingCase.objects.filter(state=S.WAITING_NOTE).count()
    people = reverse("patients:list")
    return [
        Card("To check in today", f"{reverse('patients:appointments')}?bucket=today&state=booked",
             f"{booked:,}", tone=CARE if booked else ""),
        Card("Visits today", f"{reverse('coding:queue')}?bucket=all", f"{visits:,}"),
        Card("Patients who owe", f"{people}?bucket=owes", f"{owing['n']:,}", owing["s"] or ZERO),
        Card("Without coverage", f"{people}?bucket=self-pay", f"{uninsured:,}",
             meta="self-pay until one is added"),
        Card("Visits without a note", f"{reverse('coding:queue')}?bucket=note", f"{waiting:,}",
             tone=CARE if waiting else ""),
    ]  # fmt: skip


def owing_cards(request: HttpRequest) -> list[Card]:
    """What patients owe, whether or not a statement says so yet, and who is in credit."""
    billed = Statement.objects.filter(guarantor=OuterRef("guarantor"), state=StatementState.ISSUED)
    owes = Q(patient_balance_amount__gt=0)
    numbers = Patient.objects.annotate(is_billed=Exists(billed)).aggregate(
        n=Count("pk", filter=owes),
        s=Sum("patient_balance_amount", filter=owes),
        unbilled=Count("pk", filter=owes & Q(is_billed=False)),
        unbilled_sum=Sum("patient_balance_amount", filter=owes & Q(is_billed=False)),
        credit=Count("pk", filter=Q(patient_balance_amount__lt=0)),
        credit_sum=Sum("patient_balance_amount", filter=Q(patient_balance_amount__lt=0)),
    )
    people = reverse("patients:list")
    return [
        Card("Patients who owe", f"{people}?bucket=owes", f"{numbers['n']:,}",
             numbers["s"] or ZERO),
        Card("Owe without an open statement", f"{people}?bucket=owes",
             f"{numbers['unbilled']:,}", numbers["unbilled_sum"] or ZERO,
             tone=CARE if numbers["unbilled"] else ""),
        Card("In credit", f"{people}?bucket=credit", f"{numbers['credit']:,}",
             numbers["credit_sum"] or ZERO),
    ]  # fmt: skip


def provider_cards(request: HttpRequest) -> list[Card]:
    """Visits without a signed note: the signed-in provider's own, or all where they are none."""
    me = Provider.objects.filter(user=cast("User", request.user)).first()
    visits = (
        Encounter.objects.all() if me is None else Encounter.objects.filter(rendering_provider=me)
    )
    noted = EncounterNote.objects.filter(encounter=OuterRef("pk"), signed_at__isnull=False)
    unsigned = visits.filter(~Exists(noted)).aggregate(
        n=Count("pk"), oldest=Min("service_date_from")
    )
    asked = list(
        ProviderQuery.objects.filter(provider__user=request.user.pk, state=QueryState.OPEN)
    )
    # The first one at once: one click to it, one to the answer, one to sign.
    answer = reverse("coding:query", args=[asked[0].public_id]) if asked else ""
    today = clock.today(request.practice)  # type: ignore[attr-defined]
    seen = visits.filter(service_date_from=today).count()
    queue, mine = reverse("coding:queue"), f"&provider={me.pk}" if me else ""
    of_today = f"service_from={today}&service_to={today}"
    oldest = (
        f"oldest {unsigned['oldest']:%m/%d/%Y}" if unsigned["oldest"] else "nothing waits on you"
    )
    return [
        Card("Questions to answer", answer or reverse("coding:queries"), f"{len(asked):,}",
             meta=f"first due {asked[0].due_on:%m/%d/%Y}" if asked else "",
             tone=ACT if asked else ""),
        Card("Notes to write or sign", f"{queue}?bucket=note{mine}", f"{unsigned['n']:,}",
             meta=oldest, tone=ACT if unsigned["n"] else ""),
        Card("Visits today", f"{queue}?bucket=all{mine}&{of_today}", f"{seen:,}"),
    ]  # fmt: skip


def setup_cards(request: HttpRequest) -> list[Card]:
    """Links into the administration, with how many rows each has."""
    practice = request.practice  # type: ignore[attr-defined]
    people = Membership.objects.filter(practice=practice, is_active=True).count()
    users = User.objects.filter(is_active=True, memberships__practice=practice).count()
    counts = {
        Membership: ("Members", people),
        User: ("User accounts", users),
        Provider: ("Providers", Provider.objects.count()),
        Payer: ("Payers", Payer.objects.count()),
    }
    return [
        Card(label, reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"),
             f"{count:,}")
        for model, (label, count) in counts.items()
        if admin.site.get_model_admin(model).has_view_permission(request)
    ]  # fmt: skip

"""The follow-up list: everything that waits for a person, with owner, due date and amount."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from core import clock, subjects
from core.choices import Role, WorkState
from core.lists import (
    Bucket,
    ChoiceFilter,
    Column,
    DateRangeFilter,
    Empty,
    ListSpec,
    TextFilter,
    ToggleFilter,
)
from core.models import Membership, WorkItem

OPEN = Q(state=WorkState.OPEN)


def awake(request: HttpRequest) -> Q:
    """Open and not put off beyond today."""
    today = clock.today(request.practice)  # type: ignore[attr-defined]
    return OPEN & (Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=today))


def due(request: HttpRequest) -> Q:
    """Awake and due today or before, or with no date at all."""
    today = clock.today(request.practice)  # type: ignore[attr-defined]
    return awake(request) & (Q(due_on__isnull=True) | Q(due_on__lte=today))


def mine_or_my_role(request: HttpRequest) -> Q:
    """Given to the person who asks, or to nobody and their role."""
    role: str = request.role  # type: ignore[attr-defined]
    return Q(owner=request.user) | (Q(owner__isnull=True) & Q(role__in=["", role]))


def due_count(request: HttpRequest) -> int:
    """How many items are due for the person who asks: the number in the menu."""
    return WorkItem.objects.filter(due(request) & mine_or_my_role(request)).count()


def work_items(request: HttpRequest) -> QuerySet[WorkItem]:
    """Every work item of the practice, with its owner."""
    return WorkItem.objects.select_related("owner")


def name_subjects(items: Sequence[WorkItem]) -> None:
    """Say of each item what it is about, with one query a kind of subject."""
    found = subjects.describe_many({(item.subject_kind, item.subject_id) for item in items})
    for item in items:
        about = found.get((item.subject_kind, item.subject_id))
        item.about = about.label if about else ""  # type: ignore[attr-defined]


def members(request: HttpRequest) -> list[tuple[int, str]]:
    """Who can own an item."""
    rows = Membership.objects.filter(practice=request.practice, is_active=True)  # type: ignore[attr-defined]
    rows = rows.exclude(role__in=[Role.AUDITOR, Role.SYSTEM_ADMIN])  # they could not work it
    return [(row.user_id, str(row.user)) for row in rows.select_related("user")]


def _sleeping(request: HttpRequest) -> Q:
    today = clock.today(request.practice)  # type: ignore[attr-defined]
    return OPEN & Q(snoozed_until__gt=today)


def _mine(request: HttpRequest) -> Q:
    return awake(request) & Q(owner=request.user)


def _row_url(item: Any) -> str:
    return reverse("desk:work-item", args=[item.public_id])


SPEC = ListSpec(
    name="desk.follow-up",
    title="Follow-up",
    noun="item,items",
    lead="Everything that waits for a person. Open an item to do it, give it away or put it off.",
    queryset=work_items,
    columns=[
        Column("title", "What, why", value="title", sub="reason", kind="link", sort="title"),
        Column("about", "About", value="about", priority=2, css="nowrap"),
        Column("due", "Due", value="due_on", kind="date", sort="due_on"),
        Column("amount", "Amount, $", value="amount", kind="money", sort="amount", total=True),
        Column(
            "owner",
            "Owner",
            value=lambda item: item.owner or "",
            sort="owner__last_name",
            css="nowrap",
        ),
        Column("role", "For", value=lambda item: item.get_role_display() or "Anyone", priority=3),
        Column("opened", "Opened", value="opened_at", kind="date", sort="opened_at", priority=3),
        Column(
            "snoozed",
            "Back on",
            value="snoozed_until",
            kind="date",
            sort="snoozed_until",
            priority=3,
        ),
        Column("state", "Status", value="state", kind="chip", choices="core.WorkState", priority=3),
    ],
    filters=[
        ChoiceFilter("owner", "Owner", "owner_id", choices=members),
        ChoiceFilter("role", "For", "role", choices=Role.choices),
        DateRangeFilter("due", "Due", "due_on"),
        TextFilter("reason", "Reason", ["reason", "title"]),
        ToggleFilter("mine", "Mine or my role's", mine_or_my_role),
    ],
    buckets=[
        Bucket("due", "Due for anyone", due, "To do", act=True, done="Nothing is due. Well done."),
        Bucket("mine", "Mine", _mine, "To do", done="Nothing is yours."),
        Bucket("open", "All open", awake, "To do"),
        Bucket("snoozed", "Put off", _sleeping, "Later"),
        Bucket("done", "Done", Q(state=WorkState.DONE), "Later"),
    ],
    money_total="amount",
    default_sort="due",
    row_url=_row_url,
    prepare=name_subjects,
    row_label=lambda item: item.title,
    empty=Empty(
        "Nothing waits for anybody",
        "Rejections, exceptions and calls to make land here by themselves.",
        "followup",
    ),
    primary=("Work next", "n"),
)

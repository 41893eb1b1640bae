"""Work items to list: a few with names, amounts and days that tell them apart."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from core.choices import Role, WorkState
from core.models import Practice, WorkItem
from tests.cast import client_of

MakeItem = Callable[..., WorkItem]


@pytest.fixture
def make_item(summit: Practice) -> MakeItem:
    """Make one item; each is about another subject."""
    made = 0

    def make(title: str = "Item", amount: str | None = "10.00", **more: Any) -> WorkItem:
        nonlocal made
        made += 1
        values: dict[str, Any] = {
            "practice": summit,
            "subject_kind": "core.practice",
            "subject_id": made,
            "kind": "fix",
            "due_on": dt.date(2026, 11, 1) + dt.timedelta(days=made),
            "state": WorkState.OPEN,
        }
        money = Decimal(amount) if amount is not None else None
        return WorkItem.everywhere.create(title=title, amount=money, **(values | more))

    return make


@pytest.fixture
def biller(summit: Practice) -> Client:
    """Summit's biller, signed in."""
    return client_of(summit, Role.BILLER)

"""The cast: two practices and the people in them, all fictional. A test names who acts.

Summit is ours; Lakeside is the outsider whose rows must stay unseen.
"""

from collections.abc import Iterator

import pytest
from django.test import Client

from core import actors
from core.choices import Role
from core.models import Membership, Practice, User
from core.tenancy import practice_scope


def make_practice(name: str, time_zone: str = "America/Denver") -> Practice:
    """A practice that exists and nothing more."""
    return Practice.objects.create(name=name, time_zone=time_zone)


def user_of(practice: Practice, role: Role | str) -> User:
    """The member of `practice` in `role`; made on first use."""
    name = f"{practice.name.split()[0].lower()}-{role}"
    user, _ = User.objects.get_or_create(
        username=name, defaults={"first_name": str(role).title(), "last_name": "Testuser"}
    )
    Membership.objects.get_or_create(user=user, practice=practice, defaults={"role": role})
    return user


def client_of(practice: Practice, role: Role | str) -> Client:
    """A browser signed in as the member of `practice` in `role`."""
    client = Client()
    client.force_login(user_of(practice, role))
    return client


@pytest.fixture
def summit(db: None) -> Practice:
    """Our practice."""
    return make_practice("Summit Family Medicine")


@pytest.fixture
def lakeside(db: None) -> Practice:
    """The other practice."""
    return make_practice("Lakeside Bone & Joint", "America/Chicago")


@pytest.fixture
def in_summit(summit: Practice) -> Iterator[Practice]:
    """Summit, in scope, with its biller acting."""
    biller = actors.person(user_of(summit, Role.BILLER), source="test")
    with practice_scope(summit), actors.acting_as(biller):
        yield summit

"""Every door, every role, own and other practice: doors.txt is the whole truth."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from core.choices import Role
from core.models import Practice
from tests.architecture.tree import ROOT
from tests.cast import client_of
from tests.factories.doors import Objects, objects_of

LETTERS = dict(zip("fpclboxmaAS", Role.values, strict=True))
ADMIN_SAMPLES = ("admin:index", "admin:core_practice_changelist", "admin:core_user_changelist")
PUBLIC, ABSENT = "public", "-"


@dataclass(frozen=True)
class Door:
    """One row: a URL name, and who may GET and POST it."""

    name: str
    get: str
    post: str

    def rule(self, method: str) -> str:
        return self.get if method == "GET" else self.post


def table() -> list[Door]:
    lines = (ROOT / "tests/architecture/doors.txt").read_text().splitlines()
    return [Door(*line.split()) for line in lines if line and not line.startswith("#")]


def url_names(resolver: URLResolver | None = None, space: str = "") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from ["admin"] if entry.namespace == "admin" else url_names(entry, inner)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}"


DOORS = table()
ROLE_DOORS = [door for door in DOORS if PUBLIC not in {door.get, door.post}]
WALK = [
    (door.name, method, door.rule(method))
    for door in ROLE_DOORS
    for method in ("GET", "POST")
    if door.name != "admin"
]


def test_every_url_has_a_row_and_every_row_a_url() -> None:
    assert sorted({*url_names()}) == sorted(door.name for door in DOORS)


def address(name: str, objects: Objects | None) -> str:
    """The URL of a door for one practice's object, or for one that does not exist."""
    try:
        return reverse(name)
    except NoReverseMatch:  # it takes an argument
        key = objects.for_door(name) if objects else str(uuid4())
        return _with_arguments(name, key)


def _with_arguments(name: str, key: str) -> str:
    """Doors of a part of an object take a second id; a part that is not there will do."""
    try:
        return reverse(name, args=[key])
    except NoReverseMatch:
        return reverse(name, args=[key, uuid4()])


def call(client: Client, method: str, url: str) -> HttpResponse:
    return client.get(url) if method == "GET" else client.post(url)


def refused(response: HttpResponse) -> bool:
    return response.status_code in {403, 405}


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "method", "rule"), WALK)
def test_only_the_roles_of_the_table_come_in(
    summit: Practice, name: str, method: str, rule: str
) -> None:
    url = address(name, None)
    for letter, role in LETTERS.items():
        client = client_of(summit, role)
        response = call(client, method, url)
        allowed = rule != ABSENT and letter in rule
        assert refused(response) is not allowed, f"{role} {method} {name}: {response.status_code}"


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "method", "rule"), WALK)
def test_nobody_comes_in_without_signing_in(
    summit: Practice, name: str, method: str, rule: str
) -> None:
    response = call(Client(), method, address(name, None))
    assert response.status_code in {302, 403, 405}, response.status_code
    if response.status_code == 302:
        assert response["Location"].startswith(reverse("core:sign-in"))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ADMIN_SAMPLES)
def test_the_admin_site_is_for_admins(summit: Practice, name: str) -> None:
    (door,) = [door for door in DOORS if door.name == "admin"]
    for letter, role in LETTERS.items():
        response = client_of(summit, role).get(reverse(name))
        assert (response.status_code == 200) is (letter in door.get), f"{role} {name}"


@pytest.mark.django_db
def test_own_objects_are_shown_and_the_other_practices_are_not_there(
    summit: Practice, lakeside: Practice
) -> None:
    """A manager of Summit opens every page of an object: Summit's is there, Lakeside's is not."""
    ours, theirs = objects_of(summit), objects_of(lakeside)
    manager = client_of(summit, Role.MANAGER)
    shown = 0
    for door in ROLE_DOORS:
        if not ours.has(door.name):
            continue
        if door.get not in {ABSENT} and "m" in door.get:
            own = manager.get(address(door.name, ours))
            assert own.status_code == 200, f"own {door.name}: {own.status_code}"
            assert manager.get(address(door.name, theirs)).status_code == 404, door.name
            shown += 1
        if door.post not in {ABSENT} and "m" in door.post:
            assert manager.post(address(door.name, theirs)).status_code == 404, door.name
    assert shown >= 15

"""The whole site against its access table: every door has a row, and the row is what happens.

Role by URL name by method, with an id that no practice has: who may gets "not there", who may not
is refused before anything is looked up. The other practice's rows are each app's own tests.
"""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from core import access
from core.access import PUBLIC, READERS, Row
from core.choices import Role
from core.models import AuditEvent, Practice
from tests.cast import client_of

pytestmark = pytest.mark.django_db
NOBODYS = UUID("01900000-0000-7000-8000-000000000000")
OURS = ("core", "patients", "coding", "claims", "billing", "desk", "api-")


def names_of(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    """Every URL name of the site, with its namespace."""
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from names_of(
                one.url_patterns, f"{prefix}{one.namespace}:" if one.namespace else prefix
            )
        elif one.name:
            yield f"{prefix}{one.name}"


def site_names() -> set[str]:
    return set(names_of(get_resolver("config.urls").url_patterns))


def site_rows() -> list[Row]:
    """The rows of the site itself, without those of the tests' own little sites."""
    known = site_names()
    return [row for name, row in sorted(access.all_rows().items()) if name in known]


def address(row: Row) -> str:
    """An address of this name; a nobody's id wherever it wants one."""
    for args in ([], [NOBODYS], [NOBODYS, NOBODYS], [1], [NOBODYS, 1], ["none"]):
        try:
            return reverse(row.url_name, args=args)
        except NoReverseMatch:
            continue
    raise AssertionError(f"no way to write an address for {row.url_name}")


def ask(client: Client, method: str, path: str) -> HttpResponse:
    return client.get(path) if method == "GET" else client.post(path)


def test_every_url_has_a_row() -> None:
    without = {name for name in site_names() if access.row_for(name) is None}
    assert without == set()


def test_every_row_has_a_url() -> None:
    rows = {name for name in access.all_rows() if re.match("|".join(OURS), name)}
    gone = {name for name in rows - site_names() if not name.startswith("api-")}
    assert gone == set()


def test_nothing_with_patient_data_is_open_to_system_admins_or_strangers() -> None:
    """What is public authenticates by itself: the door, health, the API and the payers' door."""
    public = {row.url_name for row in site_rows() if row.methods.get("*") == PUBLIC}
    alone = {"core:sign-in", "core:livez", "core:readyz"}
    own_door = {name for name in public if name.startswith(("api-", "payer-"))}
    assert public - alone - own_door == set()


@pytest.mark.parametrize("role", Role.values)
def test_what_a_row_says_is_what_happens(summit: Practice, role: str) -> None:
    client = client_of(summit, role)
    wrong = []
    for row in site_rows():
        if row.url_name in {"core:sign-out", "core:switch-practice"}:
            continue  # they end or change who asks
        for method in ("GET", "POST"):
            if row.methods.get("*") == PUBLIC:
                continue
            answer = ask(client, method, address(row))
            roles = row.roles_for(method)
            if roles is None:
                expected = answer.status_code == 405
            elif role in roles:
                expected = answer.status_code not in {403, 405, 500}
            else:
                expected = answer.status_code == 403
            if not expected:
                wrong.append((row.url_name, method, answer.status_code))
    assert wrong == []


def test_an_auditor_only_posts_where_every_reader_of_the_page_posts() -> None:
    """Saved views, searches by name and the own session: nothing that changes the books."""
    for row in site_rows():
        roles = set(row.roles_for("POST") or ())
        if Role.AUDITOR in roles and row.methods.get("*") != PUBLIC:
            readers_of_page = set(row.roles_for("GET") or READERS)
            assert roles >= readers_of_page, row.url_name


def test_a_stranger_gets_nowhere(db: None) -> None:
    wrong = []
    for row in site_rows():
        if row.methods.get("*") == PUBLIC:
            continue
        answer = Client().get(address(row))
        if not (answer.status_code == 302 and "/sign-in/" in answer["Location"]):
            wrong.append((row.url_name, answer.status_code))
    assert wrong == []
    assert not AuditEvent.objects.exists()

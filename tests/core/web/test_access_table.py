"""The access table as a whole: every door has a row, every row a door, and no row says too much.

Who gets in and who does not, door by door, is walked by tests/architecture/test_doors.py.
"""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from core import access
from core.access import PUBLIC, READERS, Row
from core.choices import Role
from core.models import AuditEvent

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


def test_every_url_has_a_row() -> None:
    without = {name for name in site_names() if access.row_for(name) is None}
    assert without == set()


def test_every_row_has_a_url() -> None:
    rows = {name for name in access.all_rows() if re.match("|".join(OURS), name)}
    gone = {name for name in rows - site_names() if not name.startswith("api-")}
    assert gone == set()


def test_nothing_with_patient_data_is_open_to_system_admins_or_strangers() -> None:
    """What is public authenticates by itself: the door, health, the API and the payers' door; or is
    a page for engineers, which shows what the API is and nobody's data.
    """
    public = {row.url_name for row in site_rows() if row.methods.get("*") == PUBLIC}
    alone = {"core:sign-in", "core:livez", "core:readyz", "core:api-docs"}
    own_door = {name for name in public if name.startswith(("api-", "payer-"))}
    assert public - alone - own_door == set()


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

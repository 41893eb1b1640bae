"""The typed readers: what they accept, and that they name the variable when they refuse."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

NAME = "CLAIMLINE_TEST_VALUE"
KEY = base64.b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.b64encode(bytes(range(32, 64))).decode()


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Set the variable under test."""
    return lambda value: monkeypatch.setenv(NAME, value)


@pytest.mark.parametrize(
    "read", [env.text, env.flag, env.whole_number, env.words, env.database, env.redis, env.keyring]
)
def test_a_missing_variable_is_named(read: Callable[[str], Any]) -> None:
    with pytest.raises(ImproperlyConfigured, match=NAME):
        read(NAME)


def test_a_default_stands_in_for_a_missing_variable() -> None:
    assert env.text(NAME, "fallback") == "fallback"
    assert env.flag(NAME, True) is True
    assert env.whole_number(NAME, 7) == 7
    assert env.words(NAME, "") == []


@pytest.mark.parametrize(
    ("text", "meaning"),
    [("true", True), ("YES", True), (" on ", True), ("1", True), ("0", False), ("off", False)],
)
def test_flags_read_common_words(given: Callable[[str], None], text: str, meaning: bool) -> None:
    given(text)
    assert env.flag(NAME) is meaning


def test_a_flag_refuses_a_word_it_does_not_know(given: Callable[[str], None]) -> None:
    given("maybe")
    with pytest.raises(ImproperlyConfigured, match="true or false"):
        env.flag(NAME)


@pytest.mark.parametrize("text", ["many", "1.5", ""])
def test_a_number_refuses_what_is_none(given: Callable[[str], None], text: str) -> None:
    given(text)
    with pytest.raises(ImproperlyConfigured, match="whole number"):
        env.whole_number(NAME)


def test_a_number_refuses_what_is_too_small(given: Callable[[str], None]) -> None:
    given("59")
    with pytest.raises(ImproperlyConfigured, match="60 or more"):
        env.whole_number(NAME, least=60)


def test_words_drop_blanks_and_empty_places(given: Callable[[str], None]) -> None:
    given(" a.example ,, b.example,")
    assert env.words(NAME) == ["a.example", "b.example"]


def test_a_choice_lists_what_it_would_take(given: Callable[[str], None]) -> None:
    given("xml")
    with pytest.raises(ImproperlyConfigured, match="json, console"):
        env.choice(NAME, {"json": 1, "console": 1})


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("hidden\n")
    monkeypatch.setenv(f"{NAME}_FILE", str(path))
    assert env.secret(NAME) == "hidden"


def test_a_secret_given_twice_is_refused(
    monkeypatch: pytest.MonkeyPatch, given: Callable[[str], None], tmp_path: Path
) -> None:
    given("one")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    with pytest.raises(ImproperlyConfigured, match="both set"):
        env.secret(NAME)


def test_an_unreadable_secret_file_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "absent"))
    with pytest.raises(ImproperlyConfigured, match=f"{NAME}_FILE"):
        env.secret(NAME)


def test_reads_a_database_server_address(given: Callable[[str], None]) -> None:
    given("postgresql://app:p%40ss@db.example:5433/claimline?sslmode=require")
    found = env.database(NAME)
    assert (found["HOST"], found["PORT"], found["USER"]) == ("db.example", "5433", "app")
    assert (found["NAME"], found["PASSWORD"]) == ("claimline", "p@ss")
    assert found["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://app@/claimline?host=/tmp/Sockets",
        "postgresql://app@%2Ftmp%2FSockets/claimline",
    ],
)
def test_reads_a_database_socket_address(given: Callable[[str], None], address: str) -> None:
    given(address)
    found = env.database(NAME)
    assert (found["HOST"], found["PORT"]) == ("/tmp/Sockets", "")


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("sqlite:///file.db", "postgresql://"),
        ("postgresql://app@db.example/", "lacks its name"),
        ("postgresql://db.example/claimline", "lacks its user"),
        ("postgresql://app@db.example:port/claimline", "port"),
        ("postgresql://app@db.example/claimline?colour=red", "colour"),
    ],
)
def test_refuses_a_database_address_with_a_reason(
    given: Callable[[str], None], address: str, complaint: str
) -> None:
    given(address)
    with pytest.raises(ImproperlyConfigured, match=complaint):
        env.database(NAME)


@pytest.mark.parametrize(
    "address",
    ["postgresql://app:topsecret@db.example:port/claimline",
     "postgresql://app:to?topsecret@db.example/claimline=1"],
)  # fmt: skip
def test_a_refused_address_does_not_show_its_password(
    given: Callable[[str], None], address: str
) -> None:
    given(address)
    with pytest.raises(ImproperlyConfigured) as refusal:
        env.database(NAME)
    assert "topsecret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("address", "queue", "cache"),
    [
        ("redis://h:6379/2", "redis://h:6379/2", "redis://h:6379/3"),
        ("rediss://:pw@h/0", "rediss://:pw@h/0", "rediss://:pw@h/1"),
        ("unix:///tmp/v.sock?db=0", "redis+socket:///tmp/v.sock?virtual_host=0",
         "unix:///tmp/v.sock?db=1"),
        ("redis+socket:///tmp/v.sock?virtual_host=4", "redis+socket:///tmp/v.sock?virtual_host=4",
         "unix:///tmp/v.sock?db=5"),
    ],
)  # fmt: skip
def test_queue_and_cache_share_a_server_but_not_a_database(
    given: Callable[[str], None], address: str, queue: str, cache: str
) -> None:
    given(address)
    assert env.redis(NAME) == (queue, cache)


@pytest.mark.parametrize("address", ["memory://", "redis://h/zero", "unix:///v.sock?db=x"])
def test_refuses_other_brokers(given: Callable[[str], None], address: str) -> None:
    given(address)
    with pytest.raises(ImproperlyConfigured, match=NAME):
        env.redis(NAME)


def test_the_first_key_of_the_ring_is_the_current_one(given: Callable[[str], None]) -> None:
    given(f"new:{OTHER_KEY}, old:{KEY}")
    ring = env.keyring(NAME)
    assert list(ring) == ["new", "old"]
    assert ring["old"] == bytes(range(32))


@pytest.mark.parametrize(
    "text", ["", KEY, f":{KEY}", "k1:short", "k1:not base64!", f"k1:{KEY},k1:{OTHER_KEY}"]
)
def test_refuses_a_ring_with_a_bad_entry(given: Callable[[str], None], text: str) -> None:
    given(text)
    with pytest.raises(ImproperlyConfigured, match=NAME):
        env.keyring(NAME)

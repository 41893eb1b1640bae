"""Where events may go: the public internet, and nothing within."""

import socket
from typing import Any

import pytest

from core.outbound import HostNotAllowed
from core.webhooks.address import NoSuchHost, check_address, target_of
from core.webhooks.post import post_event

WITHIN = (
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::", "2001:0:7f00:1::",
)  # fmt: skip
PUBLIC = "93.184.215.14"


@pytest.fixture(autouse=True)
def nothing_named(settings: Any) -> None:
    settings.CLAIMLINE_OUTBOUND_HOSTS = []


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What names are looked up as."""
    table: dict[str, list[str]] = {}

    def look_up(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        if host not in table:
            raise socket.gaierror(-2, "unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in table[host]]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return table


@pytest.mark.parametrize(
    "url",
    [
        "", "hooks.example.com", "http://hooks.example.com/", "ftp://hooks.example.com/",
        "file:///etc/passwd", "redis://hooks.example.com:6379", "gopher://hooks.example.com/",
        "https://", "https://localhost/x", "https://db/x", "https://vault.internal/x",
        "https://printer.local/x", "https://user:secret@hooks.example.com/",
        "https://hooks.example.com:0/", "https://hooks.example.com:99999/",
        "https://hooks.example.com/a b", "https://hooks.example.com/\nHost: x",
        "https://hooks.example.com/#part", "https://hooks.ex\u00e4mple.com/",
        "https://hooks.example.com/" + "x" * 300,
        *(f"https://[{one}]/" if ":" in one else f"https://{one}/" for one in WITHIN),
    ],
)  # fmt: skip
def test_an_address_that_is_none_or_lies_within_is_refused_where_it_is_typed(url: str) -> None:
    with pytest.raises(HostNotAllowed):
        check_address(url)


@pytest.mark.parametrize("address", WITHIN)
def test_a_name_that_points_within_is_not_called(names: dict[str, list[str]], address: str) -> None:
    names["hooks.example.com"] = [PUBLIC, address]
    with pytest.raises(HostNotAllowed, match="inside this network"):
        target_of("https://hooks.example.com/x")
    reply = post_event("https://hooks.example.com/x", b"{}", {})
    assert (reply.status, reply.is_refused) == (0, True)
    assert "Not called" in reply.problem


@pytest.mark.parametrize("odd", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "127.0.0.1."])
def test_odd_ways_to_write_this_machine_are_judged_by_what_they_are_looked_up_as(odd: str) -> None:
    with pytest.raises((HostNotAllowed, NoSuchHost)):
        target_of(f"https://{odd}/")


def test_the_call_goes_to_the_address_that_was_judged(names: dict[str, list[str]]) -> None:
    names["hooks.example.com"] = [PUBLIC]
    target = target_of("https://hooks.example.com:8443/in?key=1")
    assert (target.address, target.port, target.host) == (PUBLIC, 8443, "hooks.example.com")
    assert (target.authority, target.path) == ("hooks.example.com:8443", "/in?key=1")


def test_a_name_that_nobody_knows_is_tried_again_later(names: dict[str, list[str]]) -> None:
    reply = post_event("https://nowhere.example.com/", b"{}", {})
    assert (reply.is_refused, reply.problem) == (
        False, "Not reached: the host's name cannot be looked up.",
    )  # fmt: skip


def test_a_host_within_is_called_where_the_installation_names_it(settings: Any) -> None:
    settings.CLAIMLINE_OUTBOUND_HOSTS = ["127.0.0.1:8009"]
    assert target_of("http://127.0.0.1:8009/hooks").address == "127.0.0.1"
    with pytest.raises(HostNotAllowed):
        target_of("http://127.0.0.1:8010/hooks")

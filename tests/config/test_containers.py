"""The container files, checked by reading: no Docker engine is needed for that."""

import re
import runpy
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from launcher.engines.database import preparation_sql

ROOT = Path(__file__).resolve().parent.parent.parent
REQUIRED = re.compile(r"\$\{(\w+)(:[?-][^}]*)?\}")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The compose file as parsed."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return found


def test_all_five_processes_and_the_migration_are_there(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {"database", "redis", "migrate", "web", "worker", "beat"}


def test_only_the_migration_gets_the_owners_password(compose: dict[str, Any]) -> None:
    holders = {
        name
        for name, service in compose["services"].items()
        if "OWNER_DATABASE_PASSWORD" in str(service.get("environment"))
    }
    assert holders == {"migrate", "database"}


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_nothing_starts_before_the_schema_is_there(compose: dict[str, Any], name: str) -> None:
    waits_for = compose["services"][name]["depends_on"]
    assert waits_for == {"migrate": {"condition": "service_completed_successfully"}}


def test_the_example_names_every_value_that_compose_asks_for() -> None:
    asked = {name for name, _ in REQUIRED.findall((ROOT / "docker-compose.yml").read_text())}
    example = (ROOT / ".env.example").read_text()
    offered = set(re.findall(r"^(\w+)=", example, flags=re.MULTILINE))
    assert asked - {"CLAIMLINE_LISTEN"} == offered


def test_the_container_database_gives_the_rights_of_the_embedded_one() -> None:
    def statements(text: str) -> set[str]:
        lines = (" ".join(line.split()) for line in text.splitlines())
        return {line for line in lines if line.startswith(("ALTER DEFAULT", "GRANT", "REVOKE"))}

    script = (ROOT / "docker/database/10-claimline.sh").read_text()
    assert statements(script) == statements(preparation_sql())


def test_the_database_script_is_valid_shell() -> None:
    script = ROOT / "docker/database/10-claimline.sh"
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0


@pytest.mark.parametrize(
    ("allowed", "host"),
    [
        ("claims.example.org", "claims.example.org"),
        (".example.org, other.example", "example.org"),
        (" claims.example.org ,x", "claims.example.org"),
    ],
)
def test_the_health_check_asks_under_a_name_that_is_one(allowed: str, host: str) -> None:
    script = runpy.run_path(str(ROOT / "docker/healthcheck.py"))
    assert script["host_of"](allowed) == host


def test_the_database_is_ready_only_once_it_takes_tcp(compose: dict[str, Any]) -> None:
    """The server of the image's first start has a socket only, and ends again."""
    asked = compose["services"]["database"]["healthcheck"]["test"]
    assert asked[asked.index("-h") + 1] == "127.0.0.1"


def test_the_entrypoint_of_redis_can_give_up_root(compose: dict[str, Any]) -> None:
    assert compose["services"]["redis"]["command"][0] == "redis-server"


def test_the_migration_ends_with_a_check_of_the_settings_and_roles(compose: dict[str, Any]) -> None:
    command = compose["services"]["migrate"]["command"][-1]
    assert command.index(" migrate ") < command.index(" check --deploy --database default ")

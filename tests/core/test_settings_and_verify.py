"""Practice settings are typed and audited; verify says what it counted."""

import pytest
from django.core.management import call_command

from core import practice_settings, verification
from core.errors import ApplicationError
from core.models import AuditEvent, Practice
from core.verification import Checked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_declared_setting() -> None:
    practice_settings.declare("test.days", int, 30, "Days to wait")


def test_a_setting_has_its_default_until_somebody_changes_it(
    summit: Practice, lakeside: Practice
) -> None:
    assert practice_settings.value(summit, "test.days") == 30
    practice_settings.change(summit, "test.days", 14)
    assert practice_settings.value(summit, "test.days") == 14
    assert practice_settings.value(lakeside, "test.days") == 30
    event = AuditEvent.objects.get(action="setting.changed")
    assert (event.before, event.after) == ({"test.days": 30}, {"test.days": 14})


def test_refuses_a_value_of_another_kind(summit: Practice) -> None:
    with pytest.raises(ApplicationError, match="Days to wait"):
        practice_settings.change(summit, "test.days", "soon")
    with pytest.raises(TypeError):
        practice_settings.declare("test.wrong", int, "x", "Wrong")
    with pytest.raises(KeyError):
        practice_settings.value(summit, "test.undeclared")


@pytest.mark.parametrize(
    ("checked", "exit_code", "said"),
    [
        (Checked(3), None, "3 things: ok"),
        (Checked(3, ["thing 2 is broken"]), 1, "thing 2 is broken"),
        (Checked(0), 2, "Nothing to check"),
    ],
)
def test_verify_exits_by_what_it_found(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    checked: Checked,
    exit_code: int | None,
    said: str,
) -> None:
    monkeypatch.setattr(verification, "_checks", {"things": lambda: checked})
    if exit_code is None:
        call_command("verify")
    else:
        with pytest.raises(SystemExit) as stopped:
            call_command("verify")
        assert stopped.value.code == exit_code
    assert said in capsys.readouterr().out

"""The frame every page stands in: headers, the practice in scope, access, errors, signing in."""

import pytest

from core.choices import Role
from core.middleware import CSP
from core.models import Practice
from tests.cast import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.site")]


def test_a_list_page_renders_whole(summit: Practice) -> None:
    answer = client_of(summit, Role.BILLER).get("/work/")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert text.startswith("<!doctype html>")
    assert "No work yet" in text
    assert answer["Content-Security-Policy"] == CSP
    assert "no-store" in answer["Cache-Control"]

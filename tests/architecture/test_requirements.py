"""The pinned packages: what the product needs, the tests have, in the same version."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"^([a-z0-9._-]+)==(\S+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / name).read_text()))


def test_the_tests_run_on_the_packages_that_the_product_runs_on() -> None:
    product, tests = pins("requirements.txt"), pins("requirements-dev.txt")
    assert len(product) > 30
    different = {name: pin for name, pin in product.items() if tests.get(name) != pin}
    assert different == {}, "compile requirements-dev.txt anew"


def test_what_is_asked_for_is_pinned() -> None:
    asked = re.findall(r"^([A-Za-z0-9_-]+)", (ROOT / "requirements.in").read_text(), re.MULTILINE)
    missing = [
        name for name in asked if name.lower().replace("_", "-") not in pins("requirements.txt")
    ]
    assert missing == []

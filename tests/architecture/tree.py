"""Reading our own source: which files there are and what stands in them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("core", "patients", "coding", "claims", "billing", "desk")
PACKAGES = (*APPS, "x12", "simulator", "config", "launcher", "bench")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def modules() -> tuple[Path, ...]:
    """Every module of ours, migrations and tests left out."""
    found = [
        path
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in path.parts
    ]
    assert len(found) > 100, "the tree was not found"
    return tuple(found)


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of one module."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name_of(path: Path) -> str:
    """The path as it is said: relative to the top."""
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[Function]:
    """Every function and method of one module."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, Function):
            yield node

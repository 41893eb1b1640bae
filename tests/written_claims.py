"""Every 837P that any test has `claims/edi` write is judged by pyx12, one of each shape and length.

What was written in a test, in this process or by the workers it started, is judged when the test
is over, so that the test that wrote a refused file is the one that fails. The same shape is judged
once in a run, by whichever of its processes meets it first; so is each text as long as its place
allows, nearly so, or of one character, whatever the shape. A test that writes a broken claim on
purpose says so: `@pytest.mark.writes_broken_claims("why")`; it must then have written one.
"""

import hashlib
import sys
from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import x12
from tests.x12.exemptions import standing_of_pyx12
from tests.x12.judge import judged
from tests.x12.lengths import lengths_in
from tests.x12.shapes import Shape, shapes_in

WRITER, SET, MARK = "claims.edi", b"ST*837*", "writes_broken_claims"
KINDS = ("x12.837p", "x12.837p-test")
_SHOWN = 4000  # characters of a refused file in the failure


@dataclass
class Written:
    """The files of the running test, and what became of all of this process.

    `met` is a folder that the processes of a run share: a file in it is a shape, or a length at a
    place, that was judged.
    """

    met: Path
    files: list[bytes] = field(default_factory=list)
    figures: Counter[str] = field(default_factory=Counter)

    def judge(self) -> list[str]:
        """Judge what the test wrote in shapes not met before; a sentence for each refused file.

        Small files first: what a batch of many claims holds was mostly written alone before.
        """
        files, self.files = sorted(set(self.files), key=len), []
        self.figures["written"] += len(files)
        return [why for content in files if self._has_news(content) for why in _refusal(content)]

    def judge_broken(self) -> str:
        """Judge what was broken on purpose; "" where something of it was."""
        files, self.files = set(self.files), []
        self.figures["on purpose"] += len(files)
        if any(_refusal(content) for content in files):
            return ""
        return f"Nothing that this test wrote is broken: take its mark {MARK} away."

    def _has_news(self, content: bytes) -> bool:
        shapes = self._first_met(shapes_in(content))
        lengths = self._first_met(lengths_in(content))
        self.figures["shapes"] += shapes
        self.figures["lengths"] += lengths
        self.figures["judged"] += bool(shapes or lengths)
        return bool(shapes or lengths)

    def _first_met(self, found: set[Shape]) -> int:
        """How many of these no process of the run has met before; they are met now."""
        fresh = 0
        for shape in found:
            name = hashlib.sha256("~".join(shape).encode()).hexdigest()
            try:
                (self.met / name).open("x").close()
            except FileExistsError:
                continue
            fresh += 1
        return fresh


def _refusal(content: bytes) -> list[str]:
    accepted, findings = judged(content)
    standing = standing_of_pyx12(findings)
    if accepted or (findings and not standing):
        return []
    text = content.decode("latin-1")[:_SHOWN]
    return ["\n".join(["pyx12 refuses an 837P that was written here:", *standing, text])]


WRITTEN = pytest.StashKey[Written]()
RUN = pytest.StashKey[Counter[str]]()


@pytest.fixture(scope="session", autouse=True)
def _written_claims(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Generator[None]:
    """From here on what `claims/edi` writes is kept; what the tests of x12 write is theirs."""
    base = tmp_path_factory.getbasetemp()
    met = (base if worker_id == "master" else base.parent) / "met-shapes-of-837p"
    met.mkdir(exist_ok=True)
    written = pytestconfig.stash[WRITTEN] = Written(met)
    write = x12.write_interchange

    def keep(*args: Any, **kwargs: Any) -> bytes:
        content = write(*args, **kwargs)
        if sys._getframe(1).f_globals["__name__"].startswith(WRITER) and SET in content[:400]:
            written.files.append(content)
        return content

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(x12, "write_interchange", keep)
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Judge when the test has passed; the files of a failed one are let go with it."""
    written = item.config.stash[WRITTEN]
    mark = item.get_closest_marker(MARK)
    if mark and not (mark.args and str(mark.args[0]).strip()):
        pytest.fail(f"{MARK} wants a reason", pytrace=False)
    try:
        result = yield
    except BaseException:
        written.files.clear()
        raise
    if "process_environment" in getattr(item, "fixturenames", ()):
        written.files += _files_of_other_processes()
    if mark:
        if said := written.judge_broken():
            pytest.fail(said, pytrace=False)
    elif refused := written.judge():
        pytest.fail("\n\n".join(refused), pytrace=False)
    return result


def _files_of_other_processes() -> list[bytes]:
    """What workers wrote stands in the database of the test, which is not emptied yet."""
    from core.models import Document
    from core.services.documents import read_document

    return [read_document(row) for row in Document.everywhere.filter(kind__in=KINDS)]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    written = session.config.stash.get(WRITTEN, None)
    if written is None:
        return
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["written_claims"] = dict(written.figures)
    else:
        session.config.stash.setdefault(RUN, Counter()).update(written.figures)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """One process of several is done: its figures go to those of the run."""
    figures = getattr(node, "workeroutput", {}).get("written_claims", {})
    node.config.stash.setdefault(RUN, Counter()).update(figures)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    figures = config.stash.get(RUN, Counter())
    if figures["written"]:
        terminalreporter.write_sep("=", "837P: judged by pyx12")
        terminalreporter.write_line(
            f"{figures['written']} 837Ps written, {figures['shapes']} shapes and"
            f" {figures['lengths']} lengths at a limit, all judged"
            f" (in {figures['judged']} files); {figures['on purpose']} more broken on purpose"
        )

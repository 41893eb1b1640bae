"""An independent judge of the files we write: pyx12, with the guides' own grammar.

Its remark and status code lists are years old, so they are left out of the judgement. Its return
value is what counts; the findings are what a person reads when it is False. Reading a guide's
grammar takes it much longer than a file: each is read once a process, as it does itself for the
second group of a file.
"""

import io
import json
import logging
import tempfile
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from pyx12 import map_if, params, x12n_document

# pyx12 cannot write a 999 for a set without ST03 (an 835); that file is simply not asked for.
_OLD_LISTS = "remark_code,claim_status,claim_status_cat"


def judged(content: bytes) -> tuple[bool, list[str]]:
    """Whether pyx12 takes `content`, and what it says about it."""
    logging.getLogger("pyx12").setLevel(logging.CRITICAL)
    findings, settings = io.StringIO(), _settings()
    remembered = mock.patch.object(map_if, "load_map_file", lambda name, *_: _grammar(name))
    with remembered, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "judged.edi"
        path.write_bytes(content)
        accepted = x12n_document.x12n_document(settings, str(path), None, None, fd_json=findings)
    return accepted, _sentences(findings.getvalue())


def _settings() -> params.ParamsBase:
    found = params.ParamsBase()
    found.set("exclude_external_codes", _OLD_LISTS)
    return found


@cache
def _grammar(name: str) -> Any:
    return _READ(name, _settings())


_READ = map_if.load_map_file


def _sentences(text: str) -> list[str]:
    try:
        return [json.dumps(entry) for entry in _leaves(json.loads(text))]
    except ValueError:
        return [text[:2000]]


def _leaves(node: object) -> list[object]:
    if isinstance(node, dict):
        if any(key in node for key in ("err_cde", "error_code", "err_str")):
            return [node]
        return [leaf for value in node.values() for leaf in _leaves(value)]
    if isinstance(node, list):
        return [leaf for value in node for leaf in _leaves(value)]
    return []

"""The tabular list as a tree that is open along one path: chapter, block, category, code."""

from dataclasses import dataclass, field
from itertools import groupby

from coding.code_sets.icd_families import Family, categories, families
from coding.edits.patterns import dotted
from coding.models import CodeSetRelease, IcdCode

CHAPTER = "CH"


@dataclass
class Node:
    """One line. `key` is what the address says for it; `fold` is what is shown when it is folded
    again. `below` is filled where it is open.
    """

    key: str
    label: str
    title: str
    fold: str = ""
    opens: bool = True
    is_billable: bool = False
    is_open: bool = False
    is_here: bool = False
    below: list["Node"] = field(default_factory=list)


def tree(release: CodeSetRelease, at: str) -> list[Node]:
    """Every chapter, with what leads to `at` unfolded and what is directly below it."""
    path = path_to(release, at)
    rows = categories(release)
    numbers = sorted({row.chapter for row in rows})
    return [_chapter(release, rows, number, path) for number in numbers]


def path_to(release: CodeSetRelease, at: str) -> list[str]:
    """The keys from the chapter down to `at`; nothing where the release does not have it."""
    rows = categories(release)
    if at.startswith(CHAPTER):
        return [at] if any(chapter_key(row.chapter) == at for row in rows) else []
    if "-" in at:
        first = next((row for row in rows if row.block == at), None)
        return [chapter_key(first.chapter), at] if first else []
    family = families(release, [at])[at[:3]] if len(at) >= 3 else {}
    row = family.get(at)
    if row is None:
        return []
    codes = [at]
    while parent := family[codes[0]].parent_code:
        codes.insert(0, parent)
    return [chapter_key(row.chapter), *filter(None, [row.block]), *codes]


def chapter_key(number: int) -> str:
    """How notes and addresses name a chapter."""
    return f"{CHAPTER}{number:02}"


def title_of(release: CodeSetRelease, key: str) -> str:
    """The title of a chapter or block, as the release has it; empty where it does not."""
    kind = "chapters" if key.startswith(CHAPTER) else "blocks"
    return str(release.facts.get(kind, {}).get(key, ""))


def label_of(key: str) -> str:
    """How a key is shown."""
    if key.startswith(CHAPTER):
        return f"Chapter {int(key[2:])}"
    if "-" in key:
        first, last = key.split("-")
        return first if first == last else f"{first} to {last}"
    return dotted(key)


def _chapter(release: CodeSetRelease, rows: list[IcdCode], number: int, path: list[str]) -> Node:
    key = chapter_key(number)
    node = Node(key, label_of(key), title_of(release, key))
    own = [row for row in rows if row.chapter == number]
    if not node.title:  # a release without the tabular list
        node.title = f"{own[0].code} to {own[-1].code}"
    _unfold(node, path)
    if node.is_open:
        for block, some in groupby(own, key=lambda row: row.block):
            below = list(some)
            node.below += [_block(release, block, below, path, key)] if block else [
                _category(release, row, path, key) for row in below
            ]  # fmt: skip
    return node


def _block(
    release: CodeSetRelease, key: str, rows: list[IcdCode], path: list[str], above: str
) -> Node:
    node = Node(key, label_of(key), title_of(release, key), fold=above)
    _unfold(node, path)
    if node.is_open:
        node.below = [_category(release, row, path, key) for row in rows]
    return node


def _category(release: CodeSetRelease, row: IcdCode, path: list[str], above: str) -> Node:
    if row.code not in path:
        return _code(row, {}, path, above)
    return _code(row, families(release, [row.code])[row.code], path, above)


def _code(row: IcdCode, family: Family, path: list[str], above: str) -> Node:
    node = Node(row.code, row.dotted, row.title, fold=above, opens=not row.is_billable,
                is_billable=row.is_billable)  # fmt: skip
    _unfold(node, path)
    if node.is_open:
        node.below = [_code(one, family, path, row.code)
                      for one in family.values() if one.parent_code == row.code]  # fmt: skip
    return node


def _unfold(node: Node, path: list[str]) -> None:
    node.is_open = node.opens and node.key in path
    node.is_here = bool(path) and node.key == path[-1]

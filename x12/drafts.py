"""Frozen records made fast: filled as a draft, then declared to be the record.

A frozen dataclass sets each field by way of `object.__setattr__`, which costs more than all the
rest of reading. A draft has the same slots and is filled by plain assignment; `finished` turns
that very object into the record, without a copy.
"""

from dataclasses import MISSING, fields
from typing import Any


def draft_of(record: type) -> type[Any]:
    """A class with the slots of the frozen dataclass `record`, whose instances may be filled.

    A new draft has the record's defaults; fields without one are unset until they are assigned.
    """
    names = [one.name for one in fields(record)]
    lines = ["def __init__(self):", "    pass"]
    given: dict[str, Any] = {}
    for one in fields(record):
        if one.default is not MISSING:
            given[f"_{one.name}"] = one.default
            lines.append(f"    self.{one.name} = _{one.name}")
        elif one.default_factory is not MISSING:
            raise TypeError(f"{record.__name__}.{one.name}: a draft knows plain defaults only")
    exec("\n".join(lines), given)  # noqa: S102 - our own field names, as dataclasses does it
    return type(
        f"{record.__name__}Draft",
        (),
        {"__slots__": tuple(names), "__init__": given["__init__"], "__module__": record.__module__},
    )

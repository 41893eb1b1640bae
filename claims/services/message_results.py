"""What applying one part of a message came to."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Applied:
    """In words for the inbox; whether it was about anything of ours; numbers we do not know."""

    words: str
    took_effect: bool = True
    is_duplicate: bool = False
    unknown: tuple[str, ...] = field(default=())

"""What applying one part of a message came to."""

from dataclasses import dataclass, field


def counted(count: int, noun: str) -> str:
    """A number with its noun: 1 claim, 2 claims."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Applied:
    """In words for the inbox; whether it was about anything of ours; numbers we do not know."""

    words: str
    took_effect: bool = True
    is_duplicate: bool = False
    unknown: tuple[str, ...] = field(default=())

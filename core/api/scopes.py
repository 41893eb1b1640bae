"""What a token may be allowed to do. Each app adds its scopes in ready()."""

_meanings: dict[str, str] = {}


def register_scope(name: str, meaning: str) -> None:
    """Declare a scope such as "encounters:write", in words for the person who grants it."""
    _meanings[name] = meaning


def all_scopes() -> list[tuple[str, str]]:
    """Name and meaning of every scope, by name."""
    return sorted(_meanings.items())

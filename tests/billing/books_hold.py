"""Every proof of the books at once, for tests that play what people and payers do."""

from core import verification

# Rights and triggers: nothing that is played changes them.
_UNMOVED = "append-only tables"


def what_is_wrong() -> list[str]:
    """What `manage.py verify` finds wrong with the money, in words; nothing is right."""
    return [
        f"{name}: {said}"
        for name, proof in verification.checks().items()
        if proof.__module__.startswith("billing.") and name != _UNMOVED
        for said in proof().problems
    ]


def books_hold() -> None:
    """All proofs hold."""
    assert what_is_wrong() == []

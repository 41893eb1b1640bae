"""Who may give up or pay out how much alone, and who may approve what is above (domain F.4, 10).

The limits are settings of the practice, one for each role. What is above waits for a second
person: a manager, or somebody whose own limit covers it. Nobody approves what they asked for.
"""

from decimal import Decimal
from typing import Any

from core import practice_settings
from core.choices import Role
from core.errors import NotAllowed
from core.models import Membership, Practice
from core.money import ZERO, dollars, format_money

WRITE_OFF, REFUND = "write_off", "refund"
_DEFAULTS: dict[str, dict[str, str]] = {
    WRITE_OFF: {
        Role.POSTER: "25.00",
        Role.COLLECTIONS: "50.00",
        Role.BILLER: "100.00",
        Role.MANAGER: "1000.00",
    },
    REFUND: {
        Role.POSTER: "0.00",
        Role.COLLECTIONS: "0.00",
        Role.BILLER: "50.00",
        Role.MANAGER: "500.00",
    },
}
_WORDS = {WRITE_OFF: "writes off", REFUND: "refunds"}


def declare_limits() -> None:
    """The settings, one for each act and role."""
    for act, by_role in _DEFAULTS.items():
        for role, amount in by_role.items():
            label = f"What a {Role(role).label.lower()} {_WORDS[act]} alone, $"
            practice_settings.declare(_key(act, role), str, amount, label)


def limit_of(practice: Practice, act: str, user: Any) -> Decimal:
    """What `user` may do alone; nothing for a role without a limit, or for no person at all."""
    role = role_of(practice, user)
    if role not in _DEFAULTS[act]:
        return ZERO
    return dollars(practice_settings.value(practice, _key(act, role)))


def role_of(practice: Practice, user: Any) -> str:
    """The role of `user` in `practice`, or nothing."""
    if user is None:
        return ""
    row = Membership.objects.filter(user=user, practice=practice, is_active=True).first()
    return row.role if row else ""


def check_approver(
    practice: Practice, act: str, user: Any, *, amount: Decimal, requested_by_id: int | None
) -> None:
    """Raise NotAllowed where `user` may not decide on what somebody asked for."""
    if user is None or user.pk == requested_by_id:
        raise NotAllowed("Somebody else approves this: nobody approves their own request.")
    limit = limit_of(practice, act, user)
    if role_of(practice, user) != Role.MANAGER and limit < amount:
        raise NotAllowed(
            f"${format_money(amount)} is above your own limit of ${format_money(limit)}: a manager"
            " approves it."
        )


def may_decide(
    practice: Practice, act: str, user: Any, *, amount: Decimal, requested_by_id: int | None
) -> bool:
    """Whether `user` is one who may approve or refuse it."""
    try:
        check_approver(practice, act, user, amount=amount, requested_by_id=requested_by_id)
    except NotAllowed:
        return False
    return True


def _key(act: str, role: str) -> str:
    return f"billing.{act}_limit_{role}"

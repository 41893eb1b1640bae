"""Which home each role starts from."""

from core.choices import Role
from desk.homes.cards import Group, Home
from desk.homes.counting import (
    audit_feedback,
    coding_cards,
    coding_next,
    follow_up_cards,
    front_desk_cards,
    my_numbers,
    owing_cards,
    provider_cards,
    setup_cards,
)
from desk.homes.machine import backlog_cards
from desk.homes.money import (
    approval_cards,
    before_sending_cards,
    book_cards,
    call_cards,
    inbox_cards,
    most_at_risk,
    remittance_cards,
    statement_cards,
    with_payer_cards,
    work_next,
)

_FOLLOW_UP = Group("Follow-up", follow_up_cards)
_CODING = Group("Coding", coding_cards)
_BEFORE = Group("Before sending", before_sending_cards)
_PAYER = Group("With the payer", with_payer_cards)
_REMITS = Group("Remittances", remittance_cards)
_INBOX = Group("Inbox", inbox_cards)
_CALLS = Group("Calls", call_cards)
_STATEMENTS = Group("Statements", statement_cards)
_BOOKS = Group("The books", book_cards)
_APPROVE = Group("To approve", approval_cards)

_HOMES: dict[str, Home] = {
    Role.CODER: Home(
        lead="Your queue. Code next opens your own encounters first, then nobody's, oldest first.",
        groups=(_CODING, Group("My numbers", my_numbers), _FOLLOW_UP),
        tables=(audit_feedback,),
        next_label="Code next",
        next_url=coding_next,
    ),
    Role.BILLER: Home(
        lead="Claims by what they need. Work most urgent opens the list that presses most.",
        groups=(_BEFORE, _PAYER, _REMITS, _CALLS, _FOLLOW_UP),
        tables=(most_at_risk,),
        next_label="Work most urgent",
        next_url=work_next,
        changes=True,
    ),
    Role.POSTER: Home(
        lead="Remittances that wait for you, and messages that could not be used.",
        groups=(_REMITS, _INBOX, _STATEMENTS, _FOLLOW_UP),
        changes=True,
    ),
    Role.COLLECTIONS: Home(
        lead="What patients owe, and whom to call today.",
        groups=(Group("Patients", owing_cards), _STATEMENTS, _CALLS, _FOLLOW_UP),
        changes=True,
    ),
    Role.MANAGER: Home(
        lead="How the practice stands; every number opens the rows behind it.",
        groups=(_APPROVE, _BOOKS, _CODING, _BEFORE, _PAYER, _REMITS, _INBOX, _FOLLOW_UP),
        changes=True,
    ),
    Role.AUDITOR: Home(
        lead="The books and the work, to look at.",
        groups=(_BOOKS, _CODING, _PAYER, _REMITS, _INBOX),
        changes=True,
    ),
    Role.FRONT_DESK: Home(
        lead="Today's visits and the people at your desk.",
        groups=(Group("Front desk", front_desk_cards), _FOLLOW_UP),
    ),
    Role.PROVIDER: Home(
        lead="Questions to answer, and visits that wait for your note.",
        groups=(Group("My visits", provider_cards),),
    ),
    Role.PRACTICE_ADMIN: Home(
        lead="The practice's set-up and what waits for you.",
        groups=(Group("Set-up", setup_cards), Group("Workers", backlog_cards), _FOLLOW_UP),
    ),
    Role.SYSTEM_ADMIN: Home(
        lead="Set-up of this installation. Patient data is not shown to you.",
        groups=(Group("Set-up", setup_cards),),
    ),
}
_HOMES[Role.CODING_LEAD] = _HOMES[Role.CODER]


def home_of(role: str) -> Home:
    """The home of a role; a member of a role without one of its own sees the follow-up list."""
    return _HOMES.get(role) or Home(lead="What waits for you.", groups=(_FOLLOW_UP,))

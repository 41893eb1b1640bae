"""Menu entries of this app."""

from billing.access import ACCESS
from core import navigation
from core.access import READERS


def register() -> None:
    navigation.register(
        "statements",
        "Statements",
        "statements",
        "billing:statements",
        READERS,
        order=70,
        go="s",
        also=("billing:statement", "billing:statement-issue"),
    )
    navigation.register(
        "ledger",
        "Ledger",
        "reports",
        "billing:ledger",
        ACCESS["billing:ledger"]["GET"],
        order=75,
        also=("billing:journal",),
    )

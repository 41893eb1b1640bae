"""Menu entries of this app."""

from django.http import HttpRequest

from coding.access import LEADS
from coding.choices import CaseState
from coding.models import CodingCase
from core import navigation
from core.access import BILLERS, CODERS, READERS
from core.choices import Role


def register() -> None:
    """The coders' queue, with what is to be coded, and the code sets."""
    navigation.register(
        "fees", "Fees", "book", "coding:fees", READERS, order=80, also=("coding:contract-import",)
    )
    navigation.register(
        "encounters",
        "Encounters",
        "encounters",
        "coding:queue",
        READERS,
        count=_to_code,
        order=20,
        go="e",
        also=(
            "coding:case", "coding:next", "coding:query-ask", "coding:assign",
            "patients:encounter-import",
        ),
    )  # fmt: skip

    navigation.register(
        "queries", "Provider queries", "note", "coding:queries", CODERS | {Role.PROVIDER}, order=21,
        also=("coding:query",),
    )  # fmt: skip

    navigation.register(
        "look-up", "Code look-up", "search", "coding:look-up", CODERS | BILLERS, order=22,
        also=("coding:look-up-tree", "coding:look-up-index", "coding:look-up-compare",
              "coding:look-up-code", "coding:look-up-add"),
    )  # fmt: skip

    navigation.register(
        "coding-team", "Coding team", "user", "coding:team", LEADS, order=23,
        also=(
            "coding:rules", "coding:rule-new", "coding:rule", "coding:audits", "coding:audit-new",
            "coding:audit", "coding:audit-item", "coding:productivity",
        ),
    )  # fmt: skip

    # A system admin has no encounters, from whose list the others come to the code sets.
    navigation.register(
        "code-sets", "Code sets", "book", "coding:code-sets", {Role.SYSTEM_ADMIN}, order=85,
        foot=True, also=("coding:code-set", "coding:code-set-load"),
    )  # fmt: skip


def _to_code(_: HttpRequest) -> int:
    return CodingCase.objects.filter(state__in=[CaseState.READY, CaseState.RETURNED]).count()

"""What this app lets other systems do, and what it tells them."""

from collections.abc import Sequence

from django.db.models import Sum
from django.urls import reverse

from coding.models import ChargeLine, CodingCase
from core.api.scopes import register_scope
from core.money import ZERO
from core.webhooks.events import declare_event
from core.webhooks.tell import tell

CHARGES_RELEASED = declare_event(
    "charges.released",
    "The coding of a visit is finished and its lines are charges.",
    {
        "charges_id": "0193f0c8-a1b2-7e6b-8a4e-0d2c5f7a9b31",
        "encounter_id": "0193f0c8-a1b2-7e6b-8a4e-0d2c5f7a9b32",
        "line_count": 2,
        "charge_amount": "350.00",
        "link": "/api/v1/charges/0193f0c8-a1b2-7e6b-8a4e-0d2c5f7a9b31",
    },
)


def tell_released(case: CodingCase, line_ids: Sequence[int]) -> None:
    """The lines of a case became charges."""

    def told(case: CodingCase) -> dict[str, object]:
        lines = ChargeLine.everywhere.filter(pk__in=line_ids)
        return {
            "charges_id": case.public_id,
            "encounter_id": case.encounter.public_id,
            "line_count": len(line_ids),
            "charge_amount": lines.aggregate(total=Sum("charge_amount", default=ZERO))["total"],
            "link": reverse("api-charge", args=[case.public_id]),
        }

    tell(CHARGES_RELEASED, case.practice_id, [case], told)


def register() -> None:
    """Scopes, in words for the person who grants them."""
    register_scope("charges:read", "Read charges and where coding stands")
    register_scope("charges:write", "Send visits with their codes")

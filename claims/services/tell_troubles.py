"""What went wrong with the answers that a partner laid out for us: one work item for all of it."""

from collections.abc import Sequence

from claims.models import TradingPartner
from core import clock
from core.choices import Role
from core.services.work import close_work_item, open_work_item

NOT_TAKEN = "partner.file_not_taken"


def tell_troubles(partner: TradingPartner, troubles: Sequence[str]) -> None:
    """Open one work item for the sentences in `troubles`, or close it when there are none."""
    if not troubles:
        close_work_item(subject=partner, kind=NOT_TAKEN, outcome="All were taken.")
        return
    open_work_item(
        subject=partner,
        kind=NOT_TAKEN,
        title=f"Answers of {partner.name} need a look",
        reason=" ".join(dict.fromkeys(troubles)),
        role=Role.MANAGER,
        due_on=clock.today(partner.practice),
        renews=True,
    )

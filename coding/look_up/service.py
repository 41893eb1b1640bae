"""What is loaded of one procedure code: CMS's text, the practice's own name, the policies."""

from dataclasses import dataclass
from datetime import date

from coding.code_sets.lookups import cpt_codes, hcpcs_codes, procedure_indicators
from coding.look_up.policies import Covering, policies_of_procedure
from coding.models import ChargeItem, HcpcsCode, RelativeValue
from coding.selectors import charge_item_on

_GLOBAL = {
    "000": "ends with the day", "010": "10 days after", "090": "90 days after",
    "MMM": "maternity", "ZZZ": "that of its primary", "YYY": "set by the contractor",
}  # fmt: skip


@dataclass(frozen=True)
class ServiceCard:
    """One procedure. `item` is of the charge master, `hcpcs` of CMS, `descriptor` a licensee's."""

    code: str
    item: ChargeItem | None
    hcpcs: HcpcsCode | None
    descriptor: str
    values: RelativeValue | None
    policies: tuple[Covering, ...]

    @property
    def title(self) -> str:
        """In the practice's own words first."""
        if self.item:
            return self.item.short_name
        return self.hcpcs.short_title if self.hcpcs else self.descriptor

    @property
    def is_ended(self) -> bool:
        """Whether CMS took the code back."""
        return self.hcpcs is not None and self.hcpcs.terminated_on is not None

    @property
    def global_period(self) -> str:
        """How long after it visits are part of it; empty where that is not known."""
        return _GLOBAL.get(self.values.global_days, "") if self.values else ""


def service_card(code: str, on: date) -> ServiceCard | None:
    """A procedure that any loaded set or the charge master has on `on`."""
    item = charge_item_on(code, on)
    hcpcs = hcpcs_codes([code], on).get(code)
    licensed = cpt_codes([code], on).get(code)
    values = procedure_indicators([code], on).get((code, ""))
    policies = tuple(policies_of_procedure(code, on))
    if not any((item, hcpcs, licensed, values, policies)):
        return None
    return ServiceCard(code, item, hcpcs, licensed.descriptor if licensed else "", values, policies)

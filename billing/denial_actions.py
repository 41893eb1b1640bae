"""Where the money of a denial is moved: the pages of billing that a denial leads to (DESIGN 2)."""

from claims.denial_choices import DenialStep
from claims.denials import money_actions


def register() -> None:
    """Each takes the claim's public id. A page that is not there yet is said to be so."""
    money_actions.register(DenialStep.WRITE_OFF, "Write off", "billing:write-off")
    money_actions.register(DenialStep.PATIENT, "Move to the patient", "billing:transfer")

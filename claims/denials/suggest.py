"""What to do about a denial, why, and how sure that is: advice, always changeable (screens S24).

A pure function over facts. Each suggestion names its rule, so that a screen can show why.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from claims.denial_choices import Confidence, CoreScenario
from claims.denial_choices import DenialCategory as C
from claims.denial_choices import DenialStep as S
from claims.denials.reasons import reason_of
from claims.denials.remarks import (
    ABOUT_RECORDS,
    DUPLICATE,
    NO_APPEAL,
    UNPROCESSABLE,
    remark_words,
)
from claims.denials.rights import Refusal, no_appeal, no_patient
from claims.payer_choices import CorrectionMode


@dataclass(frozen=True, slots=True)
class DenialFacts:
    """What is known of one denial when something is suggested."""

    group_code: str
    reason_code: str
    remark_codes: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    amount: Decimal = Decimal(0)
    payer_name: str = "the payer"
    correction_mode: str = CorrectionMode.REPLACE
    authorization_number: str = ""  # on file for payer and day, whether the claim named it or not
    claim_named_authorization: bool = False
    was_accepted_in_time: bool = False  # the payer's own acceptance before the filing limit
    other_payer: str = ""  # in force on the day of service
    has_signed_note: bool = False
    is_pair_absolute: bool = False
    is_limit_absolute: bool = False
    has_level_left: bool = True

    @property
    def appeal_refusal(self) -> Refusal | None:
        """Why no appeal is offered."""
        if not self.has_level_left:
            return Refusal("APPEAL-LAST", "Every level of appeal that it reaches has been used.")
        return no_appeal(
            self.group_code,
            self.reason_code,
            self.remark_codes,
            is_pair_absolute=self.is_pair_absolute,
            is_limit_absolute=self.is_limit_absolute,
        )

    @property
    def patient_refusal(self) -> Refusal | None:
        """Why the patient may not be asked for it."""
        return no_patient(self.group_code, self.reason_code, self.remark_codes, self.modifiers)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One step with its reason."""

    step: str
    why: str
    confidence: str
    rule: str
    others: tuple[str, ...] = field(default=())


def suggest(facts: DenialFacts) -> Suggestion:
    """The best step, and the others that fit, best first."""
    for rule in (_unprocessable, _by_reason):
        found = rule(facts)
        if found is not None:
            return _allowed(found, facts)
    return _allowed(_from_table(facts), facts)


def core_scenario(group_code: str, reason_code: str, remark_codes: tuple[str, ...]) -> str:
    """Which business scenario of CORE 360 it is, as near as our own table tells."""
    category = reason_of(reason_code).category
    if ABOUT_RECORDS & set(remark_codes) or category == C.DOCUMENTATION:
        return CoreScenario.DOCUMENTS
    if category == C.BUNDLING or reason_code in {"59", "144", "236"}:
        return CoreScenario.NOT_SEPARATE
    if category in _DATA:
        return CoreScenario.DATA
    return CoreScenario.NOT_COVERED if group_code != "OA" else CoreScenario.NONE


_DATA = frozenset({C.CODING, C.DEMOGRAPHIC, C.ENROLLMENT, C.TECHNICAL, C.DUPLICATE, C.ELIGIBILITY,
                   C.COORDINATION})  # fmt: skip


def _unprocessable(facts: DenialFacts) -> Suggestion | None:
    if UNPROCESSABLE not in facts.remark_codes:
        return None
    return Suggestion(
        S.NEW, "MA130: it never became a claim. Put it right and send it as a new one.",
        Confidence.HIGH, "STEP-MA130",
    )  # fmt: skip


def _by_reason(facts: DenialFacts) -> Suggestion | None:
    rule = _RULES.get(facts.reason_code)
    return rule(facts) if rule else None


def _missing_data(facts: DenialFacts) -> Suggestion:
    told = [(code, remark_words(code)) for code in facts.remark_codes if remark_words(code)]
    if ABOUT_RECORDS & set(facts.remark_codes):
        return Suggestion(S.RECORDS, "The remark asks for documentation: send the record.",
                          Confidence.HIGH, "STEP-16-RECORDS", (S.FIX, S.APPEAL))  # fmt: skip
    if told:
        code, words = told[0]
        return Suggestion(S.FIX, f"{code}: {words}. Put it right on the claim.", Confidence.HIGH,
                          "STEP-16-REMARK", (S.RECORDS, S.APPEAL))  # fmt: skip
    return Suggestion(S.FIX, "Something is missing, and no remark says what: ask, then correct.",
                      Confidence.LOW, "STEP-16-BARE", (S.RECORDS, S.APPEAL))  # fmt: skip


def _no_authorization(facts: DenialFacts) -> Suggestion:
    number = facts.authorization_number
    if number and not facts.claim_named_authorization:
        return Suggestion(S.FIX, f"Authorization {number} is on file; the claim did not name it.",
                          Confidence.HIGH, "STEP-197-FOUND", (S.APPEAL, S.WRITE_OFF))  # fmt: skip
    if number:
        return Suggestion(S.APPEAL, f"The claim named authorization {number}: show it to them.",
                          Confidence.FAIR, "STEP-197-NAMED", (S.FIX, S.WRITE_OFF))  # fmt: skip
    return Suggestion(S.APPEAL, "No authorization is on file: ask for one afterwards, then appeal.",
                      Confidence.LOW, "STEP-197-NONE", (S.FIX, S.WRITE_OFF))  # fmt: skip


def _not_necessary(facts: DenialFacts) -> Suggestion:
    if "GZ" in facts.modifiers:
        return Suggestion(S.WRITE_OFF, "GZ says that no notice was signed: it is ours to bear.",
                          Confidence.HIGH, "STEP-50-GZ", (S.APPEAL,))  # fmt: skip
    if facts.group_code == "PR":
        return Suggestion(S.PATIENT, "The payer holds the patient liable: check the signed notice.",
                          Confidence.FAIR, "STEP-50-PR", (S.APPEAL,))  # fmt: skip
    signed = facts.has_signed_note
    why = "the signed note is on file" if signed else "no signed note is on file: get it first"
    return Suggestion(S.APPEAL, f"Check the coverage policy and send the record; {why}.",
                      Confidence.FAIR if signed else Confidence.LOW, "STEP-50",
                      (S.RECORDS, S.FIX, S.WRITE_OFF))  # fmt: skip


def _too_late(facts: DenialFacts) -> Suggestion:
    if facts.was_accepted_in_time:
        return Suggestion(S.APPEAL, "The payer itself accepted it before the filing limit: send the"
                          " proof.", Confidence.HIGH, "STEP-29-PROOF", (S.WRITE_OFF,))  # fmt: skip
    return Suggestion(S.WRITE_OFF, "No acceptance by the payer in time is on file: there is nothing"
                      " to show.", Confidence.FAIR, "STEP-29-NONE", (S.APPEAL,))  # fmt: skip


def _duplicate(facts: DenialFacts) -> Suggestion:
    if DUPLICATE in facts.remark_codes:
        return Suggestion(S.NONE, "N522: the same claim is being processed.", Confidence.HIGH,
                          "STEP-18-N522", (S.WAIT,))  # fmt: skip
    return Suggestion(S.FIX, "Find the first claim. If it was a second service, say so with 76, 77,"
                      " 59 or 91.", Confidence.LOW, "STEP-18", (S.NONE, S.APPEAL))  # fmt: skip


def _other_plan(facts: DenialFacts) -> Suggestion:
    if facts.other_payer:
        return Suggestion(S.REROUTE, f"{facts.other_payer} is on file for that day too.",
                          Confidence.HIGH, "STEP-COB-FOUND", (S.FIX, S.APPEAL))  # fmt: skip
    return Suggestion(S.REROUTE, "No other plan is on file: ask the patient who comes first.",
                      Confidence.FAIR, "STEP-COB-NONE", (S.FIX, S.APPEAL))  # fmt: skip


def _pair(facts: DenialFacts) -> Suggestion:
    if facts.is_pair_absolute:
        return Suggestion(S.WRITE_OFF, "The NCCI pair has indicator 0: nothing opens it.",
                          Confidence.HIGH, "STEP-NCCI0")  # fmt: skip
    return Suggestion(S.FIX, "Where the record shows a separate service, the modifier says so.",
                      Confidence.FAIR, "STEP-NCCI", (S.APPEAL, S.WRITE_OFF))  # fmt: skip


_RULES = {
    "16": _missing_data,
    "18": _duplicate,
    "22": _other_plan, "109": _other_plan, "26": _other_plan, "27": _other_plan,
    "200": _other_plan,
    "29": _too_late,
    "50": _not_necessary,
    "97": _pair, "231": _pair, "236": _pair,
    "197": _no_authorization, "198": _no_authorization, "210": _no_authorization,
    "302": _no_authorization,
}  # fmt: skip


def _from_table(facts: DenialFacts) -> Suggestion:
    reason = reason_of(facts.reason_code)
    first, *others = reason.steps
    if facts.group_code == "PR" and facts.patient_refusal is None and first == S.APPEAL:
        first, others = S.PATIENT, [S.APPEAL, *others]
    sure = Confidence.FAIR if reason.chance and reason.chance >= Decimal("0.5") else Confidence.LOW
    return Suggestion(first, reason.advice or reason.words, sure, "STEP-TABLE", tuple(others))


def _allowed(found: Suggestion, facts: DenialFacts) -> Suggestion:
    """The suggestion without what is forbidden: no appeal without rights, no CO to the patient, no
    replacement where the payer takes none.
    """
    steps = [found.step, *found.others]
    why, rule = found.why, found.rule
    if facts.appeal_refusal is not None:
        steps = [step for step in steps if step != S.APPEAL]
    if facts.patient_refusal is not None:
        steps = [step for step in steps if step != S.PATIENT]
    if facts.correction_mode == CorrectionMode.REOPEN and UNPROCESSABLE not in facts.remark_codes:
        steps = [S.REOPEN if step == S.FIX else step for step in steps]
    steps = list(dict.fromkeys(steps)) or [_last_resort(facts)]
    if steps[0] != found.step:
        rule = f"{rule}-INSTEAD"
        if steps[0] == S.REOPEN:
            why = f"{why} {facts.payer_name} takes no replacement: ask it to reopen."
        elif facts.appeal_refusal is not None and found.step == S.APPEAL:
            why = facts.appeal_refusal.sentence
        elif facts.patient_refusal is not None and found.step == S.PATIENT:
            why = facts.patient_refusal.sentence
    return Suggestion(steps[0], why, found.confidence, rule, tuple(steps[1:]))


def _last_resort(facts: DenialFacts) -> S:
    return S.RECORDS if NO_APPEAL in facts.remark_codes else S.WRITE_OFF

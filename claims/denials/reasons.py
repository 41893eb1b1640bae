"""Claim adjustment reason codes: our own words, what kind of denial each is, what to do first and
how often that brings the money (domain G.1). The official texts are X12's and are not shipped.

A chance is the seed only: what this practice has won and lost counts besides it (chances.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from claims.denial_choices import DenialCategory as C
from claims.denial_choices import DenialStep as S
from claims.denial_choices import RootCause as R
from claims.denial_choices import Stage
from claims.denials.remarks import ABOUT_RECORDS


@dataclass(frozen=True, slots=True)
class Reason:
    """One code. `steps` begins with what is done first; `chance` is None where nothing is won."""

    code: str
    words: str
    category: C
    steps: tuple[S, ...]
    chance: Decimal | None
    advice: str = ""
    is_retired: bool = False

    @property
    def is_fixable(self) -> bool:
        """Whether the claim itself was wrong, so that a rule could stop the next one."""
        return bool({S.FIX, S.NEW} & set(self.steps))


# codes | words | category | steps | chance | advice. Codes in one row share all of it.
_ROWS: tuple[tuple[str, str, C, tuple[S, ...], str, str], ...] = (
    ("1", "deductible", C.PATIENT_SHARE, (S.NONE, S.PATIENT), "", ""),
    ("2", "coinsurance", C.PATIENT_SHARE, (S.NONE, S.PATIENT), "", ""),
    ("3", "copay", C.PATIENT_SHARE, (S.NONE, S.PATIENT), "", ""),
    ("4", "modifier missing, or it does not fit the code", C.CODING, (S.FIX,), ".80",
     "Put the modifier right."),
    ("5", "code or claim type does not fit the place of service", C.CODING, (S.FIX,), ".75",
     "Compare place of service and code."),
    ("6", "code conflicts with the patient's age", C.DEMOGRAPHIC, (S.FIX,), ".70",
     "Check the birth date, then the code."),
    ("7", "code conflicts with the patient's sex", C.DEMOGRAPHIC, (S.FIX,), ".70",
     "Check the demographics; KX where code and record rightly differ."),
    ("8", "code conflicts with the provider's taxonomy", C.ENROLLMENT, (S.FIX,), ".55",
     "Correct the taxonomy, and the enrolment if that is what is old."),
    ("9", "diagnosis conflicts with the patient's age", C.CODING, (S.FIX,), ".70",
     "Check diagnosis and birth date."),
    ("10", "diagnosis conflicts with the patient's sex", C.CODING, (S.FIX,), ".70",
     "Check diagnosis and demographics."),
    ("11", "diagnosis does not support the procedure", C.NECESSITY, (S.FIX, S.APPEAL), ".55",
     "Look at the pointers and at the coverage policy; appeal with the notes if they are right."),
    ("13", "service after the date of death", C.DEMOGRAPHIC, (S.FIX,), ".70", "Check the dates."),
    ("14", "service before the date of birth", C.DEMOGRAPHIC, (S.FIX,), ".70",
     "Check the dates."),
    ("16", "something is missing or wrong; the remark says what", C.TECHNICAL, (S.FIX,), ".85",
     "Read the remark code and put that field right."),
    ("18", "exact duplicate", C.DUPLICATE, (S.NONE, S.FIX), ".15",
     "Find the first claim. A true second service needs 76, 77, 59 or 91."),
    ("19", "workers' compensation is responsible", C.COORDINATION, (S.REROUTE,), ".60",
     "Get the carrier and its claim number."),
    ("20", "a liability carrier is responsible", C.COORDINATION, (S.REROUTE,), ".60",
     "Get the carrier and its claim number."),
    ("21", "a no-fault carrier is responsible", C.COORDINATION, (S.REROUTE,), ".60",
     "Get the carrier and its claim number."),
    ("22", "another plan may come first", C.COORDINATION, (S.REROUTE,), ".75",
     "Ask the patient which plan is first, put the order right, bill that one."),
    ("23", "effect of what an earlier payer decided", C.INFORMATION, (S.NONE,), "", ""),
    ("24", "covered by capitation", C.CONTRACT, (S.APPEAL,), ".30",
     "Look whether the patient is on the capitation list."),
    ("26", "before coverage began", C.ELIGIBILITY, (S.REROUTE, S.PATIENT), ".45",
     "Ask for eligibility on the day of service; look for another plan."),
    ("27", "after coverage ended", C.ELIGIBILITY, (S.REROUTE, S.PATIENT), ".45",
     "Ask for eligibility on the day of service; look for another plan."),
    ("200", "during a lapse of coverage", C.ELIGIBILITY, (S.REROUTE, S.PATIENT), ".45",
     "Ask for eligibility on the day of service; look for another plan."),
    ("29", "filed too late", C.TIMELY, (S.APPEAL, S.WRITE_OFF), ".30",
     "Appeal with the payer's own acceptance; without it there is nothing to show."),
    ("31", "patient is not insured there under this id", C.ELIGIBILITY, (S.FIX, S.REROUTE), ".65",
     "Check id, name and birth date; ask for eligibility."),
    ("32", "dependent is not eligible", C.ELIGIBILITY, (S.FIX, S.REROUTE), ".65",
     "Check the relationship to the subscriber; ask for eligibility."),
    ("33", "subscriber has no dependent coverage", C.ELIGIBILITY, (S.FIX, S.REROUTE), ".65",
     "Check the relationship; ask for eligibility."),
    ("34", "no coverage for newborns", C.ELIGIBILITY, (S.FIX, S.REROUTE), ".65",
     "Look for the newborn's own plan."),
    ("35", "lifetime maximum reached", C.BENEFIT, (S.REROUTE, S.PATIENT, S.APPEAL), ".15",
     "Appeal only if they counted wrong."),
    ("119", "maximum for this period reached", C.BENEFIT, (S.REROUTE, S.PATIENT, S.APPEAL),
     ".15", "Appeal only if they counted wrong."),
    ("149", "lifetime maximum of this category reached", C.BENEFIT,
     (S.REROUTE, S.PATIENT, S.APPEAL), ".15", "Appeal only if they counted wrong."),
    ("39", "denied when the authorization was asked for", C.AUTHORIZATION, (S.APPEAL,), ".30",
     "Appeal on clinical grounds; ask for a talk between physicians."),
    ("40", "not an emergency", C.NECESSITY, (S.APPEAL,), ".40",
     "Appeal with the record: what a prudent layperson would have feared."),
    ("45", "above the allowed amount", C.CONTRACTUAL, (S.NONE,), "", ""),
    ("49", "routine or screening service", C.BENEFIT, (S.FIX, S.PATIENT), ".30",
     "Look at modifiers 33 and PT and at the diagnosis."),
    ("50", "the payer calls it not medically necessary", C.NECESSITY, (S.APPEAL, S.RECORDS),
     ".45", "Check the coverage policy and whether a notice was signed."),
    ("51", "pre-existing condition", C.BENEFIT, (S.APPEAL,), ".25", "Appeal with literature."),
    ("55", "experimental or investigational", C.BENEFIT, (S.APPEAL,), ".25",
     "Appeal with literature."),
    ("56", "not proven to be effective", C.BENEFIT, (S.APPEAL,), ".25",
     "Appeal with literature."),
    ("54", "assistant or several physicians not covered", C.CODING, (S.APPEAL,), ".30",
     "Check the assistant indicator; appeal with the operative note."),
    ("58", "wrong place of service in the payer's eyes", C.CODING, (S.FIX,), ".60",
     "Put the place of service right."),
    ("59", "reduced for several procedures", C.CONTRACT, (S.APPEAL,), ".25",
     "Price the session again; appeal if they reduced it wrongly."),
    ("66", "blood deductible", C.PATIENT_SHARE, (S.NONE,), "", ""),
    ("95", "the plan's procedures were not followed", C.AUTHORIZATION, (S.APPEAL,), ".30",
     "Read the plan's policy first."),
    ("96", "not covered; the remark says why", C.BENEFIT, (S.APPEAL, S.PATIENT), ".25",
     "A statutory exclusion is the patient's with GY or a notice."),
    ("97", "included in another service that was paid", C.BUNDLING,
     (S.FIX, S.APPEAL, S.WRITE_OFF), ".45",
     "Check NCCI and global days; a modifier where the record supports it."),
    ("100", "the payer paid the patient", C.PATIENT_PAID, (S.PATIENT,), ".60",
     "Collect it from the patient."),
    ("107", "the service it belongs to is missing", C.CODING, (S.FIX,), ".65",
     "Add the primary service."),
    ("109", "wrong payer or contractor", C.COORDINATION, (S.REROUTE,), ".80",
     "Find the right one: a Medicare Advantage plan, another contractor, railroad Medicare."),
    ("110", "billed before the day of service", C.TECHNICAL, (S.FIX,), ".90",
     "Put the dates right."),
    ("116", "the advance notice is not valid", C.COMPLIANCE, (S.WRITE_OFF,), ".10",
     "It is ours to bear; tell the front desk."),
    ("122", "psychiatric reduction", C.PATIENT_SHARE, (S.NONE,), "", ""),
    ("129", "information of an earlier decision is wrong", C.DOCUMENTATION, (S.RECORDS,), ".70",
     "Send it within the payer's limit."),
    ("226", "information asked from us was missing or late", C.DOCUMENTATION, (S.RECORDS,),
     ".70", "Send it within the payer's limit."),
    ("227", "information asked from the patient was missing", C.DOCUMENTATION, (S.RECORDS,),
     ".70", "Ask the patient to answer the payer."),
    ("252", "an attachment is needed", C.DOCUMENTATION, (S.RECORDS,), ".70",
     "Send it within the payer's limit."),
    ("163", "the attachment that was named did not arrive", C.DOCUMENTATION, (S.RECORDS,), ".70",
     "Send it again."),
    ("164", "the attachment came too late", C.DOCUMENTATION, (S.RECORDS, S.APPEAL), ".70",
     "Send it with the proof of when it went first."),
    ("250", "the wrong attachment came", C.DOCUMENTATION, (S.RECORDS,), ".70",
     "Send the right one."),
    ("251", "the attachment is incomplete", C.DOCUMENTATION, (S.RECORDS,), ".70",
     "Send the whole record."),
    ("131", "negotiated discount", C.CONTRACTUAL, (S.NONE,), "", ""),
    ("144", "incentive", C.CONTRACTUAL, (S.NONE,), "", ""),
    ("161", "bonus", C.CONTRACTUAL, (S.NONE,), "", ""),
    ("133", "not decided yet", C.PENDING, (S.WAIT,), ".60", "A correction follows."),
    ("257", "undecided during a premium grace period", C.PENDING, (S.WAIT,), ".60",
     "A correction follows when the premium is paid or not."),
    ("277", "undecided during a verification", C.PENDING, (S.WAIT,), ".60",
     "A correction follows."),
    ("136", "an earlier payer's rules were not followed", C.COORDINATION, (S.FIX,), ".20",
     "Settle it with the earlier payer first."),
    ("275", "an earlier payer's patient share is not covered", C.COORDINATION,
     (S.PATIENT, S.FIX), ".20", "Settle it with the earlier payer first."),
    ("276", "an earlier payer denied it", C.COORDINATION, (S.FIX,), ".20",
     "Settle it with the earlier payer first."),
    ("303", "an earlier payer's share is not covered and may not be billed", C.COORDINATION,
     (S.WRITE_OFF,), ".20", "It is written off as a statutory loss."),
    ("140", "id and name do not match", C.ELIGIBILITY, (S.FIX,), ".85",
     "Compare with the card and put it right."),
    ("146", "diagnosis not valid on the day of service", C.CODING, (S.FIX,), ".75",
     "Recode by the release of that day."),
    ("167", "diagnosis not covered", C.CODING, (S.FIX, S.APPEAL), ".35",
     "Look for a more specific diagnosis in the note."),
    ("147", "no contract rate on file", C.CONTRACT, (S.REOPEN,), ".50",
     "Send them the contract and ask to reopen."),
    ("148", "information from another provider is missing", C.DOCUMENTATION, (S.RECORDS,), ".45",
     "Get it from that provider and send it."),
    ("150", "the level of service is not supported", C.NECESSITY, (S.RECORDS, S.APPEAL), ".40",
     "Send the note that carries the level."),
    ("151", "so many units are not supported", C.NECESSITY, (S.RECORDS, S.APPEAL), ".40",
     "Check the unit limit and how it is counted."),
    ("152", "the duration is not supported", C.NECESSITY, (S.RECORDS, S.APPEAL), ".40",
     "Send the times that were recorded."),
    ("166", "the payer's run-out has ended", C.COORDINATION, (S.REROUTE,), ".50",
     "Find who took over."),
    ("170", "not paid to this type of provider", C.CREDENTIALING, (S.REOPEN,), ".40",
     "Check enrolment dates and links, then ask to reopen."),
    ("171", "not paid to this provider in this facility", C.CREDENTIALING, (S.REOPEN,), ".40",
     "Check enrolment dates and links, then ask to reopen."),
    ("172", "not paid to this specialty", C.CREDENTIALING, (S.REOPEN,), ".40",
     "Check enrolment dates and links, then ask to reopen."),
    ("185", "rendering provider not eligible for this service", C.CREDENTIALING, (S.REOPEN,),
     ".40", "Check enrolment dates and links, then ask to reopen."),
    ("B7", "provider was not eligible on the day of service", C.CREDENTIALING, (S.REOPEN,),
     ".40", "Check enrolment dates and links, then ask to reopen."),
    ("299", "billing provider not eligible for this service", C.CREDENTIALING, (S.REOPEN,),
     ".40", "Check enrolment dates and links, then ask to reopen."),
    ("178", "spend-down not met", C.PATIENT_SHARE, (S.NONE,), "", ""),
    ("181", "procedure code not valid on the day of service", C.CODING, (S.FIX,), ".85",
     "Recode by the release of that day."),
    ("182", "modifier not valid on the day of service", C.CODING, (S.FIX,), ".85",
     "Put the modifier right."),
    ("183", "referring provider not eligible", C.ENROLLMENT, (S.FIX,), ".70",
     "Correct the NPI; look it up in PECOS."),
    ("184", "ordering provider not eligible", C.ENROLLMENT, (S.FIX,), ".70",
     "Correct the NPI; look it up in PECOS."),
    ("189", "unlisted code where a specific one exists", C.CODING, (S.FIX,), ".75",
     "Use the specific code."),
    ("193", "the decision was upheld", C.APPEAL, (S.APPEAL, S.WRITE_OFF), ".15",
     "The next level, or an end."),
    ("197", "no authorization or notification", C.AUTHORIZATION,
     (S.APPEAL, S.FIX, S.WRITE_OFF), ".45",
     "Find the authorization; ask for one afterwards; appeal."),
    ("198", "more than was authorized", C.AUTHORIZATION, (S.APPEAL, S.FIX, S.WRITE_OFF), ".45",
     "Compare what was allowed with what was used."),
    ("210", "authorization asked for too late", C.AUTHORIZATION,
     (S.APPEAL, S.FIX, S.WRITE_OFF), ".45", "Show when it was asked for."),
    ("284", "authorization is for another service", C.AUTHORIZATION,
     (S.FIX, S.APPEAL, S.WRITE_OFF), ".45", "Have it changed, or bill what it is for."),
    ("296", "authorization is for another provider", C.AUTHORIZATION,
     (S.FIX, S.APPEAL, S.WRITE_OFF), ".45", "Have it changed."),
    ("302", "authorization had ended", C.AUTHORIZATION, (S.APPEAL, S.FIX, S.WRITE_OFF), ".45",
     "Have it extended backwards."),
    ("204", "not a benefit of this plan", C.BENEFIT, (S.PATIENT, S.APPEAL), ".20",
     "Verify the plan; the patient owes it only with a notice."),
    ("206", "NPI missing", C.TECHNICAL, (S.FIX,), ".90", "Add the NPI."),
    ("207", "NPI malformed", C.TECHNICAL, (S.FIX,), ".90", "Correct the NPI."),
    ("208", "NPI not known to the payer", C.TECHNICAL, (S.FIX,), ".90",
     "Compare NPI and enrolment."),
    ("209", "may not be billed to the patient; a later payer may", C.COORDINATION, (S.REROUTE,),
     ".50", "Bill Medicaid or the next plan."),
    ("222", "more units than the contract allows", C.CONTRACT, (S.APPEAL,), ".20",
     "Compare with the contract."),
    ("231", "mutually exclusive services", C.BUNDLING, (S.FIX, S.WRITE_OFF), ".40",
     "A modifier helps only where the pair allows one and the record supports it."),
    ("236", "NCCI pair", C.BUNDLING, (S.FIX, S.WRITE_OFF), ".40",
     "A modifier helps only where the pair allows one and the record supports it."),
    ("234", "not paid separately", C.BUNDLING, (S.WRITE_OFF,), ".15",
     "Ask whether it should be charged at all."),
    ("237", "penalty by law", C.CONTRACTUAL, (S.NONE,), "", ""),
    ("239", "spans two coverages", C.TECHNICAL, (S.NEW,), ".90", "Split it."),
    ("267", "spans two months", C.TECHNICAL, (S.NEW,), ".90", "Split it."),
    ("268", "spans two years", C.TECHNICAL, (S.NEW,), ".90", "Split it."),
    ("241", "low-income subsidy copay", C.PATIENT_SHARE, (S.NONE,), "", ""),
    ("242", "not by a provider of the network", C.NETWORK, (S.APPEAL, S.PATIENT), ".25",
     "A referral, a gap exception, an appeal; else as the plan says."),
    ("243", "not authorized by the primary care physician", C.NETWORK, (S.APPEAL, S.PATIENT),
     ".25", "A referral, a gap exception, an appeal; else as the plan says."),
    ("279", "not in this narrow network", C.NETWORK, (S.APPEAL, S.PATIENT), ".25",
     "A referral, a gap exception, an appeal; else as the plan says."),
    ("246", "for reporting only", C.INFORMATION, (S.NONE,), "", ""),
    ("247", "deductible of a secondary plan", C.PATIENT_SHARE, (S.NONE,), "", ""),
    ("248", "coinsurance of a secondary plan", C.PATIENT_SHARE, (S.NONE,), "", ""),
    ("253", "sequestration", C.CONTRACTUAL, (S.NONE,), "", ""),
    ("256", "not payable under the managed care contract", C.CONTRACT, (S.APPEAL,), ".20",
     "Compare with the contract."),
    ("258", "patient was in custody", C.ELIGIBILITY, (S.REROUTE,), ".20",
     "Bill the authority."),
    ("272", "coverage guidelines not met", C.NECESSITY, (S.APPEAL,), ".30",
     "Read the policy and answer it point by point."),
    ("273", "coverage guidelines exceeded", C.NECESSITY, (S.APPEAL,), ".30",
     "Read the policy and answer it point by point."),
    ("285", "appeal by the wrong process", C.APPEAL, (S.WRITE_OFF,), ".05",
     "Stop, unless the right process is still open."),
    ("286", "appeal too late", C.APPEAL, (S.WRITE_OFF,), ".05", "Stop."),
    ("287", "referral exceeded", C.AUTHORIZATION, (S.FIX,), ".50",
     "Get a referral and name it on the claim."),
    ("288", "referral missing", C.AUTHORIZATION, (S.FIX,), ".50",
     "Get a referral and name it on the claim."),
    ("B9", "patient is in hospice", C.COORDINATION, (S.FIX, S.REROUTE), ".55",
     "GV or GW where it fits, else bill the hospice."),
    ("B11", "passed on to the right payer", C.PENDING, (S.WAIT,), ".30",
     "Wait for that payer's answer."),
    ("B13", "paid before", C.PENDING, (S.WAIT,), ".30", "Find the earlier payment."),
    ("B14", "one visit a day", C.BUNDLING, (S.FIX,), ".25",
     "Modifier 25, or combine the visits."),
    ("B15", "a service that must come first is missing", C.CODING, (S.FIX,), ".50",
     "Add it, or wait for its decision."),
    ("B16", "not a new patient", C.CODING, (S.FIX,), ".90", "Recode as established."),
    ("B20", "done by another provider", C.CODING, (S.FIX,), ".25",
     "Look who did it and who billed it."),
    ("B22", "paid by another diagnosis", C.CODING, (S.FIX,), ".25", "Look at the diagnoses."),
    ("A1", "denied; the remark says why", C.VARIES, (S.FIX, S.APPEAL), ".40",
     "Read the remark code."),
)  # fmt: skip
# Out of use, yet met in old remittances: they mean what their successors mean.
_RETIRED: Mapping[str, str] = {"38": "242", "125": "16", "165": "288"}
_UNKNOWN = ("no words of ours for this code", C.VARIES, (S.APPEAL, S.RECORDS), Decimal("0.30"),
            "Ask the payer what it needs.")  # fmt: skip


def _read() -> dict[str, Reason]:
    found = {
        code: Reason(code, words, category, steps, Decimal(chance) if chance else None, advice)
        for code, words, category, steps, chance, advice in _ROWS
    }
    for old, new in _RETIRED.items():
        known = found[new]
        found[old] = Reason(old, known.words, known.category, known.steps, known.chance,
                            known.advice, is_retired=True)  # fmt: skip
    found["125"] = Reason("125", "error of submission", C.TECHNICAL, (S.FIX,), Decimal("0.80"),
                          "Read the remark code.", is_retired=True)  # fmt: skip
    return found


REASONS: Mapping[str, Reason] = _read()

# Category to root cause, to the stage that could have prevented it, and what working it costs us
# in dollars (W-46; screens 1.1: a denial costs 15 to 60 minutes).
_ROOTS: Mapping[C, tuple[R, Stage, str]] = {
    C.PATIENT_SHARE: (R.BENEFIT, Stage.FRONT_DESK, "0"),
    C.CODING: (R.CODING, Stage.CODING, "15"),
    C.DEMOGRAPHIC: (R.REGISTRATION, Stage.FRONT_DESK, "10"),
    C.ENROLLMENT: (R.ENROLLMENT, Stage.BILLING, "20"),
    C.NECESSITY: (R.NECESSITY, Stage.CODING, "60"),
    C.TECHNICAL: (R.CLAIM_DATA, Stage.BILLING, "10"),
    C.DUPLICATE: (R.DUPLICATE, Stage.BILLING, "10"),
    C.COORDINATION: (R.COORDINATION, Stage.FRONT_DESK, "20"),
    C.INFORMATION: (R.PAYER, Stage.PAYER, "0"),
    C.CONTRACT: (R.CONTRACT, Stage.BILLING, "30"),
    C.ELIGIBILITY: (R.ELIGIBILITY, Stage.FRONT_DESK, "15"),
    C.TIMELY: (R.TIMELY, Stage.BILLING, "25"),
    C.BENEFIT: (R.BENEFIT, Stage.FRONT_DESK, "25"),
    C.AUTHORIZATION: (R.AUTHORIZATION, Stage.AUTHORIZATION, "25"),
    C.CONTRACTUAL: (R.CONTRACT, Stage.PAYER, "0"),
    C.NETWORK: (R.BENEFIT, Stage.FRONT_DESK, "25"),
    C.DOCUMENTATION: (R.DOCUMENTATION, Stage.CODING, "20"),
    C.BUNDLING: (R.CODING, Stage.CODING, "20"),
    C.CREDENTIALING: (R.ENROLLMENT, Stage.BILLING, "30"),
    C.COMPLIANCE: (R.DOCUMENTATION, Stage.FRONT_DESK, "10"),
    C.PATIENT_PAID: (R.PAYER, Stage.PAYER, "10"),
    C.PENDING: (R.PAYER, Stage.PAYER, "5"),
    C.APPEAL: (R.PAYER, Stage.PAYER, "25"),
    C.VARIES: (R.PAYER, Stage.PAYER, "20"),
}


def reason_of(code: str) -> Reason:
    """What we know of a CARC; an unknown one says so."""
    return REASONS.get(code) or Reason(code, *_UNKNOWN)


def root_of(category: str) -> R:
    """The root cause of a category."""
    return _ROOTS[C(category)][0]


def stage_of(category: str) -> Stage:
    """Who could have prevented denials of this category."""
    return _ROOTS[C(category)][1]


def cost_of(category: str) -> Decimal:
    """What working such a denial costs us, in dollars."""
    return Decimal(_ROOTS[C(category)][2])


# Bare reasons that only the remark explains.
_READ_THE_REMARK = frozenset({"16", "96", "125", "A1"})


def category_of(code: str, remark_codes: Iterable[str]) -> C:
    """The category of a CARC, with what its remarks say where it is bare itself."""
    found = reason_of(code).category
    if code in _READ_THE_REMARK and ABOUT_RECORDS & set(remark_codes):
        return C.DOCUMENTATION
    return found

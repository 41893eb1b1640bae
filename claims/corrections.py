"""Whether and how a claim may be corrected or voided at its payer (domain B.7)."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from claims import states
from claims.answer_codes import NO_DECISION
from claims.choices import DenialState, RemittanceState, VersionState
from claims.frequency import ORIGINAL, REPLACEMENT, VOID
from claims.models import Claim, ClaimVersion, Denial, PayerFilingSettings, RemittanceClaim
from claims.payer_choices import CorrectionMode
from claims.selectors import filing_settings, unposted_remittance
from claims.services.take_snapshot import Picture
from coding.choices import CaseState, LineState
from coding.models import ChargeLine, CodingCase
from core.money import ZERO

NAMES = {ORIGINAL: "new claim", REPLACEMENT: "replacement claim", VOID: "void claim"}
WITH_CODER = (
    "Its encounter is with the coder, who changes its codes: the correction is made by itself of"
    " what is released."
)
_VOID_IT = "void the claim at its payer"
NOTHING_BILLED = f"Nothing of its encounter is billed any more: {_VOID_IT}."
UNPROCESSABLE = "MA130"  # the payer says that it never became a claim
_DECIDED = frozenset({VersionState.ADJUDICATED, VersionState.CLOSED})


@dataclass(frozen=True, slots=True)
class Way:
    """How a correction would go out: by which frequency, or why it cannot, in words."""

    frequency_code: str = ""
    refusal: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it can be done now."""
        return not self.refusal


def versions_to_correct(claim: Claim) -> list[ClaimVersion]:
    """The version that stands with each payer of the claim and is decided, the first payer first;
    with them the current one, whatever its state.
    """
    rows = (
        ClaimVersion.objects.filter(claim=claim)
        .exclude(state__in=[VersionState.VOIDED, VersionState.REPLACED])
        .select_related("payer", "coverage")
        .order_by("rank", "number")
    )
    standing = {version.rank: version for version in rows}
    return [
        one
        for one in standing.values()
        if one.state in _DECIDED or one.pk == claim.current_version_id
    ]


def version_to_correct(claim: Claim) -> ClaimVersion:
    """The newest version with an open denial that can be corrected, else the current one."""
    version = claim.version
    if version.corrects_id and version.state not in _DECIDED:
        return version
    decided = [one for one in versions_to_correct(claim) if one.state in _DECIDED]
    denied = set(
        Denial.objects.filter(version__in=decided, state=DenialState.OPEN).values_list(
            "version", flat=True
        )
    )
    found = [one for one in decided if one.pk in denied]
    return max(found, key=lambda one: one.number, default=version)


def way_to_correct(
    claim: Claim, version: ClaimVersion | None = None, *, past: ClaimVersion | None = None
) -> Way:
    """How a decided version may be corrected, of several payers' the one that needs it. What was
    never decided is put right as it is. `past` is its correction that has not left and would be
    given up for another.
    """
    version = version or version_to_correct(claim)
    refusal = _not_yet(claim, version, past)
    if refusal:
        return Way(refusal=refusal)
    if claim.recoded_since is not None and not recoded_lines(claim):
        return Way(refusal=NOTHING_BILLED)
    settings = filing_settings(version.payer)
    mode = settings.correction_mode if settings else CorrectionMode.REPLACE
    payer = version.payer.name
    if mode == CorrectionMode.NEW:
        return Way(ORIGINAL)
    if mode == CorrectionMode.REOPEN:
        if is_unprocessable(version):
            return Way(ORIGINAL)
        return Way(
            refusal=f"{payer} takes no replacement claims: ask it by telephone or on its portal to"
            " reopen the decision for a clerical error, or appeal. A new claim goes out only after"
            f" {UNPROCESSABLE}."
        )
    if mode == CorrectionMode.PAPER and not _goes_on_paper(settings):
        return Way(refusal=_ON_PAPER.format(payer))
    return _with_number(claim, version, REPLACEMENT)


def way_to_void(claim: Claim) -> Way:
    """How the decided claim may be taken back from its payer."""
    version = claim.version
    refusal = _not_yet(claim, version)
    if refusal:
        return Way(refusal=refusal)
    settings = filing_settings(version.payer)
    mode = settings.correction_mode if settings else CorrectionMode.REPLACE
    payer = version.payer.name
    if mode in {CorrectionMode.REOPEN, CorrectionMode.NEW}:
        return Way(
            refusal=f"{payer} takes no void claims: ask it by telephone or on its portal to take"
            " its payment back, or refund it."
        )
    if mode == CorrectionMode.PAPER and not _goes_on_paper(settings):
        return Way(refusal=_ON_PAPER.format(payer))
    return _with_number(claim, version, VOID)


def why_not_decided(claim: Claim) -> str:
    """Why nothing can be done at the payer about its decision now; "" when that stands."""
    return _not_yet(claim, claim.version)


def deadline_of_correction(version: ClaimVersion) -> date | None:
    """The last day for a correction of `version`, from its newest posted remittance; None where
    the payer has no limit of its own for corrections (domain B.8).
    """
    settings = filing_settings(version.payer)
    decided_on = decision_day(version)
    if settings is None or settings.corrected_limit_days is None or decided_on is None:
        return None
    return decided_on + timedelta(days=settings.corrected_limit_days)


def with_corrected_limit(picture: Picture, corrected: ClaimVersion) -> Picture:
    """`picture` with the payer's limit for corrections, where it has one of its own."""
    deadline = deadline_of_correction(corrected)
    return replace(picture, filing_deadline_on=deadline) if deadline else picture


def appeal_deadline(version: ClaimVersion) -> date | None:
    """The last day for an appeal against the decision on `version`; None where nobody set it."""
    settings = filing_settings(version.payer)
    decided_on = decision_day(version)
    if settings is None or settings.appeal_limit_days is None or decided_on is None:
        return None
    return decided_on + timedelta(days=settings.appeal_limit_days)


def decision_day(version: ClaimVersion) -> date | None:
    """The day of the newest posted remittance that decides `version`."""
    newest = _decisions(version).order_by("-remittance__paid_on").select_related("remittance")
    answer = newest.first()
    return answer.remittance.paid_on if answer else None


def paid_on_version(version: ClaimVersion) -> Decimal:
    """What the payer has paid on `version` and not taken back."""
    posted = RemittanceClaim.objects.filter(
        version=version, remittance__state=RemittanceState.POSTED
    )
    return posted.aggregate(total=Sum("paid_amount"))["total"] or ZERO


def is_unprocessable(version: ClaimVersion) -> bool:
    """Whether the payer said, of the claim or of one of its lines, that it never became one."""
    return (
        _decisions(version)
        .filter(
            Q(remark_codes__contains=[UNPROCESSABLE])
            | Q(lines__remark_codes__contains=[UNPROCESSABLE])
        )
        .exists()
    )


_ON_PAPER = (
    "{} takes corrected claims on paper only, and its claims go by wire: let an admin turn its"
    " route to paper for this one, or ask it by telephone."
)


def _decisions(version: ClaimVersion) -> "QuerySet[RemittanceClaim]":
    return RemittanceClaim.objects.filter(
        version=version, remittance__state=RemittanceState.POSTED
    ).exclude(status_code__in=NO_DECISION)


def _goes_on_paper(settings: PayerFilingSettings | None) -> bool:
    return settings is not None and settings.partner.is_paper


def _not_yet(claim: Claim, version: ClaimVersion, past: ClaimVersion | None = None) -> str:
    """Why nothing can be corrected at the payer now; "" when its decision stands."""
    payer, state = version.payer.name, version.state
    elsewhere = _elsewhere(claim, version, past)
    # What `past` corrects was decided, or nothing would correct it.
    if elsewhere or (past is not None and past.corrects_id == version.pk):
        return elsewhere
    if state in states.UNSENT and version.corrects_id:
        return "A correction is made already: put it right, or drop it."
    if state in states.UNSENT | states.REJECTED:
        return f"{payer} never had this claim: put it right, check it again and send it."
    if state in states.WITH_PAYER | {VersionState.BATCHED}:
        return f"{payer} has not decided yet: a correction names its decision, so wait for it."
    if state == VersionState.REVERSED:
        return f"{payer} has taken its decision back and decides anew: wait for its correction."
    if version.frequency_code == VOID:
        return f"{payer} has taken this claim back: there is nothing to correct any more."
    if state not in _DECIDED:
        return f"It is {version.get_state_display().lower()}: there is no decision to correct."
    return ""


def _elsewhere(claim: Claim, version: ClaimVersion, past: ClaimVersion | None) -> str:
    """What is to be done first with the claim, whichever version is meant: one payer is asked to
    correct at a time.
    """
    if claim.recoded_since is not None and _is_with_coder(claim):
        return WITH_CODER
    waiting, current = unposted_remittance(claim), claim.version
    if waiting is not None:
        return (
            f"Remittance {waiting.trace_number} answers this claim and is not posted: post it first"
        )
    if current.pk == version.pk or not current.corrects_id or current.state in _DECIDED:
        return ""
    if past is not None and past.pk == current.pk:
        return ""
    if current.state in states.UNSENT | states.REJECTED:
        return f"A correction for {current.payer.name} is made already: send or drop it first."
    return f"{current.payer.name} decides on a correction: wait for it."


def recoded_lines(claim: Claim) -> list[ChargeLine]:
    """What was coded anew and released for a decided claim, and is on no version of it yet."""
    if claim.recoded_since is None:
        return []
    rows = ChargeLine.objects.filter(claim_link__claim=claim, state=LineState.RELEASED)
    return list(rows.order_by("position", "pk"))


def _is_with_coder(claim: Claim) -> bool:
    cases = CodingCase.objects.filter(lines__claim_link__claim=claim)
    return not recoded_lines(claim) and cases.exclude(state=CaseState.NOT_BILLABLE).exists()


def _with_number(claim: Claim, version: ClaimVersion, frequency_code: str) -> Way:
    """REF F8 names the payer's number of this very claim, or nothing goes out."""
    number, payer = version.payer_claim_number, version.payer.name
    if not number:
        return Way(
            refusal=f"{payer} has not told its claim number (ICN), and a {NAMES[frequency_code]}"
            " must name it: ask for it."
        )
    other = (
        ClaimVersion.objects.filter(payer_claim_number=number, payer=version.payer_id)
        .exclude(claim=claim)
        .select_related("claim")
        .defer("snapshot")
        .first()
    )
    if other is not None:
        return Way(
            refusal=f"The payer's number {number} stands on claim {other.claim.control_number} too:"
            " find out which of them it names."
        )
    return Way(frequency_code)

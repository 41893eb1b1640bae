"""Giving a correction up: the answer that the payer gave first stands again (domain B.7)."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Min

from claims.choices import VersionState
from claims.corrections import recoded_lines
from claims.models import Claim, ClaimVersion
from claims.recoding import unsent_correction, version_to_recode, was_recoded, why_not_given_up
from claims.services.bill_next_payer import bill_next_payer
from claims.services.correct_claim import end_recoding
from claims.services.drop_correction import check_decision_stands, drop_correction
from claims.services.lock_claim import lock_claim
from claims.services.recheck_claim import lines_of
from claims.services.return_claim import return_claim
from claims.services.set_totals import set_totals
from claims.services.use_authorizations import use_authorizations
from coding.models import ChargeLine, CodingCase
from coding.services.restore_charges import restore_charges
from core import timeline
from core.errors import Conflict

_REASON = "the change of its codes is given up"


def give_up_correction(*, claim: Claim) -> ClaimVersion:
    """Stay with what the payer decided; returns that version. Wherever the correction is: with the
    coder, coded anew and not made, made, stopped by the check, or come back rejected.

    With other codes, the charges that the payer decided on are in the books again, under their own
    numbers, and those that were coded since are void. Raises Conflict where there is no correction,
    where a payer may have it, where the payer has taken its decision back, and where a part of the
    new codes is on another claim.
    """
    with transaction.atomic():
        # Encounter, account, claim: in the order of whoever releases or returns.
        cases = CodingCase.objects.filter(lines__claim_link__claim=claim).values("pk")
        locked_cases = CodingCase.objects.filter(pk__in=cases).order_by("pk")
        case = locked_cases.select_for_update(of=("self",))[0]
        claim = lock_claim(claim.pk)
        unsent = unsent_correction(claim)
        if claim.recoded_since is None and not (unsent and was_recoded(unsent)):
            return drop_correction(claim=claim)
        _check_sendings(claim)
        _check_others(claim, case)
        if unsent is not None or recoded_lines(claim):
            return_claim(claim=claim, reason=_REASON)
            claim = lock_claim(claim.pk)
        return _stay_with(claim, case)


def _check_sendings(claim: Claim) -> None:
    """A correction that was taken back may have arrived after all."""
    decided = version_to_recode(claim)
    last = ClaimVersion.objects.filter(claim=claim, corrects=decided).order_by("-number").first()
    why = why_not_given_up(last) if last is not None else ""
    if why:
        raise Conflict(why)


def _check_others(claim: Claim, case: CodingCase) -> None:
    """What may not stand with the rest was billed on a claim of its own, beside this one."""
    decided = version_to_recode(claim)
    began = timeline.entries_for(claim).filter(kind="claim.recoding", at__gte=decided.built_at)
    dropped = timeline.entries_for(claim).filter(kind="claim.recoding_dropped").order_by("-pk")
    if (last := dropped.first()) is not None:
        began = began.filter(pk__gt=last.pk)
    since = began.aggregate(first=Min("pk"))["first"]
    if since is None:
        return
    others = Claim.objects.filter(charge_lines__charge_line__case=case).exclude(pk=claim.pk)
    for other in others.exclude(current_version__state=VersionState.VOIDED).distinct():
        if timeline.entries_for(other).filter(kind="claim.built", pk__gt=since).exists():
            raise Conflict(
                f"A part of the new codes is on claim {other.control_number}, which would be"
                " billed besides: return that to the coder first, to be taken off the encounter."
            )


def _stay_with(claim: Claim, case: CodingCase) -> ClaimVersion:
    version = ClaimVersion.objects.select_related("payer", "practice").get(pk=claim.version.pk)
    check_decision_stands(version)
    lines = lines_of(version)
    restore_charges(case=case, lines=_diagnoses(version, lines))
    set_totals(claim, lines)
    end_recoding(claim, "The change of its codes was given up.")
    use_authorizations(version, lines)
    timeline.record(
        claim,
        kind="claim.recoding_dropped",
        sentence=f"gave the change of its codes up: the answer of {version.payer.name} stands",
    )
    # What waited for a later payer was taken back when the codes were.
    if version.state == VersionState.ADJUDICATED:
        bill_next_payer(version.pk)
    return version


def _diagnoses(
    version: ClaimVersion, lines: Sequence[ChargeLine]
) -> dict[int, list[tuple[str, str]]]:
    """By charge line what it pointed to when the payer was told."""
    listed = [(one["code"], one["title"]) for one in version.snapshot["diagnoses"]]
    told = {row["control_number"]: row["pointers"] for row in version.snapshot["lines"]}
    return {
        line.pk: [listed[place - 1] for place in told[line.control_number] if place]
        for line in lines
    }

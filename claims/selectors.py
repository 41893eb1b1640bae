"""Reads over claims that more than one service or view needs."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from claims.choices import (
    DenialState,
    InquiryState,
    MessageKind,
    RemittanceState,
    Scope,
    VersionState,
)
from claims.models import (
    Claim,
    ClaimVersion,
    ClaimVersionLine,
    Denial,
    PayerFilingSettings,
    Remittance,
    StatusInquiry,
)
from coding.models import CodingCase
from patients.models import BillingProvider, Payer


def filing_settings(payer: Payer) -> PayerFilingSettings | None:
    """How claims for `payer` are filed and its remittances posted; None when nobody said."""
    return PayerFilingSettings.objects.select_related("partner").filter(payer=payer).first()


def newest_version_at(claim: Claim, payer: Payer) -> ClaimVersion | None:
    """The newest version of `claim` that `payer` has, from us or from the payer before it."""
    sent = Q(current_attempt__isnull=False) | Q(crossover__isnull=False)
    return (
        ClaimVersion.objects.filter(sent, claim=claim, payer=payer)
        .order_by("-number")
        .defer("snapshot")
        .first()
    )


def denied_amounts(charge_line_ids: Collection[int]) -> dict[int, Decimal]:
    """What insurers refused and nobody has settled yet, by charge line."""
    rows = Denial.objects.filter(state=DenialState.OPEN, charge_line_id__in=charge_line_ids)
    return dict(rows.values_list("charge_line_id").annotate(total=Sum("amount")))


def is_our_payee(npi: str, tax_id: str) -> bool:
    """Whether a remittance pays this practice: one of its billing providers by NPI or tax id."""
    ours = BillingProvider.objects.none()
    if npi:
        ours = BillingProvider.objects.filter(npi=npi)
    if tax_id:
        ours = ours | BillingProvider.objects.filter(tax_id=tax_id)
    return ours.exists()


def payer_of_remittance(identifier: str, name: str) -> Payer | None:
    """The payer that a remittance's own words name: by id, else by its exact name.

    None where nothing fits; then its claims say who pays.
    """
    if identifier:
        found = list(
            Payer.objects.filter(payer_number=identifier)
            | Payer.objects.filter(filing_settings__payer_id_on_route=identifier)
        )
        if len(found) == 1:
            return found[0]
    named = list(Payer.objects.filter(name__iexact=name)[:2]) if name else []
    return named[0] if len(named) == 1 else None


def earlier_claims_of(versions: Collection[ClaimVersion]) -> dict[int, dict[str, str]]:
    """By version: line control number to the claim that bills the same service to the same payer
    (B.10, 8), in two queries.

    The same: patient, date, code, modifiers, rendering provider and charge, on another live claim.
    Of two alike the later one is the duplicate; the first must not stop with it.
    """
    lines = list(_services(ClaimVersionLine.objects.filter(version__in=versions)))
    billed: dict[Any, list[tuple[int, str]]] = defaultdict(list)
    others = ClaimVersionLine.objects.filter(
        version__claim__patient__in={version.claim.patient_id for version in versions},
        service_date__in={line.service_date for line in lines},
        procedure_code__in={line.procedure_code for line in lines},
    ).exclude(version__state__in=[VersionState.VOIDED, VersionState.REPLACED])
    for other in _services(others):
        claim = other.version.claim
        billed[_service(other)].append((claim.pk, claim.control_number))
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for line in lines:
        own = line.version.claim_id
        before = [one for one in billed[_service(line)] if one[0] < own]
        if before:
            found[line.version_id][line.control_number] = max(before)[1]
    return found


def original_of(version: ClaimVersion) -> Claim | None:
    """The claim that billed the same services to the same payer before; the newest of several."""
    numbers = set(earlier_claims_of([version]).get(version.pk, {}).values())
    return Claim.objects.filter(control_number__in=numbers).order_by("-pk").first()


def _services(rows: "QuerySet[ClaimVersionLine]") -> "QuerySet[ClaimVersionLine]":
    return rows.select_related("version__claim").defer("version__snapshot")


def _service(line: ClaimVersionLine) -> tuple[Any, ...]:
    """What makes two lines the same service (B.10, 8)."""
    claim = line.version.claim
    return (
        claim.patient_id, claim.rendering_provider_id, line.version.payer_id, line.service_date,
        line.procedure_code, tuple(line.modifiers), line.charge_amount,
    )  # fmt: skip


def sendable(partner_id: int) -> "QuerySet[ClaimVersion]":
    """The ready versions of claims not held, whose payer is reached by that partner.

    Those past their filing limit are among them: what builds a batch checks them again first.
    """
    routed = PayerFilingSettings.objects.filter(partner_id=partner_id, payer=OuterRef("payer"))
    return (
        ClaimVersion.objects.filter(state=VersionState.READY, claim__hold_reason="")
        .filter(Exists(routed), claim__current_version=F("pk"))
        .select_related("claim")
    )


def remittances_of(claim: Claim) -> "QuerySet[Remittance]":
    """The remittances that answer any version of `claim`, newest first."""
    return Remittance.objects.filter(claims__version__claim=claim).distinct()


def unposted_remittance(claim: Claim) -> Remittance | None:
    """The newest remittance that answers `claim` and waits for somebody to post it."""
    waiting = [RemittanceState.MATCHED, RemittanceState.EXCEPTIONS]
    return remittances_of(claim).filter(state__in=waiting).order_by("-id").first()


def last_told(version: ClaimVersion) -> StatusInquiry | None:
    """What the payer last said when it was asked where this version is, of its newest sending."""
    return StatusInquiry.objects.filter(
        version=version, attempt=version.current_attempt_id, state=InquiryState.ANSWERED
    ).first()


def cases_of(claim: Claim) -> "QuerySet[CodingCase]":
    """The encounters whose charges `claim` holds, as coders see them."""
    return CodingCase.objects.filter(lines__claim_link__claim=claim).distinct().order_by("pk")


def successor_of(claim: Claim) -> Claim | None:
    """The newest claim that bills the encounters of a voided `claim` anew."""
    again = Claim.objects.filter(charge_lines__charge_line__case__in=cases_of(claim))
    newer = again.filter(pk__gt=claim.pk).exclude(current_version__state=VersionState.VOIDED)
    return newer.order_by("-pk").first()


def predecessor_of(case: CodingCase) -> Claim | None:
    """The newest claim of the encounter that was returned to its coder."""
    held = Claim.objects.filter(charge_lines__charge_line__case=case)
    return held.filter(current_version__state=VersionState.VOIDED).order_by("-pk").first()


_SCOPE_OF_KIND = {
    MessageKind.TA1: Scope.ACK,
    MessageKind.ACK_999: Scope.ACK,
    MessageKind.ACK_277CA: Scope.ACK,
    MessageKind.REMITTANCE: Scope.REMIT,
    MessageKind.BENEFITS_271: Scope.STATUS,
    MessageKind.STATUS_277: Scope.STATUS,
}


def scopes_needed(kinds: Iterable[str]) -> set[str]:
    """The scopes a credential needs to deliver files of these kinds; unknown kinds need none."""
    return {str(_SCOPE_OF_KIND[kind]) for kind in map(MessageKind, kinds) if kind in _SCOPE_OF_KIND}

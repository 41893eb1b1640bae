"""Reads over claims that more than one service or view needs."""

from collections.abc import Collection, Iterable
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, QuerySet, Sum

from claims.choices import DenialState, MessageKind, RemittanceState, Scope, VersionState
from claims.models import (
    Claim,
    ClaimVersion,
    ClaimVersionLine,
    Denial,
    PayerFilingSettings,
    Remittance,
)
from patients.models import BillingProvider, Payer


def filing_settings(payer: Payer) -> PayerFilingSettings | None:
    """How claims for `payer` are filed and its remittances posted; None when nobody said."""
    return PayerFilingSettings.objects.select_related("partner").filter(payer=payer).first()


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


def earlier_claims_of(version: ClaimVersion) -> dict[str, str]:
    """Line control number to the claim that bills the same service to the same payer (B.10, 8).

    The same: patient, date, code, modifiers, rendering provider and charge, on another live claim.
    """
    claim = version.claim
    lines = list(version.lines.all())
    others = (
        ClaimVersionLine.objects.filter(
            version__claim__patient_id=claim.patient_id,
            version__claim__rendering_provider_id=claim.rendering_provider_id,
            version__payer_id=version.payer_id,
            service_date__in={line.service_date for line in lines},
            procedure_code__in={line.procedure_code for line in lines},
        )
        .exclude(version__claim_id=claim.pk)
        .exclude(version__state__in=[VersionState.VOIDED, VersionState.REPLACED])
        # Of two alike the later one is the duplicate; the first must not stop with it.
        .filter(version__claim_id__lt=claim.pk)
        .values_list(
            "service_date",
            "procedure_code",
            "modifiers",
            "charge_amount",
            "version__claim__control_number",
        )
    )
    billed = {
        (day, code, tuple(mods), charge): number for day, code, mods, charge, number in others
    }
    keys = {
        line.control_number: (
            line.service_date,
            line.procedure_code,
            tuple(line.modifiers),
            line.charge_amount,
        )
        for line in lines
    }
    return {number: billed[key] for number, key in keys.items() if key in billed}


def sendable(partner_id: int) -> "QuerySet[ClaimVersion]":
    """The ready versions of claims not held, whose payer is reached by that partner."""
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


_SCOPE_OF_KIND = {
    MessageKind.TA1: Scope.ACK,
    MessageKind.ACK_999: Scope.ACK,
    MessageKind.ACK_277CA: Scope.ACK,
    MessageKind.REMITTANCE: Scope.REMIT,
}


def scopes_needed(kinds: Iterable[str]) -> set[str]:
    """The scopes a credential needs to deliver files of these kinds; unknown kinds need none."""
    return {str(_SCOPE_OF_KIND[kind]) for kind in map(MessageKind, kinds) if kind in _SCOPE_OF_KIND}

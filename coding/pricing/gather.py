"""From rows to terms: the contract in force for a payer, and Medicare's values of a day."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.db.models import Q

from coding.choices import CodeSetKind
from coding.code_sets.lookups import (
    anesthesia_bases,
    conversion_factor,
    conversion_factors,
    locality,
    procedure_indicators,
)
from coding.code_sets.readers.anesthesia import NATIONAL, factor_name
from coding.code_sets.releases import in_force, release_on
from coding.edits.families import is_anesthesia
from coding.models import Contract, RelativeValue
from coding.pricing.terms import Medicare, Method, Rule, Terms, Values
from patients.models import PayerPlan

_NATIONAL = "national indices"


def contract_on(plan: PayerPlan, on: date) -> Contract | None:
    """The contract in force for a plan: its own, else its payer's; the newest of several."""
    rows = Contract.objects.filter(in_force(on), payer=plan.payer_id).filter(
        Q(plan=plan) | Q(plan__isnull=True)
    )
    return max(rows, key=lambda row: (row.plan_id is not None, row.effective_from), default=None)


def terms_of(contract: Contract | None) -> Terms | None:
    """A contract as pricing is told of it."""
    if contract is None:
        return None
    return Terms(
        name=contract.name,
        rules=tuple(
            Rule(
                Method(row.method),
                row.value,
                row.code_from,
                row.code_to,
                row.modifier,
                row.place_of_service_code,
            )
            for row in contract.rules.all()
        ),
        is_lesser_of_charge=contract.is_lesser_of_charge,
        reduces_multiples=contract.reduces_multiples,
        bilateral_pct=contract.bilateral_pct,
        assistant_pct=contract.assistant_pct,
        assistant_non_physician_pct=contract.assistant_non_physician_pct,
        cosurgeon_pct=contract.cosurgeon_pct,
        non_physician_pct=contract.non_physician_pct,
        pays_physical_status=contract.pays_physical_status,
        rounds_time_up=contract.rounds_time_up,
    )


def medicare_on(codes: Iterable[str], on: date, mac: str = "", number: str = "") -> Medicare:
    """Values of `codes`, and of the bases of their endoscopies, in the releases of the day."""
    wanted = set(codes)
    found = _fee_schedule(wanted, on, mac, number)
    slept = {code for code in wanted if is_anesthesia(code)}
    release = release_on(CodeSetKind.ANESTHESIA, on) if slept else None
    if release is None:
        return found
    names = [factor_name(mac, number), NATIONAL] if mac else [NATIONAL]
    factors = conversion_factors(release, names, on)
    return replace(
        found,
        anesthesia_bases=anesthesia_bases(release, slept),
        anesthesia_factor=next((factors[name] for name in names if name in factors), None),
        anesthesia_name=str(release),
    )


def _fee_schedule(codes: set[str], on: date, mac: str, number: str) -> Medicare:
    release = release_on(CodeSetKind.RVU, on)
    if release is None:
        return Medicare()
    rows = procedure_indicators(codes, on)
    bases = {row.endoscopy_base_code for row in rows.values()} - {"", *(code for code, _ in rows)}
    if bases:
        rows |= procedure_indicators(bases, on)
    factor, indices = conversion_factor(on), locality(mac, number, on) if mac else None
    defaults = Medicare()
    return Medicare(
        values={key: _values(row) for key, row in rows.items()},
        gpci=(indices.work_gpci, indices.pe_gpci, indices.mp_gpci) if indices else defaults.gpci,
        factor=factor.factor if factor else None,
        name=str(release),
        place=str(indices) if indices else _NATIONAL,
    )


def _values(row: RelativeValue) -> Values:
    return Values(
        work=row.work_rvu,
        pe_non_facility=row.pe_non_facility_rvu,
        pe_facility=row.pe_facility_rvu,
        mp=row.mp_rvu,
        multiple=row.multiple_procedure_indicator,
        bilateral=row.bilateral_indicator,
        global_days=row.global_days,
        endoscopy_base=row.endoscopy_base_code,
        pre=row.pre_share,
        intra=row.intra_share,
        post=row.post_share,
        is_priced=row.has_values,
    )

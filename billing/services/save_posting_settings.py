"""Changing how one payer's remittances are posted."""

from collections.abc import Collection, Sequence

from django.db import transaction

from billing.models import PayerPostingSettings, ProviderAdjustmentRule
from billing.posting.reasons import ProviderAccount
from billing.posting.stopping import MAY_PASS, STOP_WORDS
from claims.models import PayerFilingSettings
from claims.services.save_filing_settings import save_filing_settings
from core import timeline
from core.errors import ApplicationError
from patients.models import Payer


def save_posting_settings(
    *,
    payer: Payer,
    level: str,
    extra_contractual_codes: Sequence[str],
    passed_stops: Collection[str],
    provider_accounts: Sequence[ProviderAccount],
    posts_on_deposit: bool = False,
) -> None:
    """Keep the posting level, what does not stop it, whether it waits for its money, the agreed
    reason codes and the accounts of PLB codes of `payer`.

    What is posted from now on follows them; what is posted stays. Raises ApplicationError at
    `level` for a payer without filing settings, which cannot be trusted with more than one click.
    """
    with transaction.atomic():
        _save_level(payer, level)
        row, _ = PayerPostingSettings.objects.get_or_create(
            payer=payer, defaults={"practice_id": payer.practice_id}
        )
        before = _picture(payer, row)
        row.extra_contractual_codes = sorted(set(extra_contractual_codes))
        row.passed_stops = sorted(MAY_PASS.intersection(passed_stops))
        row.posts_on_deposit = posts_on_deposit
        row.save()
        ProviderAdjustmentRule.objects.filter(payer=payer).delete()
        ProviderAdjustmentRule.objects.bulk_create(
            ProviderAdjustmentRule(
                practice_id=payer.practice_id,
                payer=payer,
                reason_code=rule.reason_code,
                reference_prefix=rule.reference_prefix,
                account_id=int(rule.account),
            )
            for rule in provider_accounts
        )
        after = _picture(payer, row)
        if before != after:
            timeline.record(
                payer,
                kind="payer.changed",
                sentence="changed how its remittances are posted",
                before=before,
                after=after,
            )


def _save_level(payer: Payer, level: str) -> None:
    settings = PayerFilingSettings.objects.filter(payer=payer).first()
    if settings is None:
        if level:
            raise ApplicationError(
                "Set up how its claims are filed first: until then it is posted with one click.",
                field="level",
            )
        return
    if settings.posts != level:
        save_filing_settings(payer=payer, values={"posts": level})


def _picture(payer: Payer, row: PayerPostingSettings) -> dict[str, str]:
    rules = ProviderAdjustmentRule.objects.filter(payer=payer)
    return {
        "extra_contractual_codes": ", ".join(row.extra_contractual_codes),
        "passed_stops": "; ".join(STOP_WORDS[code] for code in row.passed_stops),
        "posts_on_deposit": "yes" if row.posts_on_deposit else "no",
        "provider_accounts": "; ".join(f"{rule} to {rule.account_id}" for rule in rules),
    }

"""Setting up the HTTPS road of a partner: secrets sealed, what changed in the audit log."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from claims.models import HttpsRoad, TradingPartner
from claims.services.access_tokens import forget_token
from claims.services.credentials import seal_api_key
from core import timeline
from core.admin_base import plain_values

_OF_SIGN_IN = frozenset({"sign_in", "token_url", "client_id", "token_scope"})


def set_up_https(partner: TradingPartner, wanted: Mapping[str, Any]) -> HttpsRoad:
    """Keep what `claims.https_form.HttpsForm` found good.

    An empty secret keeps the one there is. A new sign-in ends the token of the old one.
    """
    with transaction.atomic():
        row = TradingPartner.objects.select_for_update().get(pk=partner.pk)
        road = HttpsRoad.objects.filter(partner=row).first()
        before = plain_values(row) | (plain_values(road) if road else {})
        road = road or HttpsRoad(practice_id=row.practice_id, partner=row)
        signs_in_anew = bool(wanted.get("client_secret")) or any(
            getattr(road, name) != wanted[name] for name in _OF_SIGN_IN
        )
        row.endpoint_url, row.idempotency = wanted["endpoint_url"], wanted["idempotency"]
        if wanted.get("api_key"):
            row.api_key_sealed = seal_api_key(row, wanted["api_key"])
        for field in HttpsRoad._meta.concrete_fields:
            if field.name in wanted:
                setattr(road, field.name, wanted[field.name])
        if wanted.get("client_secret"):
            road.client_secret_sealed = seal_api_key(row, wanted["client_secret"])
        row.save(update_fields=["endpoint_url", "idempotency", "api_key_sealed"])
        road.save()
        if signs_in_anew:
            forget_token(row)
        after = plain_values(row) | plain_values(road)
        changed = [name for name, value in after.items() if before.get(name) != value]
        new_secret = " with a new secret" if wanted.get("api_key") or signs_in_anew else ""
        timeline.record(
            row,
            kind="partner.set_up",
            sentence=f"set up the HTTPS road{new_secret}",
            before={name: before.get(name) for name in changed},
            after={name: after[name] for name in changed},
        )
    return road

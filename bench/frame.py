"""The rows that every claim of a bench shares, and writing many rows past the services.

For the figures only: the bench's database is thrown away.
"""

import os
from collections.abc import Iterable, Sequence
from typing import Any

import django

django.setup()

import psycopg2  # noqa: E402  (after the setup, as the models)
from django.db import models  # noqa: E402

from claims.models import SubmissionBatch, TradingPartner  # noqa: E402
from core.models import Practice  # noqa: E402
from core.services.documents import store_document  # noqa: E402
from patients.models import (  # noqa: E402
    BillingProvider,
    Payer,
    PayerPlan,
    Provider,
    ServiceFacility,
)

PLACE = {"address_line1": "1 Main St", "city": "Anytown", "state_code": "CO",
         "zip_code": "800011234"}  # fmt: skip


def many(rows: Iterable[Any]) -> list[Any]:
    """Insert these new rows of one model."""
    found = list(rows)
    return list(type(found[0])._base_manager.bulk_create(found, batch_size=2000)) if found else []


def settle(tables: Sequence[type[models.Model]]) -> None:
    """Statistics, as autovacuum leaves them in a database that lives."""
    owner = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    owner.autocommit = True
    with owner.cursor() as cursor:
        for model in tables:
            cursor.execute(f"VACUUM (ANALYZE) {model._meta.db_table}")
    owner.close()


class Frame:
    """Providers, payers (name and number) with a plan each, and a batch that went out."""

    def __init__(self, practice: Practice, payers: Sequence[tuple[str, str]]) -> None:
        self.own: dict[str, Any] = {"practice": practice}
        facility = ServiceFacility.objects.create(name="Main", **self.own, **PLACE)
        provider = Provider.objects.create(
            first_name="A", last_name="B", npi="2000000028", taxonomy_code="207Q00000X", **self.own
        )
        billing = BillingProvider.objects.create(
            name="Bench", npi="2000000010", tax_id="841234567", taxonomy_code="207Q00000X",
            phone="3035550100", **self.own, **PLACE,
        )  # fmt: skip
        self.payers = [
            Payer.objects.create(name=name, payer_number=number, **self.own)
            for name, number in payers
        ]
        self.plans = [
            PayerPlan.objects.create(payer=payer, name="Plan", claim_filing_code="CI", **self.own)
            for payer in self.payers
        ]
        self.visit = {
            **self.own, "billing_provider": billing, "facility": facility,
            "rendering_provider": provider,
        }  # fmt: skip
        self.partner = TradingPartner.objects.create(
            name="Bench", transport="folder", sender_id="BENCH", receiver_id="BENCH",
            outbound_folder="nowhere", **self.own,
        )  # fmt: skip
        self.batch = SubmissionBatch.objects.create(
            partner=self.partner, reference="B1", interchange_control_number="000000001",
            group_control_number="1", claim_count=1, charge_amount=1,
            document=store_document(practice=practice, kind="x12.837p", content=b"ISA",
                                    content_type="text/plain", label="837P"),
            **self.own,
        )  # fmt: skip

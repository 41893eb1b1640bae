"""Setting the demo practices up, as an administrator would: people, places, payers, prices, routes.

Set-up is no one's service: it is what the administration site edits. It is checked and audited
the same way here. Everything after it, from the first patient on, goes through services.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from secrets import token_urlsafe
from typing import Any, TypeVar

from django.contrib.auth.hashers import make_password
from django.db import models

from claims.models import PayerClock, PayerCredential, PayerFilingSettings, TradingPartner
from claims.payer_choices import WaitKind
from claims.services.credentials import create_credential
from coding.choices import PriceMethod
from coding.models import ChargeItem, Contract, ContractRule, FeeSchedule, FeeScheduleItem
from coding.services.finish_case import RELEASE_ON_FINISH
from core import audit, keyring, practice_settings
from core.choices import Role
from core.models import Membership, Practice, User
from core.tenancy import practice_scope
from desk.demo.cast import (
    CLEARINGHOUSE,
    PASSWORD,
    USERS,
    PartnerCast,
    PayerCast,
    PracticeCast,
    charges,
    payers,
    practices,
)
from desk.demo.policies import load_policies
from desk.demo.sftp_line import history_folders
from patients.models import BillingProvider, Payer, PayerPlan, Provider, ServiceFacility

_Row = TypeVar("_Row", bound=models.Model)


@dataclass
class Stage:
    """A demo practice with everything that its days need at hand."""

    cast: PracticeCast
    practice: Practice
    users: dict[str, User] = field(default_factory=dict)
    sites: list[ServiceFacility] = field(default_factory=list)
    providers: list[Provider] = field(default_factory=list)
    plans: dict[str, PayerPlan] = field(default_factory=dict)
    partners: dict[str, TradingPartner] = field(default_factory=dict)
    billing_provider: BillingProvider = None  # type: ignore[assignment]  # set by set_up
    paper: TradingPartner = None  # type: ignore[assignment]  # set by set_up


def set_up(first_day: date, simulator_url: str) -> list[Stage]:
    """Make both practices; the charge master is in force well before `first_day`."""
    password = make_password(PASSWORD)
    stages = [_practice(cast, password) for cast in practices()]
    manager = stages[0].users["manager"]
    # One person with two practices, so that the change of practice can be tried.
    Membership.objects.create(user=manager, practice=stages[1].practice, role=Role.MANAGER)
    load_policies()
    for stage in stages:
        with practice_scope(stage.practice):
            _places_and_people(stage)
            _partners(stage, simulator_url)
            _payers(stage)
            _payer_on_paper(stage)
            _prices(stage, first_day - timedelta(days=365))
            _contracts(stage, first_day - timedelta(days=365))
    return stages


def _practice(cast: PracticeCast, password: str) -> Stage:
    practice = _kept(
        Practice(name=cast.name, time_zone=cast.time_zone, phone=cast.phone, is_demo=True)
    )
    stage = Stage(cast, practice)
    for name, role, first_name, last_name in USERS:
        user = User(
            username=f"{cast.user_prefix}{name}",
            first_name=first_name,
            last_name=last_name,
            email=f"{cast.user_prefix}{name}@example.com",
            password=password,
            is_staff=role in {Role.PRACTICE_ADMIN, Role.SYSTEM_ADMIN},
        )
        stage.users[name] = _kept(user, practice)
        Membership.objects.create(user=user, practice=practice, role=role)
    with practice_scope(practice):
        practice_settings.change(practice, RELEASE_ON_FINISH, cast.release_on_finish)
    return stage


def _places_and_people(stage: Stage) -> None:
    cast, practice = stage.cast, stage.practice
    stage.billing_provider = _kept(
        BillingProvider(
            practice=practice,
            name=cast.name,
            npi=cast.npi,
            tax_id=cast.tax_id,
            taxonomy_code=cast.taxonomy,
            phone=cast.phone,
            **cast.place.as_fields(),
        )
    )
    stage.sites = [
        _kept(
            ServiceFacility(
                practice=practice,
                name=site.name,
                npi=site.npi,
                clia_number=site.clia,
                **site.place.as_fields(),
            )
        )
        for site in cast.sites
    ]
    stage.providers = [
        _kept(
            Provider(
                practice=practice,
                first_name=one.first_name,
                last_name=one.last_name,
                npi=one.npi,
                taxonomy_code=one.taxonomy,
                user=stage.users["provider"] if one.has_user else None,
            )
        )
        for one in cast.providers
    ]


def _partners(stage: Stage, simulator_url: str) -> None:
    for one in stage.cast.partners:
        partner = TradingPartner(
            practice=stage.practice,
            name=one.name,
            # The history of an SFTP line is played through its folders (sftp_line).
            transport="folder" if one.transport == "sftp" else one.transport,
            sender_id=one.sender_id,
            receiver_id=CLEARINGHOUSE[1],
            usage="P",
            **_road(one, simulator_url),
        )
        key = token_urlsafe(24)
        partner.api_key_sealed = keyring.seal_text(key, bound_to=str(partner.public_id))
        stage.partners[one.key] = _kept(partner)
        if one.transport == "https":
            create_credential(partner=partner, name="Callbacks of the clearinghouse")


def _road(one: PartnerCast, simulator_url: str) -> dict[str, str]:
    if one.transport == "https":
        return {"endpoint_url": simulator_url, "idempotency": "key"}
    if one.transport == "sftp":
        return history_folders(one.sender_id)
    folder = f"exchange/{one.sender_id.lower()}"
    return {"outbound_folder": f"{folder}/to-payer", "inbound_folder": f"{folder}/from-payer"}


def _payers(stage: Stage) -> None:
    for one in payers():
        place = one.place
        payer = _kept(
            Payer(
                practice=stage.practice,
                name=one.name,
                payer_number=one.number,
                kind=one.kind,
                address_line1=place.line1,
                city=place.city,
                state_code=place.state,
                zip_code=place.zip_code,
                phone="8005550100",
            )
        )
        stage.plans[one.key] = _kept(
            PayerPlan(
                practice=stage.practice, payer=payer, name=one.plan, claim_filing_code=one.filing
            )
        )
        partner = stage.partners.get(one.route) or stage.partners["https"]
        _kept(
            PayerFilingSettings(
                practice=stage.practice,
                payer=payer,
                partner=partner,
                filing_limit_days=one.filing_limit_days,
                files_by_calendar_year=one.calendar_year,
                posts=one.posts,
            )
        )


def _payer_on_paper(stage: Stage) -> None:
    """A small insurer that no clearinghouse reaches."""
    practice = stage.practice
    stage.paper = _kept(
        TradingPartner(
            practice=practice, name="Paper, by mail", kind="payer", transport="paper", usage="P"
        )
    )
    payer = _kept(
        Payer(
            practice=practice,
            name="Granite Ridge Growers Benefit Fund",
            payer_number="DEMOGRG",
            kind="commercial",
            address_line1="PO Box 4410",
            city="Grand Junction",
            state_code="CO",
            zip_code="815024410",
            phone="9705550144",
        )
    )
    # It answers slowly, and says so: its mail is given sixty days (Connections, Clocks).
    _kept(PayerClock(practice=practice, payer=payer, kind=WaitKind.MAILED_REMITTANCE, length=60))
    stage.plans["paper"] = _kept(
        PayerPlan(practice=practice, payer=payer, name="Members' plan", claim_filing_code="CI")
    )
    _kept(
        PayerFilingSettings(
            practice=practice, payer=payer, partner=stage.paper, filing_limit_days=180
        )
    )


def _prices(stage: Stage, since: date) -> None:
    schedule = _kept(
        FeeSchedule(
            practice=stage.practice, name="Standard fees", is_standard=True, effective_from=since
        )
    )
    for one in charges():
        ChargeItem.objects.create(
            practice=stage.practice,
            procedure_code=one.code,
            short_name=one.name,
            effective_from=since,
        )
    FeeScheduleItem.objects.bulk_create(
        FeeScheduleItem(
            practice=stage.practice,
            schedule=schedule,
            procedure_code=one.code,
            fee_amount=one.fee,
        )
        for one in charges()
    )


def _contracts(stage: Stage, since: date) -> None:
    """What each payer has agreed to allow: the very figures that the simulator pays by."""
    for one in payers():
        plan = stage.plans[one.key]
        contract = _kept(
            Contract(
                practice=stage.practice,
                payer=plan.payer,
                name=f"{one.name} {since:%Y}"[:60],
                effective_from=since,
                reduces_multiples=False,
            )
        )
        ContractRule.objects.bulk_create(
            ContractRule(practice=stage.practice, contract=contract, **rule) for rule in _rules(one)
        )


def _rules(one: PayerCast) -> list[dict[str, Any]]:
    if one.kind == "medicare":
        return [
            {"method": PriceMethod.FIXED, "code_from": charge.code, "value": charge.medicare}
            for charge in charges()
        ]
    percent = Decimal(one.terms["default_percent"]) * 100
    return [{"method": PriceMethod.PCT_CHARGE, "value": percent}]


def _kept(row: _Row, practice: Any = None) -> _Row:
    """Checked as a form checks, saved, and kept in the audit log."""
    row.full_clean()
    row.save(force_insert=True)
    owner = practice or (row if isinstance(row, Practice) else None)
    audit.record(f"{row._meta.model_name}.created", subject=row, practice=owner)
    return row


def api_key_of(partner: TradingPartner) -> str:
    """The key with which a partner's claims are posted to the simulator."""
    return keyring.open_text(partner.api_key_sealed, bound_to=str(partner.public_id))


def credential_of(partner: TradingPartner) -> PayerCredential | None:
    """The newest key with which answers of a partner are signed."""
    return PayerCredential.everywhere.filter(partner=partner).order_by("-id").first()

"""The buckets of the claim worklist (screens S16): what is in each.

Every bucket but "All claims" is a share of the open claims, which the database marks
(`Claim.is_open`): its condition looks at those few and never at the claims of past years. A
condition is made of the state and of flags (claims/bucket_flags.py) alone: it chooses the bucket's
rows, and the very same adds up its count (claims/bucket_counts.py).
"""

from dataclasses import replace

from django.db.models import F, Q

from claims import states
from claims.bucket_flags import OPEN, in_states
from claims.choices import VersionState
from core.lists.query import condition
from core.lists.spec import Bucket

BEFORE, PAYER, WATCH, EVERYTHING = "Before sending", "With the payer", "Watch", "Everything"
ALL = "all"
BALANCE = F("insurance_balance_amount") + F("patient_balance_amount")
_AWAKE = Q(is_snoozed=False)

SHARES = (
    Bucket("needs-fix", "Needs fix",
           _AWAKE & in_states(VersionState.SCRUB_FAILED) & Q(is_held=False), BEFORE, act=True,
           done="Nothing needs a fix."),
    Bucket("waiting-provider", "Waiting provider", _AWAKE & Q(waits_for_provider=True), BEFORE,
           done="No claim waits for a provider."),
    Bucket("on-hold", "On hold", Q(is_held=True), BEFORE, done="Nothing is on hold."),
    Bucket("ready", "Ready to send", in_states(VersionState.READY) & Q(is_held=False), BEFORE,
           done="Everything that was ready is sent."),
    Bucket("rejected", "Rejected", _AWAKE & in_states(*states.REJECTED), PAYER, act=True,
           done="No rejection waits."),
    Bucket("no-acknowledgement", "No acknowledgement", _AWAKE & Q(is_silent=True), PAYER,
           done="Every file was acknowledged in time."),
    Bucket("no-answer", "No answer",
           _AWAKE & (in_states(VersionState.NO_RESPONSE) | Q(is_silent_on_paper=True)
                     | (in_states(VersionState.PENDED, VersionState.FORWARDED) & Q(is_due=True))),
           PAYER, done="No payer is late with an answer."),
    Bucket("denied", "Denied", _AWAKE & Q(is_unworked=True), PAYER, act=True,
           done="No denial waits."),
    Bucket("appeal-out", "Appeal out", Q(is_appealed=True), PAYER,
           done="No appeal waits for its decision."),
    Bucket("underpaid", "Underpaid", _AWAKE & Q(is_underpaid=True), PAYER, act=True,
           done="No payer allowed less than its contract.", sort="-underpaid",
           money_total="underpaid_amount"),
    Bucket("secondary-due", "Secondary due",
           _AWAKE & (Q(has_second=True, is_denied=False) | Q(is_lost_on_the_way=True)), PAYER,
           done="No secondary claim is due."),
    Bucket("filing-limit", "Filing limit ≤ 15 d", Q(is_near_limit=True), WATCH, act=True,
           done="No filing limit is near."),
    Bucket("snoozed", "Snoozed", Q(is_snoozed=True), WATCH, done="Nothing is snoozed."),
    Bucket("open", "All open claims", Q(), EVERYTHING, done="No claim is open."),
)  # fmt: skip


def _within_open(share: Bucket) -> Bucket:
    return replace(share, where=lambda request: OPEN & condition(share.where, request))


BUCKETS = (
    *map(_within_open, SHARES),
    Bucket(ALL, "All claims", Q(), EVERYTHING, sort="-service", done="There is no claim yet."),
)

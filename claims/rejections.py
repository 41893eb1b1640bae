"""Why a claim was rejected, in plain words, with the field that puts it right (domain D.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from claims import states
from claims.choices import AckKind, VersionState
from claims.edi.records import Status
from claims.models import AcknowledgedClaim, Acknowledgement, ClaimVersion, SubmissionAttempt
from claims.rejection_places import (
    REJECTING,
    Place,
    Where,
    describe,
    in_short,
    most_telling,
    place_of,
)
from claims.selectors import cases_of

W = Where


@dataclass(frozen=True, slots=True)
class Rejection:
    """One reason as the claim page shows it: who said it, what to do, and the way there."""

    who: str
    words: str
    as_told: str = ""
    to_do: str = ""
    url: str = ""
    label: str = ""
    lines: tuple[str, ...] = ()


def rejections_of(version: ClaimVersion) -> list[Rejection]:
    """Why the newest sending of `version` was rejected, as far as anybody said."""
    if version.state not in states.REJECTED or version.current_attempt_id is None:
        return []
    said = AcknowledgedClaim.objects.filter(attempt=version.current_attempt_id)
    rows = [row for row in said.select_related("acknowledgement") if _rejects(row)]
    found = [_of_claim(version, row) for row in rows]
    attempt = SubmissionAttempt.objects.get(pk=version.current_attempt_id)
    if version.state == VersionState.FILE_REJECTED:
        return found or _of_file(version, attempt)
    return found or _of_batch(version, attempt)


def _rejects(row: AcknowledgedClaim) -> bool:
    if row.acknowledgement.kind == AckKind.ACK_999:
        return True
    return row.category_code in REJECTING


def _of_claim(version: ClaimVersion, row: AcknowledgedClaim) -> Rejection:
    who = row.acknowledgement.sender_name
    words, as_told = row.message, ""
    if row.acknowledgement.kind == AckKind.ACK_999:
        place = Place(
            W.CLAIM, "This claim was the one at fault: put the field right, then send it."
        )
    else:
        status = Status(row.category_code, row.status_code, row.entity_code)
        place = place_of(status)
        words, as_told = _capitalised(in_short(status)), row.message
    lines = tuple(
        f"Line {line['control_number'] or '?'} {line['procedure_code']}: {line['words']}"
        for line in row.lines
    )
    return Rejection(who, words, as_told, place.to_do, *_way(version, place), lines)


def _about(attempt: SubmissionAttempt) -> "QuerySet[Acknowledgement]":
    """What was said of the file or the set of this sending."""
    return Acknowledgement.objects.filter(
        batch=attempt.batch_id, set_control_number__in=["", attempt.set_control_number]
    )


def _of_batch(version: ClaimVersion, attempt: SubmissionAttempt) -> list[Rejection]:
    """Rejected with its batch, or with all claims of its billing provider (277CA)."""
    npi, found = version.claim.billing_provider.npi, []
    for row in _about(attempt).filter(kind=AckKind.ACK_277CA):
        said = [
            ("Said of the whole batch", row.details.get("rejecting", [])),
            ("Said of the billing provider", row.details.get("providers", {}).get(npi, [])),
        ]
        for of_whom, codes in said:
            if codes:
                found.append(_of_codes(version, row, of_whom, codes))
    return found


def _of_codes(
    version: ClaimVersion, row: Acknowledgement, of_whom: str, codes: list[Any]
) -> Rejection:
    statuses = [Status(*code) for code in codes]
    telling = most_telling(statuses)
    place = place_of(telling)
    as_told = f"{of_whom}: {'; '.join(describe(status) for status in statuses)}"
    words = _capitalised(in_short(telling))
    return Rejection(row.sender_name, words, as_told, place.to_do, *_way(version, place))


def _of_file(version: ClaimVersion, attempt: SubmissionAttempt) -> list[Rejection]:
    """Rejected with its file or its set: said of the file, not of this claim."""
    rows = _about(attempt).exclude(kind=AckKind.ACK_277CA)
    others = AcknowledgedClaim.objects.filter(
        acknowledgement__in=rows, acknowledgement__kind=AckKind.ACK_999
    ).exclude(version=version)
    if others.exists():
        words = "Another claim of its set was at fault, and took this one with it."
        return [Rejection("", words, to_do="It may go again as it is.")]
    return [
        Rejection(row.sender_name, str(words), to_do="Nothing in the claim itself was named.")
        for row in rows
        for words in row.details.get("reasons") or filter(None, [row.details.get("note")])
    ]


def _capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]


def _way(version: ClaimVersion, place: Place) -> tuple[str, str]:
    """The address of the field, and what its link says."""
    claim = version.claim
    at = f"#id_{place.field}" if place.field else ""
    if place.where == W.COVERAGE:
        url = reverse("patients:coverage-edit", args=[version.coverage.public_id])
        return f"{url}{at}", "Open the coverage"
    if place.where == W.PATIENT:
        url = reverse("patients:edit", args=[claim.patient.public_id])
        return f"{url}{at}", "Open the patient"
    if place.where == W.SET_UP:
        return reverse("claims:enrolments"), "See the enrolments"
    if place.where == W.PAYER:
        return reverse("claims:payer", args=[version.payer.public_id]), "Open the payer"
    if place.where == W.CODING:
        case = cases_of(claim).first()
        return (
            (reverse("coding:case", args=[case.public_id]), "Open the coding") if case else ("", "")
        )
    return reverse("claims:detail", args=[claim.public_id]) + "?tab=lines", "See the lines"


def may_go_again(batch_id: int) -> Iterable[int]:
    """The ids of claims whose set another claim spoiled: nothing is wrong with them (W-31)."""
    guilty = AcknowledgedClaim.objects.filter(
        acknowledgement__batch=batch_id, acknowledgement__kind=AckKind.ACK_999
    )
    spoiled = guilty.values("acknowledgement__set_control_number")
    return (
        ClaimVersion.objects.filter(
            current_attempt__batch=batch_id, state=VersionState.FILE_REJECTED,
            current_attempt__set_control_number__in=spoiled,
        )
        .exclude(pk__in=guilty.filter(version__isnull=False).values("version"))
        .values_list("claim_id", flat=True)
    )  # fmt: skip

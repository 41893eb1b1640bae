"""The page and field of claim data, a case or an authorization that a finding is about."""

import re

from django.urls import reverse

from claims.models import ClaimVersion, ScrubFinding
from patients.claim_data.form import field_name

_LINE = re.compile(r"lines\.(\d+)\.claim_data\.(\w+)\.(\w+)")
_VISIT = re.compile(r"claim_data\.(\w+)\.(\w+)")
_ONE = re.compile(r"(case|authorization)\.([0-9a-f-]{36})\.(\w+)")
_ROLES = "roles"


def field_url(row: ScrubFinding) -> str:
    """Where the field of a finding is; "" where it is none of these."""
    version, field = row.version, row.field
    if found := _LINE.fullmatch(field):
        number, group, fact = found.groups()
        return _line_url(version, int(number), group, fact)
    if found := _VISIT.fullmatch(field):
        return f"{claim_data_url(version)}{_at(*found.groups())}"
    if found := _ONE.fullmatch(field):
        kind, public_id, name = found.groups()
        return f"{reverse(f'patients:{kind}-edit', args=[public_id])}#id_{name}"
    if field == "claim_data.case":
        return f"{claim_data_url(version)}#id_case"
    if field == "authorization.new":
        return reverse("patients:authorization-new", args=[version.claim.patient.public_id])
    return ""


def claim_data_url(version: ClaimVersion) -> str:
    """The page “More claim data” of the version's encounter; "" for a version without lines."""
    line = version.lines.select_related("charge_line__case").first()
    if line is None:
        return ""
    return reverse("coding:claim-data", args=[line.charge_line.case.public_id])


def _line_url(version: ClaimVersion, number: int, group: str, fact: str) -> str:
    row = version.lines.select_related("charge_line__case").filter(line_number=number).first()
    if row is None:
        return ""
    line = row.charge_line
    url = reverse("coding:claim-data-line", args=[line.case.public_id, line.public_id])
    return f"{url}{_at(group, fact)}"


def _at(group: str, fact: str) -> str:
    """The group opened, and the field."""
    if group == _ROLES:
        return f"#id_{fact}"
    return f"?open={group}#id_{field_name(group, 0, fact)}"

"""A short name for one finding, so that other pages can point at it on the coding screen."""

import hashlib

from core.findings import Finding

_LENGTH = 8


def finding_key(finding: Finding) -> str:
    """The same for the same rule, place and facts, as an override is; another once they differ."""
    said = "\n".join((finding.code, finding.field, finding.message[:300]))
    return hashlib.sha256(said.encode()).hexdigest()[:_LENGTH]

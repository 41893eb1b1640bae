"""What this app announces to the apps on its right, and what it hears from its left."""

from core.news import topic

CLAIM_BUILT = topic(
    "claims.claim_built", "A claim was made from released charge lines. Subject: the claim."
)
CLAIM_CORRECTED = topic(
    "claims.claim_corrected",
    "A correction or void of a decided claim was made or checked again. Subject: the claim; ids:"
    " version_id.",
)
VERSION_SENT = topic(
    "claims.version_sent",
    "A batch of claims reached the trading partner. Subject: the batch; ids: version_ids.",
)
CLAIM_REJECTED = topic(
    "claims.claim_rejected",
    "A claim came back before adjudication. Subject: the claim; ids: version_id.",
)
REMITTANCE_MATCHED = topic(
    "claims.remittance_matched",
    "A remittance balances and each of its claims and lines is ours. Subject: the remittance.",
)
REMITTANCE_INCOMPLETE = topic(
    "claims.remittance_incomplete",
    "Some claims or lines of a remittance were not found; a person has been asked for them.",
)
NEXT_PAYER_DECLINED = topic(
    "claims.next_payer_declined",
    "A claim is not billed to its next payer. Subject: the claim; ids: payer_id, rank.",
)
CLAIM_ADJUDICATED = topic(
    "claims.claim_adjudicated",
    "A payer decided a claim and the decision was posted. Subject: the claim; ids: version_id.",
)

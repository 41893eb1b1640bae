"""Double-entry ledger: a kernel that knows charge lines, payers and patients, but no claim.

What it promises (docs/ledger.md): append-only, balanced by construction, mirrored at most once,
and every balance is the fold of its entries as of any date.
"""

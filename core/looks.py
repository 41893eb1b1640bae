"""How the kind of a timeline entry looks: an icon and a tone for its dot."""

# The last word of a kind ("claim.sent") decides, so that apps need not list their kinds here.
# Tones are those of the stylesheet: ok, bad, now, sent, or none.
_BY_LAST_WORD: dict[str, tuple[str, str]] = {
    "accepted": ("check", "ok"),
    "acknowledged": ("check", "ok"),
    "applied": ("check", "ok"),
    "batched": ("box", ""),
    "built": ("claims", ""),
    "called": ("followup", ""),
    "changed": ("pen", ""),
    "checked": ("check", ""),
    "closed": ("check", "ok"),
    "coded": ("encounters", ""),
    "created": ("plus", ""),
    "denied": ("denials", "bad"),
    "doubted": ("alert", "bad"),
    "failed": ("alert", "bad"),
    "finished": ("check", ""),
    "held": ("pause", ""),
    "issued": ("statements", "sent"),
    "noted": ("note", ""),
    "paid": ("remits", "ok"),
    "posted": ("remits", "ok"),
    "quarantined": ("lock", "bad"),
    "printed": ("print", ""),
    "queued": ("box", ""),
    "received": ("download", "ok"),
    "recorded": ("plus", ""),
    "registered": ("plus", ""),
    "rejected": ("x", "bad"),
    "released": ("send", "now"),
    "returned": ("undo", ""),
    "reversed": ("undo", "bad"),
    "sent": ("send", "sent"),
    "unsent": ("undo", ""),
    "voided": ("x", ""),
}


def look_of(kind: str) -> tuple[str, str]:
    """Icon and tone for `kind`; a plain dot for a kind nobody drew."""
    last = kind.replace(".", "_").rsplit("_", 1)[-1]
    return _BY_LAST_WORD.get(last, ("info", ""))

"""What an answer in an 835 is to the claim that it names: CLP02 (domain E.3)."""

REVERSAL, FORWARDED, PRICING = "22", "23", "25"
# Not our claim, or only a price: there is nothing of ours to find or to decide.
ELSEWHERE = frozenset({FORWARDED, PRICING})
NO_DECISION = ELSEWHERE | {REVERSAL}

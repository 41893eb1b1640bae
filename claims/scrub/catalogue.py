"""Every scrub rule: its id, weight, meaning and source. Messages are made by the checks.

The rules about codes are coding's own (`coding/edits/catalogue.py`, `claims/scrub/coding.py`);
COD holds only what a claim must have besides. COD-01 to COD-05 were the first form of them, and
their ids are not used again.
"""

from dataclasses import dataclass

from core.findings import Finding, Severity

E, O, W = Severity.ERROR, Severity.OVERRIDABLE, Severity.WARNING  # noqa: E741 - the trade's letters


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule demands and why; docs/rules.md is made from these."""

    code: str
    severity: Severity
    meaning: str
    source: str


_AUTH, _B6 = "domain B.10, K.1", "situational blocks, domain B.6"
_B4, _B5 = "837P field map, domain B.4", "identifier validation, domain B.5"

RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule(
            "IDN-01", E, "The billing provider's NPI is ten digits with a right check digit.", _B5
        ),
        Rule("IDN-02", E, "The billing provider's tax id is a valid EIN or SSN.", _B5),
        Rule("IDN-03", E, "Billing and facility ZIP codes have nine digits.", _B4),
        Rule("IDN-04", W, "A ZIP+4 does not end in 0000 or 9999.", _B5),
        Rule("IDN-05", E, "The billing address is a street address, complete.", _B4),
        Rule("IDN-06", E, "Taxonomy codes have the form of the code list.", _B5),
        Rule("IDN-07", E, "The rendering provider's NPI is valid.", _B5),
        Rule("IDN-08", W, "The rendering provider has a taxonomy code.", _B4),
        Rule("IDN-09", E, "A separate service facility has a valid NPI and address.", _B4),
        Rule("IDN-10", E, "The patient has a first and last name.", _B4),
        Rule("IDN-11", E, "The patient has a birth date and a sex the claim can say.", _B4),
        Rule("IDN-12", E, "The patient's address is complete.", _B4),
        Rule("IDN-13", E, "The member id is there, without spaces or dashes.", _B4),
        Rule("IDN-14", E, "A dependent's claim names the subscriber.", "domain B.3"),
        Rule("IDN-15", E, "The payer has an electronic id.", _B4),
        Rule("IDN-16", E, "The claim number is 1 to 17 capitals and digits.", _B4),
        Rule("IDN-17", E, "The referring provider's NPI is valid.", _B5),
        Rule("IDN-18", E, "The claim names a phone number for questions.", "domain B.2"),
        Rule("IDN-19", E, "A Medicare member id has the form of an MBI.", _B4),
        Rule("IDN-20", E, "A release of information is signed, or permitted by law.", _B4),
        Rule("IDN-21", O, "It is on file whether the benefits are assigned.", _B4),
        Rule("COV-01", E, "The coverage is active on the day of each service.", "domain B.10"),
        Rule(
            "COV-02",
            E,
            "The relationship to the subscriber is one the claim can say.",
            "domain B.3",
        ),
        Rule("COV-03", E, "The patient was born on or before the service date.", _B4),
        Rule("COV-04", E, "The service date is not after the patient's death.", _B4),
        Rule("CLD-01", W, "An injury at work goes to a workers' compensation carrier.", _B4),
        Rule("CLD-02", E, "An auto accident has its day and state.", _B4),
        Rule("CLD-03", E, "Workers' compensation gets the carrier's claim number.", _B4),
        Rule(
            "CLD-04",
            E,
            "Accident, onset, last period and admission are not later than the service.",
            _B4,
        ),
        Rule("CLD-05", E, "Services to an inpatient (place 21) have the day of admission.", _B4),
        Rule(
            "CLD-06", O, "Spinal manipulation has the day of first treatment or acute phase.", _B4
        ),
        Rule("CLD-07", W, "A mammography has the certification number of its place.", _B4),
        Rule("CLD-08", E, "Ordering, supervising and other providers have valid NPIs.", _B5),
        Rule("CLD-09", E, "A primary care provider is named beside who referred.", _B4),
        Rule(
            "CLD-10", W, "Medicare claims for ordered services name who ordered or referred.", _B4
        ),
        Rule("CLD-11", E, "An ambulance ride has both addresses, complete.", _B6),
        Rule("CLD-12", W, "What the patient paid is reported to Medicare with care.", _B4),
        Rule("CLD-13", E, "The patient did not pay more than the total.", _B4),
        Rule("CLD-14", E, "A prescription number has its drug code (NDC).", _B4),
        Rule("CLD-15", E, "A certificate names its form, and answers it.", _B6),
        Rule("CLD-16", E, "Anesthesia's start and stop are its minutes.", _B6),
        Rule("CLD-17", E, "A bought service names its seller and price.", _B6),
        Rule("CLD-18", W, "Medicare is charged no more for a bought service than it cost.", _B6),
        Rule("AUT-01", O, "Codes that the payer pays only so have a prior authorization.", _AUTH),
        Rule("AUT-02", O, "A payer that wants a referral gets one.", _AUTH),
        Rule("AUT-03", O, "The authorization holds on every service date.", _AUTH),
        Rule("AUT-04", O, "The authorization is for the codes that are billed.", _AUTH),
        Rule("AUT-05", O, "The authorization is for the provider who gave the service.", _AUTH),
        Rule("ATT-01", O, "An attachment goes with a code that the payer pays only so.", _AUTH),
        Rule("AUT-06", O, "No more is used of an authorization than it allows.", _AUTH),
        Rule("COB-01", E, "Medicaid is billed after every other payer.", "domain C.1"),
        Rule("COB-02", E, "One of the coverages in force is primary.", "domain C.1"),
        Rule(
            "COB-03",
            E,
            "Medicare comes after an employer's plan that pays first.",
            "Medicare secondary payer, domain C.5",
        ),
        Rule(
            "COB-04",
            E,
            "A claim to Medicare as second payer says why (SBR05).",
            "Medicare secondary payer, domain C.5",
        ),
        Rule("COB-05", O, "TRICARE is billed last, but for Medicaid.", "domain C.1"),
        Rule("COB-06", E, "Every payer that comes before has decided.", "domain C.1"),
        Rule(
            "COB-07",
            E,
            "For each line, what an earlier payer paid and adjusted is the charge.",
            "domain C.3",
        ),
        Rule(
            "COB-08",
            E,
            "For the claim, what an earlier payer paid and adjusted is the charge.",
            "domain C.3",
        ),
        Rule(
            "COB-09",
            E,
            "An other payer named on a claim by wire has an electronic id.",
            "domain C.2",
        ),
        Rule("COB-10", E, "An other payer's subscriber has a name and a member id.", "domain C.2"),
        Rule("COD-06", E, "Each line has a procedure code of five characters.", _B4),
        Rule("COD-07", E, "The place of service is a two-digit code.", _B4),
        Rule("COD-08", E, "No service date is in the future.", _B4),
        Rule("COD-09", E, "An electronic claim has 1 to 50 lines.", "domain B.1"),
        Rule("COD-10", E, "A waived test (QW) names the laboratory's CLIA number.", _B4),
        Rule(
            "PAY-01",
            E,
            "A replacement or void names the payer's claim number; an original does not.",
            "domain B.7",
        ),
        Rule("PAY-02", E, "The payer has a route by which its claims are sent.", "filing settings"),
        Rule(
            "PAY-03",
            E,
            "A payer that wants a referring provider on every claim is told one.",
            "filing settings",
        ),
        Rule(
            "PAY-04",
            E,
            "A payer that pays by the billing provider's taxonomy is told it.",
            _B5,
        ),
        Rule(
            "ENR-01",
            E,
            "Who bills and who renders is enrolled with the payer on the day of each service.",
            "filing settings",
        ),
        Rule(
            "ENR-02",
            W,
            "Who bills and who renders is enrolled with the payer on the day of each service.",
            "filing settings",
        ),
        Rule(
            "ENR-03",
            W,
            "The payer has approved electronic claims of who is enrolled.",
            "filing settings",
        ),
        Rule(
            "ENR-04",
            E,
            "The payer has approved electronic claims of who is enrolled.",
            "filing settings",
        ),
        Rule("SPL-01", O, "The services of a claim may stand on one claim.", "domain B.1"),
        Rule("BAL-01", E, "The lines add up to the claim's total.", _B4),
        Rule("BAL-02", E, "No line has a negative charge.", _B4),
        Rule("BAL-03", W, "The claim asks for more than zero.", _B4),
        Rule("TFL-01", O, "The claim goes out before its filing limit.", "domain B.8"),
        Rule("TFL-02", W, "The filing limit is not near.", "domain B.8"),
        Rule(
            "DUP-01", O, "The same service was not billed to the same payer before.", "domain B.10"
        ),
        Rule(
            "PAP-01", W, "On paper, every name fits its box and can be spelled.", "domain B.5, B.9"
        ),
        Rule(
            "PAP-02", E, "On paper, every number and amount fits its box whole.", "domain B.4, B.9"
        ),
        Rule("PAP-04", W, "On paper, boxes 14, 15, 17 and 23 hold all that there is.", _B4),
        Rule("PAP-03", E, "A payer on paper has an address to mail to.", _B4),
        Rule(
            "X12-01",
            E,
            "The claim's own 837 passes the check of the guide's table.",
            "005010X222A1",
        ),
    )
}


def finding(code: str, message: str, field: str, fix: str = "") -> Finding:
    """A finding of rule `code`, with the rule's weight and source."""
    rule = RULES[code]
    return Finding(code, rule.severity, message, field, fix, rule.source)

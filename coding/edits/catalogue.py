"""Every coding edit: its id, weight, meaning and source. Messages are made by the checks."""

from dataclasses import dataclass

from core.findings import Severity

E, O, W = Severity.ERROR, Severity.OVERRIDABLE, Severity.WARNING  # noqa: E741 - the trade's letters


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule demands and why; docs/rules.md is made from these."""

    code: str
    severity: Severity
    meaning: str
    source: str


_ICD, _PTR = "ICD-10-CM release of the date, domain A.2", "837P SV107, domain A.3"

RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule("ICD-01", E, "A diagnosis has the shape of an ICD-10-CM code.", _ICD),
        Rule("ICD-02", E, "A diagnosis is billable: it needs no further characters.", _ICD),
        Rule("ICD-03", E, "A diagnosis is a code of the release in force.", _ICD),
        Rule("ICD-07", E, "A manifestation is never listed first.", _ICD),
        Rule("ICD-14", E, "An external cause is never listed first.", "domain A.2"),
        Rule("ICD-15", E, "A first-listed-only code stands first.", "guideline I.C.21.c.16"),
        Rule(
            "ICD-16", O, "A status or weeks-of-gestation code does not stand first.", "domain A.2"
        ),
        Rule("ICD-17", E, "A diagnosis is listed once.", "domain A.2"),
        Rule(
            "ICD-18", W, "The residual condition stands before its cause's sequela.", "domain A.2"
        ),
        Rule("ICD-20", W, "Presumed links are coded as one.", "guidelines I.C.4.a and I.C.9.a"),
        Rule("ICD-21", E, "An encounter has 1 to 12 diagnoses.", "837P HI, box 21"),
        Rule("PTR-01", E, "Each line points to a diagnosis.", _PTR),
        Rule("PTR-02", E, "A line points to diagnoses that are there.", _PTR),
        Rule("PTR-03", E, "A line points to at most four diagnoses, to each once.", _PTR),
        Rule("PTR-04", W, "Each diagnosis is pointed to by a line.", _PTR),
        Rule("LINE-01", E, "An encounter has a charge line.", "domain A.1"),
        Rule("LINE-02", E, "A procedure is in the charge master on the date.", "charge master"),
        Rule("LINE-03", E, "A procedure has a price.", "fee schedule"),
        Rule("LINE-04", E, "A charge is not negative.", "domain A.1"),
        Rule("MOD-01", E, "A line has at most four modifiers.", "837P SV101"),
        Rule("MOD-02", E, "A modifier is on a line once.", "domain A.4"),
        Rule("MOD-03", E, "Modifiers of one line do not exclude each other.", "domain A.4"),
        Rule("CLIA-01", E, "A waived test of a waiver laboratory carries QW.", "domain A.4"),
        Rule("UNIT-01", E, "Units are more than 0 and at most 999.9.", "domain A.5"),
        Rule("DATE-01", E, "A line ends on or after the day it begins.", "837P DTP 472"),
        Rule("DATE-02", E, "A line is not before the patient's birth.", "CARC 14"),
        Rule("POS-01", E, "A place of service is a code of the list.", "CMS place of service"),
        Rule("NOTE-01", W, "A clinical note supports the codes.", "domain A.13"),
    )
}

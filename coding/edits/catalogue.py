"""Every coding edit: its id, weight, meaning and source. Messages are made by the checks."""

from dataclasses import dataclass

from core.findings import Finding, Severity

E, O, W = Severity.ERROR, Severity.OVERRIDABLE, Severity.WARNING  # noqa: E741 - the trade's letters
I = Severity.INFORMATION  # noqa: E741


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule demands and why; docs/rules.md is made from these."""

    code: str
    severity: Severity
    meaning: str
    source: str


_ICD, _PTR = "ICD-10-CM release of the date, domain A.2", "837P SV107, domain A.3"
_MOD, _MPFS = "domain A.4", "MPFS payment-policy indicators, domain A.4"
_NCCI, _GLOBAL = "NCCI, domain A.6", "MPFS global days, domain A.8"

RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule("ICD-01", E, "A diagnosis has the shape of an ICD-10-CM code.", _ICD),
        Rule("ICD-02", E, "A diagnosis is billable: it needs no further characters.", _ICD),
        Rule("ICD-03", E, "A diagnosis is a code of the release in force.", _ICD),
        Rule("ICD-04", E, "A seventh character stands where one is defined, only there.", _ICD),
        Rule("ICD-05", E, "Places before a seventh character are filled with X.", _ICD),
        Rule("ICD-06", O, "Two diagnoses do not exclude each other (Excludes1). A hint where the "
             "note's qualifier cannot be read.", "guideline I.A.12.a, domain A.2.1"),
        Rule("ICD-07", E, "A manifestation is never listed first.", _ICD),
        Rule("ICD-08", O, "What a note says to code first stands before. A warning when the code "
             "is not first, a hint where the note says if applicable.", _ICD),
        Rule("ICD-09", W, "What a note says to code as well is there. A hint where the note says "
             "if applicable.", _ICD),
        Rule("ICD-10", W, "The side is named, once, and agrees with RT or LT of the line.", _ICD),
        Rule("ICD-11", W, "A diagnosis fits the patient's age.", "CMS code editor's age groups"),
        Rule("ICD-12", W, "A diagnosis fits the patient's administrative sex.", "domain A.2"),
        Rule("ICD-13", W, "A specific code is used where there is one. Needs a reason where the "
             "payer's setting lists the code.", "domain A.2"),
        Rule("ICD-14", E, "An external cause is never listed first.", "domain A.2"),
        Rule("ICD-15", E, "A first-listed-only code stands first.", "guideline I.C.21.c.16"),
        Rule(
            "ICD-16", O, "A status or weeks-of-gestation code does not stand first.", "domain A.2"
        ),
        Rule("ICD-17", E, "A diagnosis is listed once.", "domain A.2"),
        Rule(
            "ICD-18", W, "The residual condition stands before its cause's sequela.", "domain A.2"
        ),
        Rule("ICD-19", E, "Trimester and week of gestation agree. Z33.1 with a chapter 15 code "
             "needs a reason; a chapter 15 code that is not first is a warning.",
             "guideline I.C.15"),
        Rule("ICD-20", W, "Presumed links are coded as one.", "guidelines I.C.4.a and I.C.9.a"),
        Rule("ICD-21", E, "An encounter has 1 to 12 diagnoses.", "837P HI, box 21"),
        Rule("ICD-22", I, "An uncertain diagnosis of the note is not coded.", "guideline IV.H"),
        Rule("PTR-01", E, "Each line points to a diagnosis.", _PTR),
        Rule("PTR-02", E, "A line points to diagnoses that are there.", _PTR),
        Rule("PTR-03", E, "A line points to at most four diagnoses, to each once.", _PTR),
        Rule("PTR-04", W, "Each diagnosis is pointed to by a line.", _PTR),
        Rule("LINE-01", E, "An encounter has a charge line.", "domain A.1"),
        Rule("LINE-02", E, "A procedure is in the charge master on the date.", "charge master"),
        Rule("LINE-03", E, "A procedure has a price.", "fee schedule"),
        Rule("LINE-04", E, "A charge is not negative.", "domain A.1"),
        Rule("LINE-05", E, "A procedure code is active on the date.", "CARC 181, domain A.4"),
        Rule("LINE-06", O, "An unlisted procedure says what was done.", "837P SV101-7"),
        Rule("LINE-07", E, "The post-operative visit 99024 carries no charge.", _GLOBAL),
        Rule("LINE-08", W, "A preventive visit is the one of the patient's age.", "domain A.2"),
        Rule("MOD-01", E, "A line has at most four modifiers.", "837P SV101"),
        Rule("MOD-02", E, "A modifier is on a line once.", _MOD),
        Rule("MOD-03", E, "Modifiers of one line do not exclude each other.", _MOD),
        Rule("MOD-04", E, "24, 25 and 57 stand on a visit, not on a procedure or test.", _MOD),
        Rule("MOD-05", E, "57 goes with a 90-day procedure; a minor one takes 25.", _GLOBAL),
        Rule("MOD-06", E, "26 and TC stand on a code with both parts.", _MPFS),
        Rule("MOD-07", W, "In a facility only the professional part is billed (26).", _MPFS),
        Rule("MOD-08", E, "50 stands on a code that can be bilateral.", _MPFS),
        Rule("MOD-09", E, "A bilateral line has one unit and no RT or LT.", "CMS SE1422"),
        Rule("MOD-10", E, "An add-on never takes 51. A warning where the payer or the code's "
             "indicator does without it.", _MOD),
        Rule("MOD-11", W, "22, 52 and 53 need the note to say why.", _MOD),
        Rule("MOD-12", E, "54, 55 and 56 stand on a 10- or 90-day procedure.", _MPFS),
        Rule("MOD-13", E, "59 and the X modifiers never stand on a visit.", _NCCI),
        Rule("MOD-14", E, "A second surgeon, team or assistant is payable for the code. A reason "
             "or a warning where documentation decides.", _MPFS),
        Rule("MOD-15", O, "76, 77 and 91 repeat a service of the same day.", _MOD),
        Rule("MOD-16", W, "24, 58, 78 and 79 follow a surgery whose global period is open.",
             _GLOBAL),
        Rule("MOD-17", W, "Medicare pays no test that another laboratory did (90).", _MOD),
        Rule("MOD-18", E, "An anatomic modifier fits the code's part of the body.", _MOD),
        Rule("MOD-19", W, "Modifiers that price come first, information last.", _MOD),
        Rule("MOD-20", E, "Always-therapy codes name the discipline: GP, GO or GN.", _MOD),
        Rule("MOD-21", E, "27 is for facilities only.", _MOD),
        Rule("MOD-22", E, "A modifier is one, and in force on the date. Only a warning while the "
             "file of modifiers is not loaded.", "CARC 182, domain A.4"),
        Rule("MOD-23", W, "For Medicare an X modifier is better than 59.", _NCCI),
        Rule("MOD-24", E, "A therapy assistant's modifier goes with the discipline's.", _MOD),
        Rule("MOD-25", W, "The visit-complexity add-on G2211 does not go with 25 and a "
             "procedure.", _MOD),
        Rule("MOD-26", W, "24 goes with a diagnosis that was not the surgery's.", _GLOBAL),
        Rule("MOD-27", E, "A part (26, TC) is not billed beside its whole service.", _MPFS),
        Rule("MOD-28", I, "A screening that became a procedure is PT for Medicare, 33 for others.",
             _MOD),
        Rule("MOD-29", W, "Where a payer wants both sides on two lines, 50 is not used.",
             "payer coding rules, domain A.4"),
        Rule("MOD-30", W, "54 and 55 say on which day the care passed over.",
             "837P DTP 090, 091"),
        Rule("MOD-31", W, "AS is for an assistant who is no physician, 80 to 82 for one who is.",
             _MOD),
        Rule("MOD-32", W, "76 repeats one's own service, 77 another's.", _MOD),
        Rule("MOD-33", E, "90 stands on a laboratory test. A warning where it is not said which "
             "laboratory did it.", _MOD),
        Rule("TEL-01", O, "Medicare takes no GT on a professional claim.", "domain A.9"),
        Rule("TEL-02", E, "Medicare takes no code of the 98000 series.", "domain A.9"),
        Rule("TEL-03", W, "A telehealth modifier goes with place 02 or 10.", "domain A.9"),
        Rule("CLIA-01", E, "A waived test of a waiver laboratory carries QW.", _MOD),
        Rule("UNIT-01", E, "Units are more than 0, at most 999.9, with three decimals at most.",
             "domain A.5"),
        Rule("UNIT-02", E, "Units are whole numbers, but for time and drugs.", "domain A.5"),
        Rule("UNIT-03", E, "An untimed therapy is one unit.", "domain A.5"),
        Rule("MUE-1", E, "A line stays within the code's units (indicator 1).", "CMS MUE table"),
        Rule("MUE-2", E, "A day stays within the code's units (indicator 2).", "CMS MUE table"),
        Rule("MUE-3", O, "A day stays within the code's units (indicator 3).", "CMS MUE table"),
        Rule("NCCI-0", E, "Two procedures that are never paid together.", _NCCI),
        Rule("NCCI-1", O, "Two procedures that are paid together only with a modifier.", _NCCI),
        Rule("NCCI-2", W, "A modifier that parts two procedures needs support in the note.",
             _NCCI),
        Rule("NCCI-3", O, "A visit beside a procedure of an edit needs 25 on the visit.", _NCCI),
        Rule("AOC-01", E, "An add-on stands beside one of its primaries. A warning where the "
             "payer names the primaries.", "CMS add-on code list, domain A.7"),
        Rule("GLOB-01", O, "A visit within a global period is in the surgery's price.", _GLOBAL),
        Rule("GLOB-02", O, "A visit on the day of a minor procedure needs 25.", _GLOBAL),
        Rule("GLOB-03", O, "A visit on the day of, or before, a 90-day procedure needs 57.",
             _GLOBAL),
        Rule("GLOB-04", O, "A procedure within a global period needs 58, 78 or 79.", _GLOBAL),
        Rule("POS-01", E, "A place of service is a code of the list.", "CMS place of service"),
        Rule("POS-02", O, "A service is done at a place where it can be.", "CARC 5, domain A.9"),
        Rule("NEW-01", O, "A patient seen within three years is not new.", "CARC B16, A.10"),
        Rule("NEW-02", W, "A patient last seen three years ago to the day, or earlier, is new.",
             "domain A.10"),
        Rule("EM-01", W, "A visit's level is the one that its worksheet supports, where there is "
             "one.", "E/M worksheet, domain A.11"),
        Rule("NEC-01", O, "A pointed diagnosis supports the service where a policy says which.",
             "LCD or NCD, domain A.12"),
        Rule("THER-01", E, "Units of timed therapy are those of its minutes.",
             "8-minute rule, domain A.5"),
        Rule("THER-02", W, "Timed therapy says its minutes.", "domain A.5"),
        Rule("THER-03", I, "Therapy above the year's amount carries KX. Held against charges.",
             "CMS KX threshold of the year, domain A.4"),
        Rule("ANES-01", E, "An anesthesia line has exactly one role modifier.", _MOD),
        Rule("ANES-02", E, "An anesthesia line says its minutes.", "837P SV103 MJ, domain A.5"),
        Rule("ANES-03", E, "An anesthesia line has at most one physical status (P1 to P6).", _MOD),
        Rule("ANES-04", O, "Modifiers of anesthesia stand on anesthesia.", _MOD),
        Rule("DRUG-01", O, "A single-dose drug says what was discarded: JW, or JZ for nothing.",
             "domain A.5.5"),
        Rule("DRUG-02", E, "Given and discarded are whole containers.", "domain A.5.5"),
        Rule("NDC-01", O, "Medicaid wants the drug code (NDC) on a drug line.", "837P LIN"),
        Rule("NDC-02", E, "A drug code has eleven digits, a quantity and a unit.", "837P CTP"),
        Rule("DUPL-01", O, "A service stands once on a day, or says why again.", "domain A.4"),
        Rule("DUPL-02", O, "A service of another encounter of the day is not billed again.",
             "CARC 18"),
        Rule("DATE-01", E, "A line ends on or after the day it begins.", "837P DTP 472"),
        Rule("DATE-02", E, "A line is not before the patient's birth.", "CARC 14"),
        Rule("NOTE-01", O, "A signed clinical note supports the codes.", "domain A.13"),
    )
}  # fmt: skip


def finding(
    code: str,
    message: str,
    field: str,
    fix: str = "",
    source: str = "",
    *,
    severity: Severity | None = None,
) -> Finding:
    """A finding of a catalogued rule, with its weight unless another is given, and its source."""
    rule = RULES[code]
    return Finding(code, severity or rule.severity, message, field, fix, source or rule.source)

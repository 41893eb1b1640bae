"""States of a coding case and a charge line, with their chip tones."""

from django.db import models

from core.choices import DANGER, HOLD, INFO, NEUTRAL, PROGRESS, SUCCESS, TEAL, WARN


class CaseState(models.TextChoices):
    """Where an encounter stands with coding; the one state of an encounter."""

    WAITING_NOTE = "waiting_note", "Waiting note"
    READY = "ready", "Ready"
    IN_PROGRESS = "in_progress", "In progress"
    ON_HOLD = "on_hold", "On hold"
    WAITING_QUERY = "waiting_query", "Waiting query"
    RETURNED = "returned", "Returned"
    FINISHED = "finished", "Finished"
    RELEASED = "released", "Released"
    NOT_BILLABLE = "not_billable", "Not billable"


class QueryState(models.TextChoices):
    """A question to the provider."""

    OPEN = "open", "Open"
    ANSWERED = "answered", "Answered"
    WITHDRAWN = "withdrawn", "Taken back"


class QueryTopic(models.TextChoices):
    """What a question to the provider is about."""

    SPECIFICITY = "specificity", "Specificity"
    LATERALITY = "laterality", "Side"
    ACUITY = "acuity", "Acuity"
    CONFLICT = "conflict", "Conflicting documentation"
    MISSING = "missing", "Missing documentation"
    VALIDITY = "validity", "Clinical validity"


class AuditTrigger(models.TextChoices):
    """Which finished encounters a sample is drawn from (domain A.13, second review)."""

    ANY = "any", "Any encounter"
    LEVEL_FIVE = "level_five", "Level 5 visits"
    MODIFIERS = "modifiers", "Modifiers 22, 25 or 59"
    OVERRIDDEN = "overridden", "A finding was overridden"
    NEW_CODER = "new_coder", "Coders here for less than 90 days"


class AuditState(models.TextChoices):
    """An audit is closed when its last encounter is."""

    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class AuditItemState(models.TextChoices):
    """Coded a second time without the first in sight, then compared, then closed."""

    WAITING = "waiting", "To audit"
    COMPARED = "compared", "Compared"
    CLOSED = "closed", "Closed"


class DifferenceKind(models.TextChoices):
    """What is different between a coder's codes and an auditor's."""

    MISSED = "missed", "Missed"
    EXTRA = "extra", "Extra"
    WRONG_CODE = "wrong_code", "Wrong code"
    MODIFIER = "modifier", "Modifier"
    UNITS = "units", "Units"
    POINTER = "pointer", "Pointer"
    EM_LEVEL = "em_level", "E/M level"


class AuditPart(models.TextChoices):
    """Which codes a difference is about."""

    DIAGNOSIS = "diagnosis", "Diagnosis"
    PROCEDURE = "procedure", "Procedure"
    MODIFIER = "modifier", "Modifier"
    POINTER = "pointer", "Pointer"


class AuditDirection(models.TextChoices):
    """Which way an error went: more was coded than documented, or less."""

    OVER = "over", "Over-coded"
    UNDER = "under", "Under-coded"


class LineState(models.TextChoices):
    """A charge line is a draft until its case is released; then it is money."""

    DRAFT = "draft", "Draft"
    RELEASED = "released", "Released"
    VOID = "void", "Void"


class ReleaseState(models.TextChoices):
    """A code set release is staged first, active from a day on, and may be rolled back."""

    LOADED = "loaded", "Staged"
    ACTIVE = "active", "Active"
    WITHDRAWN = "withdrawn", "Rolled back"


class PriceMethod(models.TextChoices):
    """How a rule of a contract makes an amount (domain I.1)."""

    FIXED = "fixed", "Dollars a unit, reduced like a procedure"
    PCT_MEDICARE = "pct_medicare", "Percent of Medicare"
    RVU = "rvu", "Dollars per relative value unit"
    PCT_CHARGE = "pct_charge", "Percent of the charge"
    PER_UNIT = "per_unit", "Dollars a unit, never reduced"
    CASE_RATE = "case_rate", "Dollars for the line, whatever its units"
    CARVE_OUT = "carve_out", "Carved out: paid by capitation"


class TherapyRule(models.TextChoices):
    """How minutes of timed therapy become units (domain A.5.2)."""

    CMS = "CMS", "Pooled (8-minute rule of Medicare)"
    SPM = "SPM", "Each code alone (substantial portion)"


class CodeSetKind(models.TextChoices):
    """The code sets that are kept by release."""

    ICD10CM = "icd10cm", "ICD-10-CM"
    ICD10CM_INDEX = "icd10index", "ICD-10-CM Alphabetic Index"
    ICD_FACTS = "icd_facts", "Diagnoses by age and sex"
    HCPCS = "hcpcs", "HCPCS Level II"
    CPT = "cpt", "CPT"
    PTP = "ptp", "NCCI pairs (PTP)"
    MUE = "mue", "Unit limits (MUE)"
    ADD_ON = "add_on", "Add-on codes"
    RVU = "rvu", "Physician fee schedule (RVU)"
    ANESTHESIA = "anesthesia", "Anesthesia base units"
    GPCI = "gpci", "Medicare localities (GPCI)"
    COVERAGE = "coverage", "Coverage policies (LCD, NCD)"
    CLIA = "clia", "CLIA-waived tests"
    POS = "pos", "Place of service"
    TAXONOMY = "taxonomy", "Provider taxonomy"
    CARC = "carc", "Adjustment reasons (CARC)"
    RARC = "rarc", "Remittance remarks (RARC)"
    CLAIM_STATUS = "claim_status", "Claim status"
    STATUS_CATEGORY = "status_group", "Claim status category"


class IndexTable(models.TextChoices):
    """The parts of the Alphabetic Index."""

    DISEASES = "diseases", "Index to Diseases and Injuries"
    EXTERNAL = "external", "External Cause of Injuries Index"
    NEOPLASMS = "neoplasms", "Table of Neoplasms"
    DRUGS = "drugs", "Table of Drugs and Chemicals"


class IcdNoteKind(models.TextChoices):
    """The kinds of notes in the tabular list."""

    INCLUDES = "includes", "Includes"
    INCLUSION = "inclusion", "Inclusion term"
    EXCLUDES1 = "excludes1", "Excludes1"
    EXCLUDES2 = "excludes2", "Excludes2"
    CODE_FIRST = "code_first", "Code first"
    USE_ADDITIONAL = "use_additional", "Use additional code"
    CODE_ALSO = "code_also", "Code also"
    NOTE = "note", "Note"
    SEVENTH = "seventh", "Seventh character"


class IcdFactKind(models.TextChoices):
    """Whom a family of diagnoses fits."""

    NEWBORN = "newborn", "Newborn"
    PEDIATRIC = "pediatric", "Child"
    MATERNITY = "maternity", "Maternity"
    ADULT = "adult", "Adult"
    SEX = "sex", "One sex"


class UnitLimitKind(models.IntegerChoices):
    """How the units of a medically unlikely edit are counted (the adjudication indicator)."""

    LINE = 1, "Each line"
    DAY_POLICY = 2, "Date of service, policy"
    DAY_CLINICAL = 3, "Date of service, clinical"


class AddOnType(models.IntegerChoices):
    """How closed an add-on code's list of primaries is (domain A.7)."""

    LISTED = 1, "I: only the listed ones"
    OPEN = 2, "II: the payer decides"
    PARTLY = 3, "III: some are listed"


class PolicyKind(models.TextChoices):
    """What sort of coverage policy it is."""

    NCD = "ncd", "NCD"
    LCD = "lcd", "LCD"
    ARTICLE = "article", "Article"


class EmFamily(models.TextChoices):
    """Kinds of visits that have levels; `coding/em/tables.toml` has a table for each."""

    OFFICE_NEW = "office_new", "Office, new patient"
    OFFICE_ESTABLISHED = "office_established", "Office, established patient"
    HOSPITAL_INITIAL = "hospital_initial", "Hospital, first day"
    HOSPITAL_SUBSEQUENT = "hospital_subsequent", "Hospital, later day"
    SAME_DAY = "same_day", "Hospital, in and out on one day"
    CONSULT_OFFICE = "consult_office", "Consultation, office"
    CONSULT_HOSPITAL = "consult_hospital", "Consultation, hospital"
    EMERGENCY = "emergency", "Emergency room"
    NURSING_INITIAL = "nursing_initial", "Nursing facility, first visit"
    NURSING_SUBSEQUENT = "nursing_subsequent", "Nursing facility, later visit"
    HOME_NEW = "home_new", "Home, new patient"
    HOME_ESTABLISHED = "home_established", "Home, established patient"


class EmLevel(models.IntegerChoices):
    """Levels of medical decision making, and of each of its three elements."""

    STRAIGHTFORWARD = 1, "Straightforward"
    LOW = 2, "Low"
    MODERATE = 3, "Moderate"
    HIGH = 4, "High"


TONES: dict[str, str] = {
    CaseState.WAITING_NOTE: WARN,
    CaseState.READY: INFO,
    CaseState.IN_PROGRESS: PROGRESS,
    CaseState.ON_HOLD: HOLD,
    CaseState.WAITING_QUERY: HOLD,
    CaseState.RETURNED: DANGER,
    CaseState.FINISHED: TEAL,
    CaseState.RELEASED: SUCCESS,
    CaseState.NOT_BILLABLE: NEUTRAL,
    LineState.DRAFT: NEUTRAL,
    LineState.VOID: NEUTRAL,
    AuditState.OPEN: PROGRESS,
    AuditState.CLOSED: SUCCESS,
    AuditItemState.WAITING: INFO,
    AuditItemState.COMPARED: PROGRESS,
    ReleaseState.LOADED: INFO,
    ReleaseState.ACTIVE: SUCCESS,
    ReleaseState.WITHDRAWN: NEUTRAL,
}

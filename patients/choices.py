"""Values that a person chooses from on registration and encounter screens."""

from django.db import models

from core.choices import DANGER, INFO, NEUTRAL, SUCCESS


class Sex(models.TextChoices):
    """Administrative sex as the 837P sends it (domain B.4, box 3)."""

    FEMALE = "F", "Female"
    MALE = "M", "Male"
    UNKNOWN = "U", "Unknown"


class Relationship(models.TextChoices):
    """The patient's relationship to the subscriber (domain B.3)."""

    SELF = "18", "Self"
    SPOUSE = "01", "Spouse"
    CHILD = "19", "Child"
    EMPLOYEE = "20", "Employee"
    UNKNOWN = "21", "Unknown"
    LIFE_PARTNER = "53", "Life partner"
    OTHER = "G8", "Other"


class Rank(models.IntegerChoices):
    """The order in which payers are billed."""

    PRIMARY = 1, "Primary"
    SECONDARY = 2, "Secondary"
    TERTIARY = 3, "Tertiary"


class Employment(models.TextChoices):
    """Whose work a group plan comes from: what Medicare asks at registration (domain C.5)."""

    OWN = "own", "Patient's own current work"
    SPOUSE = "spouse", "Spouse's current work"
    FAMILY = "family", "Another family member's current work"
    FORMER = "former", "Former work (retired, COBRA)"


class Entitlement(models.TextChoices):
    """Why somebody has Medicare."""

    AGE = "age", "Age"
    DISABILITY = "disability", "Disability"
    KIDNEY = "esrd", "Kidney failure (ESRD)"


class InsuranceType(models.TextChoices):
    """SBR05: why Medicare is billed second (domain C.5)."""

    WORKING_AGED = "12", "Working, or spouse works, 65 or older"
    KIDNEY = "13", "Kidney failure, first 30 months"
    NO_FAULT = "14", "No-fault or auto accident"
    WORKERS = "15", "Workers' compensation"
    FEDERAL = "16", "Public Health Service or other federal"
    BLACK_LUNG = "41", "Black lung"
    VETERANS = "42", "Veterans Affairs"
    DISABLED = "43", "Disabled, under 65, large employer"
    LIABILITY = "47", "Liability insurance"


class TaxIdQualifier(models.TextChoices):
    """What kind of number a tax id is (domain B.4, box 25)."""

    EIN = "EI", "Employer number (EIN)"
    SSN = "SY", "Social security number"


class ClaimFiling(models.TextChoices):
    """The kind of plan, as SBR09 names it (domain B.4, box 1)."""

    MEDICARE_B = "MB", "Medicare Part B"
    MEDICAID = "MC", "Medicaid"
    TRICARE = "CH", "TRICARE"
    VETERANS = "VA", "Veterans Affairs"
    BLUE = "BL", "Blue Cross / Blue Shield"
    COMMERCIAL = "CI", "Commercial"
    HMO = "HM", "HMO"
    PPO = "12", "PPO"
    POS = "13", "Point of service"
    EPO = "14", "EPO"
    INDEMNITY = "15", "Indemnity"
    MEDICARE_ADVANTAGE = "16", "Medicare Advantage"
    AUTO = "AM", "Auto"
    WORKERS = "WC", "Workers' compensation"
    LIABILITY = "LM", "Liability"
    OTHER_FEDERAL = "OF", "Other federal"
    MUTUAL = "ZZ", "Mutually defined"


class PayerKind(models.TextChoices):
    """Who stands behind a payer."""

    COMMERCIAL = "commercial", "Commercial"
    MEDICARE = "medicare", "Medicare"
    MEDICAID = "medicaid", "Medicaid"
    OTHER = "other", "Other"


class VisitKind(models.TextChoices):
    """What sort of visit it was; words for lists, no billing meaning."""

    OFFICE = "office", "Office visit"
    PREVENTIVE = "preventive", "Preventive visit"
    PROCEDURE = "procedure", "Procedure"
    TELEHEALTH = "telehealth", "Telehealth"
    OTHER = "other", "Other"


class EncounterSource(models.TextChoices):
    """The door an encounter came through."""

    SCREEN = "screen", "Screen"
    CSV = "csv", "CSV import"
    API = "api", "API"


class AppointmentState(models.TextChoices):
    """Where a booked visit stands."""

    BOOKED = "booked", "Booked"
    CHECKED_IN = "checked_in", "Checked in"
    NO_SHOW = "no_show", "Did not come"
    CANCELLED = "cancelled", "Cancelled"


class SuggestionKind(models.TextChoices):
    """What a provider's suggestion is for."""

    DIAGNOSIS = "diagnosis", "Diagnosis"
    LINE = "line", "Line"


class State(models.TextChoices):
    """States and territories of a US address; each is its own label."""

    AL = "AL", "AL"
    AK = "AK", "AK"
    AZ = "AZ", "AZ"
    AR = "AR", "AR"
    CA = "CA", "CA"
    CO = "CO", "CO"
    CT = "CT", "CT"
    DE = "DE", "DE"
    DC = "DC", "DC"
    FL = "FL", "FL"
    GA = "GA", "GA"
    HI = "HI", "HI"
    ID = "ID", "ID"
    IL = "IL", "IL"
    IN = "IN", "IN"
    IA = "IA", "IA"
    KS = "KS", "KS"
    KY = "KY", "KY"
    LA = "LA", "LA"
    ME = "ME", "ME"
    MD = "MD", "MD"
    MA = "MA", "MA"
    MI = "MI", "MI"
    MN = "MN", "MN"
    MS = "MS", "MS"
    MO = "MO", "MO"
    MT = "MT", "MT"
    NE = "NE", "NE"
    NV = "NV", "NV"
    NH = "NH", "NH"
    NJ = "NJ", "NJ"
    NM = "NM", "NM"
    NY = "NY", "NY"
    NC = "NC", "NC"
    ND = "ND", "ND"
    OH = "OH", "OH"
    OK = "OK", "OK"
    OR = "OR", "OR"
    PA = "PA", "PA"
    RI = "RI", "RI"
    SC = "SC", "SC"
    SD = "SD", "SD"
    TN = "TN", "TN"
    TX = "TX", "TX"
    UT = "UT", "UT"
    VT = "VT", "VT"
    VA = "VA", "VA"
    WA = "WA", "WA"
    WV = "WV", "WV"
    WI = "WI", "WI"
    WY = "WY", "WY"
    PR = "PR", "PR"
    GU = "GU", "GU"
    VI = "VI", "VI"
    AS = "AS", "AS"
    MP = "MP", "MP"


class AuthorizationKind(models.TextChoices):
    """What a payer has allowed beforehand (domain B.4, box 23): the two are never mixed up."""

    AUTHORIZATION = "authorization", "Prior authorization"
    REFERRAL = "referral", "Referral"


class AuthorizationUnit(models.TextChoices):
    """What an authorization counts."""

    VISITS = "visits", "Visits (days)"
    UNITS = "units", "Units"


TONES: dict[str, str] = {
    AppointmentState.BOOKED: INFO,
    AppointmentState.CHECKED_IN: SUCCESS,
    AppointmentState.NO_SHOW: DANGER,
    AppointmentState.CANCELLED: NEUTRAL,
}

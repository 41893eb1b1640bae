"""Values that a person chooses from on registration and encounter screens."""

from django.db import models


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


class State(models.TextChoices):
    """States and territories of a US address."""

    AL = "AL"
    AK = "AK"
    AZ = "AZ"
    AR = "AR"
    CA = "CA"
    CO = "CO"
    CT = "CT"
    DE = "DE"
    DC = "DC"
    FL = "FL"
    GA = "GA"
    HI = "HI"
    ID = "ID"
    IL = "IL"
    IN = "IN"
    IA = "IA"
    KS = "KS"
    KY = "KY"
    LA = "LA"
    ME = "ME"
    MD = "MD"
    MA = "MA"
    MI = "MI"
    MN = "MN"
    MS = "MS"
    MO = "MO"
    MT = "MT"
    NE = "NE"
    NV = "NV"
    NH = "NH"
    NJ = "NJ"
    NM = "NM"
    NY = "NY"
    NC = "NC"
    ND = "ND"
    OH = "OH"
    OK = "OK"
    OR = "OR"
    PA = "PA"
    RI = "RI"
    SC = "SC"
    SD = "SD"
    TN = "TN"
    TX = "TX"
    UT = "UT"
    VT = "VT"
    VA = "VA"
    WA = "WA"
    WV = "WV"
    WI = "WI"
    WY = "WY"
    PR = "PR"
    GU = "GU"
    VI = "VI"
    AS = "AS"
    MP = "MP"


TONES: dict[str, str] = {}

"""States of a coding case and a charge line, with their chip tones."""

from django.db import models

from core.choices import DANGER, HOLD, INFO, NEUTRAL, PROGRESS, SUCCESS, TEAL, WARN


class CaseState(models.TextChoices):
    """Where an encounter stands with coding; the one state of an encounter."""

    WAITING_NOTE = "waiting_note", "Waiting note"
    READY = "ready", "Ready"
    IN_PROGRESS = "in_progress", "In progress"
    ON_HOLD = "on_hold", "On hold"
    RETURNED = "returned", "Returned"
    FINISHED = "finished", "Finished"
    RELEASED = "released", "Released"
    NOT_BILLABLE = "not_billable", "Not billable"


class LineState(models.TextChoices):
    """A charge line is a draft until its case is released; then it is money."""

    DRAFT = "draft", "Draft"
    RELEASED = "released", "Released"
    VOID = "void", "Void"


class ReleaseState(models.TextChoices):
    """A code set release is loaded first and active from then on."""

    LOADED = "loaded", "Loaded"
    ACTIVE = "active", "Active"


class CodeSetKind(models.TextChoices):
    """The code sets that are kept by release."""

    ICD10CM = "icd10cm", "ICD-10-CM"
    ICD10CM_INDEX = "icd10index", "ICD-10-CM Alphabetic Index"
    POS = "pos", "Place of service"


class IndexTable(models.TextChoices):
    """The parts of the Alphabetic Index."""

    DISEASES = "diseases", "Index to Diseases and Injuries"
    EXTERNAL = "external", "External Cause of Injuries Index"
    NEOPLASMS = "neoplasms", "Table of Neoplasms"
    DRUGS = "drugs", "Table of Drugs and Chemicals"


TONES: dict[str, str] = {
    CaseState.WAITING_NOTE: WARN,
    CaseState.READY: INFO,
    CaseState.IN_PROGRESS: PROGRESS,
    CaseState.ON_HOLD: HOLD,
    CaseState.RETURNED: DANGER,
    CaseState.FINISHED: TEAL,
    CaseState.RELEASED: SUCCESS,
    CaseState.NOT_BILLABLE: NEUTRAL,
    LineState.DRAFT: NEUTRAL,
    LineState.VOID: NEUTRAL,
    ReleaseState.LOADED: INFO,
    ReleaseState.ACTIVE: SUCCESS,
}

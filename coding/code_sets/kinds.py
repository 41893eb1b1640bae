"""Every code set that can be loaded: its reader, its tables, whose licence it needs."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Model

from coding.choices import CodeSetKind
from coding.code_sets.files import Member
from coding.code_sets.readers import (
    alphabetic,
    anesthesia,
    coverage,
    hcpcs,
    icd,
    lists,
    ncci,
    physician_fees,
)
from coding.code_sets.reading import Options, Reading
from coding.models import (
    AddOnPair,
    AnesthesiaBase,
    ConversionFactor,
    CoveragePolicy,
    CptCode,
    ExternalCode,
    FeeLocality,
    HcpcsCode,
    IcdCode,
    IcdFact,
    IcdNote,
    IcdSeventhCharacter,
    IcdTerm,
    IndexEntry,
    PlaceOfService,
    PolicyDiagnosis,
    PolicyProcedure,
    ProcedureModifier,
    PtpEdit,
    RelativeValue,
    UnitLimit,
    WaivedTest,
)

AMA, X12, NUCC = "American Medical Association", "X12", "NUCC and American Medical Association"


@dataclass(frozen=True)
class Spec:
    """How one set is loaded. The first of `models` is what is counted and compared; its rows are
    known by `known_by` where not by their unique key.
    """

    kind: str
    read: Callable[[list[Member], Options], Reading]
    models: tuple[type[Model], ...]
    expects: str
    licensor: str = ""
    has_texts: bool = False
    needs_dates: bool = False
    known_by: tuple[str, ...] = ()


_SPECS = (
    Spec(
        CodeSetKind.ICD10CM,
        icd.read_icd10cm,
        (IcdCode, IcdNote, IcdSeventhCharacter, IcdTerm),
        "The ZIP with icd10cm_order_….txt; with it the ZIP with icd10cm_tabular_….xml.",
    ),
    Spec(
        CodeSetKind.ICD10CM_INDEX,
        alphabetic.read_alphabetic_index,
        (IndexEntry,),
        "The ZIP with icd10cm-index-….xml, or its index, eindex, neoplasm and drug files.",
        known_by=("table", "path"),
    ),
    Spec(
        CodeSetKind.ICD_FACTS,
        lists.read_icd_facts,
        (IcdFact,),
        "A CSV: begins_with, kind, age_from, age_to, sex.",
        needs_dates=True,
    ),
    Spec(
        CodeSetKind.HCPCS,
        hcpcs.read_hcpcs,
        (HcpcsCode, ProcedureModifier),
        "CMS's quarterly ZIP with HCPC…ANWEB….txt.",
    ),
    Spec(
        CodeSetKind.CPT,
        lists.read_cpt,
        (CptCode,),
        "Your own file from the AMA: code, then descriptor.",
        AMA,
        has_texts=True,
        needs_dates=True,
    ),
    Spec(
        CodeSetKind.PTP,
        ncci.read_ptp,
        (PtpEdit,),
        "All four ZIPs of the quarter, ccipra-v…-f1 to f4 (or ccioph-… for hospitals).",
        AMA,
    ),
    Spec(
        CodeSetKind.MUE,
        ncci.read_mue,
        (UnitLimit,),
        "One of the quarter's three MUE ZIPs (MCR_MUE_…_Eff_…).",
        AMA,
    ),
    Spec(
        CodeSetKind.ADD_ON, ncci.read_add_on, (AddOnPair,), "AOC_V2026Q2-F-MCR.txt or its ZIP.", AMA
    ),
    Spec(
        CodeSetKind.RVU,
        physician_fees.read_rvu,
        (RelativeValue, ConversionFactor),
        "CMS's RVU ZIP (rvu26d.zip) or its PPRRVU….csv.",
        AMA,
    ),
    Spec(
        CodeSetKind.GPCI,
        physician_fees.read_gpci,
        (FeeLocality,),
        "The same RVU ZIP, or its GPCI….csv.",
    ),
    Spec(
        CodeSetKind.ANESTHESIA,
        anesthesia.read_anesthesia,
        (AnesthesiaBase, ConversionFactor),
        "CMS's table of base units by code; with it the anesthesia conversion factors.",
        AMA,
        needs_dates=True,
    ),
    Spec(
        CodeSetKind.COVERAGE,
        coverage.read_coverage,
        (CoveragePolicy, PolicyProcedure, PolicyDiagnosis),
        "An export of the Medicare Coverage Database (current_article.zip, all_lcd.zip).",
        AMA,
        needs_dates=True,
    ),
    Spec(
        CodeSetKind.CLIA,
        lists.read_waived_tests,
        (WaivedTest,),
        "A CSV: code, qw (yes or no).",
        AMA,
        needs_dates=True,
    ),
    Spec(
        CodeSetKind.POS,
        lists.read_places,
        (PlaceOfService,),
        "A CSV: code, name, facility (F or NF).",
        needs_dates=True,
    ),
    Spec(
        CodeSetKind.TAXONOMY,
        lists.read_taxonomy,
        (ExternalCode,),
        "The NUCC's CSV (nucc_taxonomy_261.csv).",
        NUCC,
        has_texts=True,
        needs_dates=True,
    ),
    *(
        Spec(
            kind,
            lists.read_external,
            (ExternalCode,),
            "A CSV of your licence: code, description, start, last modified, stop.",
            X12,
            has_texts=True,
            needs_dates=True,
        )
        for kind in (
            CodeSetKind.CARC,
            CodeSetKind.RARC,
            CodeSetKind.CLAIM_STATUS,
            CodeSetKind.STATUS_CATEGORY,
        )
    ),
)
SPECS = {spec.kind: spec for spec in _SPECS}

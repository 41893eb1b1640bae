"""Anesthesia: from official tables to what a contract allows, with every step said (domain I.3)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from coding.code_sets.files import BadFile, SourceFile, members
from coding.code_sets.kinds import SPECS
from coding.code_sets.reading import Options
from coding.models import AnesthesiaBase
from coding.pricing.allowed import price_session
from coding.pricing.anesthesia import anesthesia, time_units
from coding.pricing.gather import medicare_on
from coding.pricing.terms import LineToPrice, Medicare, Method, Rule, Terms
from coding.services.activate_release import activate_release
from coding.services.import_code_set import Import, import_code_set
from core import clock
from core.errors import ApplicationError

D = Decimal
ON, YEAR = date(2026, 11, 2), date(2026, 1, 1)
BASES = "Anesthesia base units,\nCPT Code,Base Unit\n00100,5\n140,7.0\n99213,3\nA note,\n"
FACTORS = (
    "Contractor,Locality,Locality Name,Qualifying APM Conversion Factor,"
    "Non-Qualifying APM Conversion Factor\n"
    ",,National,20.5998,20.4976\n02102,01,Alaska,26.00,25.5\n"
)
MEDICARE = Medicare(
    anesthesia_bases={"00400": D(3)}, anesthesia_factor=D("20.4976"), anesthesia_name="Units 2026"
)


def terms(method: Method = Method.PCT_MEDICARE, value: str = "100", **more: object) -> Terms:
    return Terms("Acme", (Rule(method, D(value)),), is_lesser_of_charge=False, **more)  # type: ignore[arg-type]


def slept(*modifiers: str, minutes: int | None = 47) -> LineToPrice:
    return LineToPrice(1, "00400", modifiers, units=D(minutes or 1), minutes=minutes)


@pytest.mark.parametrize(
    ("minutes", "tenth", "begun"),
    [(0, "0.0", "0"), (1, "0.1", "1"), (15, "1.0", "1"), (16, "1.1", "2"), (47, "3.1", "4")],
)
def test_time_is_counted_to_a_tenth_or_by_begun_quarters(
    minutes: int, tenth: str, begun: str
) -> None:
    assert time_units(minutes) == D(tenth)
    assert time_units(minutes, rounds_up=True) == D(begun)


@pytest.mark.parametrize(
    ("line", "contract", "amount"),
    [
        (slept("AA"), terms(), "125.04"),  # (3 + 3.1) x 20.4976
        (slept("QZ", "P4"), terms(), "125.04"),  # Medicare counts no status
        (slept("QK"), terms(), "62.52"),
        (slept("AD"), terms(), "61.49"),
        (slept("AA"), terms(value="120"), "150.05"),
        (slept("AA"), terms(Method.RVU, "50"), "305.00"),
        (slept("AA", "P4"), terms(Method.RVU, "50", pays_physical_status=True), "405.00"),
        (slept("AA"), terms(Method.RVU, "50", rounds_time_up=True), "350.00"),
        (slept("AA"), terms(Method.CASE_RATE, "500"), "500.00"),
    ],
)
def test_a_contract_allows_base_and_time_by_role(
    line: LineToPrice, contract: Terms, amount: str
) -> None:
    (found,) = price_session([line], contract, MEDICARE)
    assert found.amount == D(amount)
    assert found.steps[-1].amount == D(amount)


def test_the_steps_say_how() -> None:
    (found,) = price_session([slept("QK")], terms(value="120"), MEDICARE)
    assert [step.words for step in found.steps] == [
        "Units 2026: 3 base + 3.1 time (47 minutes), factor 20.4976, QK 50 %",
        "Acme, any code: 120 % of Medicare",
    ]


@pytest.mark.parametrize(
    ("line", "medicare", "why"),
    [
        (slept("AA", minutes=None), MEDICARE, "no minutes"),
        (slept("AA"), replace(MEDICARE, anesthesia_factor=None), "no anesthesia conversion factor"),
        (slept("AA"), Medicare(), "no anesthesia base units loaded: no base units for 00400"),
    ],
)
def test_what_is_missing_is_said(line: LineToPrice, medicare: Medicare, why: str) -> None:
    (found,) = price_session([line], terms(), medicare)
    assert found.amount is None
    assert why in found.steps[0].words


def test_a_second_procedure_of_the_session_does_not_touch_it() -> None:
    lines = [slept("AA"), LineToPrice(2, "99999")]
    both = Terms("Acme", (Rule(Method.RVU, D(50), "00400"), Rule(Method.FIXED, D(10))))
    found = price_session([replace(lines[0], charge=D(9999)), lines[1]], both, MEDICARE)
    assert found[0].amount == D("305.00")


# -- the official tables -------------------------------------------------------------------------


def given(*files: tuple[str, str]) -> Import:
    sent = [SourceFile(name, text.encode()) for name, text in files]
    return Import("anesthesia", sent, Options(effective_from=YEAR), licence_attested=True)


@pytest.mark.django_db
def test_base_units_and_factors_are_loaded_and_used_by_locality() -> None:
    release, _ = import_code_set(given(("base.csv", BASES), ("factors.csv", FACTORS)))
    assert (release.label, release.row_count) == ("2026", 2)
    assert dict(AnesthesiaBase.objects.values_list("code", "base_units")) == {
        "00100": D(5),
        "00140": D(7),
    }
    assert medicare_on({"00100"}, ON).anesthesia_bases == {}
    activate_release(release, clock.now().date())
    national, alaska = medicare_on({"00100"}, ON), medicare_on({"00100"}, ON, "02102", "01")
    assert national.anesthesia_bases == {"00100": D(5)}
    assert national.anesthesia_factor == D("20.4976")
    assert alaska.anesthesia_factor == D("25.5")
    assert medicare_on({"00100"}, ON, "99999", "09").anesthesia_factor == D("20.4976")
    assert medicare_on({"99213"}, ON).anesthesia_bases == {}
    assert anesthesia(D(5), time_units(47), D("20.4976"), ("AA",)) == D("166.03")


@pytest.mark.django_db
def test_base_units_alone_are_loaded_with_a_word_of_warning() -> None:
    release, _ = import_code_set(given(("base.csv", BASES)))
    assert release.facts["warnings"] == [
        "Without conversion factors Medicare's amounts are not known."
    ]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([("a.csv", "x,y\n1,2\n")], "0 and 0 were found"),
        ([("a.csv", BASES), ("b.csv", BASES)], "2 and 0 were found"),
        ([("a.csv", FACTORS)], "0 and 1 were found"),
    ],
)
def test_other_tables_are_refused(files: list[tuple[str, str]], message: str) -> None:
    sent = members([SourceFile(name, text.encode()) for name, text in files])
    with pytest.raises(BadFile, match=message):
        SPECS["anesthesia"].read(sent, Options(effective_from=YEAR))
    with pytest.raises(BadFile, match="say from when"):
        SPECS["anesthesia"].read(sent, Options())


@pytest.mark.django_db
def test_the_licence_is_asked_for() -> None:
    with pytest.raises(ApplicationError, match="American Medical Association"):
        import_code_set(replace(given(("base.csv", BASES)), licence_attested=False))

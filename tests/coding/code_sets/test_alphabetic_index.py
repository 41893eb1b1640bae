"""The Alphabetic Index as published: nested terms, modifiers, `see`, and tables of columns."""

import io

import pytest

from coding.choices import IndexTable
from coding.code_sets.alphabetic_index import IndexLine, IndexRow, lines, read_csv, read_xml
from core.errors import ApplicationError

DISEASES = b"""<?xml version="1.0"?><ICD10CM.index><version>2030</version><letter><title>C</title>
<mainTerm><title>Calculus, calculi<nemod>(impacted)</nemod></title>
  <term level="1"><title>gallbladder<nemod>(multiple)</nemod></title><code>K80.20</code>
    <term level="2"><title>with</title>
      <term level="3"><title>cholecystitis</title><code>K80.10</code></term></term></term>
  <term level="1"><title>biliary</title><see>Calculus, gallbladder</see></term></mainTerm>
<mainTerm><title>Gallstone</title><seeAlso>Calculus, gallbladder</seeAlso>
  <term level="1"><title>silent NEC</title><see>Calculus, calculi, gallbladder, silent</see></term>
</mainTerm>
<mainTerm><title>Elbow</title><term level="1"><title>tennis</title><code>M77.1-</code></term>
  <term level="1"><title>player's</title><see>Elbow, tennis</see></term>
  <term level="1"><title>sore</title><see>condition</see></term>
  <term level="1"><title>loop</title><see>Elbow, loop</see></term></mainTerm>
</letter></ICD10CM.index>"""

NEOPLASMS = b"""<?xml version="1.0"?><ICD10CM.index><version>2030</version><indexHeading>
<head col="1">Neoplasm</head><head col="2">Malignant Primary</head></indexHeading>
<letter><title>N</title><mainTerm><title>Neoplasm, neoplastic</title><cell col="2">C80.1</cell>
<term level="1"><title>lung</title><cell col="2">C34.9-</cell><cell col="5">D14.3-</cell>
<cell col="7">--</cell></term></mainTerm></letter></ICD10CM.index>"""

EXTERNAL = b"""<?xml version="1.0"?><ICD10CM.index><version>2030</version>
<title>ICD-10-CM EXTERNAL CAUSE of INJURIES INDEX</title><letter><title>B</title>
<mainTerm><title>Bite<nemod>(animal)</nemod> NEC</title><code>W64</code></mainTerm></letter>
</ICD10CM.index>"""

DRUGS = """RowID,Level,Term,SeeAlso,NonEssModif,PoisoningAccidental,PoisoningIntentionalSelfHarm,\
PoisoningAssault,PoisoningUndetermined,AdverseEffect,Underdosing
1,0,Digoxin,,,T46.0X1,T46.0X2,T46.0X3,T46.0X4,T46.0X5,T46.0X6
2,0,Dieldrin,,(vapor),T60.1X1,T60.1X2,T60.1X3,T60.1X4,--,--
"""


def read(text: bytes) -> dict[str, IndexLine]:
    return {line.path: line for line in lines(read_xml(io.BytesIO(text)))}


def test_an_entry_stands_below_its_terms_with_its_code() -> None:
    found = read(DISEASES)
    line = found["Calculus, calculi > gallbladder > with > cholecystitis"]
    assert (line.table, line.level, line.codes) == (IndexTable.DISEASES, 3, ("K80.10",))
    assert found["Calculus, calculi > gallbladder"].modifiers == "(multiple)"
    assert found["Elbow > tennis"].codes == ("M77.1-",)


@pytest.mark.parametrize(
    ("path", "codes"),
    [
        ("Calculus, calculi > biliary", ("K80.20",)),  # names the main term by its first form
        ("Gallstone > silent NEC", ("K80.20",)),  # by all forms; "silent" is no entry there
        ("Elbow > player's", ("M77.1-",)),
        ("Elbow > sore", ()),  # "condition" is no place in the index
        ("Elbow > loop", ()),  # sends to itself
        ("Gallstone", ()),  # see also is a hint, not an answer
    ],
)
def test_see_is_followed_to_a_code(path: str, codes: tuple[str, ...]) -> None:
    assert read(DISEASES)[path].codes == codes


def test_the_table_of_neoplasms_has_a_column_for_each_behavior() -> None:
    lung = read(NEOPLASMS)["Neoplasm, neoplastic > lung"]
    assert lung.table == IndexTable.NEOPLASMS
    assert lung.codes == ("C34.9-", "", "", "D14.3-", "", "")


def test_external_causes_are_told_by_their_heading() -> None:
    bite = read(EXTERNAL)["Bite NEC"]
    assert (bite.table, bite.codes, bite.modifiers) == (IndexTable.EXTERNAL, ("W64",), "(animal)")


def test_the_flattened_table_of_drugs_is_read_by_its_columns() -> None:
    rows = list(read_csv(io.StringIO(DRUGS)))
    assert rows[0].table == IndexTable.DRUGS
    assert rows[0].codes[4] == "T46.0X5"
    assert rows[1] == IndexRow(
        IndexTable.DRUGS, 0, "Dieldrin", "(vapor)",
        ("T60.1X1", "T60.1X2", "T60.1X3", "T60.1X4", "", ""),
    )  # fmt: skip


def test_a_term_that_is_only_its_modifier_is_known_by_it() -> None:
    text = DRUGS + "3,1,,,(mono),T46.991,,,,,\n"
    *_, last = read_csv(io.StringIO(text))
    assert (last.term, last.modifiers) == ("(mono)", "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"not xml", "no XML"),
        (b"<a><b/></a>", "no file of the ICD-10-CM Alphabetic Index"),
        (b"<ICD10CM.tabular><x/></ICD10CM.tabular>", "Tabular List"),
        (DISEASES[:-40], "no XML"),
    ],
)
def test_other_files_are_refused(text: bytes, message: str) -> None:
    with pytest.raises(ApplicationError, match=message):
        list(read_xml(io.BytesIO(text)))


def test_a_table_with_other_columns_is_refused() -> None:
    with pytest.raises(ApplicationError, match="not the columns"):
        list(read_csv(io.StringIO("a,b\n1,2\n")))

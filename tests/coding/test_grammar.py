"""A charge line is typed: `code[-mod] [xunits] [/pointers] [@POS] [$fee] [#NDC qty unit]`."""

import string
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.grammar import TypedLine, parse_line, written
from core.errors import ApplicationError


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("99214", TypedLine("99214")),
        ("99214/ab", TypedLine("99214", pointers=(1, 2))),
        ("20610-rt-59 /c", TypedLine("20610", ("RT", "59"), pointers=(3,))),
        ("99213$150", TypedLine("99213", fee_amount=Decimal("150.00"))),
        ("97110-gp x2 t38", TypedLine("97110", ("GP",), Decimal(2), minutes=38)),
        ("97110 x2.5 @11", TypedLine("97110", units=Decimal("2.5"), place_of_service_code="11")),
        (
            "j3301-jz x4 /a #0003-0293-05 1 ml",
            TypedLine(
                "J3301", ("JZ",), Decimal(4), (1,), ndc_code="00003029305",
                ndc_quantity=Decimal(1), ndc_unit_code="ML",
            ),
        ),
    ],
)  # fmt: skip
def test_reads_what_a_coder_types(typed: str, meant: TypedLine) -> None:
    assert parse_line(typed) == meant


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Type a code"),
        ("9", "not a procedure code"),
        ("99214-", "not a procedure code"),
        ("99214-25-59-RT-LT-50", "four modifiers"),
        ("99214 /z", "letters"),
        ("99214 /aa", "once"),
        ("99214 x0", "units"),
        ("99214 x1e3", "units"),
        ("99214 xNaN", "units"),
        ("99214 x1000", "units"),
        ("99214 @1", "two digits"),
        ("99214 $-5", "from zero to 999,999.99"),
        ("99214 $1,000", "not understood"),
        ("99214 please", "not understood"),
        ("J3301 #123 1 ML", "drug code"),
        ("J3301 #0003-0293-05 1 CUP", "quantity and unit"),
        ("９９２１４", "not a procedure code"),
    ],
)
def test_says_which_part_is_not_understood(typed: str, told: str) -> None:
    with pytest.raises(ApplicationError, match=told) as refused:
        parse_line(typed)
    assert refused.value.field == "line"


typed_lines = st.builds(
    TypedLine,
    procedure_code=st.text(string.ascii_uppercase + string.digits, min_size=5, max_size=5),
    modifiers=st.lists(
        st.text(string.ascii_uppercase + string.digits, min_size=2, max_size=2), max_size=4
    ).map(tuple),
    units=st.none() | st.integers(1, 999).map(Decimal),
    pointers=st.lists(st.integers(1, 12), max_size=4, unique=True).map(tuple),
    place_of_service_code=st.sampled_from(["", "11", "22"]),
    fee_amount=st.none() | st.decimals(0, 9999, places=2),
)


@given(typed_lines)
def test_what_is_written_reads_back_the_same(line: TypedLine) -> None:
    assert parse_line(written(line)) == line


@given(st.text(max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    try:
        parse_line(text)
    except ApplicationError as refused:
        assert refused.message  # noqa: PT017

"""The grammar of a reported value and of a laboratory's interval."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_ranges.errors import ReadingError
from reference_ranges.limits import Reach, Side, Span
from reference_ranges.panel import Comparator
from reference_ranges.readings import (
    interval_from_fields,
    lab_interval,
    lab_interval_from_fields,
    parse_interval,
    parse_reading,
    reading_reach,
)

# (text, number or code with a decimal point, number or code with a decimal comma)
VALUES = [
    ("6.80", "6.80", "ambiguous_separator"),
    ("4", "4", "4"),
    ("0", "0", "0"),
    ("0.5", "0.5", "ambiguous_separator"),
    ("007", "7", "7"),
    (" 6.8 ", "6.8", "ambiguous_separator"),
    ("=5", "5", "5"),
    ("<5", "5", "5"),
    ("< 5", "5", "5"),
    ("<=5", "5", "5"),
    (">2000", "2000", "2000"),
    (">=30.5", "30.5", "ambiguous_separator"),
    ("\u22645", "5", "5"),
    ("\u2265 5", "5", "5"),
    ("123456789.123456789", "123456789.123456789", "ambiguous_separator"),
    ("5,4", "decimal_comma", "5.4"),
    ("<5,4", "decimal_comma", "5.4"),
    ("1,23456", "decimal_comma", "1.23456"),
    ("1,234", "ambiguous_separator", "1.234"),
    ("1.234", "1.234", "ambiguous_separator"),
    ("1.234,5", "digit_separator", "digit_separator"),
    ("1,234.5", "digit_separator", "digit_separator"),
    ("1,234,567", "digit_separator", "digit_separator"),
    ("1.234.567", "digit_separator", "digit_separator"),
    ("1_000", "digit_separator", "digit_separator"),
    ("1'000", "digit_separator", "digit_separator"),
    ("1\u2019000", "digit_separator", "digit_separator"),
    ("1 000", "digit_separator", "digit_separator"),
    ("1\u00a0000", "digit_separator", "digit_separator"),
    ("1\u202f000", "digit_separator", "digit_separator"),
    ("", "empty", "empty"),
    ("   ", "empty", "empty"),
    ("<", "not_a_number", "not_a_number"),
    ("1e5", "exponent", "exponent"),
    ("1E+999999", "exponent", "exponent"),
    ("1.5e-3", "exponent", "exponent"),
    ("\u0663", "not_ascii_digits", "not_ascii_digits"),
    ("\uff11\uff12.\uff15", "not_ascii_digits", "not_ascii_digits"),
    ("5\u00b2", "not_ascii_digits", "not_ascii_digits"),
    ("6.2 H", "trailing_text", "trailing_text"),
    ("6.2*", "trailing_text", "trailing_text"),
    ("6.2H", "trailing_text", "trailing_text"),
    ("5.1 F", "trailing_text", "trailing_text"),
    ("140 mmol/L", "trailing_text", "trailing_text"),
    ("5-6", "trailing_text", "trailing_text"),
    ("6.2\u00a0", "trailing_text", "trailing_text"),
    ("H 6.2", "not_a_number", "not_a_number"),
    ("*6.2", "not_a_number", "not_a_number"),
    ("NaN", "not_a_number", "not_a_number"),
    ("inf", "not_a_number", "not_a_number"),
    ("Infinity", "not_a_number", "not_a_number"),
    ("haemolysed", "not_a_number", "not_a_number"),
    ("less than 5", "not_a_number", "not_a_number"),
    ("<<5", "not_a_number", "not_a_number"),
    ("=<5", "not_a_number", "not_a_number"),
    ("+5", "not_a_number", "not_a_number"),
    ("~5", "not_a_number", "not_a_number"),
    ("0x1F", "trailing_text", "trailing_text"),
    ("-5", "negative", "negative"),
    ("- 5", "negative", "negative"),
    ("\u22125.2", "negative", "negative"),
    ("<-5", "negative", "negative"),
    ("<0", "negative", "negative"),
    (".5", "bare_point", "bare_point"),
    ("5.", "bare_point", "bare_point"),
    (",5", "bare_point", "bare_point"),
    ("1234567890", "too_long", "too_long"),
    ("1.1234567890", "too_long", "too_long"),
    ("1" * 41, "too_long", "too_long"),
    ("6.8\n", "control_character", "control_character"),
    ("6\t8", "control_character", "control_character"),
    ("6.8\x00", "control_character", "control_character"),
    ("\u200b6.8", "control_character", "control_character"),
    ("\u202e8.6", "control_character", "control_character"),
]


def found(parse, *args, **settings):
    """Give the number that was read, or the code that it was refused with."""
    try:
        read = parse(*args, **settings)
    except ReadingError as error:
        return error.code
    return read


def number_or_code(text, *, decimal_comma):
    read = found(parse_reading, text, decimal_comma=decimal_comma)
    return read if isinstance(read, str) else str(read.number)


@pytest.mark.parametrize(("text", "point", "comma"), VALUES)
def test_a_value_is_read_or_refused_by_name(text, point, comma):
    assert number_or_code(text, decimal_comma=False) == point
    assert number_or_code(text, decimal_comma=True) == comma


@pytest.mark.parametrize(
    ("text", "comparator"),
    [
        ("5", Comparator.EQUAL),
        ("=5", Comparator.EQUAL),
        ("<5", Comparator.LESS),
        ("<=5", Comparator.AT_MOST),
        ("\u22645", Comparator.AT_MOST),
        (">5", Comparator.GREATER),
        (">=5", Comparator.AT_LEAST),
        ("\u22655", Comparator.AT_LEAST),
    ],
)
def test_the_comparator_is_part_of_the_reading(text, comparator):
    assert parse_reading(text).comparator is comparator


@pytest.mark.parametrize("text", ["6.80", " 6.80 ", "< 0.50", "=4.0"])
def test_the_text_is_kept_as_it_was_sent(text):
    assert parse_reading(text).text == text


def test_the_digits_are_kept_as_they_were_sent():
    assert str(parse_reading("6.80").number) == "6.80"


@given(st.text(max_size=60), st.booleans())
def test_no_text_raises_anything_but_a_reading_error(text, decimal_comma):
    read = found(parse_reading, text, decimal_comma=decimal_comma)

    assert isinstance(read, str) or read.number >= 0


@given(st.text(alphabet="0123456789.,<>=-eE _'\u2019\u00a0H", max_size=20))
def test_no_value_is_silently_a_thousand_times_another(text):
    read = [
        found(parse_reading, text, decimal_comma=declared) for declared in (False, True)
    ]
    numbers = {one.number for one in read if not isinstance(one, str)}

    # Whatever is read under both settings has no separator that could mean two things.
    assert len(numbers) < 2


@given(
    st.decimals(min_value=0, max_value=999_999_999, places=9),
    st.integers(min_value=0, max_value=9),
)
def test_every_number_of_nine_and_nine_digits_is_read_exactly(number, places):
    text = f"{number.quantize(Decimal(1).scaleb(-places)):f}"

    assert f"{parse_reading(text).number:f}" == text


@pytest.mark.parametrize(
    ("text", "reach"),
    [
        ("6.8", Reach(Fraction("6.8"), True, Fraction("6.8"), True)),  # noqa: FBT003 - the four parts of a reach, in order
        ("<5", Reach(Fraction(0), True, Fraction(5), False)),  # noqa: FBT003 - as above
        ("<=5", Reach(Fraction(0), True, Fraction(5), True)),  # noqa: FBT003 - as above
        (">5", Reach(Fraction(5), False, None, False)),  # noqa: FBT003 - as above
        (">=5", Reach(Fraction(5), True, None, False)),  # noqa: FBT003 - as above
    ],
)
def test_a_reading_reaches_all_the_values_that_it_may_stand_for(text, reach):
    assert reading_reach(parse_reading(text)) == reach


INTERVALS = [
    ("3.5-5.3", Span(at_least=Decimal("3.5"), at_most=Decimal("5.3"))),
    ("3.5 - 5.3", Span(at_least=Decimal("3.5"), at_most=Decimal("5.3"))),
    ("3.5\u20135.3", Span(at_least=Decimal("3.5"), at_most=Decimal("5.3"))),
    ("3.5 to 5.3", Span(at_least=Decimal("3.5"), at_most=Decimal("5.3"))),
    (" 0-5 ", Span(at_least=Decimal(0), at_most=Decimal(5))),
    ("<5", Span(below=Decimal(5))),
    ("< 5", Span(below=Decimal(5))),
    ("<=5", Span(at_most=Decimal(5))),
    ("\u22645", Span(at_most=Decimal(5))),
    (">30", Span(above=Decimal(30))),
    (">=30", Span(at_least=Decimal(30))),
    ("", "empty"),
    ("5", "not_an_interval"),
    ("=5", "not_an_interval"),
    ("5.3-3.5", "limits_reversed"),
    ("0-0", "no_width"),
    ("<0", "negative"),
    ("<=0", "no_limit"),
    (">0", "no_limit"),
    (">=0", "no_limit"),
    ("-3.5-5.3", "negative"),
    ("3.5--5.3", "trailing_text"),
    ("3.5-5.3 mmol/L", "trailing_text"),
    ("(3.5-5.3)", Span(at_least=Decimal("3.5"), at_most=Decimal("5.3"))),
    ("[ 3.5 - 5.3 ]", Span(at_least=Decimal("3.5"), at_most=Decimal("5.3"))),
    ("3.5\u22125.3", Span(at_least=Decimal("3.5"), at_most=Decimal("5.3"))),
    ("(<5)", Span(below=Decimal(5))),
    ("[3.5-5.3)", "not_a_number"),
    ("(3.5)-(5.3)", "trailing_text"),
    ("3,5-5,3", "decimal_comma"),
    ("1,000-2,000", "ambiguous_separator"),
    ("<1,000", "ambiguous_separator"),
    ("see comment", "not_a_number"),
    ("3.5-5.3\n", "control_character"),
    ("\u0663-5", "not_ascii_digits"),
    ("1" * 81, "too_long"),
]


@pytest.mark.parametrize(("text", "span"), INTERVALS)
def test_an_interval_is_read_or_refused_by_name(text, span):
    assert found(parse_interval, text) == span


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("3.5-5.3 mmol/L", "3.5-5.3"),
        ("3.5-5.3mmol/l", "3.5-5.3"),
        ("(3.5-5.3) mmol/L", "3.5-5.3"),
        ("(3.5-5.3 mmol/L)", "3.5-5.3"),
        ("<5 mmol/L", "<5"),
    ],
)
def test_the_results_own_unit_may_follow_an_interval(text, span):
    units = ("mmol/L", "mmol/l")

    assert parse_interval(text, units=units) == parse_interval(span)


@pytest.mark.parametrize("text", ["3.5-5.3 mg/dL", "mmol/L", "3.5-5.3 x mmol/L"])
def test_another_unit_after_an_interval_is_not_read(text):
    assert isinstance(
        found(lambda one: parse_interval(one, units=("mmol/L",)), text), str
    )


def test_an_interval_is_read_with_a_decimal_comma_where_that_was_declared():
    assert parse_interval("3,5-5,3", decimal_comma=True) == parse_interval("3.5-5.3")


@given(st.text(max_size=90), st.booleans())
def test_no_interval_raises_anything_but_a_reading_error(text, decimal_comma):
    read = found(parse_interval, text, decimal_comma=decimal_comma)

    assert isinstance(read, str | Span)


@pytest.mark.parametrize(
    ("low", "high", "span"),
    [
        ("3.5", "5.3", Span(at_least=Decimal("3.5"), at_most=Decimal("5.3"))),
        ("3.5", None, Span(at_least=Decimal("3.5"))),
        (None, "5.3", Span(at_most=Decimal("5.3"))),
        ("0", "5", Span(at_least=Decimal(0), at_most=Decimal(5))),
        (None, None, "empty"),
        (" ", "", "empty"),
        ("0", None, "no_limit"),
        (None, "0", "no_limit"),
        ("5.3", "3.5", "limits_reversed"),
        ("0", "0", "no_width"),
        ("low", "5.3", "not_a_number"),
        ("<3.5", "5.3", "not_a_number"),
        ("3,5", "5,3", "decimal_comma"),
    ],
)
def test_an_interval_may_come_as_two_fields(low, high, span):
    assert found(interval_from_fields, low, high) == span


def test_both_limits_of_a_range_lie_inside_it():
    span = parse_interval("3.5-5.3")

    assert [span.side(reading_reach(parse_reading(v))) for v in ("3.5", "5.3")] == [
        Side.INSIDE,
        Side.INSIDE,
    ]


def test_an_interval_that_cannot_be_read_is_kept_verbatim_and_not_used():
    assert lab_interval("3.5 (adults)").text == "3.5 (adults)"
    assert lab_interval("3.5 (adults)").span is None


def test_an_interval_that_can_be_read_is_kept_verbatim_too():
    assert lab_interval("3.5 - 5.3").text == "3.5 - 5.3"
    assert lab_interval("3.5 - 5.3").span == parse_interval("3.5-5.3")


@pytest.mark.parametrize(
    ("low", "high", "text", "used"),
    [
        ("3.5", "5.3", "3.5-5.3", True),
        ("30", None, ">=30", True),
        (None, "5", "<=5", True),
        ("n/a", "5", "n/a-5", False),
        (None, None, "<=", False),
    ],
)
def test_two_fields_are_kept_as_one_text(low, high, text, used):
    kept = lab_interval_from_fields(low, high)

    assert (kept.text, kept.span is not None) == (text, used)


def test_a_refusal_never_repeats_the_value():
    with pytest.raises(ReadingError) as refusal:
        parse_reading("6.2 SECRET")

    assert "SECRET" not in str(refusal.value)


def test_a_value_may_have_forty_characters_and_an_interval_eighty():
    assert parse_reading("6.80".rjust(40)).number == Decimal("6.80")
    assert parse_interval("3.5-5.3".rjust(80)) == parse_interval("3.5-5.3")
    for read, text in ((parse_reading, "6.80"), (parse_interval, "3.5-5.3")):
        longest = 40 if read is parse_reading else 80
        with pytest.raises(ReadingError, match="too_long"):
            read(text.rjust(longest + 1))


@pytest.mark.parametrize(
    ("text", "comma", "sign"), [("5;4", True, "comma"), ("5;4", False, "point")]
)
def test_a_refusal_says_which_sign_would_have_been_read(text, comma, sign):
    with pytest.raises(ReadingError) as refused:
        parse_reading(text, decimal_comma=comma)

    assert f"one decimal {sign}" in refused.value.allowed


def test_an_interval_in_two_pairs_of_brackets_is_not_read():
    with pytest.raises(ReadingError):
        parse_interval("((3.5-5.3))", units=["mmol/L"])

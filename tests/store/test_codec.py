"""Whatever the core decides comes back exactly as it was, whatever it was."""

from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from types import NoneType, UnionType
from typing import get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reference_ranges.limits import Span
from reference_ranges.panel import Panel, Reading, Reason
from reference_ranges.readings import parse_reading
from reference_ranges.relations import Relation, SymptomFinding
from reference_ranges.results import (
    Direction,
    Finding,
    Interpretation,
    Judgement,
    Kind,
    Outcome,
    RedFlag,
    Result,
    Urgency,
)
from service.intake.submission import Submission
from service.store.codec import CodecError, decode, dumps, encode, loads
from tests.store.values import interpretation, submission


@dataclass(frozen=True, slots=True)
class Odd:
    """A type with everything that the core's own types may come to hold."""

    share: Fraction
    day: date
    moment: datetime
    digits: Decimal
    flags: frozenset[str]
    pair: tuple[str, int]
    body: bytes
    urgency: Urgency = Urgency.SOON
    note: str | None = None


SCALARS = {
    str: st.text(max_size=8),
    int: st.integers(),
    bool: st.booleans(),
    bytes: st.binary(max_size=8),
    date: st.dates(),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    Fraction: st.fractions(),
    datetime: st.datetimes(
        timezones=st.integers(-720, 720).map(lambda m: timezone(timedelta(minutes=m)))
    ),
    # these refuse nonsense, so only their sensible values can be built
    Outcome: st.sampled_from(
        [
            Outcome(Kind.IN_RANGE),
            Outcome(Kind.CRITICAL, Direction.HIGH),
            Outcome(Kind.CONFLICT, Direction.LOW),
            Outcome(Kind.INDETERMINATE, reason=Reason.GREY_ZONE),
        ]
    ),
    Reading: st.sampled_from(["6.80", "<0.5", ">=2000"]).map(parse_reading),
    Span: st.sampled_from(
        [
            Span(),
            Span(at_least=Decimal("3.50"), below=Decimal("5.3")),
            Span(above=Decimal(0)),
        ]
    ),
}


def anything(hint):
    """Every value that *hint* allows, kept small."""
    if hint in SCALARS:
        return SCALARS[hint]
    if names := field_names(hint):
        hints = get_type_hints(hint)
        return st.builds(hint, **{name: anything(hints[name]) for name in names})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    return generic(get_origin(hint), get_args(hint))


def field_names(hint):
    if is_dataclass(hint):
        return [field.name for field in fields(hint)]
    return getattr(hint, "_fields", ())


def generic(origin, inner):
    if origin is UnionType:
        return st.one_of(
            *(st.none() if kind is NoneType else anything(kind) for kind in inner)
        )
    if origin is frozenset:
        return st.frozensets(anything(inner[0]), max_size=2)
    if inner[-1] is Ellipsis:
        return st.lists(anything(inner[0]), max_size=1).map(tuple)
    return st.tuples(*(anything(kind) for kind in inner))


KINDS = [
    Odd,
    Panel,
    Submission,
    Judgement,
    Relation,
    SymptomFinding,
    RedFlag,
    Finding,
    Result,
    Interpretation,
]


@pytest.mark.parametrize("kind", KINDS)
@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_what_is_written_reads_back_the_same(kind, data):
    value = data.draw(anything(kind))

    back = loads(kind, dumps(value))

    assert back == value
    assert dumps(back) == dumps(value)  # 6.80 equals 6.8, and is not the same


def test_the_same_value_is_written_the_same_byte_for_byte():
    one = Odd(
        Fraction(1, 3),
        date(2026, 2, 28),
        datetime(2026, 1, 1, tzinfo=UTC),
        Decimal("6.80"),
        frozenset("zya"),
        ("x", 1),
        b"\x00\xff",
    )

    assert dumps(one) == (
        '{"body":"AP8=","day":"2026-02-28","digits":"6.80","flags":["a","y","z"],'
        '"moment":"2026-01-01T00:00:00+00:00","note":null,"pair":["x",1],'
        '"share":"1/3","urgency":1}'
    )


def test_digits_are_kept_as_reported():
    written = encode(submission())

    assert written["panel"]["observations"][0]["reading"]["number"] == "6.80"


@pytest.mark.parametrize("value", [1.5, {"a": 1}, ["list"], {1}, object(), Odd])
def test_a_type_that_could_lose_something_is_refused(value):
    with pytest.raises(CodecError):
        encode(value)


def test_a_record_from_before_a_field_was_added_takes_its_default():
    older = encode(interpretation().results[0])
    del older["derived_by"]

    assert decode(Result, older).derived_by == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("share", "one third"),
        ("share", "1/0"),
        ("day", "yesterday"),
        ("moment", None),
        ("digits", 6.8),
        ("digits", "six"),
        ("flags", "abc"),
        ("pair", ["x"]),
        ("pair", ["x", "1"]),
        ("pair", ["x", True]),
        ("body", "?"),
        ("urgency", 9),
        ("urgency", None),
        ("note", 1),
        ("new", "field of a later version"),
    ],
)
def test_data_that_its_type_does_not_allow_is_refused(field, value):
    good = Odd(
        Fraction(1, 3),
        date(2026, 2, 28),
        datetime(2026, 1, 1, tzinfo=UTC),
        Decimal("6.80"),
        frozenset("a"),
        ("x", 1),
        b"",
    )

    with pytest.raises(CodecError):
        decode(Odd, encode(good) | {field: value})


@pytest.mark.parametrize("text", ["", "{", "null", "[]", "{}"])
def test_text_that_is_not_a_record_is_refused(text):
    with pytest.raises(CodecError):
        loads(Odd, text)


def test_an_outcome_that_says_too_much_is_refused_when_read():
    with pytest.raises(CodecError, match="Outcome"):
        decode(Outcome, {"kind": "in_range", "direction": "low", "reason": None})


@pytest.mark.parametrize("hint", [int | str | None, list[str], object, dict[str, str]])
def test_a_hint_that_leaves_the_type_open_is_refused(hint):
    with pytest.raises(CodecError, match="is not read"):
        decode(hint, "x")

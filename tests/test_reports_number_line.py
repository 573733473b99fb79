"""The number line's geometry: where things lie, and the laws that always hold."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reference_ranges.limits import Reach, Span
from reference_ranges.results import Axis
from reports.model import Tone, ZoneKind
from reports.number_line import LineWords, number_line

WORDS = LineWords("You: 9", "usual range", "A sentence.")
FERRITIN = Axis("ug/L", Decimal(0), Decimal(600), Decimal(15), None)
POTASSIUM = Axis("mmol/L", Decimal(2), Decimal(7), Decimal("3.0"), Decimal("6.0"))
BOTH = Span(at_least=Decimal("3.5"), at_most=Decimal("5.3"))
numbers = st.decimals(0, 1000, places=2)


def exactly(value):
    return Reach(Fraction(value), True, Fraction(value), True)  # noqa: FBT003  # its own order


def line(axis, usual, reach):
    return number_line(axis, usual, reach, Tone.LOW, WORDS)


def marker(value, axis=POTASSIUM, usual=BOTH):
    return line(axis, usual, exactly(Decimal(value))).marker


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ("2", 0.0),
        ("3.0", 0.17),
        ("3.25", 0.245),
        ("3.5", 0.32),
        ("4.4", 0.55),
        ("5.3", 0.78),
        ("6.0", 0.9),
        ("7", 1.0),
    ],
)
def test_a_stop_has_its_place_and_the_scale_is_even_between_stops(value, at):
    found = marker(value)

    assert (found.at, found.off) == (at, "")


@pytest.mark.parametrize(
    ("value", "at", "off"), [("1.99", 0.0, "low"), ("7.01", 1.0, "high")]
)
def test_a_value_beyond_the_end_is_off_at_that_end(value, at, off):
    found = marker(value)

    assert (found.at, found.off) == (at, off)


@pytest.mark.parametrize(
    ("usual", "zones"),
    [
        (
            BOTH,
            [
                (ZoneKind.FAR, 0.0, 0.17, False, False),
                (ZoneKind.OUTSIDE, 0.17, 0.32, False, False),
                (ZoneKind.USUAL, 0.32, 0.78, False, False),
                (ZoneKind.OUTSIDE, 0.78, 0.9, False, False),
                (ZoneKind.FAR, 0.9, 1.0, False, False),
            ],
        ),
        (
            Span(at_least=Decimal("3.5")),
            [
                (ZoneKind.FAR, 0.0, 0.17, False, False),
                (ZoneKind.OUTSIDE, 0.17, 0.32, False, False),
                (ZoneKind.USUAL, 0.32, 1.0, False, True),
            ],
        ),
        (
            Span(below=Decimal("5.3")),
            [
                (ZoneKind.USUAL, 0.0, 0.78, True, False),
                (ZoneKind.OUTSIDE, 0.78, 0.9, False, False),
                (ZoneKind.FAR, 0.9, 1.0, False, False),
            ],
        ),
    ],
    ids=["two limits", "a lower limit only", "an upper limit only"],
)
def test_the_zones_follow_the_usual_range(usual, zones):
    found = line(POTASSIUM, usual, exactly(4)).zones

    assert [(z.kind, z.start, z.end, z.open_low, z.open_high) for z in found] == zones


@pytest.mark.parametrize("usual", [None, Span()], ids=["no range", "no limit"])
def test_without_a_limit_there_is_no_line(usual):
    assert line(POTASSIUM, usual, exactly(4)) is None


@pytest.mark.parametrize(
    ("reach", "at", "goes_on"),
    [
        (Reach(Fraction(0), True, Fraction(15), False), 0.17, "low"),  # noqa: FBT003  # its own order
        (Reach(Fraction(300), False, None, False), 0.78, "high"),  # noqa: FBT003  # its own order
        (exactly(0), 0.0, ""),
    ],
    ids=["<15", ">300", "0"],
)
def test_a_censored_reading_goes_on_to_its_end(reach, at, goes_on):
    usual = Span(at_least=Decimal(30), at_most=Decimal(300))

    found = line(FERRITIN, usual, reach).marker

    assert (found.at, found.reach) == (at, goes_on)


def test_every_stop_carries_its_number_as_it_is_printed():
    found = line(POTASSIUM, BOTH, exactly(4)).ticks

    assert [(t.text, t.strong) for t in found] == [
        ("2.0", False),
        ("3.0", False),
        ("3.5", True),
        ("5.3", True),
        ("6.0", False),
        ("7.0", False),
    ]


@pytest.mark.parametrize(
    ("usual", "value", "at", "off"),
    [
        (Span(at_least=Decimal(1), at_most=Decimal(3)), "0.5", 0.16, ""),
        (Span(at_least=Decimal(4), at_most=Decimal(9)), "9.5", 1.0, "high"),
        (Span(at_least=Decimal(8)), "8", 0.32, ""),
        (Span(at_least=Decimal(8)), "9", 1.0, "high"),
        (Span(at_most=Decimal(1)), "0.5", 0.39, ""),
        (Span(at_least=Decimal(0), at_most=Decimal(5)), "0", 0.32, ""),
        (Span(at_least=Decimal(4), at_most=Decimal(4)), "4", 0.32, ""),
        (Span(at_most=Decimal(0)), "0", 0.78, ""),
    ],
)
def test_a_range_off_the_axis_keeps_its_place(usual, value, at, off):
    found = marker(value, usual=usual)

    assert (found.at, found.off) == (at, off)


def test_a_far_limit_inside_the_usual_range_makes_all_beyond_the_range_far():
    usual = Span(at_least=Decimal("2.5"), at_most=Decimal("6.5"))

    found = line(POTASSIUM, usual, exactly(4)).zones

    assert [z.kind for z in found] == [ZoneKind.FAR, ZoneKind.USUAL, ZoneKind.FAR]


def test_nothing_lies_below_a_range_that_starts_at_nought():
    usual = Span(at_least=Decimal(0), at_most=Decimal(5))

    found = line(POTASSIUM, usual, exactly(4)).zones

    assert found[0].kind is ZoneKind.USUAL


@st.composite
def axes(draw):
    start, far_low, far_high, end = sorted(
        draw(st.lists(numbers, min_size=4, max_size=4, unique=True))
    )
    return Axis(
        "mmol/L",
        start,
        end,
        draw(st.sampled_from([far_low, None])),
        draw(st.sampled_from([far_high, None])),
    )


@st.composite
def spans(draw):
    low, high = sorted(draw(st.lists(numbers, min_size=2, max_size=2)))
    ends = [{"at_least": low, "at_most": high}, {"at_least": low}, {"at_most": high}]
    return Span(**draw(st.sampled_from(ends)))


@given(axis=axes(), usual=spans(), one=numbers, other=numbers)
def test_a_higher_value_never_lies_further_left(axis, usual, one, other):
    assume(one < other)

    assert marker(one, axis, usual).at <= marker(other, axis, usual).at


@given(axis=axes(), usual=spans(), value=numbers)
def test_the_marker_lies_over_the_zone_that_the_value_is_in(axis, usual, value):
    found = line(axis, usual, exactly(value))
    band = next(z for z in found.zones if z.kind is ZoneKind.USUAL)

    side = usual.side(exactly(value))

    places = {
        "below": found.marker.at < band.start or found.marker.off == "low",
        "inside": band.start <= found.marker.at <= band.end,
        "above": found.marker.at > band.end or found.marker.off == "high",
    }
    assert places[side]


@given(axis=axes(), usual=spans(), value=numbers)
def test_zones_meet_and_ticks_rise_within_the_bar(axis, usual, value):
    found = line(axis, usual, exactly(value))

    ends = [z.end for z in found.zones[:-1]]
    places = [t.at for t in found.ticks]
    assert ends == [z.start for z in found.zones[1:]]
    assert places == sorted(places)
    assert found.zones[0].start <= found.marker.at <= found.zones[-1].end

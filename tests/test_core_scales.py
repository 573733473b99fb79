"""Scales counted in whole numbers say what exact comparison with each limit says."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_ranges.limits import Side, Span
from reference_ranges.panel import Extent, Reason
from reference_ranges.readings import parse_reading, reading_reach
from reference_ranges.results import Judgement, JudgementKind, Step, Verdict
from reference_ranges.scales import (
    Start,
    Zone,
    make_grid,
    make_ruler,
    make_scale,
    ruling,
    span_text,
)

BASE = Judgement(
    kind=JudgementKind.GUIDELINE,
    verdict=Verdict.IN,
    severity=0,
    origin="catalogue",
    rule="a-rule",
    title="",
    label="",
    span=Span(),
    unit="mmol/L",
    factor="1",
    side=Side.INSIDE,
    source="a-source",
    partition="16y+",
)
VERDICTS = [Verdict.LOW, Verdict.LOW, Verdict.IN, Verdict.IN, Verdict.HIGH]
LABELS = ["low", "very low", "usual", "good", "high"]
SEVERITIES = [1, 3, 0, 2, 1]
signs = st.sampled_from(["", "<", "<=", ">", ">="])
numbers = st.one_of(
    st.integers(0, 12).map(str),
    st.decimals(0, 12, places=2).map(lambda one: f"{one:f}"),
)
edges = st.sampled_from(["below", "at_most"])
NEXT = {"below": "at_least", "at_most": "above"}
factors = st.sampled_from([Fraction(1), Fraction(5, 2), Fraction(1, 3)])


@st.composite
def readings(draw):
    number, sign = draw(numbers), draw(signs)
    return parse_reading(("" if sign == "<" and not Decimal(number) else sign) + number)


@st.composite
def spans(draw):
    """Spans that cover the scale once, as many as there are verdicts."""
    cuts = draw(st.lists(st.integers(1, 11), min_size=4, max_size=4, unique=True))
    found, start = [], {}
    for cut in sorted(cuts):
        edge = draw(edges)
        found.append(Span(**start, **{edge: Decimal(cut)}))
        start = {NEXT[edge]: Decimal(cut)}
    return [*found, Span(**start)]


def zones_of(spans):
    return [
        Zone(
            span,
            replace(BASE, span=span, verdict=verdict, severity=severity, label=label),
        )
        for span, verdict, severity, label in zip(
            spans, VERDICTS, SEVERITIES, LABELS, strict=True
        )
    ]


@given(spans=spans(), factor=factors, reading=readings())
def test_a_scale_says_what_every_zone_that_a_reading_may_lie_in_says(
    spans, factor, reading
):
    zones = zones_of(spans)
    reach = reading_reach(reading).times(factor)
    sides = [span.side(reach) for span in spans]
    out = {Side.BELOW, Side.ABOVE}
    touched = [zone for zone, side in zip(zones, sides, strict=True) if side not in out]

    found = make_scale(zones, factor).judge(reading.extent)

    said = {zone.judgement.verdict for zone in touched}
    judgement, hull = (
        found.judgement,
        Span(
            touched[0].span.at_least,
            touched[0].span.above,
            touched[-1].span.at_most,
            touched[-1].span.below,
        ),
    )
    assert judgement.span == hull
    assert found.usual == Span(
        spans[2].at_least, spans[2].above, spans[3].at_most, spans[3].below
    )
    if len(said) > 1:
        assert judgement.verdict is Verdict.CANNOT_TELL
        assert judgement.reason is Reason.STRADDLES_LIMIT
        each = [f"{span_text(z.span)}: {z.judgement.verdict}" for z in touched]
        assert (judgement.severity, judgement.label) == (1, " / ".join(each))
        assert judgement.side is Side.STRADDLES
    else:
        gravest = max(zone.judgement.severity for zone in touched)
        assert {judgement.verdict} == said
        assert judgement.severity == gravest
        assert judgement.label == " / ".join(z.judgement.label for z in touched)
        assert judgement.reason is None


@given(spans=spans(), reading=readings())
def test_where_an_interval_cannot_tell_it_is_the_interval_that_is_shown(spans, reading):
    zones = zones_of(spans)
    own = [replace(z.judgement, kind=JudgementKind.INTERVAL) for z in zones]
    intervals = [Zone(z.span, one) for z, one in zip(zones, own, strict=True)]

    found = make_scale(intervals, Fraction(1)).judge(reading.extent).judgement

    if found.verdict is Verdict.CANNOT_TELL:
        sides = [span.side(reading_reach(reading)) for span in spans]
        assert found.span == spans[sides.index(Side.STRADDLES)]


@given(
    starts=st.lists(
        st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=3),
        min_size=1,
        max_size=3,
    ),
    factor=factors,
    reading=readings(),
)
def test_rulers_laid_over_each_other_say_what_each_of_them_says(
    starts, factor, reading
):
    rulers = [
        make_ruler(
            [Start(Decimal(at), inside=not late) for at, late in sorted(set(one))],
            factor * place,
        )
        for place, one in enumerate(starts, start=1)
    ]
    extent = reading.extent

    first, last = make_grid(rulers).zones_of(extent)

    assert list(zip(first, last, strict=True)) == [r.zones_of(extent) for r in rulers]


@pytest.mark.parametrize(
    ("text", "extent"),
    [
        ("6.8", Extent(6_800_000_000, 0, 6_800_000_000, 0)),
        ("<5", Extent(0, 0, 5_000_000_000, -1)),
        ("<=5", Extent(0, 0, 5_000_000_000, 0)),
        (">5", Extent(5_000_000_000, 1, None, 0)),
        (">=5", Extent(5_000_000_000, 0, None, 0)),
        ("0.000000001", Extent(1, 0, 1, 0)),
    ],
)
def test_an_extent_is_counted_in_billionths(text, extent):
    assert parse_reading(text).extent == extent


def test_a_ruler_has_a_cut_just_above_a_limit_that_belongs_below():
    starts = [Start(Decimal("1.5"), inside=True), Start(Decimal(2), inside=False)]

    ruler = make_ruler(starts, Fraction(3))

    assert (ruler.grains, ruler.cuts) == (3, (3_000_000_000, 4_000_000_001))


def test_a_scale_without_a_usual_zone_has_no_usual_range():
    bad = [replace(BASE, verdict=Verdict.LOW, severity=1)] * 2
    zones = [Zone(Span(below=1), bad[0]), Zone(Span(at_least=1), bad[1])]

    assert make_scale(zones, Fraction(1)).rulings[0].usual is None


def test_a_ruling_shows_its_working():
    span = Span(at_least=Decimal("3.50"), below=Decimal(5))
    judged = replace(
        BASE,
        span=span,
        verdict=Verdict.CANNOT_TELL,
        side=Side.STRADDLES,
        reason=Reason.STRADDLES_LIMIT,
    )

    found = ruling(judged, span)

    assert found.usual is span
    assert found.step == Step(
        "guideline:a-rule",
        "cannot_tell: straddles_limit",
        (
            ("limit", ">=3.50 <5 mmol/L"),
            ("factor", "1"),
            ("side", "straddles"),
            ("for", "16y+"),
        ),
        "a-source",
    )
    assert ruling(BASE, None).step.gave == "in"


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (Span(), ""),
        (Span(above=Decimal("1.0")), ">1.0"),
        (Span(at_least=Decimal(1), at_most=Decimal(2)), ">=1 <=2"),
        (Span(below=Decimal(2)), "<2"),
    ],
)
def test_a_span_is_written_with_the_owners_of_its_ends(span, text):
    assert span_text(span) == text

"""Which guidelines say otherwise than the gravest, and which only say nothing of it."""

from decimal import Decimal

import pytest

from reference_ranges.judging.differences import guidelines_differ
from reference_ranges.limits import Side, Span
from reference_ranges.results import Judgement, JudgementKind, Verdict
from reference_ranges.scales import ruling

UP_TO = Span(at_most=Decimal(125))
FROM = Span(at_least=Decimal(50))
BOTH = Span(at_least=Decimal(50), at_most=Decimal(125))
ENDLESS = Span()
LOW_GREY = Span(at_least=Decimal(30), below=Decimal(50))
LOWEST_GREY = Span(below=Decimal(50))
HIGH_GREY = Span(above=Decimal(125), at_most=Decimal(150))
HIGHER_GREY = Span(above=Decimal(150), at_most=Decimal(200))


def said(verdict, usual, severity, span=ENDLESS):
    judgement = Judgement(
        kind=JudgementKind.GUIDELINE,
        verdict=verdict,
        severity=severity,
        origin="catalogue",
        rule=f"rule_{severity}",
        title=f"Guideline {severity}",
        label="",
        span=span,
        unit="nmol/L",
        factor="1",
        side=Side.INSIDE,
        source=f"source_{severity}",
    )
    return ruling(judgement, usual)


HIGH = said(Verdict.HIGH, BOTH, 2)
LOW = said(Verdict.LOW, BOTH, 2)
GREYS = {
    "below the usual range": (said(Verdict.GREY, BOTH, 2, LOW_GREY), "low"),
    "below all": (said(Verdict.GREY, BOTH, 2, LOWEST_GREY), "low"),
    "of a guideline that has no range": (said(Verdict.GREY, None, 2, LOW_GREY), "low"),
    "of a guideline on a lack": (said(Verdict.GREY, FROM, 2, LOW_GREY), "low"),
    "next above the usual range": (said(Verdict.GREY, BOTH, 2, HIGH_GREY), "high"),
    "far above the usual range": (said(Verdict.GREY, BOTH, 2, HIGHER_GREY), "high"),
}
GRAVEST = {"low": (LOW, "low"), "high": (HIGH, "high"), **GREYS}
SIDES = {
    "low": {FROM: True, UP_TO: False, BOTH: True, ENDLESS: False},
    "high": {FROM: False, UP_TO: True, BOTH: True, ENDLESS: False},
}


def differ(gravest, other):
    return [one.code for one in guidelines_differ((other, gravest), "vitamin_d_25oh")]


@pytest.mark.parametrize("usual", [FROM, UP_TO, BOTH, ENDLESS], ids=str)
@pytest.mark.parametrize("gravest", GRAVEST)
def test_a_guideline_without_a_limit_on_that_side_does_not_differ(gravest, usual):
    leading, side = GRAVEST[gravest]

    found = differ(leading, said(Verdict.IN, usual, 0))

    assert bool(found) is SIDES[side][usual]


@pytest.mark.parametrize("gravest", GRAVEST)
def test_a_guideline_in_range_that_has_no_range_to_show_differs(gravest):
    assert differ(GRAVEST[gravest][0], said(Verdict.IN, None, 0))


@pytest.mark.parametrize("usual", [FROM, UP_TO, ENDLESS, None], ids=str)
@pytest.mark.parametrize(
    ("gravest", "verdict"),
    [(LOW, Verdict.HIGH), (HIGH, Verdict.LOW), (LOW, Verdict.GREY)],
)
def test_what_is_out_of_range_otherwise_differs_whatever_the_range(
    gravest, verdict, usual
):
    assert differ(gravest, said(verdict, usual, 1)) == ["guidelines_differ"]


@pytest.mark.parametrize("verdict", [Verdict.CANNOT_TELL, Verdict.LOW])
def test_what_says_the_same_or_nothing_does_not_differ(verdict):
    assert differ(LOW, said(verdict, None, 1)) == []

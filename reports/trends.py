"""Earlier results as a small chart over time: geometry and words, no paper."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from reference_ranges.deltas import Past
from reference_ranges.limits import Span
from reference_ranges.panel import Comparator
from reference_ranges.results import Interpretation, Result
from reports.chips import chip_of
from reports.dates import date_words
from reports.earlier import comparable_past, past_words
from reports.model import Tick, Trend, TrendPoint
from reports.phrasing import as_reported, heading_of
from reports.ranges import range_of
from reports.summary import all_results
from reports.wording import Wording

_CHARTS = 4  # on the clinician's page: more do not stay short
_MARGIN = Fraction(1, 8)  # of the height, above and below all that is drawn

Numbers = Sequence[Fraction]


def trends_of(
    interpretation: Interpretation, collected_at: datetime | None, wording: Wording
) -> tuple[Trend, ...]:
    """Return a chart for each of the first results that has comparable earlier ones.

    Only what was measured in the same way, in the same unit and as a whole number is
    drawn; each point stands at its true time.
    """
    found = (
        (one, _trend(one, collected_at, wording)) for one in all_results(interpretation)
    )
    drawn = [
        replace(trend, tone=chip_of(one, interpretation, wording).tone)
        for one, trend in found
        if trend is not None
    ]
    return tuple(drawn[:_CHARTS])


def _trend(
    result: Result, collected_at: datetime | None, wording: Wording
) -> Trend | None:
    reading = result.observation.reading
    past = [one for one in comparable_past(result) if one.number is not None]
    if not past or reading is None or reading.comparator is not Comparator.EQUAL:
        return None
    past.reverse()
    values = [one.number or Fraction() for one in past] + [Fraction(reading.number)]
    words = [past_words(one, result, wording) for one in past]
    words.append(_now(result, collected_at, wording))
    ago = [one.earlier.seconds_before for one in past] + [0]
    band = _band_of(result)
    levels, ends, limits = _levels(values, band)
    points = tuple(
        TrendPoint(float(1 - Fraction(seconds, ago[0])), float(level), said, text)
        for seconds, level, said, text in zip(
            ago, levels, words, _short(past, reading.text), strict=True
        )
    )
    name = heading_of(result, wording)
    items = wording.listed(words)
    alt = wording.say("clinician_page.trend", name=name, items=items)
    days = [past[0].earlier.day.isoformat()]
    days += [collected_at.date().isoformat()] if collected_at else []
    return Trend(
        heading=name,
        points=points,
        band=ends,
        alt=alt,
        limits=limits,
        days=tuple(date_words(day, wording) for day in days),
    )


def _short(past: Sequence[Past], now: str) -> list[str]:
    return [*(one.earlier.reading.text for one in past), now]


def _now(result: Result, collected_at: datetime | None, wording: Wording) -> str:
    value = as_reported(result, wording)
    if collected_at is None:
        return value
    day = date_words(collected_at.date().isoformat(), wording)
    return wording.say("earlier.item", value=value, day=day)


def _band_of(result: Result) -> Span | None:
    shown = range_of(result)
    return shown.span if shown and shown.reported else None


def _levels(
    values: Numbers, band: Span | None
) -> tuple[list[Fraction], tuple[float, float] | None, tuple[Tick, ...]]:
    """Return how high each value stands in 0..1, the ends of the band, its limits."""
    limits = [end for end in (band.low, band.high) if end] if band else []
    drawn = [*values, *map(Fraction, limits)]
    low, high = min(drawn), max(drawn)
    room = high - low or Fraction(1)

    def level(value: Fraction) -> Fraction:
        return _MARGIN + (value - low) / room * (1 - 2 * _MARGIN)

    ends = None
    if band is not None:
        start = Fraction(0) if not band.low else level(Fraction(band.low))
        end = Fraction(1) if band.high is None else level(Fraction(band.high))
        ends = (float(start), float(end))
    ticks = tuple(Tick(float(level(Fraction(one))), f"{one:f}") for one in limits)
    return [level(value) for value in values], ends, ticks

"""The number line of a result: which numbers go on it, and the words beside it."""

from dataclasses import replace

from reference_ranges.panel import Comparator
from reference_ranges.readings import reading_reach
from reference_ranges.results import Interpretation, JudgementKind, Result
from reports.chips import chip_of, chip_told
from reports.earlier import drawn_past, past_words
from reports.model import Marker, NumberLine, Zone, ZoneKind
from reports.number_line import LineWords, number_line
from reports.phrasing import heading_of, range_words, unit_shown
from reports.ranges import ShownRange, axis_in_reported_unit, range_of
from reports.wording import Wording

_KEYS = {
    Comparator.EQUAL: "you",
    Comparator.LESS: "less",
    Comparator.AT_MOST: "at_most",
    Comparator.GREATER: "more",
    Comparator.AT_LEAST: "at_least",
}


def line_of(
    result: Result, interpretation: Interpretation, wording: Wording
) -> NumberLine | None:
    """Return the number line of *result*, or None where one cannot be drawn truly.

    The scale is in the unit of the result, and the label is the reported number.
    """
    reading, shown = result.observation.reading, range_of(result)
    if reading is None or shown is None or result.axis is None:
        return None
    axis = axis_in_reported_unit(result.axis, result, shown)
    if axis is None:
        return None
    key, value = _KEYS[reading.comparator], f"{reading.number:f}"
    unit, band = unit_shown(result, wording), band_of(shown)
    alt = wording.say(
        f"line.alt_{band}",
        name=heading_of(result, wording),
        value=wording.say(f"values.{key}", value=f"{value} {unit}".strip()),
        range=range_words(shown.span, wording, unit),
        verdict=chip_told(result, interpretation, wording),
    )
    words = LineWords(
        marker=wording.say(f"line.{key}", value=value),
        usual=wording.say(f"line.{band}", unit=unit),
        unit=unit,
        alt=alt,
        past=tuple(
            (one.number, past_words(one, result, wording))
            for one in drawn_past(result)
            if one.number is not None
        ),
    )
    tone = chip_of(result, interpretation, wording).tone
    line = number_line(axis, shown.span, reading_reach(reading), tone, words)
    return line and _told(line, words, wording)


def _told(line: NumberLine, words: LineWords, wording: Wording) -> NumberLine:
    """Return *line*, its sentence telling all that the drawing shows or leaves out."""
    return _with_past(_with_off(_with_far(line, wording), wording), words, wording)


def _with_far(line: NumberLine, wording: Wording) -> NumberLine:
    """Return *line*, its sentence saying so where its mark lies in a striped zone."""
    if not far_outside(line):
        return line
    return replace(line, alt=f"{line.alt} {wording.say('line.far_told')}")


def far_outside(line: NumberLine) -> bool:
    """Say whether the mark of *line*, and all that it may stand for, is on stripes."""
    far = [zone for zone in line.zones if zone.kind is ZoneKind.FAR]
    return any(_whole_in(zone, line.marker) for zone in far)


def _whole_in(zone: Zone, marker: Marker) -> bool:
    """Say whether all that *marker* may stand for is past the edge of a far *zone*."""
    if zone.start == 0:
        return marker.at < zone.end and marker.reach in ("", "low")
    return marker.at > zone.start and marker.reach in ("", "high")


def _with_off(line: NumberLine, wording: Wording) -> NumberLine:
    """Return *line*, its label and its sentence saying that the arrow leads off it."""
    marker = line.marker
    if not marker.off:
        return line
    label = wording.say("line.off", label=marker.text)
    said = wording.say("line.off_told")
    marker = replace(marker, text=label)
    return replace(line, marker=marker, alt=f"{line.alt} {said}")


def _with_past(line: NumberLine, words: LineWords, wording: Wording) -> NumberLine:
    """Return *line*, its sentences naming earlier results: those on it, those off it.

    Who hears the line must not take the last one that is drawn for the last one.
    """
    drawn = [one.text for one in line.past]
    off = [text for _, text in words.past if text not in drawn]
    alt = line.alt
    for key, items in (("alt_past", drawn), ("alt_past_off", off)):
        if items:
            alt += " " + wording.say(f"line.{key}", items=wording.listed(items))
    return replace(line, alt=alt)


def band_of(shown: ShownRange) -> str:
    """Return what the band is called: a usual range, or that of a guideline."""
    guideline = shown.lead.kind is JudgementKind.GUIDELINE
    return "guideline" if guideline else "usual"

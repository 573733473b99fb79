"""A number line in Arabic is the one that was looked at, and is never mirrored."""

import re
from dataclasses import replace

import pytest
from PIL import Image, ImageOps

from tests.kept_lines.lines import LINES, canvas_of, kept, picture_of
from tests.test_reports_sheets import difference, needs_pictures

AS_KEPT = 0.001  # another version of pdftoppm may draw an edge otherwise


def unlike(picture, name):
    with Image.open(kept(name)) as known:
        assert picture.size == known.size
        return difference(picture, known)


@needs_pictures
@pytest.mark.parametrize("name", LINES)
def test_a_line_looks_as_it_did_when_a_person_looked_at_it(name):
    assert unlike(picture_of(LINES[name]), name) < AS_KEPT


@needs_pictures
@pytest.mark.parametrize("name", LINES)
def test_a_mirrored_line_or_a_range_turned_round_is_not_as_kept(name):
    line = LINES[name]
    marks = [mark.text for mark in line.ticks]
    turned = tuple(
        replace(tick, text=text)
        for tick, text in zip(line.ticks, reversed(marks), strict=True)
    )

    assert unlike(ImageOps.mirror(picture_of(line)), name) > 10 * AS_KEPT
    assert unlike(picture_of(replace(line, ticks=turned)), name) > AS_KEPT


@pytest.mark.parametrize("name", LINES)
def test_the_same_marks_are_drawn_from_right_to_left_as_from_left_to_right(name):
    arabic, english = canvas_of(LINES[name]), canvas_of(LINES[name], turned=False)

    assert arabic.boxes == english.boxes
    assert without_letters(arabic) == without_letters(english)


def without_letters(canvas):
    """Return the marks but for letters: an Arabic page has a Latin face of its own."""
    marks = "\n".join(canvas._marks)  # noqa: SLF001  # what the sheet says
    shown = re.sub(r"/Atkinson\w*-", "/Atkinson-", marks)
    return re.sub(r"\((?:\\.|[^\\)])*\) Tj", "Tj", shown, flags=re.DOTALL)

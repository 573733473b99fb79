"""What to do and when to get help, as high as they must be and no higher.

They stand side by side, or under each other across the page, or with what the patient
told us under the steps: whichever is the lowest, so that results start on page one.
"""

from dataclasses import dataclass

from reports.model import Page
from reports.pdf.blocks import Block, Columns, Later, Shared, Stack
from reports.pdf.parts import (
    GUTTER,
    NUMBERED,
    box,
    entry,
    half_width,
    pair,
    texts,
)
from reports.pdf.sections import heading, section
from reports.pdf.sheets import Entry, height_of
from reports.pdf.style import Look
from reports.pdf.text import wrapped


@dataclass(frozen=True, slots=True)
class Advice:
    """The advice as ``boxes``, with the ``rest`` of what was told after them.

    For a first sheet that has no room for the boxes there are ``helped``, when to get
    help, and ``steps`` as a list that may go on on the next sheet; ``told`` is all of
    what was told.
    """

    boxes: list[Entry]
    rest: list[Entry]
    helped: Entry
    steps: list[Entry]
    told: list[Entry]


def advice_of(page: Page, look: Look) -> Advice:
    """Return what to do, when to get help, and what was told, in the lowest form."""
    told = list(section(page.symptoms, look))
    across = _across(page, look)
    boxes, rest = _lowest(page, look, across, told)
    return Advice(boxes, rest, across[1], _steps_flowing(page, look), told)


def _lowest(
    page: Page, look: Look, across: list[Entry], told: list[Entry]
) -> tuple[list[Entry], list[Entry]]:
    if look.single:
        return across, told
    paired = [Entry(pair(page.next_steps, page.get_help, look), 10 * look.factor)]
    forms = [(paired, told), (across, told), (_told_beside(page, look), [])]
    return min(forms, key=lambda form: height_of([*form[0], *form[1]]))


def _across(page: Page, look: Look) -> list[Entry]:
    """Return both boxes as wide as the page: the signs of danger in two columns."""
    gap, columns = 10 * look.factor, 1 if look.single else 2
    steps = box(page.next_steps, look, look.width)
    help_box = box(page.get_help, look, look.width, columns=columns)
    return [Entry(steps, gap), Entry(help_box, gap)]


def _told_beside(page: Page, look: Look) -> list[Entry]:
    """Return the help box with steps and what was told beside it."""
    width = half_width(look)
    left: list[Block] = [box(page.next_steps, look, width)]
    if page.symptoms is not None:
        left.append(told_block(page, look, width))
    helped = box(page.get_help, look, width)
    columns = ((0.0, Stack(tuple(left), 12.0)), (width + GUTTER, helped))
    return [Entry(Columns(columns), 10 * look.factor)]


def told_block(page: Page, look: Look, width: float) -> Block:
    """Return what the patient told us as one block, *width* points wide."""
    told = page.symptoms
    if told is None:
        return Stack(())
    head = wrapped(told.heading, look.box_heading, width, "H2")
    said = texts([*told.texts, *told.items], look, width)
    return Stack((head, *said), 4 * look.factor, "Sect")


def _steps_flowing(page: Page, look: Look) -> list[Entry]:
    content, listed = page.next_steps, Later("L", NUMBERED)
    lines = [
        Shared(listed, entry(f"{n}", text, look, look.width, look.body))
        for n, text in enumerate(content.items, start=1)
    ]
    said = texts([*content.lead, *filter(None, [content.closing])], look, look.width)
    found = [Entry(block, 3 * look.factor) for block in (*said, *lines)]
    return [heading(content.heading, look), *found]

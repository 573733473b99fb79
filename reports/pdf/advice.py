"""What to do and when to get help, as high as they must be and no higher.

They stand side by side, what the patient told us under both or under the steps:
whichever is the lower, so that results start on page one.
"""

from dataclasses import dataclass, replace

from reports.model import Page, Section
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
    """The advice of *page* as ``boxes``, with the ``rest`` of what was told after them.

    ``told`` is all of what was told.
    """

    page: Page
    look: Look
    boxes: list[Entry]
    rest: list[Entry]
    told: list[Entry]

    def flowing(self, room: float) -> list[Entry]:
        """Return the advice for a first sheet without *room* for the boxes.

        When to get help comes first where it fits; the steps are a list that may go
        on on the next sheet.
        """
        steps = _steps_flowing(self.page, self.look)
        tight = replace(self.look, tight=True)
        for look in (self.look, tight):
            helped = _helped(self.page, look)
            if height_of([helped]) <= room:
                return [helped, *steps]
        return [*steps, _helped(self.page, self.look)]


def advice_of(page: Page, look: Look) -> list[Advice]:
    """Return the ways to set what to do, when to get help, and what was told.

    The first is the lowest with all of what was told, the last has the lowest boxes.
    """
    told = list(section(page.symptoms, look))
    gap = 10 * look.factor
    if look.single:
        steps = Entry(box(page.next_steps, look, look.width), gap)
        return [Advice(page, look, [steps, _helped(page, look)], told, told)]
    paired = Entry(pair(page.next_steps, page.get_help, look), gap)
    beside = _told_beside(page, look)
    ways = [Advice(page, look, [paired], told, told)]
    if height_of([beside]) < height_of([paired, *told]):
        ways.insert(0, Advice(page, look, [beside], [], told))
    return ways


def _helped(page: Page, look: Look) -> Entry:
    """Return when to get help, as wide as the page."""
    columns = 1 if look.single else 2
    helped = box(page.get_help, look, look.width, columns=columns)
    return Entry(helped, 10 * look.factor)


def _told_beside(page: Page, look: Look) -> Entry:
    """Return the help box with steps and what was told beside it."""
    width = half_width(look)
    left: list[Block] = [box(page.next_steps, look, width)]
    if page.symptoms is not None:
        left.append(_told(page.symptoms, look, width))
    helped = box(page.get_help, look, width)
    columns = ((0.0, Stack(tuple(left), 12.0)), (width + GUTTER, helped))
    return Entry(Columns(columns), 10 * look.factor)


def _told(told: Section, look: Look, width: float) -> Block:
    """Return what the patient told us as one block, *width* points wide."""
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

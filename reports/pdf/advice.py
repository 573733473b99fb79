"""What to do and when to get help, as high as they must be and no higher.

They stand side by side, what the patient told us under both or under the steps:
whichever is the lower, so that results start on page one.  Where a sheet has no room
for both, one of them goes on on the next.
"""

from dataclasses import dataclass

from reports.model import Page, Section
from reports.pdf.blocks import Block, Columns, Later, Shared, Space, Stack
from reports.pdf.flowing import FlowingBox
from reports.pdf.parts import (
    BULLETS,
    GUTTER,
    NUMBERED,
    box,
    box_head,
    entry,
    half_width,
    pair,
    texts,
)
from reports.pdf.sections import gap_between, heading, section
from reports.pdf.sheets import Entry, height_of
from reports.pdf.style import GREY, Look
from reports.pdf.text import Aside, wrapped

_UNDER = 12.0  # points between the steps and what was told


@dataclass(frozen=True, slots=True)
class Advice:
    """The advice as ``boxes``, with the ``rest`` of what was told after them."""

    boxes: list[Entry]
    rest: list[Entry]


def advice_of(page: Page, look: Look) -> list[Advice]:
    """Return the ways to set what to do, when to get help, and what was told.

    The first is the lowest with all of what was told, the last has the lowest boxes.
    """
    told = list(section(page.symptoms, look))
    gap = gap_between(look)
    if look.single:
        steps = Entry(box(page.next_steps, look, look.width), gap)
        return [Advice([steps, helped(page, look)], told)]
    paired = Entry(pair(page.next_steps, page.get_help, look), gap)
    beside = _told_beside(page, look)
    ways = [Advice([paired], told)]
    if height_of([beside]) < height_of([paired, *told]):
        ways.insert(0, Advice([beside], []))
    return ways


def helped(page: Page, look: Look) -> Entry:
    """Return when to get help, as wide as the page."""
    columns = 1 if look.single else 2
    content = box(page.get_help, look, look.width, columns=columns)
    return Entry(content, gap_between(look))


def help_that_goes_on(page: Page, look: Look, count: int = 1) -> tuple[Entry, float]:
    """Return when to get help as a box that may go on.

    With it comes how high it is with the first *count* signs of danger.
    """
    content, listed = page.get_help, Later("L", BULLETS)
    frame = box(content, look, look.width)
    width = look.width - 2 * frame.padding
    head = box_head(content, look, width)
    signs = [entry("\u2022", text, look, width, look.body) for text in content.items]
    last = [wrapped(content.closing, look.strong, width)] if content.closing else []
    note = look.style(9.5, 12, bold=True, colour=GREY)
    flowing = FlowingBox(
        head=tuple(head),
        entries=(*(Shared(listed, sign) for sign in signs), *last),
        again=tuple(box_head(content, look, width, again=True)),
        more=(Aside(wrapped(page.more, note, width)),),
        gap=(1 if look.tight else 2) * look.factor,
        frame=frame,
        section=Later("Sect"),
    )
    gap = gap_between(look)
    return Entry(flowing, gap), gap + flowing.begun(count)


def steps_that_go_on(page: Page, look: Look) -> tuple[list[Entry], float]:
    """Return the steps as a list that may go on, and how high it begins."""
    content, listed = page.next_steps, Later("L", NUMBERED)
    lines = [
        Shared(listed, entry(f"{n}", text, look, look.width, look.body))
        for n, text in enumerate(content.items, start=1)
    ]
    said = texts([*content.lead, *filter(None, [content.closing])], look, look.width)
    gap = (1 if look.tight else 3) * look.factor
    found = [Entry(block, gap) for block in (*said, *lines)]
    begun = [heading(content.heading, look), *found[:1]]
    name = page.continued.replace("{name}", content.heading)
    again = Aside(
        wrapped(name, look.style(10.5, 14, bold=True, colour=GREY), look.width)
    )
    later = [one._replace(again=again) for one in found[1:]]
    return [*begun, *later], height_of(begun)


def _told_beside(page: Page, look: Look) -> Entry:
    """Return the help box with steps and what was told beside it."""
    width = half_width(look)
    steps = box(page.next_steps, look, width)
    columns: list[tuple[float, Block]] = [
        (0.0, steps),
        (width + GUTTER, box(page.get_help, look, width)),
    ]
    if page.symptoms is not None:  # drawn last: danger is read before it
        told = _told(page.symptoms, look, width)
        columns.append((0.0, Stack((Space(steps.height + _UNDER), told))))
    return Entry(Columns(tuple(columns)), gap_between(look))


def _told(told: Section, look: Look, width: float) -> Block:
    """Return what the patient told us as one block, *width* points wide."""
    head = wrapped(told.heading, look.box_heading, width, "H2")
    said = texts([*told.texts, *told.items], look, width)
    return Stack((head, *said), 4 * look.factor, "Sect")

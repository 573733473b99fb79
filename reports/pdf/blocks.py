"""The parts that a sheet is put together from: measured first, then drawn in place.

A block knows its height before anything is drawn; one made of others measures them
once, when it is made.  One that is higher than a whole sheet is split into smaller
blocks: with less polish, but nothing cut.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from reports.model import Tone
from reports.pdf.canvas import ReportCanvas
from reports.pdf.shapes import mark, rounded, ruled
from reports.pdf.structure import Element
from reports.pdf.style import GREY, RULE, Ink

KEPT_BLOCKS = 512
"""How many of the last blocks are kept: most say in every report the same."""


class Block(Protocol):
    """Something with a height, in points, that can be drawn at a place."""

    @property
    def height(self) -> float:
        """The height, in points."""

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Draw it with its top left corner at *left*, *top*."""

    def split(self, room: float) -> Sequence["Block"]:
        """Return blocks that say the same and may be lower than *room*."""


@dataclass(frozen=True, slots=True)
class Stack:
    """Blocks under each other, with a gap between; one element where it has a role."""

    blocks: tuple[Block, ...]
    gap: float = 0
    role: str = ""
    facts: str = ""
    height: float = field(init=False)

    def __post_init__(self) -> None:
        """Measure all blocks and the gaps between them, once."""
        gaps = self.gap * max(0, len(self.blocks) - 1)
        height = sum(block.height for block in self.blocks) + gaps
        object.__setattr__(self, "height", height)

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Draw the blocks from the top down."""
        if self.role:
            with canvas.group(self.role, self.facts):
                self._draw(canvas, left, top)
        else:
            self._draw(canvas, left, top)

    def _draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        for block in self.blocks:
            block.draw(canvas, left, top)
            top -= block.height + self.gap

    def split(self, _room: float) -> Sequence[Block]:
        """Return the blocks, which share the element where there is one."""
        if not self.role:
            return self.blocks
        element = Later(self.role, self.facts)
        return [Shared(element, block) for block in self.blocks]


@dataclass(frozen=True, slots=True)
class Columns:
    """Blocks side by side, each so far from the left."""

    columns: tuple[tuple[float, Block], ...]
    height: float = field(init=False)

    def __post_init__(self) -> None:
        """Measure the highest, once."""
        height = max(block.height for _, block in self.columns)
        object.__setattr__(self, "height", height)

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Draw the blocks from left to right, their tops in line."""
        for away, block in self.columns:
            block.draw(canvas, left + away, top)

    def split(self, _room: float) -> Sequence[Block]:
        """Return the blocks, to go under each other."""
        return [block for _, block in self.columns]


@dataclass(frozen=True, slots=True)
class Space:
    """Nothing, so high."""

    height: float

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Draw nothing."""

    def split(self, _room: float) -> Sequence[Block]:
        """Return itself."""
        return [self]


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin line across, with room under it."""

    width: float
    height: float

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Draw the line at the top, as decoration."""
        with canvas.artifact():
            canvas.stroke_with(RULE, 0.8)
            canvas.level(left, left + self.width, top)

    def split(self, _room: float) -> Sequence[Block]:
        """Return itself."""
        return [self]


@dataclass(frozen=True, slots=True)
class WritingLines:
    """Room to write by hand: *count* dotted lines, each so far under the one before."""

    width: float
    lead: float
    count: int

    @property
    def height(self) -> float:
        """The height of all lines with a little white under the last."""
        return self.count * self.lead + 4

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Draw the lines, as decoration."""
        with canvas.artifact():
            canvas.stroke_with(GREY, 0.8)
            lines = ruled(self.width, self.lead, self.count)
            canvas.dotted(lines, (left, top))

    def split(self, _room: float) -> Sequence[Block]:
        """Return itself."""
        return [self]


@dataclass(frozen=True, slots=True)
class Sign:
    """The sign of a tone by itself, as decoration beside words."""

    tone: Tone
    radius: float

    @property
    def height(self) -> float:
        """The height of the sign with a little white."""
        return 3 * self.radius

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Draw the sign in the middle of its height."""
        centre = (left + 1.2 * self.radius, top - self.height / 2)
        with canvas.artifact():
            mark(canvas, self.tone, centre, self.radius)

    def split(self, _room: float) -> Sequence[Block]:
        """Return itself."""
        return [self]


class Breakable:
    """A block that may go on on the next sheet without looking broken."""

    __slots__ = ()

    def broken(self, room: float) -> tuple[Block, Block] | None:
        """Return what fits into *room* points and the rest, or None."""
        raise NotImplementedError

    def fits(self, room: float) -> bool:
        """Say whether no part that stays together is higher than *room*."""
        raise NotImplementedError


class Later:
    """An element that blocks on several sheets share; made when the first is drawn.

    The canvas keeps what was made, so that a block can be drawn in many reports.
    """

    __slots__ = ("facts", "role")

    def __init__(self, role: str, facts: str = "") -> None:
        """Remember what element to make."""
        self.role = role
        self.facts = facts

    def on(self, canvas: ReportCanvas) -> Element:
        """Return the element, made at the present place of *canvas* if need be."""
        found = canvas.shared.get(self)
        if found is None:
            found = canvas.shared[self] = canvas.child(self.role, self.facts)
        return found


@dataclass(frozen=True, slots=True)
class Shared:
    """A block that is drawn under an element which it shares with others."""

    element: Later
    block: Block

    @property
    def height(self) -> float:
        """The height of the block."""
        return self.block.height

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Draw the block under the shared element."""
        with canvas.under(self.element.on(canvas)):
            self.block.draw(canvas, left, top)

    def split(self, room: float) -> Sequence[Block]:
        """Return the pieces of the block, no longer under the element."""
        return self.block.split(room)


@dataclass(frozen=True, slots=True)
class Frame:
    """How a panel looks: ground, border and thick bar at the left; None leaves out."""

    ground: Ink | None = None
    border: Ink | None = None
    bar: Ink | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """A block on a ground of its own, with white around it inside the frame."""

    inside: Block
    width: float
    frame: Frame
    padding: float
    least: float = 0
    height: float = field(init=False)

    def __post_init__(self) -> None:
        """Take the height with the padding, at least ``least``, once."""
        height = max(self.inside.height + 2 * self.padding, self.least)
        object.__setattr__(self, "height", height)

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Draw the ground as decoration, then what stands on it."""
        with canvas.artifact():
            self._ground(canvas, left, top - self.height)
        self.inside.draw(canvas, left + self.padding, top - self.padding)

    def _ground(self, canvas: ReportCanvas, left: float, bottom: float) -> None:
        frame, place = self.frame, (left, bottom)
        outline = rounded(self.width, self.height, 0 if frame.bar else 8)
        if frame.ground is not None:
            canvas.fill_with(frame.ground)
            canvas.curved(outline, place, "f")
        if frame.border is not None:
            canvas.stroke_with(frame.border, 1.2)
            canvas.curved(outline, place, "S")
        if frame.bar is not None:
            canvas.fill_with(frame.bar)
            canvas.block(left, bottom, 5, self.height)

    def split(self, _room: float) -> Sequence[Block]:
        """Return what is inside, without the frame."""
        return [self.inside]

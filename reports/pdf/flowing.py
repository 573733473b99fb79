"""A framed list that goes on on the next sheet where one has no room for all of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from reports.pdf.blocks import Block, Breakable, Later, Panel, Shared, Stack
from reports.pdf.canvas import ReportCanvas

_BEGUN, _REST = 1, 2  # entries: fewer never stand alone on the first sheet, the next


@dataclass(frozen=True, slots=True)
class FlowingBox(Breakable):
    """A ``head`` with ``entries`` under it in a frame; some may go on elsewhere.

    Where they do, ``more`` says so under the first part, and ``again`` stands over the
    next.  ``frame`` is an empty panel, ``section`` what all parts are for a reader of
    the tags.
    """

    head: tuple[Block, ...]
    entries: tuple[Block, ...]
    again: tuple[Block, ...]
    more: tuple[Block, ...]
    gap: float
    frame: Panel
    section: Later
    inside: Panel = field(init=False)

    def __post_init__(self) -> None:
        """Put head and entries together, once."""
        object.__setattr__(self, "inside", self._framed(self.head, self.entries))

    @property
    def height(self) -> float:
        """The height of the whole box."""
        return self.inside.height

    def begun(self, count: int = _BEGUN) -> float:
        """Return how high it is with its first *count* entries alone."""
        return self._begun(count).height

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Draw the box as one section."""
        self.inside.draw(canvas, left, top)

    def split(self, _room: float) -> Sequence[Block]:
        """Return the blocks, to go under each other."""
        return [*self.head, *self.entries]

    def fits(self, room: float) -> bool:
        """Say whether the head with its first entries, and each other one, fit."""
        alone = (self._framed(self.again, (one,)).height for one in self.entries)
        return max(self.begun(), *alone) <= room

    def broken(self, room: float) -> tuple[Block, Block] | None:
        """Return as many entries as fit into *room*, and a box with the others."""
        for count in range(len(self.entries) - _REST, _BEGUN - 1, -1):
            if self._begun(count).height <= room:
                begun = replace(self, entries=(*self.entries[:count], *self.more))
                rest = replace(self, head=self.again, entries=self.entries[count:])
                return begun, rest
        return None

    def _begun(self, count: int) -> Panel:
        return self._framed(self.head, (*self.entries[:count], *self.more))

    def _framed(self, head: tuple[Block, ...], entries: tuple[Block, ...]) -> Panel:
        inside = Shared(self.section, Stack((*head, *entries), self.gap))
        return replace(self.frame, inside=inside)

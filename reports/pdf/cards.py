"""A card as a block: its facts, and its story beside or under them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from reports.pdf.blocks import Block, Breakable, Columns, Later, Stack
from reports.pdf.canvas import ReportCanvas
from reports.pdf.text import Aside

_GAP = 5


@dataclass(frozen=True, slots=True)
class CardBlock(Breakable):
    """One result to talk about.

    ``head`` is the rule and the facts, or nothing where the card goes on; ``story``
    stands ``away`` points from the left beside it, or under it where that is 0.  The
    first ``whole`` blocks of the story stay with the head; after them the card may go
    on on the next sheet, as the same ``section``, with ``again`` in the place of the
    facts and at least ``least`` points of the story.
    """

    head: tuple[Block, ...]
    story: tuple[Block, ...]
    away: float
    whole: int
    section: Later
    again: Aside
    least: float
    inside: Block = field(init=False)

    def __post_init__(self) -> None:
        """Put head and story together, once."""
        object.__setattr__(self, "inside", self._put(self.story))

    @property
    def height(self) -> float:
        """The height of the whole card."""
        return self.inside.height

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Draw the card as one section."""
        with canvas.under(self.section.on(canvas)):
            self.inside.draw(canvas, left, top)

    def split(self, _room: float) -> Sequence[Block]:
        """Return the blocks, to go under each other."""
        return [*self.head, *self.story]

    def fits(self, room: float) -> bool:
        """Say whether head and first words, and each later block, fit in *room*."""
        start = self._put(self.story[: self.whole])
        return max(block.height for block in (start, *self.story)) <= room

    def broken(self, room: float) -> tuple[Block, Block] | None:
        """Return as much of the card as fits into *room*, and the rest of its story."""
        for count in range(len(self.story) - 1, self.whole - 1, -1):
            if Stack(self.story[count:], _GAP).height < self.least:
                continue
            if self._put(self.story[:count]).height <= room:
                rest = replace(self, head=(), story=self.story[count:], whole=1)
                return replace(self, story=self.story[:count]), rest
        return None

    def _put(self, story: tuple[Block, ...]) -> Block:
        words = Stack(story, _GAP)
        if not self.head:
            if not self.away:
                return Stack((self.again, words), _GAP)
            return Columns(((0, self.again), (self.away, words)))
        rule, facts = self.head
        if not self.away:
            return Stack((rule, facts, words), _GAP)
        return Stack((rule, Columns(((0, facts), (self.away, words)))))

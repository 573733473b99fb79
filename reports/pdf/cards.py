"""A card as a block: its facts, and its story beside or under them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from reports.pdf.blocks import Block, Columns, Later, Shared, Stack
from reports.pdf.canvas import ReportCanvas

_GAP = 5


@dataclass(frozen=True, slots=True)
class CardBlock:
    """One result to talk about.

    ``head`` has the rule and the facts; ``story`` stands ``away`` points from the
    left beside it, or under it where that is 0.  The first ``whole`` blocks of the
    story stay with the head; after them the card may go on on the next sheet, as the
    same ``section``.
    """

    head: Stack
    story: tuple[Block, ...]
    away: float
    whole: int
    section: Later
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

    def split(self, room: float) -> Sequence[Block]:
        """Return the blocks, to go under each other."""
        return [
            block for part in self.head.split(room) for block in part.split(room)
        ] + [*self.story]

    def broken(self, room: float) -> tuple[Block, Block] | None:
        """Return as much of the card as fits into *room*, and the rest of its story."""
        for count in range(len(self.story) - 1, self.whole - 1, -1):
            if self._put(self.story[:count]).height <= room:
                rest = Stack(self.story[count:], _GAP)
                moved = Shared(self.section, Columns(((self.away, rest),)))
                return replace(self, story=self.story[:count]), moved
        return None

    def _put(self, story: tuple[Block, ...]) -> Block:
        rule, facts = self.head.blocks
        words = Stack(story, _GAP)
        if not self.away:
            return Stack((rule, facts, words), _GAP)
        return Stack((rule, Columns(((0, facts), (self.away, words)))))

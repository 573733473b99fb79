"""On which sheet a block stands, and where: nothing is cut, nothing leaves the page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reports.pdf.blocks import Block, Breakable

_HEADING_ROOM = 160  # points kept free for what a block must stay with


class Entry(NamedTuple):
    """A block in the flow: the gap before it, whether it must stay with the next.

    ``again`` is drawn above the block where that is the first on a sheet.
    """

    block: Block
    gap: float = 0
    keep: bool = False
    again: Block | None = None


class Placed(NamedTuple):
    """A block in its place: from the left and from the foot of the sheet, in points."""

    block: Block
    left: float
    top: float


@dataclass(frozen=True, slots=True)
class Area:
    """Where blocks may stand on a sheet, in points from its lower left corner."""

    left: float
    bottom: float
    top: float

    @property
    def height(self) -> float:
        """The height of the area."""
        return self.top - self.bottom


def height_of(entries: Sequence[Entry]) -> float:
    """Return the height of *entries* under each other with their gaps."""
    return sum(one.gap + one.block.height for one in entries)


def no_widow(entries: Sequence[Entry]) -> list[Entry]:
    """Return *entries*, of which the last never begins a sheet by itself."""
    return [
        *entries[:-2],
        *(one._replace(keep=True) for one in entries[-2:-1]),
        *entries[-1:],
    ]


def place(entries: Sequence[Entry], area: Area) -> list[list[Placed]]:
    """Put *entries* on sheets, in order.

    A block that fits on a sheet is never split, but where it says itself that it may
    be broken; a block that must stay with the next one never ends a sheet.
    """
    return Sheets(area).with_more(entries).done


class Sheets:
    """The sheets so far, and how far down the last one is full."""

    def __init__(self, area: Area) -> None:
        """Begin with one that is empty."""
        self.area = area
        self.done: list[list[Placed]] = [[]]
        self.top = area.top

    def with_more(self, entries: Sequence[Entry]) -> "Sheets":
        """Return these with *entries* put after what they hold; they stay as they are.

        What they hold must not end with a block that stays with the next.
        """
        more = Sheets(self.area)
        more.done = [*self.done[:-1], [*self.done[-1]]]
        more.top = self.top
        for group in _groups(_fitting(entries, self.area.height - _HEADING_ROOM)):
            more.put_all(group)
        return more

    def put_all(self, group: Sequence[Entry]) -> None:
        """Place entries that stay together; the last may go on on the next sheet."""
        *first, last = group
        if not isinstance(last.block, Breakable):
            if first:
                self.make_room(height_of(group))
            for one in group:
                self.put(one)
            return
        if self._broken(first, last) is None:
            self.make_room(height_of(group))
        start, rest = self._broken(first, last) or (last, None)
        for one in (*first, start):
            self.put(one)
        if rest is not None:
            self.put_all([rest])

    def _broken(
        self, first: Sequence[Entry], last: Entry
    ) -> tuple[Entry, Entry] | None:
        room = self.top - self.area.bottom - height_of(first) - last.gap
        if last.block.height <= room or not isinstance(last.block, Breakable):
            return None
        parts = last.block.broken(room)
        if parts is None:
            return None
        return Entry(parts[0], last.gap), Entry(parts[1])

    def make_room(self, need: float) -> None:
        """Begin a new sheet where *need* points are not left on this one."""
        if self.done[-1] and self.top - need < self.area.bottom:
            self.done.append([])
            self.top = self.area.top

    def put(self, one: Entry) -> None:
        """Place one entry, on a new sheet if need be."""
        self.make_room(one.gap + one.block.height)
        if self.done[-1]:
            self.top -= one.gap
        elif one.again is not None:
            self._add(one.again)
        self._add(one.block)

    def _add(self, block: Block) -> None:
        self.done[-1].append(Placed(block, self.area.left, self.top))
        self.top -= block.height


def _fitting(entries: Sequence[Entry], room: float) -> Iterator[Entry]:
    for one in entries:
        parts = [one.block] if _fits(one.block, room) else one.block.split(room)
        if list(parts) == [one.block]:
            yield one
        else:
            pieces = [Entry(part, one.gap, again=one.again) for part in parts]
            yield from _fitting(pieces, room)


def _fits(block: Block, room: float) -> bool:
    if block.height <= room:
        return True
    return isinstance(block, Breakable) and block.fits(room)


def _groups(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    group: list[Entry] = []
    for one in entries:
        group.append(one)
        if not one.keep:
            yield group
            group = []
    if group:
        yield group

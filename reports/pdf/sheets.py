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
    """Where blocks may stand on a sheet, in points from its lower left corner.

    On the first it reaches *deeper* by so much.
    """

    left: float
    bottom: float
    top: float
    deeper: float = 0

    @property
    def height(self) -> float:
        """The height of the area on any sheet but the first."""
        return self.top - self.bottom

    @property
    def first(self) -> float:
        """The height of the area on the first sheet."""
        return self.height + self.deeper


def height_of(entries: Sequence[Entry]) -> float:
    """Return the height of *entries* under each other with their gaps."""
    return sum(one.gap + one.block.height for one in entries)


def no_widow(entries: Sequence[Entry]) -> list[Entry]:
    """Return *entries*, of which the last never begins a sheet by itself."""
    found = list(entries)
    for one in found[-2:-1]:
        found[-2] = Entry(one.block, one.gap, keep=True, again=one.again)
    return found


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
        self.bottom = area.bottom - area.deeper

    def with_more(self, entries: Sequence[Entry]) -> "Sheets":
        """Return these with *entries* put after what they hold; they stay as they are.

        What they hold must not end with a block that stays with the next.
        """
        more = Sheets(self.area)
        more.done = [*self.done[:-1], [*self.done[-1]]]
        more.top, more.bottom = self.top, self.bottom
        group: list[Entry] = []
        for one in _fitting(entries, self.area.height - _HEADING_ROOM):
            group.append(one)
            if not one.keep:
                more.put_all(group)
                group = []
        if group:
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
        room = self.top - self.bottom - height_of(first) - last.gap
        if not self.done[-1]:  # at the head of a sheet no gap is drawn
            room += [*first, last][0].gap
        if last.block.height <= room or not isinstance(last.block, Breakable):
            return None
        parts = last.block.broken(room)
        if parts is None:
            return None
        return Entry(parts[0], last.gap), Entry(parts[1])

    def make_room(self, need: float) -> None:
        """Begin a new sheet where *need* points are not left on this one."""
        if self.done[-1] and self.top - need < self.bottom:
            self.done.append([])
            self.top, self.bottom = self.area.top, self.area.bottom

    def put(self, one: Entry) -> None:
        """Place one entry, on a new sheet if need be."""
        height = one.block.height
        self.make_room(one.gap + height)
        sheet = self.done[-1]
        if sheet:
            self.top -= one.gap
        elif one.again is not None:
            sheet.append(Placed(one.again, self.area.left, self.top))
            self.top -= one.again.height
        sheet.append(Placed(one.block, self.area.left, self.top))
        self.top -= height


def _fitting(entries: Sequence[Entry], room: float) -> Iterator[Entry]:
    for one in entries:
        if _fits(one.block, room):
            yield one
            continue
        parts = one.block.split(room)
        if list(parts) == [one.block]:
            yield one
        else:
            pieces = [Entry(part, one.gap, again=one.again) for part in parts]
            yield from _fitting(pieces, room)


def _fits(block: Block, room: float) -> bool:
    if block.height <= room:
        return True
    return isinstance(block, Breakable) and block.fits(room)

"""A stream of bytes by lines, in bounded memory: a line too long is passed over."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

_PIECE = 65_536


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line: its number from 1, and its bytes; ``too_long`` ones are not held."""

    number: int
    body: bytes
    too_long: bool = False


def lines_of(read: Callable[[int], bytes], longest: int) -> Iterator[TextLine]:
    """Yield the lines of what *read* gives, those that hold nothing left out.

    A line of more than *longest* bytes comes without them, once it has ended.
    """
    held, number, too_long = bytearray(), 1, False
    while piece := read(_PIECE):
        *ended, rest = piece.split(b"\n")
        for part in ended:
            too_long = too_long or len(held) + len(part) > longest
            held += b"" if too_long else part
            yield from _line(number, held, too_long=too_long)
            held, number, too_long = bytearray(), number + 1, False
        too_long = too_long or len(held) + len(rest) > longest
        if too_long:
            held = bytearray()
        else:
            held += rest
    yield from _line(number, held, too_long=too_long)


def _line(number: int, held: bytearray, *, too_long: bool) -> Iterator[TextLine]:
    if too_long:
        yield TextLine(number, b"", too_long=True)
    elif held.strip():
        yield TextLine(number, bytes(held).strip())

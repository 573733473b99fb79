"""Which way a text runs, and how a part of it is kept from being turned round.

In a text from right to left, ``30-300`` would be shown as ``300-30`` and a unit before
its number.  So whatever is filled in that has no letter of such a script stands
between two isolates: Unicode's own signs, which a browser obeys and our setter reads.
"""

import unicodedata
from functools import lru_cache

LEFT_TO_RIGHT_ISOLATE = "\u2066"
FIRST_STRONG_ISOLATE = "\u2068"
END_OF_ISOLATE = "\u2069"
OPENING = frozenset("\u2066\u2067\u2068")
"""The signs that open an isolate."""

_TURNED = frozenset({"R", "AL", "AN"})
_THEIR_SIGNS = frozenset("\u060c\u061b\u061f")  # their comma, semicolon, question


@lru_cache(maxsize=4096)  # most of what a page says, the last page said
def has_right_to_left(text: str) -> bool:
    """Say whether *text* has a letter or a sign that runs from right to left."""
    if text.isascii():
        return False
    return any(
        character in _THEIR_SIGNS or unicodedata.bidirectional(character) in _TURNED
        for character in text
    )


def begins_right_to_left(text: str) -> bool:
    """Say whether the first letter of *text* is one that runs from right to left.

    What stands in isolates has no say.
    """
    depth = 0
    for sign in text:
        depth += (sign in OPENING) - (sign == END_OF_ISOLATE)
        way = unicodedata.bidirectional(sign)
        if depth <= 0 and way in {"L", "R", "AL"}:
            return way != "L"
    return False


def isolated(text: str) -> str:
    """Return *text* as one piece that runs its own way, whatever is around it."""
    if not text or _is_one_isolate(text):
        return text
    turned = begins_right_to_left(text)
    opening = FIRST_STRONG_ISOLATE if turned else LEFT_TO_RIGHT_ISOLATE
    return f"{opening}{text}{END_OF_ISOLATE}"


def _is_one_isolate(text: str) -> bool:
    """Say whether *text* is already one piece, from its first sign to its last."""
    depth = 0
    for number, sign in enumerate(text, start=1):
        depth += (sign in OPENING) - (sign == END_OF_ISOLATE)
        if depth <= 0:
            return number == len(text) and sign == END_OF_ISOLATE
    return False

"""Sentences that stand together are said once."""

import re
from collections.abc import Iterable, Iterator

from reports.said import Said, pieces, together

_END = re.compile(r"(?<=[.!?]) ")


def said_once(texts: Iterable[str], after: Iterable[str] = ()) -> Iterator[str]:
    """Yield *texts* without the sentences that stood in one before, or in *after*."""
    said = {sentence for text in after for sentence in sentences_in(text)}
    for text in texts:
        if fresh := list(_fresh(text, said)):
            yield together(fresh) if len(fresh) > 1 else fresh[0]


def sentences_in(text: str) -> list[str]:
    """Return the sentences that *text* is made of."""
    return _END.split(text)


def _fresh(text: str, said: set[str]) -> Iterator[Said]:
    for piece in pieces(text):
        fresh = [one for one in sentences_in(piece) if one not in said]
        said.update(fresh)
        if fresh:
            yield Said(" ".join(fresh), piece.grounds)

"""Sentences that stand together are said once."""

import re
from collections.abc import Iterable, Iterator

_END = re.compile(r"(?<=[.!?]) ")


def said_once(texts: Iterable[str]) -> Iterator[str]:
    """Yield *texts* without the sentences that stood in one before."""
    said: set[str] = set()
    for text in texts:
        fresh = [one for one in _END.split(text) if one not in said]
        said.update(fresh)
        if fresh:
            yield " ".join(fresh)

"""One difference between two catalogues, and how it is said."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    ``about`` is the analyte (or the file, profile or source), ``row`` the row's id and
    ``whom`` the people that it is for, both empty where it concerns no row; ``was``
    and ``now`` are empty where there was, or is, nothing.
    """

    kind: str
    about: str
    row: str
    whom: str
    words: str
    was: str
    now: str
    source: str

    @property
    def sentence(self) -> str:
        """The change in one line: about what, for whom, what, and on whose word."""
        head = ", ".join(filter(None, (self.about, self.whom)))
        tail = f" (source: {self.source})" if self.source else ""
        row = f" [{self.row}]" if self.row else ""
        return f"{head}: {self.words}{tail}{row}"


@dataclass(frozen=True, slots=True)
class Sayer:
    """Says changes of one thing; see ``Change`` for the fields."""

    about: str
    row: str = ""
    whom: str = ""
    source: str = ""

    def __call__(self, kind: str, words: str, was: str = "", now: str = "") -> Change:
        """Return the change in *words*."""
        return Change(
            kind, self.about, self.row, self.whom, words, was, now, self.source
        )

    def changed(self, kind: str, title: str, was: str, now: str) -> Iterator[Change]:
        """Say that *title* is another now, if it is."""
        if was == now:
            return
        words = f"{title} changes from {was or 'nothing'} to {now or 'nothing'}"
        yield self(kind, words, was, now)

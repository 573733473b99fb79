"""Every sentence that a page prints, where it stands, and what it rests on."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass

from reports.model import Page
from reports.once import sentences_in
from reports.said import Ground, pieces

_NOT_PRINTED = {
    "about",
    "direction",
    "id",
    "issued_at",
    "kind",
    "lang",
    "mark",
    "off",
    "reach",
    "subject",
    "tone",
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; ``where`` is a JSON pointer into the page: ``/cards/0/texts/1``."""

    where: str
    text: str
    grounds: tuple[Ground, ...]


def sentences(page: Page) -> Iterator[Sentence]:
    """Yield all sentences of *page* in the order of its parts; empty texts are none."""
    return _of(page, "", ())


def _of(part: object, where: str, about: tuple[Ground, ...]) -> Iterator[Sentence]:
    if isinstance(part, str):
        yield from _in_text(part, where, about)
    elif isinstance(part, tuple):
        for number, one in enumerate(part):
            yield from _of(one, f"{where}/{number}", about)
    elif is_dataclass(part):
        about = (*about, *getattr(part, "about", ()))
        for field in fields(part):
            if field.name not in _NOT_PRINTED:
                yield from _of(
                    getattr(part, field.name), f"{where}/{field.name}", about
                )


def _in_text(text: str, where: str, about: tuple[Ground, ...]) -> Iterator[Sentence]:
    for piece in pieces(text):
        grounds = (*about, *piece.grounds)
        yield from (Sentence(where, one, grounds) for one in sentences_in(piece) if one)

"""Which form of a text goes with a number: one, two, few or many, as a locale lists."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Form:
    """A form for numbers from *first* to *last*; of their rest where *of* is set."""

    name: str
    first: int
    last: int | None
    of: int | None

    def holds(self, number: int) -> bool:
        seen = number % self.of if self.of else number
        return self.first <= seen and (self.last is None or seen <= self.last)


@dataclass(frozen=True, slots=True)
class Plurals:
    """The forms of a locale in order; the last one is for every other number."""

    forms: tuple[_Form, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the forms."""
        return tuple(form.name for form in self.forms)

    def form(self, number: int) -> str:
        """Return the name of the first form that is for *number*."""
        return next(form.name for form in self.forms if form.holds(number))

    def is_one_number(self, name: str) -> bool:
        """Say whether the form is for a single number, which it need not repeat."""
        (form,) = (form for form in self.forms if form.name == name)
        return form.first == form.last and form.of is None


def read_plurals(table: Mapping[str, Mapping[str, int]]) -> Plurals:
    """Return the forms that a locale file lists, such as ``few = {from = 3, to = 10}``.

    ``of = 100`` counts the rest of a number over 100.  A form without a range is for
    all numbers that are left: it stands last.
    """
    return Plurals(
        tuple(
            _Form(name, row.get("from", 0), row.get("to"), row.get("of"))
            for name, row in table.items()
        )
    )

"""A data file read to its last key: what is missing, left over or odd is refused.

Every refusal names the file and the row.
"""

import tomllib
from collections.abc import Collection
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from reference_ranges.errors import CatalogueError


class Table:
    """One table of a data file, from which every key is taken exactly once."""

    def __init__(self, where: str, entries: dict[str, Any]) -> None:
        """Hold a copy of *entries*; *where* names the file and row in refusals."""
        self.where = where
        self._left = dict(entries)

    @classmethod
    def read(cls, directory: Path, name: str, where: str = "") -> "Table":
        """Return the file *name* of *directory*, its numbers as decimals.

        Refusals call it *where*, by default by its name.

        Raises:
            CatalogueError: the file is missing, or is not TOML in UTF-8.
        """
        where = where or name
        try:
            text = (directory / name).read_text("utf-8")
            return cls(where, tomllib.loads(text, parse_float=Decimal))
        except (OSError, RecursionError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise CatalogueError(f"{where}: cannot be read: {why}") from error

    def refuse(self, why: str) -> NoReturn:
        """Refuse this row, saying *why*.

        Raises:
            CatalogueError: always.
        """
        raise CatalogueError(f"{self.where}: {why}")

    @property
    def name(self) -> str:
        """The id of this row, or nothing."""
        return str(self._left.get("id", ""))

    def has(self, key: str) -> bool:
        """Say whether *key* is there and not yet taken."""
        return key in self._left

    def names(self) -> tuple[str, ...]:
        """Return the keys that are not yet taken."""
        return tuple(self._left)

    def done(self) -> None:
        """Refuse the keys that nothing has asked for."""
        if self._left:
            self.refuse(f"unknown key {', '.join(map(repr, self._left))}")

    def text(self, key: str, default: str | None = None) -> str:
        """Take a text; without a *default* it must be there and must not be empty."""
        if default is not None and key not in self._left:
            return default
        value = self._take(key, str)
        if default is None and not value.strip():
            self.refuse(f"{key!r} is empty")
        return str(value)

    def choice(
        self, key: str, allowed: Collection[str], default: str | None = None
    ) -> str:
        """Take a text that must be one of *allowed*."""
        value = self.text(key, default)
        if value not in allowed and value != default:
            self.refuse(f"unknown {key} {value!r}")
        return value

    def texts(self, key: str, *, optional: bool = False) -> tuple[str, ...]:
        """Take a list of texts."""
        if optional and key not in self._left:
            return ()
        values = self._take(key, list)
        if not all(isinstance(value, str) and value.strip() for value in values):
            self.refuse(f"{key!r} must be a list of texts")
        return tuple(values)

    def flag(self, key: str) -> bool:
        """Take a true or false; a missing one is false."""
        return key in self._left and bool(self._take(key, bool))

    def whole(self, key: str) -> int:
        """Take a whole number of 0 or more."""
        value = self._take(key, int)
        if isinstance(value, bool) or value < 0:
            self.refuse(f"{key!r} must be a whole number")
        return int(value)

    def optional_whole(self, key: str) -> int | None:
        """Take a whole number of 0 or more, or None where there is none."""
        return self.whole(key) if key in self._left else None

    def number(self, key: str, *, signed: bool = False) -> Decimal:
        """Take a decimal number, with the digits that are printed in the file.

        It is 0 or more, unless *signed*.
        """
        value = self._take(key, (int, Decimal))
        if isinstance(value, bool) or not _plain(Decimal(value), signed=signed):
            self.refuse(f"{key!r} must be a number in plain digits")
        return Decimal(value)

    def optional_number(self, key: str) -> Decimal | None:
        """Take a decimal number, or None where there is none."""
        return self.number(key) if key in self._left else None

    def table(self, key: str) -> "Table":
        """Take a table within this one."""
        return Table(f"{self.where}: {key}", self._take(key, dict))

    def rows(self, key: str) -> tuple["Table", ...]:
        """Take a list of tables, each named by its id or its place; may be absent."""
        if key not in self._left:
            return ()
        entries = self._take(key, list)
        if not all(isinstance(entry, dict | Table) for entry in entries):
            self.refuse(f"{key!r} must be a list of tables")
        return tuple(
            entry
            if isinstance(entry, Table)
            else Table(f"{self.where}: {entry.get('id', f'{key} {place}')}", entry)
            for place, entry in enumerate(entries, start=1)
        )

    def lay_over(self, other: "Table", key: str) -> dict[str, bool]:
        """Take the rows of *key* in *other* as ours; return which replace one of ours.

        A row replaces the one of its id, in its place; any other is added at the end.
        Refusals go on to name the file that a row came from.

        Raises:
            CatalogueError: *other* has an id twice.
        """
        ours = list(self._left.get(key, ()))
        places = {row.get("id"): place for place, row in enumerate(ours)}
        replaced: dict[str, bool] = {}
        for row in other.rows(key):
            name = row.name
            if name in replaced:
                row.refuse("duplicate id")
            replaced[name] = name in places
            if name in places:
                ours[places[name]] = row
            else:
                ours.append(row)
        self._left[key] = ours
        return replaced

    def _take(self, key: str, kind: type | tuple[type, ...]) -> Any:  # noqa: ANN401 - whatever the file holds
        if key not in self._left:
            self.refuse(f"missing key {key!r}")
        value = self._left.pop(key)
        if not isinstance(value, kind):
            self.refuse(f"{key!r} is a {type(value).__name__}")
        return value


def _plain(number: Decimal, *, signed: bool) -> bool:
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent <= 0 and (signed or number >= 0)

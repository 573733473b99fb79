"""The elements of a FHIR resource that both its head and its intervals are made of.

Everything is taken from a ``Table`` and taken once, so that nothing is passed over.
"""

from decimal import Decimal

from reference_ranges.loading.tables import Table
from service.ranges.fhir import terms


class Extensions:
    """Our extensions of one element, by name; any other is refused."""

    def __init__(self, element: Table, key: str) -> None:
        """Take the extensions that stand under *key* of *element*.

        Raises:
            CatalogueError: one of them is not ours.
        """
        self._element = element
        self._found: dict[str, list[Table]] = {}
        for row in element.rows(key):
            url = row.text("url")
            if not url.startswith(terms.EXTENSION):
                element.refuse(f"unknown {key} {url!r}")
            name = url.removeprefix(terms.EXTENSION)
            self._found.setdefault(name, []).append(row)

    def texts(self, name: str, kind: str = "valueString") -> tuple[str, ...]:
        """Take every simple extension of that name."""
        rows = self._found.pop(name, [])
        texts = tuple(row.text(kind) for row in rows)
        for row in rows:
            row.done()
        return texts

    def text(self, name: str, kind: str = "valueString") -> str:
        """Take the one extension of that name, or nothing; two are refused."""
        texts = self.texts(name, kind)
        if len(texts) > 1:
            self._element.refuse(f"{name!r} stands twice")
        return texts[0] if texts else ""

    def every(self, name: str) -> list[dict[str, str]]:
        """Take every extension of that name as its parts."""
        return [_parts(row) for row in self._found.pop(name, [])]

    def parts(self, name: str) -> dict[str, str]:
        """Take the one extension of that name as its parts; empty where none is."""
        found = self.every(name)
        if len(found) > 1:
            self._element.refuse(f"{name!r} stands twice")
        return found[0] if found else {}

    def numbers(self, name: str) -> dict[str, Decimal]:
        """Take the extension of that name as its parts, which are numbers."""
        return {
            part.text("url"): part.number("valueDecimal", signed=True)
            for row in self._found.pop(name, [])
            for part in row.rows("extension")
        }

    def done(self) -> None:
        """Refuse what nothing has asked for."""
        if self._found:
            self._element.refuse(f"unknown extension {', '.join(self._found)}")


def codes(element: Table, key: str) -> dict[str, str]:
    """Take the codes of the concepts under *key*, by their code system.

    Raises:
        CatalogueError: two codes are of one system.
    """
    found: dict[str, str] = {}
    for concept in element.rows(key):
        for coding in concept.rows("coding"):
            system = coding.text("system")
            if system in found:
                element.refuse(f"two codes of {system!r}")
            found[system] = coding.text("code")
            coding.done()
        concept.done()
    return found


def code(element: Table, key: str, system: str) -> str:
    """Take the one code of *system* from the concept under *key*."""
    codings = element.table(key).rows("coding")
    ours = [one.text("code") for one in codings if one.text("system") == system]
    if len(ours) != 1:
        element.refuse(f"{key!r} has not one code of {system!r}")
    return ours[0]


def _parts(row: Table) -> dict[str, str]:
    return {
        part.text("url"): part.text("valueString") for part in row.rows("extension")
    }

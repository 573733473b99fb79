"""A site's own rows: files in a folder of its own, laid over the shipped ones.

A site adds whole rows, or supersedes whole rows by giving them anew under their id.
It changes nothing else: no unit, no code, no rule.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from reference_ranges.errors import CatalogueError
from reference_ranges.loading.tables import Table
from reference_ranges.loading.version import data_digest, data_files

KINDS = ("interval", "decision_set", "critical")
"""The rows of an analyte's file that a site may give."""

_SOURCES = "sources.toml"
_WHAT = "a site has 'sources.toml' and 'analytes/<name>.toml', and nothing else"


class Site:
    """The files of a site; ``rows`` says of each of its rows if it supersedes one."""

    def __init__(self, directory: Path) -> None:
        """List the files of *directory*; those that begin with a dot are not ours.

        Raises:
            CatalogueError: it is no folder, or holds something that is never read.
        """
        if not directory.is_dir():
            raise CatalogueError("site: the folder of the site's own rows is missing")
        self.directory = directory
        self.rows: dict[str, bool] = {}
        self.left = set(data_files(directory))
        for path in sorted(directory.rglob("*")):
            name = path.relative_to(directory)
            hidden = any(part.startswith(".") for part in name.parts)
            if path.is_file() and not hidden and name.as_posix() not in self.left:
                raise CatalogueError(f"site: {name.as_posix()}: not read: {_WHAT}")

    def sources(self, opened: Callable[[Path, str], Table]) -> Table | None:
        """Return the site's own publications, read to their rows, if it has any."""
        return self._open(_SOURCES, opened)

    def lay_over(
        self, table: Table, name: str, opened: Callable[[Path, str], Table]
    ) -> None:
        """Lay the rows of the site's file *name* over those of *table*.

        Raises:
            CatalogueError: the file has something else than rows, or a row twice.
        """
        own = self._open(name, opened)
        if own is None:
            return
        for kind in KINDS:
            self.rows |= table.lay_over(own, kind)
        own.done()

    def done(self) -> None:
        """Refuse the files that nothing has asked for.

        Raises:
            CatalogueError: there is one.
        """
        for name in sorted(self.left):
            known = name.startswith("analytes/")
            why = "there is no such analyte" if known else f"not read: {_WHAT}"
            raise CatalogueError(f"site: {name}: {why}")

    def stamp(self, version: str, digest: str) -> tuple[str, str]:
        """Return *version* and *digest* of the shipped files, with the site's own."""
        if not data_files(self.directory):
            return version, digest
        own = data_digest(self.directory)
        both = sha256(f"{digest}\n{own}".encode()).hexdigest()
        return f"{version}+site.{own[:8]}", both

    def _open(self, name: str, opened: Callable[[Path, str], Table]) -> Table | None:
        if name not in self.left:
            return None
        self.left.remove(name)
        return opened(self.directory, name)

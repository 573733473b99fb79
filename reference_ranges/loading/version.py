"""The version of the data files: a changed file needs a new version to be used."""

import re
from hashlib import sha256
from pathlib import Path

from reference_ranges.errors import CatalogueError
from reference_ranges.loading.tables import Table

VERSION_FILE = "version.toml"


def data_digest(directory: Path) -> str:
    """Return the SHA-256, in hexadecimal, over all data files but the version's.

    Every file counts with its path, its length and its bytes, in the order of the
    paths, so that moving a file changes the digest as well.
    """
    digest = sha256()
    for name in data_files(directory):
        content = (directory / name).read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def data_files(directory: Path) -> list[str]:
    """Return the paths of all data files within *directory*, in order."""
    found = (path.relative_to(directory) for path in directory.rglob("*.toml"))
    return sorted(path.as_posix() for path in found if path.name != VERSION_FILE)


def check_version(directory: Path, *, strict: bool) -> tuple[str, str]:
    """Return the version of the data in *directory* and their digest.

    Raises:
        CatalogueError: *strict*, and there is no version or a file is not the one
            that the version was given to.
    """
    stated, actual = _stated(directory) or ("none", ""), data_digest(directory)
    if strict and stated[1] != actual:
        raise CatalogueError(
            f"{VERSION_FILE}: the data files are not those of version {stated[0]}; "
            f"have the change reviewed, then {_RENEW}"
        )
    return stated[0], actual


_RENEW = "run 'plainlab ranges check --renew' with a new version"


def write_version(directory: Path, version: str) -> None:
    """Write that the data files, as they are now, are *version*, such as 2026.11.0.

    Raises:
        CatalogueError: the version is not of that form, or is the one that other
            files have.
    """
    if not _VERSION.fullmatch(version):
        raise CatalogueError(f"{VERSION_FILE}: a version is written like 2026.11.0")
    stated, digest = _stated(directory), data_digest(directory)
    if stated is not None and stated[0] == version and stated[1] != digest:
        raise CatalogueError(f"{VERSION_FILE}: changed files need a new version")
    text = _TEXT.format(version=version, digest=digest)
    (directory / VERSION_FILE).write_text(text, "utf-8")


def _stated(directory: Path) -> tuple[str, str] | None:
    if not (directory / VERSION_FILE).exists():
        return None
    table = Table.read(directory, VERSION_FILE)
    stated = table.text("version"), table.text("sha256")
    table.done()
    return stated


_VERSION = re.compile(r"20[0-9]{2}\.[0-9]{1,2}\.[0-9]{1,4}", re.ASCII)
_TEXT = """\
# The version of all data files in this folder, and the digest that ties it to them.
# Written by 'plainlab ranges check --renew'; never by hand.

version = "{version}"
sha256  = "{digest}"
"""

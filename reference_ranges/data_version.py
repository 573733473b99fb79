"""The version of the data files: a changed file needs a new version to be used."""

from hashlib import sha256
from pathlib import Path

from reference_ranges.tables import Table

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


def check_version(directory: Path, *, strict: bool = True) -> tuple[str, str]:
    """Return the version of the data in *directory* and their digest.

    Raises:
        CatalogueError: *strict*, and a file is not the one of this version.
    """
    table = Table.read(directory, VERSION_FILE)
    version, stated = table.text("version"), table.text("sha256")
    table.done()
    actual = data_digest(directory)
    if strict and stated != actual:
        table.refuse(
            f"the data files are not those of version {version}: "
            "have the change reviewed, then run 'plainlab ranges check --renew'"
        )
    return version, actual


def renew_version(directory: Path, version: str) -> str:
    """Write that the data files, as they are now, are *version*; return their digest.

    The caller has checked them.
    """
    digest = data_digest(directory)
    text = _TEXT.format(version=version, digest=digest)
    (directory / VERSION_FILE).write_text(text, "utf-8")
    return digest


_TEXT = """\
# The version of all data files in this folder, and the digest that ties it to them.
# Written by 'plainlab ranges check --renew'; never by hand.

version = "{version}"
sha256  = "{digest}"
"""

"""The rows that a site gave: told apart from the shipped ones, and put where they are.

A resource holds what is in force: where a site supersedes a row, the shipped one is not
in it.  It is taken from the shipped file again; the site's goes into the site's folder.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from reference_ranges.errors import CatalogueError
from reference_ranges.loading.site import KINDS

Document = dict[str, Any]

MARK = "site"
"""The key under which a row says that a site gave it, and who signed it there."""


class Split(NamedTuple):
    """The rows of one analyte: for the shipped file, and for the site's.

    ``theirs`` is a whole file of the site, empty where it gave none.
    """

    ours: Document
    theirs: Document


def split(where: str, rows: Mapping[str, Any], shipped: Mapping[str, Any]) -> Split:
    """Return *rows* of a resource by whose they are; *shipped* is our file.

    Raises:
        CatalogueError: a row of the site does not fit the shipped ones, or its rows
            were signed by several; *where* names the resource.
    """
    ours: Document = {key: value for key, value in rows.items() if key not in KINDS}
    theirs: Document = {}
    reviews: list[Document] = []
    for kind in KINDS:
        known = {row["id"]: row for row in shipped.get(kind, ())}
        for row in rows.get(kind, ()):
            signed = row.get(MARK)
            plain = {key: value for key, value in row.items() if key != MARK}
            if signed is None:
                ours.setdefault(kind, []).append(plain)
                continue
            theirs.setdefault(kind, []).append(plain)
            reviews.append(_review(signed))
            if _supersedes(where, row, known):
                ours.setdefault(kind, []).append(known[row["id"]])
    if any(one != reviews[0] for one in reviews):
        raise CatalogueError(f"{where}: the rows of the site are signed by several")
    head = {"schema": 1, "review": reviews[0]} if reviews else {}
    return Split(ours, head | theirs)


def cited_by(rows: Mapping[str, Any]) -> set[str]:
    """Return the ids of the sources that *rows* rest on."""
    found: set[str] = set()
    for kind in KINDS:
        for row in rows.get(kind, ()):
            found |= {row["source"], *row.get("also", ())}
    return found


def beside(out: Path) -> Path:
    """Return the folder that the site's rows go into."""
    return out.with_name(f"{out.name}-site")


def _supersedes(where: str, row: Document, known: Mapping[str, Document]) -> bool:
    said, name = row[MARK].get("supersedes"), row["id"]
    if said == "true" and name not in known:
        raise CatalogueError(f"{where}: {name}: supersedes a row that is not here")
    if said == "false" and name in known:
        raise CatalogueError(f"{where}: {name}: added by a site, and a row of ours")
    return name in known


def _review(signed: Mapping[str, str]) -> Document:
    plain = {key: text for key, text in signed.items() if key != "supersedes"}
    return {"reviewed_on": "", **plain}

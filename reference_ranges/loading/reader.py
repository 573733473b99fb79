"""The way from the data files to the catalogue: read, check, refuse by name."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from reference_ranges.catalogue import Analyte, Catalogue, LookAlike, Review
from reference_ranges.errors import CatalogueError
from reference_ranges.loading.analyte_files import read_analyte
from reference_ranges.loading.checks import check_analyte, check_fallbacks
from reference_ranges.loading.formula_rows import read_formulas
from reference_ranges.loading.knowledge_files import load_knowledge
from reference_ranges.loading.limit_rows import Known
from reference_ranges.loading.shared_files import (
    read_head,
    read_look_alikes,
    read_mix_ups,
    read_profiles,
    read_settings,
    read_snomed,
    read_sources,
    read_trimesters,
    read_units,
)
from reference_ranges.loading.site import Site
from reference_ranges.loading.tables import Table
from reference_ranges.loading.variation_rows import check_variations
from reference_ranges.loading.version import check_version, data_files, write_version
from reference_ranges.quantities import Unit
from reference_ranges.results import SourceRef

DATA = Path(__file__).parent.parent / "data"
"""The folder with the data files that come with the package."""


def load_catalogue(
    directory: Path | None = None, *, site: Path | None = None
) -> Catalogue:
    """Return the catalogue of *directory*, by default the one that we ship.

    The rows of the folder *site* are laid over it.  The shipped one is read once and
    then kept.

    Raises:
        CatalogueError: a file is not fit for use; the message names file and row.
    """
    if directory is None:
        return _shipped(site)
    return read_catalogue(directory, site=site)


@cache
def _shipped(site: Path | None) -> Catalogue:
    return read_catalogue(DATA, site=site)


def read_catalogue(
    directory: Path, *, versioned: bool = True, site: Path | None = None
) -> Catalogue:
    """Return the catalogue of *directory*, read anew, with the rows of *site* over it.

    Unless it is *versioned*, the files may be other than those of their version:
    for those who work on them.

    Raises:
        CatalogueError: a file is not fit for use; the message names file and row.
    """
    version, digest = check_version(directory, strict=versioned)
    own = None if site is None else Site(site)
    heads = _Heads(directory, own)
    sources = _sources(heads)
    profiles, words = read_profiles(heads.table("profiles.toml"))
    units = read_units(heads.table("units.toml"))
    analytes = _analytes(heads, units, Known(sources, words))
    trimesters = read_trimesters(heads.table("pregnancy.toml"), sources)
    check_fallbacks(analytes, profiles.values())
    for analyte in analytes.values():
        check_analyte(analyte, profiles.values(), trimesters)
    settings = read_settings(heads.table("settings.toml"), sources)
    check_variations(analytes.values(), settings["change_z"])
    if own is not None:
        own.done()
        version, digest = own.stamp(version, digest)
    codes = _codes(analytes)
    rules = load_knowledge(heads.table, analytes, sources)
    return Catalogue(
        version=version,
        sha256=digest,
        analytes=analytes,
        profiles=profiles,
        sources=sources,
        codes=codes,
        names=_names(analytes),
        trimesters=trimesters,
        mix_ups=read_mix_ups(heads.table("mixups.toml"), analytes, sources),
        look_alikes=_look_alikes(heads, codes, analytes, sources),
        snomed=read_snomed(heads.table("snomed.toml"), analytes),
        settings=settings,
        formulas=read_formulas(
            heads.table("formulas.toml"), analytes, sources, rules.factors
        ),
        rules=rules,
        reviews=heads.reviews,
        site=own.rows if own is not None else {},
    )


def renew_version(directory: Path, version: str) -> None:
    """Give the files of *directory* a new *version*, once they are all fit for use.

    Raises:
        CatalogueError: a file is not fit for use, or *version* is not new.
    """
    read_catalogue(directory, versioned=False)
    write_version(directory, version)


def overdue_reviews(catalogue: Catalogue, today: date) -> tuple[str, ...]:
    """Return the data files whose next review is before *today*, in order."""
    return tuple(
        name
        for name, review in sorted(catalogue.reviews.items())
        if date.fromisoformat(review.next_review) < today
    )


class _Heads:
    """The files of a folder; each is opened by its schema and [review].

    ``site`` has the rows that are laid over them.
    """

    def __init__(self, directory: Path, site: Site | None) -> None:
        self.directory, self.site = directory, site
        self.reviews: dict[str, Review] = {}

    def table(self, name: str) -> Table:
        return self._open(self.directory, name, name)

    def analyte(self, name: str) -> Table:
        table = self.table(name)
        if self.site is not None:
            self.site.lay_over(table, name, self._of_site)
        return table

    def own_sources(self) -> dict[str, SourceRef]:
        table = self.site.sources(self._of_site) if self.site else None
        return {} if table is None else read_sources(table)

    def _of_site(self, directory: Path, name: str) -> Table:
        return self._open(directory, name, f"site: {name}")

    def _open(self, directory: Path, name: str, where: str) -> Table:
        table = Table.read(directory, name, where)
        self.reviews[where] = read_head(table)
        return table


def _sources(heads: _Heads) -> dict[str, SourceRef]:
    sources = read_sources(heads.table("sources.toml"))
    others = read_sources(heads.table("sources_symptoms.toml"))
    for name in others:
        if name in sources:
            raise CatalogueError(f"sources_symptoms.toml: {name}: duplicate source")
    own, shipped = heads.own_sources(), sources | others
    for name in own:
        if name in shipped:
            why = "a shipped publication keeps its name: rows rest on it"
            raise CatalogueError(f"site: sources.toml: {name}: {why}")
    return shipped | own


def _file(analyte: str) -> str:
    return f"analytes/{analyte}.toml"


def _analytes(
    heads: _Heads, units: Mapping[str, Unit], known: Known
) -> dict[str, Analyte]:
    analytes: dict[str, Analyte] = {}
    for name in data_files(heads.directory):
        if not name.startswith("analytes/"):
            continue
        table = heads.analyte(name)
        analyte = read_analyte(table, heads.reviews[name], units, known)
        if name != _file(analyte.id):
            table.refuse(f"the id {analyte.id!r} is not the file's name")
        analytes[analyte.id] = analyte
    return analytes


def _codes(analytes: Mapping[str, Analyte]) -> dict[str, str]:
    codes: dict[str, str] = {}
    for analyte in analytes.values():
        for code in analyte.loinc:
            _claim(codes, code, analyte, "code")
    return codes


def _names(analytes: Mapping[str, Analyte]) -> dict[str, str]:
    names: dict[str, str] = {}
    for analyte in analytes.values():
        own = {name.lower() for name in (analyte.id, analyte.name, *analyte.aliases)}
        for name in sorted(own):
            _claim(names, name, analyte, "alias")
    return names


def _claim(taken: dict[str, str], word: str, analyte: Analyte, kind: str) -> None:
    other = taken.setdefault(word, analyte.id)
    if other != analyte.id:
        raise CatalogueError(
            f"{_file(analyte.id)}: duplicate {kind} {word!r}, also in {_file(other)}"
        )


def _look_alikes(
    heads: _Heads,
    codes: Mapping[str, str],
    analytes: Mapping[str, Analyte],
    sources: Mapping[str, SourceRef],
) -> dict[str, LookAlike]:
    table = heads.table("lookalikes.toml")
    found = read_look_alikes(table, analytes, sources)
    for code in found:
        if code in codes:
            table.refuse(f"{code}: duplicate code, accepted in {_file(codes[code])}")
    return found

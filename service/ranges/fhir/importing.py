"""ObservationDefinitions made into a folder of data files that our loader reads."""

import shutil
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from reference_ranges.catalogue import Catalogue
from reference_ranges.errors import CatalogueError
from reference_ranges.loading import read_catalogue
from reference_ranges.loading.site import KINDS
from reference_ranges.loading.tables import Table
from reference_ranges.loading.version import VERSION_FILE
from service.ranges.fhir import terms, toml_text
from service.ranges.fhir.elements import Extensions, code
from service.ranges.fhir.exact_json import loads
from service.ranges.fhir.intervals import read_intervals
from service.ranges.fhir.sites import Split, beside, cited_by, split

Document = dict[str, Any]

_SOURCE_FILES = ("sources.toml", "sources_symptoms.toml")
_HEAD = "# Written from FHIR ObservationDefinitions.  How to read it: README.md\n\n"


@dataclass(frozen=True, slots=True)
class Definition:
    """One resource, read: what of an analyte's file it speaks about.

    ``rows`` replace the rows of the file; ``fixed`` must be what the file says, for
    units are changed there and never by an import.
    """

    where: str
    analyte: str
    rows: Document
    fixed: Document
    units: Mapping[str, str]
    sources: Mapping[str, Document]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import made: the analytes that were read, and those left as they were.

    ``site`` are the analytes with rows that a site gave.
    """

    read: tuple[str, ...]
    kept: tuple[str, ...]
    site: tuple[str, ...]


def import_folder(resources: Path, base: Path, out: Path) -> Imported:
    """Write to *out* the files of *base* with the limits of the *resources*.

    *out* has no version: someone looks at the changes first, and then gives it one.
    Rows that a site gave go into a folder of their own (``beside`` *out*).  Nothing
    is written unless the loader takes all of it.

    Raises:
        CatalogueError: there is no resource, one is not fit for use, or *out* is not
            empty; the message names file and interval.
    """
    for folder in (out, beside(out)):
        if folder.exists() and any(folder.iterdir()):
            raise CatalogueError(f"{folder.name}: the folder is not empty")
    definitions = _definitions(resources)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as scratch:
        made, site = Path(scratch) / "made", Path(scratch) / "site"
        shutil.copytree(base, made, ignore=shutil.ignore_patterns(VERSION_FILE))
        given = _write(made, site, definitions)
        own = site if given else None
        catalogue = read_catalogue(made, versioned=False, site=own)
        for one in definitions.values():
            _check_units(one, catalogue)
        shutil.copytree(made, out, dirs_exist_ok=True)
        if own is not None:
            shutil.copytree(own, beside(out), dirs_exist_ok=True)
    kept = sorted(catalogue.analytes.keys() - definitions.keys())
    return Imported(tuple(sorted(definitions)), tuple(kept), given)


def read_definition(document: object, where: str) -> Definition:
    """Return what an ObservationDefinition says, every element of it taken.

    Raises:
        CatalogueError: it is no ObservationDefinition of ours; *where* names the file.
    """
    if not isinstance(document, dict):
        raise CatalogueError(f"{where}: no FHIR resource")
    resource = Table(where, document)
    if resource.text("resourceType") != terms.RESOURCE:
        resource.refuse(f"no {terms.RESOURCE}")
    head = Extensions(resource, "extension")
    analyte = _analyte(resource)
    head.parts("catalogue")
    rows = {
        "review": {"reviewed_on": "", **head.parts("review")},
        "loinc": _loinc(resource),
        **read_intervals(resource),
    }
    found = Definition(
        where=where,
        analyte=analyte,
        rows=rows,
        fixed=_fixed(resource, head),
        units={one.get("unit", ""): one.get("to_si", "") for one in head.every("unit")},
        sources=_sources(resource, head),
    )
    head.done()
    for said_elsewhere in ("id", "preferredReportName"):
        resource.text(said_elsewhere, "")
    resource.rows("category")
    resource.texts("permittedDataType", optional=True)
    resource.done()
    return found


def _definitions(folder: Path) -> dict[str, Definition]:
    found: dict[str, Definition] = {}
    for file in sorted(folder.glob("*.json")):
        one = read_definition(loads(file.read_bytes(), file.name), file.name)
        if one.analyte in found:
            raise CatalogueError(f"{file.name}: {one.analyte!r} stands twice")
        found[one.analyte] = one
    if not found:
        raise CatalogueError(f"{folder.name}: no {terms.RESOURCE} (*.json) is there")
    return found


def _analyte(resource: Table) -> str:
    identifiers = resource.rows("identifier")
    ours = [i.text("value") for i in identifiers if i.text("system") == terms.ANALYTE]
    if len(ours) != 1:
        resource.refuse(f"not one identifier of {terms.ANALYTE!r}")
    return ours[0]


def _loinc(resource: Table) -> list[Document]:
    coded = resource.table("code")
    found = []
    for coding in coded.rows("coding"):
        extensions = Extensions(coding, "extension")
        entry: Document = {"code": coding.text("code"), **extensions.parts("loinc")}
        entry["name"] = coding.text("display")
        extensions.done()
        if coding.text("system") != terms.LOINC:
            coding.refuse("no LOINC code")
        coding.done()
        found.append(entry)
    coded.text("text", "")
    coded.done()
    return found


def _fixed(resource: Table, head: Extensions) -> Document:
    details = resource.table("quantitativeDetails")
    fixed = {
        "specimen": head.text("specimen"),
        "si_unit": code(details, "unit", terms.UCUM),
        "us_unit": code(details, "customaryUnit", terms.UCUM),
        "decimals_si": details.whole("decimalPrecision"),
    }
    details.optional_number("conversionFactor")  # the exact one is in the extension
    details.done()
    return fixed


def _sources(resource: Table, head: Extensions) -> dict[str, Document]:
    found: dict[str, Document] = {}
    for one in head.every("source"):
        name, year = one.pop("id", ""), one.pop("year", "")
        if not name or not year.isdecimal():
            resource.refuse("a source without its id or year")
        found[name] = {**one, "year": int(year)}
    return found


def _write(
    folder: Path, site: Path, definitions: Mapping[str, Definition]
) -> tuple[str, ...]:
    """Write what was read; return the analytes with rows of a site."""
    sources: dict[str, Document] = {}
    for one in definitions.values():
        for name, source in one.sources.items():
            if sources.setdefault(name, source) != source:
                raise CatalogueError(
                    f"{one.where}: source {name!r} is another elsewhere"
                )
    rows = {name: _write_analyte(folder, one) for name, one in definitions.items()}
    theirs = {name: split.theirs for name, split in rows.items() if split.theirs}
    ours = set().union(*(cited_by(split.ours) for split in rows.values()))
    only_theirs = set().union(*map(cited_by, theirs.values())) - ours
    _write_site(site, theirs, _new_sources(folder, sources, only_theirs))
    _write_sources(folder, sources)
    return tuple(sorted(theirs))


def _new_sources(
    folder: Path, sources: dict[str, Document], names: set[str]
) -> dict[str, Document]:
    """Take those of *names* out of *sources* that no file of ours has."""
    known = {one for file in _SOURCE_FILES for one in _read(folder / file)["sources"]}
    return {name: sources.pop(name) for name in sorted(names - known)}


def _write_site(
    site: Path, files: Mapping[str, Document], sources: Mapping[str, Document]
) -> None:
    """Write the rows of a site; its own publications are signed as the first rows."""
    (site / "analytes").mkdir(parents=True)
    for name, document in files.items():
        _save(site / "analytes" / f"{name}.toml", document)
    if sources:
        review = next(iter(files.values()))["review"]
        _save(
            site / "sources.toml",
            {"schema": 1, "review": review, "sources": dict(sources)},
        )


def _write_analyte(folder: Path, one: Definition) -> Split:
    file = folder / "analytes" / f"{one.analyte}.toml"
    if one.analyte not in {path.stem for path in file.parent.glob("*.toml")}:
        raise CatalogueError(f"{one.where}: there is no file for {one.analyte!r}")
    document = _read(file)
    for fact, said in one.fixed.items():
        if document.get(fact) != said:
            raise CatalogueError(
                f"{one.where}: {fact} is {said!r}, and {document.get(fact)!r} here"
            )
    rows = split(one.where, one.rows, document)
    for kind in KINDS:
        document.pop(kind, None)
    _save(file, document | rows.ours)
    return rows


def _write_sources(folder: Path, sources: Mapping[str, Document]) -> None:
    """Bring changed and new publications in; ``via`` stays where none is told."""
    files = {name: _read(folder / name) for name in _SOURCE_FILES}
    changed = set()
    for name, source in sources.items():
        home = next((f for f in files if name in files[f]["sources"]), _SOURCE_FILES[0])
        known = files[home]["sources"].get(name, {})
        told = ({"via": known["via"]} if "via" in known else {}) | source
        if told != known:
            files[home]["sources"][name] = told
            changed.add(home)
    for name in changed:
        _save(folder / name, files[name])


def _check_units(one: Definition, catalogue: Catalogue) -> None:
    ours = catalogue.analytes[one.analyte].units
    if set(ours) != set(one.units):
        raise CatalogueError(f"{one.where}: its units are not those of {one.analyte}")
    for name, text in one.units.items():
        if _fraction(text) != ours[name].to_si:
            raise CatalogueError(
                f"{one.where}: 1 {name} is {text}, and {ours[name].to_si} here"
            )


def _fraction(text: str) -> Fraction | None:
    over, _, under = text.partition("/")
    if not (over.isdecimal() and under.isdecimal() and int(under)):
        return None
    return Fraction(int(over), int(under))


def _read(file: Path) -> Document:
    return tomllib.loads(file.read_text("utf-8"), parse_float=Decimal)


def _save(file: Path, document: Document) -> None:
    file.write_text(_HEAD + toml_text.dumps(document), "utf-8")

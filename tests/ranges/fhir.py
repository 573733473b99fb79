"""Resources made of the shipped catalogue, for the tests of FHIR."""

import pytest

from reference_ranges.loading import DATA, load_catalogue, read_catalogue
from service.ranges.fhir import terms
from service.ranges.fhir.exact_json import dumps, loads
from service.ranges.fhir.export import observation_definition
from service.ranges.fhir.importing import import_folder

CATALOGUE = load_catalogue()
ANALYTES = CATALOGUE.analytes
POTASSIUM = "analytes/potassium.toml"
EACH = pytest.mark.parametrize("name", sorted(ANALYTES))


def resource_of(name, catalogue=CATALOGUE):
    """The resource as a reader of its JSON sees it."""
    made = observation_definition(catalogue.analytes[name], catalogue)
    return loads(dumps(made).encode(), name)


RESOURCES = {name: resource_of(name) for name in ANALYTES}


def modifiers(element):
    return [
        one["url"].removeprefix(terms.EXTENSION)
        for one in element.get("modifierExtension", [])
    ]


def excluded(element):
    return [
        one["valueCode"]
        for one in element.get("modifierExtension", [])
        if one["url"].endswith("/excluded")
    ]


def element_of(name, row):
    (found,) = [one for one in RESOURCES[name]["qualifiedInterval"] if one["id"] == row]
    return found


def import_of(catalogue, tmp_path, names=None):
    """Export these tests of *catalogue*, import them, and load what was made."""
    resources, out = tmp_path / "fhir", tmp_path / "out"
    resources.mkdir()
    for name in names or catalogue.analytes:
        made = observation_definition(catalogue.analytes[name], catalogue)
        (resources / f"{name}.json").write_text(dumps(made), "utf-8")
    import_folder(resources, DATA, out)
    return read_catalogue(out, versioned=False)

"""What an import refuses: by file and interval, and with nothing written."""

import copy
import json
import shutil
from decimal import Decimal

import pytest

from reference_ranges.errors import CatalogueError
from reference_ranges.loading import DATA
from service.ranges.fhir import terms
from service.ranges.fhir.exact_json import dumps
from service.ranges.fhir.importing import import_folder
from tests.ranges.fhir import ANALYTES, RESOURCES


def edited(change):
    """The resource of potassium after *change*, as JSON."""
    document = copy.deepcopy(RESOURCES["potassium"])
    change(document)
    return dumps(document).encode()


def extension(document, name):
    return next(
        one for one in document["extension"] if one["url"] == terms.EXTENSION + name
    )


def part(parts, name):
    return next(one for one in parts["extension"] if one["url"] == name)


def interval(document, start):
    return next(
        one for one in document["qualifiedInterval"] if one["id"].startswith(start)
    )


ADULTS = "potassium/uk/interval/16y+"
CHILD = "potassium/uk/interval/1y-16y"
BAND = "potassium/uk/guideline/ukka2023_rcem|mmol/L|1"
FOREIGN = {"url": "http://example.org/other", "valueString": "x"}
REFUSED = {
    "another resource": (
        lambda d: d.update(resourceType="Observation"),
        "no ObservationDefinition",
    ),
    "no identifier": (lambda d: d["identifier"].clear(), "not one identifier"),
    "an unknown test": (
        lambda d: d["identifier"][0].update(value="../potassium"),
        "there is no file for '../potassium'",
    ),
    "an extension of others": (
        lambda d: d["extension"].append(FOREIGN),
        "unknown extension 'http://example.org/other'",
    ),
    "a modifier of others": (
        lambda d: interval(d, ADULTS).update(modifierExtension=[FOREIGN]),
        f"{ADULTS}: unknown modifierExtension",
    ),
    "an extension of ours in the wrong place": (
        lambda d: interval(d, ADULTS)["extension"].append(
            {"url": terms.EXTENSION + "review", "valueString": "x"}
        ),
        f"{ADULTS}: unknown extension review",
    ),
    "two sources": (
        lambda d: interval(d, ADULTS)["extension"].append(
            {"url": terms.EXTENSION + "source-id", "valueString": "rcem_k"}
        ),
        f"{ADULTS}: 'source-id' stands twice",
    ),
    "two reviews": (
        lambda d: d["extension"].append(extension(d, "review")),
        "'review' stands twice",
    ),
    "no source": (
        lambda d: interval(d, ADULTS)["extension"].clear(),
        f"{ADULTS}: 'source' is empty",
    ),
    "no review": (
        lambda d: d["extension"].remove(extension(d, "review")),
        "missing key 'drafted_by'",
    ),
    "an unknown source": (
        lambda d: interval(d, ADULTS)["extension"][0].update(valueString="hearsay"),
        "unknown source 'hearsay'",
    ),
    "an unknown status": (
        lambda d: interval(d, ADULTS).update(
            modifierExtension=[
                {"url": terms.EXTENSION + "status", "valueCode": "retired"}
            ]
        ),
        "unknown status 'retired'",
    ),
    "an element that we do not know": (
        lambda d: d.update(method={"text": "ISE"}),
        "unknown key 'method'",
    ),
    "an element of an interval that we do not know": (
        lambda d: interval(d, ADULTS).update(colour="red"),
        f"{ADULTS}: unknown key 'colour'",
    ),
    "an interval without a category that is no band": (
        lambda d: interval(d, ADULTS).pop("category"),
        f"{ADULTS}: an interval without a category must be a whole decision band",
    ),
    "a reference interval that leaves its limit out": (
        lambda d: interval(d, ADULTS).update(
            modifierExtension=[
                {"url": terms.EXTENSION + "excluded", "valueCode": "range.high"}
            ]
        ),
        f"{ADULTS}: both limits belong to a reference interval",
    ),
    "an upper age that is taken in": (
        lambda d: interval(d, CHILD).pop("modifierExtension"),
        f"{CHILD}: the upper age must be marked as excluded",
    ),
    "two units in one range": (
        lambda d: interval(d, ADULTS)["range"]["high"].update(code="mg/dL"),
        f"{ADULTS}: the two ends of a range are in different units",
    ),
    "an unknown unit": (
        lambda d: [
            interval(d, ADULTS)["range"][s].update(code="mol/L")
            for s in ("low", "high")
        ],
        "unknown unit 'mol/L'",
    ),
    "a number in quotes": (
        lambda d: interval(d, ADULTS)["range"]["low"].update(value="3.5"),
        "'value' is a str",
    ),
    "a limit below nought": (
        lambda d: interval(d, ADULTS)["range"]["low"].update(value=Decimal("-3.5")),
        "'low' must be a number in plain digits",
    ),
    "a half year": (
        lambda d: interval(d, ADULTS)["age"]["low"].update(value=Decimal("16.5")),
        "'value' is a Decimal",
    ),
    "an age in hours": (
        lambda d: interval(d, ADULTS)["age"]["low"].update(code="h"),
        "unknown code 'h'",
    ),
    "no profile": (
        lambda d: interval(d, ADULTS).update(appliesTo=[]),
        f"{ADULTS}: 'appliesTo' names no profile of ours",
    ),
    "a population of others": (
        lambda d: interval(d, ADULTS)["appliesTo"].append(
            {"coding": [{"system": "http://example.org/race", "code": "x"}]}
        ),
        f"{ADULTS}: unknown code system http://example.org/race",
    ),
    "two profiles": (
        lambda d: interval(d, ADULTS)["appliesTo"].append(
            {"coding": [{"system": terms.PROFILE, "code": "us"}]}
        ),
        f"{ADULTS}: two codes of",
    ),
    "an unknown sex": (
        lambda d: interval(d, ADULTS).update(gender="other"),
        "unknown sex 'other'",
    ),
    "bands that do not agree": (
        lambda d: interval(d, BAND)["extension"][0].update(valueString="rcem_k"),
        "its bands do not agree on the set that they make",
    ),
    "a band on another scale": (
        lambda d: interval(d, BAND)["range"]["high"].update(code="mg/dL"),
        "a band on the scale 'mmol/L' has limits in 'mg/dL'",
    ),
    "a severity in words": (
        lambda d: part(interval(d, BAND)["modifierExtension"][0], "severity").update(
            valueString="grave"
        ),
        "'severity' is not a whole number",
    ),
    "bands with a gap": (
        lambda d: interval(d, BAND)["range"]["high"].update(value=Decimal("2.4")),
        "bands do not meet once at 2.4",
    ),
    "another factor": (
        lambda d: part(extension(d, "unit"), "to_si").update(valueString="1/3"),
        "1 mmol/L is 1/3, and 1 here",
    ),
    "a factor that is no fraction": (
        lambda d: part(extension(d, "unit"), "to_si").update(valueString="1.0"),
        "1 mmol/L is 1.0, and 1 here",
    ),
    "a unit less": (
        lambda d: d["extension"].remove(extension(d, "unit")),
        "its units are not those of potassium",
    ),
    "another SI unit": (
        lambda d: d["quantitativeDetails"]["unit"]["coding"][0].update(code="mg/dL"),
        "si_unit is 'mg/dL', and 'mmol/L' here",
    ),
    "no UCUM code": (
        lambda d: d["quantitativeDetails"]["unit"]["coding"][0].update(
            system="http://x"
        ),
        "'unit' has not one code of",
    ),
    "another specimen": (
        lambda d: extension(d, "specimen").update(valueString="urine"),
        "specimen is 'urine'",
    ),
    "a source without a year": (
        lambda d: part(extension(d, "source"), "year").update(valueString="soon"),
        "a source without its id or year",
    ),
    "a code of another system": (
        lambda d: d["code"]["coding"][0].update(system="http://snomed.info/sct"),
        "no LOINC code",
    ),
    "a LOINC code with a wrong check digit": (
        lambda d: d["code"]["coding"][0].update(code="2823-4"),
        "'2823-4' has a wrong check digit",
    ),
}


@pytest.mark.parametrize(("change", "why"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_held_is_refused_by_name(change, why, tmp_path):
    resources, out = tmp_path / "fhir", tmp_path / "out"
    resources.mkdir()
    (resources / "k.json").write_bytes(edited(change))

    with pytest.raises(CatalogueError) as refused:
        import_folder(resources, DATA, out)

    assert why in str(refused.value)
    assert not out.exists()


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "syntax"),
        (b"[]", "no FHIR resource"),
        (
            b'{"resourceType": "ObservationDefinition", "id": "a", "id": "b"}',
            "duplicate",
        ),
        (b"\xff\xfe", "not_utf8"),
        (b"[" * 40, "too_deep"),
    ],
)
def test_a_file_that_is_no_resource_is_refused_by_its_name(body, why, tmp_path):
    (tmp_path / "k.json").write_bytes(body)

    with pytest.raises(CatalogueError, match=r"k\.json") as refused:
        import_folder(tmp_path, DATA, tmp_path / "out")

    assert why in str(refused.value)


def test_one_test_in_two_files_is_refused(tmp_path):
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text(dumps(RESOURCES["potassium"]), "utf-8")

    with pytest.raises(CatalogueError, match="'potassium' stands twice"):
        import_folder(tmp_path, DATA, tmp_path / "out")


def test_a_source_that_two_files_tell_differently_is_refused(tmp_path):
    sodium = copy.deepcopy(RESOURCES["sodium"])
    potassium = copy.deepcopy(RESOURCES["potassium"])
    names = {
        part(one, "id")["valueString"]
        for one in sodium["extension"]
        if one["url"].endswith("/source")
    }
    source = next(
        one
        for one in potassium["extension"]
        if one["url"].endswith("/source") and part(one, "id")["valueString"] in names
    )
    part(source, "org")["valueString"] = "Somebody"
    for name, document in (("a", potassium), ("b", sodium)):
        (tmp_path / f"{name}.json").write_text(dumps(document), "utf-8")

    with pytest.raises(CatalogueError, match="is another elsewhere"):
        import_folder(tmp_path, DATA, tmp_path / "out")


def test_a_folder_without_resources_is_refused(tmp_path, run):
    (tmp_path / "empty").mkdir()

    code, _, err = run("ranges", "import", "--fhir", "empty", "--out", "made")

    assert code == 2
    assert "no ObservationDefinition (*.json) is there" in err


def test_an_import_never_writes_over_files(tmp_path, run):
    run("ranges", "export", "--fhir", "fhir")
    shutil.copytree(DATA, tmp_path / "made")

    code, _, err = run("ranges", "import", "--fhir", "fhir", "--out", "made")

    assert code == 2
    assert "the folder is not empty" in err


def test_an_export_never_mixes_with_other_files(tmp_path, run):
    (tmp_path / "fhir").mkdir()
    (tmp_path / "fhir" / "zinc.json").write_text("{}", "utf-8")

    code, _, err = run("ranges", "export", "--fhir", "fhir")

    assert code == 2
    assert "the folder is not empty" in err


def test_an_export_is_json_with_the_digits_of_the_limits(tmp_path, run):
    code, out, _ = run("ranges", "export", "--fhir", "new/fhir")

    text = (tmp_path / "new" / "fhir" / "potassium.json").read_text("utf-8")
    assert (code, out) == (0, f"wrote {len(ANALYTES)} resources to new/fhir\n")
    assert json.loads(text)["resourceType"] == "ObservationDefinition"
    assert '"value": 6.0,' in text


@pytest.mark.parametrize(
    "command", ["check", "show", "table", "sheet", "diff", "replay", "export", "import"]
)
def test_every_command_says_what_it_does(run, command):
    code, out, _ = run("ranges", command, "--help")

    assert code == 0
    assert len(out.splitlines()) > 5

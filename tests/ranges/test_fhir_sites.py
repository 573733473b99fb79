"""A site's own rows as FHIR, out and in again: theirs stay theirs, ours stay ours."""

import pytest

from reference_ranges.errors import CatalogueError
from reference_ranges.loading import DATA, read_catalogue
from service.ranges.fhir import terms
from service.ranges.fhir.exact_json import dumps, loads
from service.ranges.fhir.export import observation_definition
from service.ranges.fhir.importing import import_folder
from service.ranges.rows import rows_of_analyte
from tests.catalogue.test_site import HEAD, ROW, SODIUM

SUPERSEDING = ROW.replace("eq_tab3_2016", "ours_2026")
ADDED = (
    SUPERSEDING.replace("uk", "us")
    .replace('0d+"', '0d-1y"')
    .replace('age_from  = "0d"', 'age_from  = "0d"\nage_to    = "1y"')
)
SOURCES = """
[sources.ours_2026]
org      = "The laboratory"
year     = 2026
title    = "Verification of the sodium method"
where    = "folder 12"
evidence = "seen"
via      = "a copy of the folder"
"""
POTASSIUM = "analytes/potassium.toml"


@pytest.fixture
def site(tmp_path):
    """A site that supersedes one row of ours and adds one, on its own publication."""
    folder = tmp_path / "ours"
    (folder / "analytes").mkdir(parents=True)
    (folder / SODIUM).write_text(HEAD + SUPERSEDING + ADDED, "utf-8")
    (folder / "sources.toml").write_text(HEAD + SOURCES, "utf-8")
    return folder


def export_to(folder, catalogue, edit=None):
    folder.mkdir()
    for name in ("sodium", "potassium"):
        made = observation_definition(catalogue.analytes[name], catalogue)
        document = loads(dumps(made).encode(), name)
        if edit is not None:
            edit(document)
        (folder / f"{name}.json").write_text(dumps(document), "utf-8")
    return folder


def test_how_a_publication_was_read_comes_back(site, tmp_path):
    before = read_catalogue(DATA, site=site)
    resources = export_to(tmp_path / "fhir", before)

    import_folder(resources, DATA, tmp_path / "new")
    after = read_catalogue(
        tmp_path / "new", versioned=False, site=tmp_path / "new-site"
    )

    assert after.sources["ours_2026"].via == "a copy of the folder"
    assert {one: after.sources[one] for one in before.sources} == before.sources


def test_the_rows_of_a_site_come_back_as_the_sites_and_ours_as_ours(site, tmp_path):
    before = read_catalogue(DATA, site=site)
    resources = export_to(tmp_path / "fhir", before)

    made = import_folder(resources, DATA, tmp_path / "new")
    shipped = read_catalogue(tmp_path / "new", versioned=False)
    after = read_catalogue(
        tmp_path / "new", versioned=False, site=tmp_path / "new-site"
    )

    ours = read_catalogue(DATA)
    assert made.site == ("sodium",)
    assert after.site == before.site
    assert after.sources == before.sources
    assert after.reviews == before.reviews
    assert shipped.sources == ours.sources
    for name in ("sodium", "potassium"):
        sides = ((after, before), (shipped, ours))
        for one, other in sides:
            rows = [rows_of_analyte(each.analytes[name]) for each in (one, other)]
            assert [repr(row) for row in rows[0]] == [repr(row) for row in rows[1]]


def test_the_commands_export_and_import_a_site(site, run, tmp_path, monkeypatch):
    monkeypatch.setenv("PLAINLAB_RANGES", str(site))
    run("ranges", "export", "--fhir", tmp_path / "fhir")

    code, out, err = run(
        "ranges", "import", "--fhir", tmp_path / "fhir", "--out", tmp_path / "new"
    )
    monkeypatch.setenv("PLAINLAB_RANGES", str(tmp_path / "new-site"))
    again, told, _ = run("ranges", "check")

    assert (code, err) == (0, "")
    assert "new-site: sodium" in out
    assert again == 0
    assert "rows of the site: superseding 1, added 1" in told


def test_without_a_site_no_folder_is_made_for_one(tmp_path):
    resources = export_to(tmp_path / "fhir", read_catalogue(DATA))

    made = import_folder(resources, DATA, tmp_path / "new")

    assert made.site == ()
    assert not (tmp_path / "new-site").exists()


def test_a_folder_that_holds_something_is_not_written_over(site, tmp_path):
    resources = export_to(tmp_path / "fhir", read_catalogue(DATA, site=site))
    (tmp_path / "new-site").mkdir()
    (tmp_path / "new-site" / "kept.txt").write_text("mine", "utf-8")

    with pytest.raises(CatalogueError, match="new-site: the folder is not empty"):
        import_folder(resources, DATA, tmp_path / "new")

    assert not (tmp_path / "new").exists()


def marks(document):
    for element in document["qualifiedInterval"]:
        for one in element["extension"]:
            if one["url"] == terms.EXTENSION + "site":
                yield {part["url"]: part for part in one["extension"]}


def turn(document):
    for parts in marks(document):
        said = parts["supersedes"]
        said["valueString"] = "false" if said["valueString"] == "true" else "true"


def turn_added(document):
    for parts in marks(document):
        parts["supersedes"]["valueString"] = "true"


def sign_by_two(document):
    for number, parts in enumerate(marks(document)):
        parts["reviewed_by"]["valueString"] = f"Signer {number}"


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (turn, "sodium/uk/interval/0d+: added by a site, and a row of ours"),
        (turn_added, "sodium/us/interval/0d-1y: supersedes a row that is not here"),
        (sign_by_two, "sodium.json: the rows of the site are signed by several"),
    ],
)
def test_a_row_of_a_site_that_does_not_fit_is_refused(site, tmp_path, edit, said):
    resources = export_to(tmp_path / "fhir", read_catalogue(DATA, site=site), edit)

    with pytest.raises(CatalogueError) as refused:
        import_folder(resources, DATA, tmp_path / "new")

    assert said in str(refused.value)

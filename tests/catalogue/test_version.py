"""A changed data file without a new version stops the start."""

import pytest

from reference_ranges.errors import CatalogueError
from reference_ranges.loading import DATA, load_catalogue, read_catalogue, renew_version
from reference_ranges.loading.version import data_digest

STALE = r"version\.toml: the data files are not those of version .*--renew"


@pytest.fixture
def renewed(files):
    renew_version(files.folder, "2099.1.0")
    return files


def test_files_of_their_version_are_loaded_with_their_digest(renewed):
    catalogue = load_catalogue(renewed.folder)

    assert catalogue.version == "2099.1.0"
    assert catalogue.sha256 == data_digest(renewed.folder)


def test_the_files_that_we_ship_are_those_of_their_version():
    assert read_catalogue(DATA).version == load_catalogue().version


def test_a_changed_file_stops_the_start(renewed):
    renewed.edit("analytes/potassium.toml", "high      = 5.3", "high      = 5.4")

    with pytest.raises(CatalogueError, match=STALE):
        read_catalogue(renewed.folder)


def test_a_changed_comment_stops_the_start_too(renewed):
    renewed.edit("sources.toml", "# The publications", "# The papers")

    with pytest.raises(CatalogueError, match=STALE):
        read_catalogue(renewed.folder)


def test_an_added_file_stops_the_start(renewed):
    (renewed.folder / "more.toml").write_text("schema = 1\n", "utf-8")

    with pytest.raises(CatalogueError, match=STALE):
        read_catalogue(renewed.folder)


def test_files_without_a_version_stop_the_start(renewed):
    (renewed.folder / "version.toml").unlink()

    with pytest.raises(CatalogueError, match=STALE):
        read_catalogue(renewed.folder)


def test_a_new_version_lets_changed_files_start_again(renewed):
    renewed.edit("analytes/potassium.toml", "high      = 5.3", "high      = 5.4")
    renew_version(renewed.folder, "2099.1.1")

    assert read_catalogue(renewed.folder).version == "2099.1.1"


def test_the_first_version_needs_none_before_it(renewed):
    (renewed.folder / "version.toml").unlink()
    renew_version(renewed.folder, "2099.1.0")

    assert read_catalogue(renewed.folder).version == "2099.1.0"


def test_changed_files_cannot_keep_their_version(renewed):
    renewed.edit("analytes/potassium.toml", "high      = 5.3", "high      = 5.4")

    with pytest.raises(CatalogueError, match="changed files need a new version"):
        renew_version(renewed.folder, "2099.1.0")


@pytest.mark.parametrize("version", ["", "1", "v2099.1.0", '2099.1.0"\nx = "'])
def test_a_version_of_another_form_is_refused(renewed, version):
    with pytest.raises(CatalogueError, match=r"written like 2026\.11\.0"):
        renew_version(renewed.folder, version)


def test_files_that_are_not_fit_for_use_get_no_version(renewed):
    renewed.edit("analytes/potassium.toml", "high      = 5.3", "high      = 3.3")

    with pytest.raises(CatalogueError, match="'low' must be below 'high'"):
        renew_version(renewed.folder, "2099.1.1")

"""A site's own rows: added or superseding, checked like ours, and seen to be theirs."""

from datetime import date
from decimal import Decimal

import pytest
from click.testing import CliRunner

from reference_ranges.errors import CatalogueError
from reference_ranges.interpretation import interpret
from reference_ranges.loading import (
    DATA,
    load_catalogue,
    overdue_reviews,
    read_catalogue,
)
from service.commands.ranges import ranges
from tests.core_panels import observation, panel_of

SHIPPED = load_catalogue()
HEAD = """\
schema = 1

[review]
drafted_by  = "The laboratory"
reviewed_by = "A. Scientist"
reviewed_on = "2026-11-01"
next_review = "2027-11-01"
"""
OWN = "sodium/uk/interval/0d+"
ROW = """
[[interval]]
id        = "sodium/uk/interval/0d+"
profile   = "uk"
age_from  = "0d"
sex       = "any"
pregnancy = "no"
low       = 134
high      = 145
unit      = "mmol/L"
source    = "eq_tab3_2016"
status    = "active"
"""
ADDED = (
    ROW.replace("uk", "anz")
    .replace('0d+"', '0d-1d"')
    .replace('age_from  = "0d"', 'age_from  = "0d"\nage_to    = "1d"')
)
SODIUM = "analytes/sodium.toml"


def load(folder):
    return read_catalogue(DATA, site=folder)


@pytest.fixture
def site(tmp_path):
    """Write the files of a site, and give its folder."""

    def written(files):
        folder = tmp_path / "site"
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8")
        folder.mkdir(exist_ok=True)
        return folder

    return written


def refusal(folder):
    with pytest.raises(CatalogueError) as refused:
        load(folder)
    return str(refused.value)


def test_a_row_with_the_id_of_a_shipped_one_supersedes_it_in_its_place(site):
    catalogue = load(site({SODIUM: HEAD + ROW}))

    rows = catalogue.analytes["sodium"].intervals
    assert [row.id for row in rows] == [
        row.id for row in SHIPPED.analytes["sodium"].intervals
    ]
    assert rows[0].span.low == Decimal(134)
    assert catalogue.site == {OWN: True}


def test_any_other_row_is_added(site):
    own = ROW.replace("uk/interval/0d+", "anz/interval/90y+").replace('"uk"', '"anz"')
    own = own.replace('age_from  = "0d"', 'age_from  = "90y"')
    last = 'age_from  = "18y"\nage_to    = "90y"'
    older = ROW.replace("uk/interval/0d+", "anz/interval/18y+").replace('"uk"', '"anz"')
    older = older.replace('age_from  = "0d"', last)

    catalogue = load(site({SODIUM: HEAD + own + older}))

    assert catalogue.site == {
        "sodium/anz/interval/90y+": False,
        "sodium/anz/interval/18y+": True,
    }


def test_a_sites_row_judges_and_the_answer_names_another_version(site):
    catalogue = load(site({SODIUM: HEAD + ROW}))
    panel = panel_of(observation("sodium", "133", "mmol/L"))

    ours, theirs = interpret(panel, SHIPPED), interpret(panel, catalogue)

    assert ours.results[0].interval.verdict == "in"
    assert theirs.results[0].interval.verdict == "low"
    assert theirs.catalogue.version.startswith(f"{SHIPPED.version}+site.")
    assert theirs.catalogue.sha256 != ours.catalogue.sha256


def test_another_row_of_a_site_is_another_version(site):
    first = load(site({SODIUM: HEAD + ROW}))
    again = load(site({SODIUM: HEAD + ROW.replace("145", "146")}))

    assert first.version != again.version
    assert first.sha256 != again.sha256


def test_a_folder_without_files_changes_nothing(site):
    catalogue = load(site({}))

    assert (catalogue.version, catalogue.sha256) == (SHIPPED.version, SHIPPED.sha256)
    assert catalogue.site == {}


def test_a_site_may_name_its_own_publication(site):
    source = """
[sources.our_study]
org      = "The laboratory"
year     = 2026
title    = "Reference interval study of sodium"
evidence = "seen"
"""
    files = {
        "sources.toml": HEAD + source,
        SODIUM: HEAD + ROW.replace("eq_tab3_2016", "our_study"),
    }

    catalogue = load(site(files))

    assert catalogue.sources["our_study"].org == "The laboratory"
    assert catalogue.reviews["site: sources.toml"].reviewed_by == "A. Scientist"


def test_a_sites_review_falls_due_as_ours_does(site):
    catalogue = load(site({SODIUM: HEAD + ROW}))
    assert overdue_reviews(catalogue, date(2027, 11, 2)) == (f"site: {SODIUM}",)


FAULTS = {
    "an unknown key": (
        {SODIUM: HEAD + ROW + "hgih = 3\n"},
        f"site: {SODIUM}: {OWN}: unknown key 'hgih'",
    ),
    "a row that is not whole": (
        {SODIUM: HEAD + ROW.replace('sex       = "any"\n', "")},
        f"site: {SODIUM}: {OWN}: missing key 'sex'",
    ),
    "a row without an id": (
        {SODIUM: HEAD + ROW.replace(f'id        = "{OWN}"\n', "")},
        f"site: {SODIUM}: interval 1: missing key 'id'",
    ),
    "one id twice": (
        {SODIUM: HEAD + ROW + ROW},
        f"site: {SODIUM}: {OWN}: duplicate id",
    ),
    "an unknown analyte": (
        {"analytes/copper.toml": HEAD},
        "site: analytes/copper.toml: there is no such analyte",
    ),
    "an unknown source": (
        {SODIUM: HEAD + ROW.replace("eq_tab3_2016", "hearsay")},
        f"site: {SODIUM}: {OWN}: unknown source 'hearsay'",
    ),
    "no source": (
        {SODIUM: HEAD + ROW.replace('source    = "eq_tab3_2016"\n', "")},
        f"site: {SODIUM}: {OWN}: missing key 'source'",
    ),
    "a file that is not TOML": (
        {SODIUM: "sodium = 134 to 145"},
        f"site: {SODIUM}: cannot be read: ",
    ),
    "brackets without end": (
        {SODIUM: HEAD + "x = " + "[" * 9000 + "]" * 9000},
        f"site: {SODIUM}: cannot be read: ",
    ),
    "a publication under the name of a shipped one": (
        {
            SODIUM: HEAD + ROW,
            "sources.toml": HEAD
            + """
[sources.eq_tab3_2016]
org      = "Hearsay"
year     = 2026
title    = "Another paper"
evidence = "seen"
""",
        },
        "site: sources.toml: eq_tab3_2016: a shipped publication keeps its name",
    ),
    "a file without a review": (
        {SODIUM: "schema = 1\n" + ROW},
        f"site: {SODIUM}: missing [review]",
    ),
    "a unit of its own": (
        {SODIUM: HEAD.replace("schema = 1", 'schema = 1\nsi_unit = "g/L"') + ROW},
        f"site: {SODIUM}: unknown key 'si_unit'",
    ),
    "a rule of its own": (
        {"settings.toml": HEAD},
        "site: settings.toml: not read: a site has",
    ),
    "a file of another kind": (
        {"limits.xlsx": ""},
        "site: limits.xlsx: not read: a site has",
    ),
    "a row that overlaps a shipped one": (
        {SODIUM: HEAD + ROW.replace("interval/0d+", "interval/16y+")},
        "sodium/uk/interval/16y+: overlaps sodium/uk/interval/0d+",
    ),
    "a gap between bands": (
        {
            SODIUM: HEAD
            + """
[[decision_set]]
id        = "sodium/uk/guideline/ours"
title     = "Ours"
profile   = "uk"
age_from  = "16y"
sex       = "any"
pregnancy = "any"
role      = "beside"
source    = "euhypona_2014"
status    = "active"

[decision_set.scales]
"mmol/L" = [
  { below = 130, status = "low", severity = 2, label = "low" },
  { at_least = 131, status = "in", severity = 0, label = "not low" },
]
"""
        },
        "sodium/uk/guideline/ours",
    ),
    "an id of another analyte": (
        {SODIUM: HEAD + ROW.replace('"sodium/', '"salt/')},
        "an id starts with analyte/profile/",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_file_of_a_site_is_refused_by_file_and_row(site, fault):
    files, said = FAULTS[fault]

    assert said in refusal(site(files))


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    assert refusal(tmp_path / "nowhere").startswith("site: the folder")


def test_hidden_files_are_nobodys(site):
    files = {".DS_Store": "", ".git/config": "", SODIUM: HEAD + ROW}

    assert load(site(files)).site == {OWN: True}


def run(monkeypatch, folder, *words):
    monkeypatch.setenv("PLAINLAB_RANGES", str(folder))
    return CliRunner().invoke(ranges, words)


def test_the_list_marks_each_row_of_the_site_and_what_it_supersedes(site, monkeypatch):
    shown = run(monkeypatch, site({SODIUM: HEAD + ROW}), "show", "sodium")

    marked = [line for line in shown.output.splitlines() if "[site" in line]
    assert len(marked) == 1
    assert "134 to 145" in marked[0]
    assert f"supersedes the shipped row: {OWN}" in marked[0]


def test_the_table_has_a_column_for_it(site, monkeypatch):
    table = run(monkeypatch, site({SODIUM: HEAD + ROW}), "table").output.splitlines()

    theirs = [line for line in table if "site, supersedes" in line]
    assert len(theirs) == 1
    assert f"interval,{OWN}," in theirs[0]


def test_the_check_counts_them(site, monkeypatch):
    checked = run(monkeypatch, site({SODIUM: HEAD + ROW}), "check")

    assert "rows of the site: superseding 1, added 0" in checked.output


def test_the_check_refuses_a_fault(site, monkeypatch):
    faulty = site({SODIUM: HEAD + ROW.replace("145", "133")})

    checked = run(monkeypatch, faulty, "check")

    assert f"site: {SODIUM}: {OWN}: 'low' must be below" in str(checked.exception)

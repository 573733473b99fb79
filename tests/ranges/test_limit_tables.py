"""The table of all limits: whole, exact, and never a formula."""

import csv
import io
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest

from reference_ranges.limits import Span
from reference_ranges.loading import load_catalogue
from reference_ranges.partitions import AgeLimit, Partition
from service.ranges.rows import COLUMNS, all_lines, count
from service.ranges.tables import neutral, write_csv, write_xlsx
from service.ranges.words import limits_text, people, whom

CATALOGUE = load_catalogue()
LINES = list(all_lines(CATALOGUE))
FORMULA = '=HYPERLINK("http://example.org","click")'


def span(**ends):
    return Span(**{end: Decimal(text) for end, text in ends.items()})


def partition(age_from, age_to=None, sex="any", pregnancy="any", condition=""):
    return Partition(
        AgeLimit(*age_from), age_to and AgeLimit(*age_to), sex, pregnancy, condition
    )


SOURCE = replace(CATALOGUE.sources["eq_tab3_2016"], org=FORMULA, title="a\x07b")
HOSTILE = replace(CATALOGUE, sources={**CATALOGUE.sources, SOURCE.id: SOURCE})
"""The catalogue with a source whose name is a formula, and whose title has a bell."""


def made_of(catalogue, tmp_path_factory):
    file = tmp_path_factory.mktemp("book") / "limits.xlsx"
    write_xlsx(catalogue, file)
    return openpyxl.load_workbook(file)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return made_of(CATALOGUE, tmp_path_factory)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    return made_of(HOSTILE, tmp_path_factory)


def test_every_interval_band_side_and_plausible_limit_has_a_line_of_its_own():
    analytes = CATALOGUE.analytes.values()
    intervals = sum(len(one.intervals) for one in analytes)
    bands = sum(
        len(scale)
        for one in analytes
        for row in one.decision_sets
        for scale in row.scales.values()
    )
    sides = sum(
        (row.low is not None) + (row.high is not None)
        for one in analytes
        for row in one.critical
    )

    assert len(LINES) == intervals + bands + sides + 2 * len(analytes)


def test_every_line_has_its_source_its_review_and_its_status():
    needed = ("source", "year", "title", "evidence", "drafted_by", "next_review")

    assert all(line[name] for line in LINES for name in (*needed, "status", "limits"))
    assert all(tuple(line) == COLUMNS or set(line) == set(COLUMNS) for line in LINES)


def test_a_figure_that_was_read_elsewhere_says_where():
    said = {line["via"] for line in LINES if line["analyte"] == "vitamin_b12"}

    assert CATALOGUE.sources["nice_ng239"].via in said


def test_rows_are_counted_by_whether_they_are_in_use():
    rows = {
        line["row"]: line["status"] for line in LINES if line["kind"] != "plausible"
    }
    states = list(rows.values())

    assert count(CATALOGUE).active == states.count("active")
    assert count(CATALOGUE).proposed == states.count("proposed") > 0


def test_a_row_that_comes_before_others_says_so():
    precedence = {line["row"]: line["precedence"] for line in LINES}

    assert precedence["potassium/preg/interval/t1"].startswith("pregnancy")
    assert precedence["potassium/uk/interval/16y+"] == ""


def test_a_row_of_the_site_says_so_and_who_signed_it():
    row = CATALOGUE.analytes["potassium"].intervals[0]
    theirs = replace(CATALOGUE.analytes["potassium"].review, reviewed_by="Dr S. Sample")
    catalogue = replace(
        CATALOGUE,
        site={row.id: False},
        reviews={**CATALOGUE.reviews, "site: analytes/potassium.toml": theirs},
    )
    told = {
        line["row"]: (line["site"], line["reviewed_by"])
        for line in all_lines(catalogue)
    }

    assert told.pop(row.id) == ("site, added", "Dr S. Sample")
    assert {site for site, _ in told.values()} == {""}


def test_the_workbook_says_the_same_as_the_csv(book):
    file = io.StringIO()
    write_csv(CATALOGUE, file)
    head, *rows = csv.reader(io.StringIO(file.getvalue()))

    sheet = book["Limits"]
    cells = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]

    assert cells[0] == [name.replace("_", " ") for name in head]
    assert cells[1:] == rows


def test_no_cell_of_the_workbook_is_a_number_or_a_formula(hostile):
    types = {
        cell.data_type
        for sheet in hostile
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }

    assert types == {"s"}


def test_the_digits_of_a_limit_stay_as_they_are_printed(book):
    column = COLUMNS.index("limits") + 1
    sheet = book["Limits"]
    printed = [sheet.cell(n, column).value for n in range(2, sheet.max_row + 1)]

    assert printed == [line["limits"] for line in LINES]
    assert "3.4 to 6.0" in printed


def test_a_formula_in_a_data_file_is_a_text_with_an_apostrophe_in_csv():
    file = io.StringIO()
    write_csv(HOSTILE, file)
    rows = list(csv.DictReader(io.StringIO(file.getvalue())))

    assert {row["source"] for row in rows if "HYPERLINK" in row["source"]} == {
        f"'{FORMULA}"
    }


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_whatever_begins_like_a_formula_is_neutralised(text):
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "3.5 to 5.3", ">=6.5", "<2.5", "nobody yet"])
def test_a_limit_is_no_formula_and_stays_as_it_is(text):
    assert neutral(text) == text


def test_a_formula_is_marked_as_text_in_the_workbook(hostile):
    sheet = hostile["Limits"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == FORMULA]

    assert cells
    assert all(cell.quotePrefix and cell.data_type == "s" for cell in cells)


def test_a_control_character_does_not_stop_the_workbook(hostile):
    sheet = hostile["Sources"]

    assert "a\ufffdb" in [cell.value for cell in sheet["D"]]


def test_the_workbook_is_pleasant_to_read(book):
    sheet = book["Limits"]

    assert book.sheetnames == ["Limits", "Sources", "About"]
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == sheet.dimensions
    assert sheet["A2"].alignment.wrap_text
    assert sheet.column_dimensions["A"].width >= 10
    assert sheet.print_title_rows == "$1:$1"


def test_a_proposed_row_is_grey_in_the_workbook(book):
    sheet = book["Limits"]
    status = COLUMNS.index("status")
    grey = {
        row[status].value: row[status].fill.start_color.rgb
        for row in sheet.iter_rows(min_row=2)
    }

    assert grey["proposed"] == "FFF1F1F1"
    assert grey["active"] != grey["proposed"]


@pytest.mark.parametrize(
    ("limits", "text"),
    [
        ({"at_least": "3.5", "at_most": "5.30"}, "3.5 to 5.30"),
        ({"at_least": "5.5", "below": "6.0"}, ">=5.5 and <6.0"),
        ({"above": "5.0", "at_most": "5.5"}, ">5.0 and <=5.5"),
        ({"at_least": "6.5"}, ">=6.5"),
        ({"below": "2.5"}, "<2.5"),
        ({"at_most": "2.50"}, "<=2.50"),
        ({}, ""),
    ],
)
def test_a_limit_shows_its_digits_and_which_side_owns_it(limits, text):
    assert limits_text(span(**limits)) == text


@pytest.mark.parametrize(
    ("whose", "text"),
    [
        (partition((0, "d")), "all ages"),
        (partition((16, "y"), pregnancy="no"), "adults from 16 years, not pregnant"),
        (partition((1, "y")), "from 1 year"),
        (partition((0, "d"), (4, "w")), "from birth to under 4 weeks"),
        (partition((4, "w"), (1, "y")), "from 4 weeks to under 1 year"),
        (
            partition((12, "y"), (60, "y"), "female", "t2_t3"),
            "from 12 to under 60 years, female, pregnant, 2nd or 3rd trimester",
        ),
        (
            partition((18, "y"), condition="symptom:restless_legs"),
            "adults from 18 years, with restless legs",
        ),
        (
            partition((18, "y"), condition="no_inflammation"),
            "adults from 18 years, without inflammation",
        ),
    ],
)
def test_whom_a_row_is_for_is_said_in_words(whose, text):
    assert people(whose) == text
    assert whom("uk", whose) == f"uk, {text}"


def test_a_table_is_written_by_the_ending_of_its_file(run, tmp_path):
    csv_code, *_ = run("ranges", "table", "--out", tmp_path / "limits.csv")
    xlsx_code, *_ = run("ranges", "table", "--out", tmp_path / "limits.xlsx")

    assert (csv_code, xlsx_code) == (0, 0)
    assert (tmp_path / "limits.csv").read_text("utf-8").startswith("analyte,name,")
    assert (tmp_path / "limits.xlsx").read_bytes().startswith(b"PK")


def test_a_table_in_another_format_is_refused(run, tmp_path):
    code, _, err = run("ranges", "table", "--out", tmp_path / "limits.ods")

    assert code == 2
    assert ".csv or .xlsx" in err
    assert not (tmp_path / "limits.ods").exists()

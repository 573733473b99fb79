"""Every rule can be read, printed and signed without a programmer."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

import openpyxl
import page as page_validation
import pytest

from reference_ranges.loading import DATA, load_catalogue
from service.ranges.rule_lines import COLUMNS, FILES, all_rule_lines
from service.ranges.rule_sheet import make_rule_sheet
from service.ranges.sheet_pdf import layout_sheet, render_sheet
from service.ranges.tables import write_rules_csv

CATALOGUE = load_catalogue()
LINES = list(all_rule_lines(CATALOGUE, DATA))
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def rows(section):
    head = f"{section}/"
    return {one["row"].removeprefix(head) for one in LINES if head in one["row"]}


def test_every_rule_that_is_in_use_has_a_line():
    rules = CATALOGUE.rules
    shared = rules.stands_for  # their links stand under the test that they follow
    links = {
        f"{one.analyte} {one.direction} {one.symptom}"
        for one in rules.all_links
        if one.analyte not in shared
    }

    assert links <= rows("links")
    assert {one.id for one in rules.patterns} <= rows("patterns")
    assert {one.id for one in rules.flags} <= rows("flags")
    assert {one.id for one in rules.cautions} <= rows("cautions")
    assert {one.id for one in rules.factors.values()} <= rows("factors")
    assert {one.rule.id for one in CATALOGUE.formulas.others} <= rows("formula")
    assert rows("egfr") == {"egfr_ckd_epi_2021"}


def test_every_rule_has_its_source_status_and_reviewer():
    kinds = ("links", "patterns", "flags", "cautions", "factors", "formula")
    told = [one for one in LINES if one["row"].split("/")[0] in kinds]

    needed = ("rule", "status", "source", "evidence", "drafted_by", "next_review")
    assert len(told) > 200
    assert [one["row"] for one in told if not all(one[name] for name in needed)] == []
    assert {one["status"] for one in told} == {"active", "proposed"}
    assert {one["file"] for one in LINES} == set(FILES)


def test_a_number_keeps_the_digits_of_its_file():
    (band,) = (one for one in LINES if one["row"] == "bands/potassium_low_moderate")

    assert "below: 3.0" in band["rule"]


def test_the_table_is_printed_and_saved_alike(run, tmp_path):
    code, printed, _ = run("ranges", "table", "--rules")
    run("ranges", "table", "--rules", "--out", tmp_path / "rules.csv")
    run("ranges", "table", "--rules", "--out", tmp_path / "rules.xlsx")

    read = list(csv.DictReader(io.StringIO(printed)))
    book = openpyxl.load_workbook(tmp_path / "rules.xlsx")
    cells = list(book["Rules"].iter_rows(min_row=2, values_only=True))
    assert code == 0
    assert (tmp_path / "rules.csv").read_text("utf-8") == printed
    assert [[one or "" for one in row] for row in cells] == [
        [line[name] for name in COLUMNS] for line in LINES
    ]
    assert len(read) == len(LINES)
    assert book.sheetnames == ["Rules", "Sources", "About"]


def test_no_rule_becomes_a_formula_of_a_spreadsheet():
    name, formula = "ukka_2023", '=HYPERLINK("http://example.org")'
    source = replace(CATALOGUE.sources[name], org=formula)
    hostile = replace(CATALOGUE, sources={**CATALOGUE.sources, name: source})
    out = io.StringIO()

    write_rules_csv(hostile, DATA, out)

    texts = [one for row in csv.reader(io.StringIO(out.getvalue())) for one in row]
    assert any(one.startswith(f"'{formula}") for one in texts)
    assert not [one for one in texts if one.startswith(("=", "+", "@"))]


@pytest.mark.parametrize("file", FILES)
def test_a_sheet_of_rules_conforms_to_pdf_ua_and_holds_every_rule(file):
    sheet = make_rule_sheet(CATALOGUE, DATA, file, NOW.date())
    data = render_sheet(sheet, paper="A4", printed=NOW)
    words = " ".join(
        one.text for one in layout_sheet(sheet, paper="A4", printed=NOW)
    ).replace(" ", "")

    lines = [one for one in LINES if one["file"] == file]
    assert [
        one["row"] for one in lines if one["row"].replace(" ", "") not in words
    ] == []
    assert [
        one["rule"] for one in lines if one["rule"].replace(" ", "") not in words
    ] == []
    assert "OFF:proposed" in words or all(one["status"] == "active" for one in lines)
    found = page_validation.validate_pdf_bytes(data, profile="ua1")
    assert [(one.rule_id, one.message) for one in found.failures] == []


def test_a_sheet_is_drawn_for_each_file_of_rules(run, tmp_path):
    code, out, _ = run("ranges", "sheet", "--rules", "--out", tmp_path / "sheets")
    both, _, said = run("ranges", "sheet", "--rules", "--all")

    assert (code, both) == (0, 2)
    assert "for --rules" in said
    assert {one.name for one in (tmp_path / "sheets").iterdir()} == {
        name.replace(".toml", ".pdf") for name in FILES
    }
    assert out.count("wrote") == len(FILES)

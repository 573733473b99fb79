"""The sheet to sign: every limit on it, those switched off in plain sight, well set."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import page as page_validation
import pytest
from reportlab.lib.pagesizes import A4, LETTER

from reference_ranges.loading import load_catalogue
from service.ranges.rows import lines_of, rows_of_analyte
from service.ranges.sheet import make_sheet
from service.ranges.sheet_pdf import layout_sheet, render_sheet

CATALOGUE = load_catalogue()
ANALYTES = CATALOGUE.analytes
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
PAPERS = {"A4": A4, "Letter": LETTER}
EACH = pytest.mark.parametrize("name", sorted(ANALYTES))


def sheet_of(name, catalogue=CATALOGUE):
    return make_sheet(catalogue.analytes[name], catalogue, NOW.date())


def boxes_of(sheet, paper="A4"):
    return layout_sheet(sheet, paper=paper, printed=NOW)


def words_on(sheet):
    return " ".join(box.text for box in boxes_of(sheet)).replace("\u00a0", " ")


def cells_of(sheet):
    return [cell for grid in sheet.grids for line in grid.lines for cell in line.cells]


def as_printed(limits):
    return limits.replace(">=", "\u2265").replace("<=", "\u2264")


@EACH
def test_every_limit_of_the_table_is_on_the_sheet(name):
    words = words_on(sheet_of(name))

    missing = [
        line["limits"]
        for line in lines_of(ANALYTES[name], CATALOGUE)
        if as_printed(line["limits"]) not in words
    ]
    assert missing == []


def test_the_sheet_says_how_a_figure_was_read_that_was_not_read_in_the_source():
    via = CATALOGUE.sources["nice_ng239"].via

    assert f"How it was read: {via}" in " ".join(cells_of(sheet_of("vitamin_b12")))


@EACH
def test_every_row_source_unit_factor_and_code_is_on_the_sheet(name):
    analyte, sheet = ANALYTES[name], sheet_of(name)
    cells = " | ".join(
        [*cells_of(sheet), *(text for grid in sheet.grids for text in grid.remarks)]
    )
    rows = rows_of_analyte(analyte)

    assert [row.id for row in rows if row.id not in cells] == []
    assert [code for code in analyte.loinc if code not in cells] == []
    assert all(
        f"1 {unit} = {entry.to_si} {analyte.si_unit}" in cells
        for unit, entry in analyte.units.items()
    )
    assert all(CATALOGUE.sources[row.source].title in cells for row in rows)


@pytest.mark.parametrize(
    ("name", "paper"),
    [*((name, "A4") for name in sorted(ANALYTES)), ("ferritin", "Letter")],
)
def test_a_sheet_conforms_to_pdf_ua_and_nothing_leaves_the_page(name, paper):
    sheet = sheet_of(name)
    data = render_sheet(sheet, paper=paper, printed=NOW)
    width, height = PAPERS[paper]

    found = page_validation.validate_pdf_bytes(data, profile="ua1")
    outside = [
        box.text
        for box in boxes_of(sheet, paper)
        if box.left < 40 or box.right > width - 40 or not 15 < box.bottom < height - 30
    ]
    assert [(one.rule_id, one.message) for one in found.failures] == []
    assert outside == []


@EACH
def test_no_two_lines_of_a_sheet_overlap(name):
    boxes = boxes_of(sheet_of(name))

    def meet(one, other):
        return (
            one.sheet == other.sheet
            and one.left < other.right
            and other.left < one.right
            and one.bottom < other.top
            and other.bottom < one.top
        )

    clashes = [
        (one.text, other.text)
        for place, one in enumerate(boxes)
        for other in boxes[place + 1 :]
        if meet(one, other)
    ]
    assert clashes == []


def off_rows(name):
    return [row for row in rows_of_analyte(ANALYTES[name]) if row.status != "active"]


WITH_OFF = next(name for name in sorted(ANALYTES) if off_rows(name))


def test_a_row_that_is_switched_off_says_so_and_the_others_do_not():
    for name in ANALYTES:
        sheet = sheet_of(name)
        lines = [line for grid in sheet.grids if not grid.off for line in grid.lines]
        said = [line.off for line in lines if "OFF: proposed" in line.cells[-1]]
        varied = ANALYTES[name].variation
        more = varied is not None and varied.status != "active"
        sets = sum(grid.off for grid in sheet.grids)

        assert all(said)
        assert len(said) == sum(line.off for line in lines)
        assert len(said) + sets == len(off_rows(name)) + more
        assert bool(sheet.notice) == bool(off_rows(name))
        assert sheet.notice.startswith(f"{len(off_rows(name))} of") or not sheet.notice


def test_a_row_that_is_switched_off_looks_otherwise():
    analyte = ANALYTES[WITH_OFF]
    on = {
        kind: tuple(replace(row, status="active") for row in getattr(analyte, kind))
        for kind in ("intervals", "decision_sets", "critical")
    }
    catalogue = replace(
        CATALOGUE, analytes={**ANALYTES, WITH_OFF: replace(analyte, **on)}
    )
    grey = [0.933, 0.933, 0.933]

    def grounds(sheet):
        data = render_sheet(sheet, paper="A4", printed=NOW)
        return sum(
            content.count(" ".join(f"{part:.3f}" for part in grey).encode())
            for content in _streams(data)
        )

    assert grounds(sheet_of(WITH_OFF)) >= 1
    assert grounds(sheet_of(WITH_OFF, catalogue)) == 0


def _streams(data):
    import zlib  # noqa: PLC0415 - for this reader alone

    for part in data.split(b"stream\n")[1:]:
        try:
            yield zlib.decompress(part)
        except zlib.error:
            continue


def test_a_decision_set_that_is_switched_off_says_so_beside_its_title():
    grids = [grid for name in ANALYTES for grid in sheet_of(name).grids if grid.off]
    grid, *_ = grids

    assert any("OFF: proposed, never used" in text for text in grid.remarks)
    assert all(line.off for line in grid.lines)


def test_a_row_of_the_site_says_so_and_whom_the_site_signs_by():
    row = ANALYTES["potassium"].intervals[0]
    theirs = replace(ANALYTES["potassium"].review, reviewed_by="Dr S. Sample")
    catalogue = replace(
        CATALOGUE,
        site={row.id: True},
        reviews={**CATALOGUE.reviews, "site: analytes/potassium.toml": theirs},
    )
    sheet = sheet_of("potassium", catalogue)

    assert f"site, supersedes the shipped row. {row.id}" in " ".join(cells_of(sheet))
    assert ("Site: Reviewed by", "Dr S. Sample") in sheet.review
    assert ("Reviewed by", "nobody yet") in sheet.review


def test_a_profile_that_borrows_rows_is_named():
    profile = replace(
        CATALOGUE.profiles["us"], fallback={"potassium": ("uk/critical",)}
    )
    catalogue = replace(CATALOGUE, profiles={"us": profile})
    (grid,) = [
        grid
        for grid in sheet_of("potassium", catalogue).grids
        if grid.heading.startswith("Reference intervals")
    ]

    assert "us hold in us" in grid.remarks[0]
    assert "uk hold in no profile" in grid.remarks[0]
    assert grid.remarks[1] == (
        "Where it has no row of its own, us borrows uk/critical."
    )


def test_the_sheet_is_there_to_be_signed():
    sheet = sheet_of("potassium")
    words = words_on(sheet)

    assert ("Reviewed by", "nobody yet") in sheet.review
    assert ("Reviewed on", "not yet") in sheet.review
    assert all(line in words for line in ("Name", "Signature", "Date"))
    assert sheet.statement.split()[0] in words


def test_every_page_says_what_it_is_of_which_catalogue_and_which_page():
    boxes = boxes_of(sheet_of("ferritin"))
    pages = max(box.sheet for box in boxes) + 1

    for number in range(pages):
        foot = " ".join(box.text for box in boxes if box.sheet == number)
        assert f"Page {number + 1} of {pages}" in foot
        assert f"catalogue {CATALOGUE.version}" in foot
        assert f"sha256 {CATALOGUE.sha256}" in foot
        assert "printed 2026-11-25" in foot
    assert pages > 1


def test_an_analyte_without_intervals_or_critical_limits_has_a_sheet_all_the_same():
    bare = replace(ANALYTES["ferritin"], intervals=(), critical=(), aliases=())
    catalogue = replace(CATALOGUE, analytes={"ferritin": bare})
    headings = [grid.heading for grid in sheet_of("ferritin", catalogue).grids]

    assert not any(head.startswith(("Reference", "Critical")) for head in headings)
    assert "Also called none" in words_on(sheet_of("ferritin", catalogue))


def test_a_character_without_a_face_is_told_by_its_number():
    odd = replace(ANALYTES["potassium"], specimen="serum \u4e2d")
    catalogue = replace(CATALOGUE, analytes={"potassium": odd})

    assert "serum [U+4E2D]" in words_on(sheet_of("potassium", catalogue))


def test_a_word_in_a_data_file_is_never_markup():
    odd = replace(ANALYTES["potassium"], specimen="<b>serum</b> & <img src=x>")
    catalogue = replace(CATALOGUE, analytes={"potassium": odd})

    assert "<b>serum</b> & <img src=x>" in words_on(sheet_of("potassium", catalogue))


def test_a_row_longer_than_a_page_goes_on_and_stays_grey():
    long = " ".join(["evidence"] * 1200)
    analyte = ANALYTES["magnesium"]
    rows = tuple(replace(row, note=long) for row in analyte.intervals)
    catalogue = replace(
        CATALOGUE, analytes={"magnesium": replace(analyte, intervals=rows)}
    )
    sheet = sheet_of("magnesium", catalogue)
    data = render_sheet(sheet, paper="A4", printed=NOW)

    assert words_on(sheet).count("evidence") >= 1200 * len(rows)
    assert page_validation.validate_pdf_bytes(data, profile="ua1").failures == []


def test_the_same_sheet_is_the_same_file():
    first, again = (
        render_sheet(sheet_of("sodium"), paper="A4", printed=NOW) for _ in range(2)
    )

    assert first == again


def test_a_sheet_is_written_under_the_name_of_its_test(run, tmp_path):
    code, out, _ = run("ranges", "sheet", "K")

    assert (code, out) == (0, "wrote potassium.pdf\n")
    assert (tmp_path / "potassium.pdf").read_bytes().startswith(b"%PDF-")


def test_a_sheet_is_written_where_it_is_asked_for_on_the_paper_asked_for(run, tmp_path):
    out = tmp_path / "new" / "k.pdf"

    code, *_ = run("ranges", "sheet", "potassium", "--out", out, "--paper", "Letter")

    assert code == 0
    assert re.search(rb"MediaBox ?\[0 0 612(\.0+)? 792(\.0+)?\]", out.read_bytes())


def test_all_sheets_go_into_one_folder(run, tmp_path):
    code, *_ = run("ranges", "sheet", "--all", "--out", tmp_path / "all")

    made = sorted(file.stem for file in (tmp_path / "all").glob("*.pdf"))
    assert code == 0
    assert made == sorted(ANALYTES)


def test_a_sheet_of_an_unknown_test_is_refused_with_those_that_are_known(run):
    code, _, err = run("ranges", "sheet", "unobtainium")

    assert code == 2
    assert "ferritin" in err


@pytest.mark.parametrize("words", [(), ("potassium", "--all")])
def test_a_sheet_of_none_or_of_one_and_all_is_refused(run, words):
    code, _, err = run("ranges", "sheet", *words)

    assert code == 2
    assert "name one ANALYTE, or ask for --all" in err

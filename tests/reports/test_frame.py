"""What stands around the results: identity, dates, state, sources."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reference_ranges.interpretation import interpret
from reports.dates import date_words, moment_words
from reports.frame import footer_of, header_of, status_of, watermark_of
from reports.identity import Identity, Letterhead
from reports.wording import load_wording
from tests.reports.panels import (
    CATALOGUE,
    FACTS,
    IDENTITY,
    LETTERHEAD,
    observation,
    page_of,
    panel_of,
)

BRITISH, AMERICAN = load_wording("en-GB"), load_wording("en-US")
MORNING = datetime(2026, 11, 20, 8, 40, tzinfo=UTC)
PANEL = panel_of(observation("sodium", "140", "mmol/L"))


@pytest.mark.parametrize(
    ("text", "british", "american"),
    [
        ("1971", "1971", "1971"),
        ("1971-03", "March 1971", "March 1971"),
        ("1971-03-04", "4 March 1971", "March 4, 1971"),
    ],
)
def test_a_date_of_any_precision_is_written_in_words(text, british, american):
    assert date_words(text, BRITISH) == british
    assert date_words(text, AMERICAN) == american


def test_a_time_is_written_as_clocks_show_it():
    assert moment_words(MORNING, BRITISH) == "20 November 2026, 8:40"
    assert moment_words(MORNING, AMERICAN) == "November 20, 2026, 8:40 AM"
    midnight = MORNING.replace(hour=0, minute=5)
    assert moment_words(midnight, BRITISH) == "20 November 2026, 0:05"


def test_a_name_or_a_number_of_spaces_alone_is_not_supplied():
    blank = Identity(name="   ", record_number=" \u00a0 ")

    header = header_of(blank, FACTS, LETTERHEAD, BRITISH)
    foot = footer_of(blank, FACTS, BRITISH)

    assert header.name == foot[0] == "Name not supplied"
    assert header.facts[1] == foot[2] == "Record number: not supplied"


def test_what_was_not_supplied_is_said_to_be_missing():
    facts = replace(FACTS, collected_at=None, specimen="", laboratory="", requester="")

    header = header_of(Identity(), facts, Letterhead(), BRITISH)

    assert header.name == "Name not supplied"
    assert (header.clinic, header.contact) == ("", "")
    assert header.facts[:8] == (
        "Born: not supplied",
        "Record number: not supplied",
        "Sex: not supplied",
        "Blood taken: not supplied",
        "Reached the lab: not supplied",
        "Sample: not supplied",
        "Lab: not supplied",
        "Asked for by: not supplied",
    )


def test_the_foot_holds_two_identifiers_and_the_report():
    assert footer_of(IDENTITY, FACTS, BRITISH) == (
        "Alex Example",
        "Born: 4 March 1971",
        "Record number: MRN-00042",
        "Report 7F3A-91C2, version 1",
    )


def test_a_report_is_not_reviewed_until_somebody_has():
    seen = replace(FACTS, reviewed_by="Dr S. Sample", reviewed_at=MORNING)

    assert "Not yet reviewed by a clinician." in status_of(FACTS, BRITISH)
    assert status_of(seen, BRITISH) == (
        "Made by a computer. Reviewed by Dr S. Sample, 20 November 2026, 8:40."
    )


def test_a_report_that_replaces_another_says_so_first():
    newer = replace(FACTS, version=2, supersedes="7F3A-0000")

    assert status_of(newer, BRITISH).startswith("This page has been corrected.")
    assert "7F3A-0000" in status_of(newer, BRITISH)


@pytest.mark.parametrize("mark", ["", "DEMO", "TEST"])
def test_a_watermark_is_a_word_or_nothing(mark):
    assert watermark_of(replace(FACTS, watermark=mark), BRITISH) == mark


def test_a_page_knows_its_language_and_leaves_the_sheet_numbers_open():
    page = page_of(interpret(PANEL, CATALOGUE), "en-US")

    assert page.lang == "en-US"
    assert page.page_of == "Page {n} of {m}"
    assert page.issued_at == FACTS.issued_at.isoformat()
    assert page.header.contact == f"{LETTERHEAD.address} · {LETTERHEAD.phone}"


def test_names_from_outside_stay_as_they_are():
    name = "<b>{emergency}</b> \\ O'Brien"

    page = page_of(interpret(PANEL, CATALOGUE), identity=replace(IDENTITY, name=name))

    assert page.header.name == page.footer[0] == name
    assert name not in page.title + page.subject  # they go into the metadata


def test_sources_name_who_checked_the_ranges_or_that_nobody_has():
    found = interpret(PANEL, CATALOGUE)
    signed = replace(found, catalogue=replace(found.catalogue, reviewed_by="Dr A. Lab"))

    assert "Nobody outside our team" in page_of(found).sources.texts[1]
    assert page_of(signed).sources.texts[1] == "Ranges checked by: Dr A. Lab."


def test_each_source_is_listed_by_who_when_and_what():
    found = interpret(PANEL, CATALOGUE)
    first = found.sources[0]
    none = replace(found, sources=())

    item = page_of(found).sources.items[0]

    assert item == f"{first.org}, {first.year}. {first.title}."
    assert page_of(none).sources.items == ()
    assert found.results[0].interval.source in page_of(none).table.rows[0][2]


@pytest.mark.parametrize(
    ("born", "taken", "child"),
    [
        ("2010-11-20", MORNING, False),  # sixteen on the day
        ("2010-11-21", MORNING, True),
        ("2026-11-20", MORNING, True),
        ("2026-11-21", MORNING, False),  # not born yet: a slip of the pen
        ("2015", MORNING, False),
        ("", MORNING, False),
        ("2015-03-04", None, False),
    ],
)
def test_a_parent_is_spoken_to_where_the_patient_is_known_to_be_a_child(
    born, taken, child
):
    facts = replace(FACTS, collected_at=taken)

    header = header_of(replace(IDENTITY, birth_date=born), facts, LETTERHEAD, BRITISH)

    assert bool(header.reader) == child

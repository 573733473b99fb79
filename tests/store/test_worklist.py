"""The worklist: the urgent comes first, and nothing falls between pages."""

import pytest

from reference_ranges.results import Urgency
from service.names import folded
from service.store.interpretations import save
from service.store.reviews import review
from service.store.worklist import Cursor, worklist
from tests.store.people import clinician
from tests.store.values import MINUTE, NOW, STAMP, entry

EMERGENCY, TODAY, SOON, ROUTINE = reversed(Urgency)


def names(listed):
    """The names on a page, in order."""
    return [line.name for line in listed.lines]


def fill(engine, *urgencies):
    """Save one entry of each urgency, named after it and its place."""
    return [
        save(engine, entry(urgency, name=f"{urgency.name} {place}"), STAMP).id
        for place, urgency in enumerate(urgencies)
    ]


def walk(engine, limit, query=""):
    """All names, page by page."""
    page = worklist(engine, query, limit=limit)
    found = names(page)
    while page.after is not None:
        page = worklist(engine, query, Cursor.parse(str(page.after)), limit)
        found += names(page)
    return found


def test_an_empty_list_is_one_empty_page(engine):
    page = worklist(engine)

    assert (page.lines, page.after) == ((), None)


def test_what_is_more_urgent_comes_first_and_of_those_the_newest(engine):
    fill(engine, EMERGENCY, ROUTINE, SOON, TODAY, SOON, EMERGENCY, ROUTINE)

    assert names(worklist(engine)) == [
        "EMERGENCY 5",
        "EMERGENCY 0",
        "TODAY 3",
        "SOON 4",
        "SOON 2",
        "ROUTINE 6",
        "ROUTINE 1",
    ]


def test_a_critical_result_is_on_top_whatever_its_urgency(engine):
    save(engine, entry(ROUTINE, critical=True, name="Critical"), STAMP)
    fill(engine, ROUTINE)

    (top, _) = worklist(engine).lines

    assert (top.name, top.critical) == ("Critical", True)


def test_what_was_reviewed_goes_back_among_the_others(engine):
    first, _, _ = fill(engine, EMERGENCY, TODAY, ROUTINE)

    review(engine, first, clinician(engine), NOW + MINUTE)

    listed = worklist(engine)
    assert names(listed) == ["TODAY 1", "ROUTINE 2", "EMERGENCY 0"]
    last = listed.lines[-1]
    assert (last.reviewer, last.reviewed_at) == ("Dr Kim Clinician", NOW + MINUTE)
    assert last.urgency is EMERGENCY


def test_only_the_newest_version_is_listed(engine):
    (old,) = fill(engine, EMERGENCY)
    save(engine, entry(ROUTINE, name="Corrected", corrects=old), STAMP)

    (line,) = worklist(engine).lines

    assert (line.name, line.version, line.urgency) == ("Corrected", 2, ROUTINE)


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 7, 8])
def test_pages_of_any_size_show_everything_once_in_one_order(engine, limit):
    fill(engine, ROUTINE, EMERGENCY, TODAY, ROUTINE, SOON, EMERGENCY, ROUTINE)

    assert walk(engine, limit) == names(worklist(engine))


def test_what_arrives_between_pages_hides_nothing_and_repeats_nothing(engine):
    fill(engine, ROUTINE, EMERGENCY, ROUTINE, TODAY)
    whole = names(worklist(engine))
    first = worklist(engine, limit=2)

    save(engine, entry(EMERGENCY, name="New"), STAMP)
    save(engine, entry(ROUTINE, name="New"), STAMP)

    both = names(first) + names(worklist(engine, "", first.after, 9))
    assert [name for name in both if name in whole] == whole


@pytest.mark.parametrize(
    "query",
    [
        "MRN-77",
        "mrn-77",
        "müller",
        "MULLER",
        "zoë mü",
        "  Zoë   Müller ",
        "77 zoe",
        "zoë",
    ],
)
def test_a_search_finds_by_number_or_name_whatever_the_case_or_accents(engine, query):
    save(engine, entry(name="Zoë Müller", number="MRN-77"), STAMP)
    save(engine, entry(name="Someone Else", number="MRN-1"), STAMP)

    assert names(worklist(engine, query)) == ["Zoë Müller"]


@pytest.mark.parametrize("query", ["%", "_", "\\", "/", "'", "' OR 1=1 --", "100%"])
def test_a_search_means_its_characters_and_nothing_else(engine, query):
    save(engine, entry(name="Plain Name"), STAMP)

    assert worklist(engine, query).lines == ()


@pytest.mark.parametrize("name", ["100% Real", "Under_Score", "Back\\Slash", "O'Neil"])
def test_a_search_finds_odd_characters_where_they_are(engine, name):
    save(engine, entry(name=name), STAMP)
    save(engine, entry(name="100 Real Under Score Back Slash O Neil"), STAMP)

    assert names(worklist(engine, name)) == [name]


def test_a_search_keeps_its_order_and_its_pages(engine):
    fill(engine, ROUTINE, EMERGENCY, ROUTINE, TODAY, EMERGENCY)

    assert walk(engine, 1, "e") == [
        "EMERGENCY 4",
        "EMERGENCY 1",
        "ROUTINE 2",
        "ROUTINE 0",
    ]


@pytest.mark.parametrize(
    "text", ["", "1", "-", "1-", "-1", "a-1", "1-1-1", "٣-1", "0-" + "9" * 30]
)
def test_a_cursor_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match="not a cursor"):
        Cursor.parse(text)


def test_text_is_compared_without_case_accents_and_width():
    assert folded("ＺＯË Straße") == folded("zoe STRASSE")

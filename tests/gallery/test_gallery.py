"""Every case of the gallery shows what its name says, and every file is drawn."""

import pytest

from reports.model import BoxKind, Tone, ZoneKind
from tests.gallery import __main__ as gallery
from tests.gallery.cases import CASES, page_of_case


def lines(page):
    return [one.line for one in (*page.cards, *page.rows) if one.line]


def markers(page):
    return [line.marker for line in lines(page)]


def bands(page):
    return [z for line in lines(page) for z in line.zones if z.kind is ZoneKind.USUAL]


def zones_of_markers(page):
    """Return the kind of zone and the tone of each result on its line."""
    return {
        (zone.kind, line.marker.tone)
        for line in lines(page)
        for zone in line.zones
        if zone.start < line.marker.at < zone.end
    }


def says(page, words):
    """Return whether a result, or why it could not be judged, says *words*."""
    told = [text for card in page.cards for text in (*card.texts, *card.notes)]
    return any(words in text for text in (*told, *(o.why for o in page.unjudged)))


def count(page):
    return len((*page.cards, *page.rows, *page.unjudged))


SHOWS = {
    "far-below": lambda page: (ZoneKind.FAR, Tone.LOW) in zones_of_markers(page),
    "at-the-edge": lambda page: Tone.EDGE in {m.tone for m in markers(page)},
    "off-the-scale": lambda page: any(m.off and not m.reach for m in markers(page)),
    "one-sided": lambda page: (
        any(band.open_low for band in bands(page))
        and any(band.open_high for band in bands(page))
    ),
    "less-than": lambda page: any("less than" in m.text for m in markers(page)),
    "more-than": lambda page: any("more than" in m.text for m in markers(page)),
    "straddling": lambda page: says(page, "may lie inside or outside the usual range"),
    "earlier-results": lambda page: any(len(one.past) > 1 for one in lines(page)),
    "no-usable-range": lambda page: says(page, "no usual range for this test"),
    "conflict": lambda page: says(page, "marked this result in another way than we do"),
    "corrected": lambda page: page.corrected and "6.8" in str(page.corrected.items),
    "bad-sample": lambda page: says(page, "cells in the sample were broken"),
    "pregnant": lambda page: page.symptoms and "pregnancy" in str(page.symptoms.texts),
    "child": lambda page: "your child" in page.header.reader,
    "thirty-results": lambda page: count(page) >= 30,
    "one-result": lambda page: count(page) == 1,
    "none-usable": lambda page: len(page.unjudged) == count(page),
    "long-names": lambda page: len(page.header.name) >= 40,
    "empty-fields": lambda page: "not supplied" in page.header.name,
    "emergency": lambda page: BoxKind.EMERGENCY in {a.kind for a in page.alerts},
    "today": lambda page: BoxKind.TODAY in {a.kind for a in page.alerts},
    "nothing-out-of-range": lambda page: (
        {m.tone for m in markers(page)} == {Tone.USUAL} and count(page) > 1
    ),
}


def test_every_case_has_a_word_or_a_state_that_shows_it():
    assert set(SHOWS) == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_case_shows_what_its_name_says_and_others_do_not(name):
    shown = [other for other in CASES if SHOWS[name](page_of_case(other))]

    assert name in shown
    assert len(shown) < len(CASES) / 2, shown


def test_the_gallery_holds_both_readers_three_languages_and_grey():
    found = list(gallery.drawings())

    names = {one.name for one in found}
    assert len(names) == len(found)
    assert {f"{name}-clinician" for name in CASES} <= names
    assert {one.page.lang for one in found} == {"en-GB", "es", "ar"}
    assert sum(one.grey for one in found) == 3
    looks = {
        f"{name}-{paper}-{size}" for name in CASES for paper, size in gallery.LOOKS
    }
    assert looks <= names


def test_without_pdftoppm_the_gallery_ends_with_one_line(monkeypatch):
    monkeypatch.setattr(gallery.shutil, "which", lambda _name: None)

    assert "\n" not in gallery.main()


def test_each_drawing_becomes_a_pdf_and_its_pictures(monkeypatch, tmp_path, capsys):
    ran = []
    monkeypatch.setattr(gallery, "OUT", tmp_path / "out")
    monkeypatch.setattr(gallery, "drawings", lambda: [*DRAWN])
    monkeypatch.setattr(gallery.shutil, "which", lambda name: name)
    monkeypatch.setattr(gallery.subprocess, "run", lambda told, **_: ran.append(told))

    assert gallery.main() is None

    assert (tmp_path / "out" / "plain.pdf").read_bytes().startswith(b"%PDF-")
    assert ["-gray" in told for told in ran] == [False, True]
    assert "2 drawings" in capsys.readouterr().out


DRAWN = [
    gallery.Drawing("plain", page_of_case("one-result")),
    gallery.Drawing("grey", page_of_case("one-result"), grey=True),
]

"""A text in another language than its page's says so: a voice reads it as what it is.

On a translated page those are the titles of the sources, which are cited in English,
and the sentence that nobody has checked the translation, in the language that it was
made from (WCAG 3.1.2).
"""

import re
import shutil
import zlib
from dataclasses import replace

import pytest

from reports.direction import END_OF_ISOLATE, OPENING
from reports.pdf import layout, render_pdf
from reports.pdf.fonts import normalise
from reports.pdf.onward import in_languages
from reports.pdf.style import PAPERS, Look
from reports.said import Said, by_language, lang_of, pieces, resting, spoken, together
from tests.gallery.cases import CASES, clinician_page_of_case, page_of_case
from tests.reports.panels import random_interpretation
from tests.test_reports_structure import squeezed, tagged
from tests.working.test_sheet import sheet_of

UNCHECKED = "This translation has not been checked."
TRANSLATED = ("es", "ar")
NAMES = ("emergency", "corrected", "thirty-results", "one-result")
SIGNS = str.maketrans(dict.fromkeys((*OPENING, END_OF_ISOLATE), ""))
needs_pdfinfo = pytest.mark.skipif(
    not shutil.which("pdfinfo"), reason="pdfinfo is not on this machine"
)


def languages(data):
    """Return role and language of each element of the tree, in reading order."""
    bodies = {}
    streams = rb"/ObjStm/N \d+/First (\d+).*?stream\n(.*?)\r\nendstream"
    for first, packed in re.findall(streams, data, re.DOTALL):
        text = zlib.decompress(packed).decode()
        numbers = list(map(int, text[: int(first)].split()))
        starts = [int(first) + at for at in numbers[1::2]]
        ends = [*starts[1:], len(text)]
        for number, start, end in zip(numbers[::2], starts, ends, strict=True):
            bodies[number] = text[start:end]
    top = next(n for n, one in bodies.items() if one.startswith("<</S/Document/"))
    return list(_walked(top, bodies))


def _walked(number, bodies):
    body = bodies[number]
    lang = re.search(r"/Lang ?\((.*?)\)", body)
    yield re.match(r"<</S/(\w+)", body)[1], lang[1] if lang else ""
    kids = body[body.rindex("/K[") :]
    for kid in re.findall(r"(?<!/Pg )(?<!/Obj )\b(\d+) 0 R", kids):
        yield from _walked(int(kid), bodies)


def said_in(page, **look):
    """Return what each element of the drawn *page* says, and in which language."""
    told = [one for one in tagged(page, **look) if one[0] != "Object"]
    found = languages(render_pdf(page, **look))
    assert [role for role, *_ in told] == [role for role, _ in found]
    return [
        (squeezed(words), lang)
        for (_, words, _), (_, lang) in zip(told, found, strict=True)
    ]


def english(page):
    """Return the texts of *page* that are in English."""
    cited = [one for one in (*page.sources.texts, *page.sources.items) if lang_of(one)]
    return {as_printed(one) for one in (UNCHECKED, *cited)}


def as_printed(text):
    return squeezed(normalise(text.translate(SIGNS)))


def in_english(page, **look):
    return [words for words, lang in said_in(page, **look) if lang == "en"]


@needs_pdfinfo
@pytest.mark.parametrize("size", ["standard", "large"])
@pytest.mark.parametrize("locale", TRANSLATED)
@pytest.mark.parametrize("name", NAMES)
def test_what_is_english_on_a_translated_page_is_marked_and_nothing_else(
    name, locale, size
):
    page = page_of_case(name, locale)

    found = "".join(in_english(page, size=size)).replace("•", "")

    assert len(english(page)) > 1
    for text in english(page):
        assert found.count(text) == 1
        found = found.replace(text, "")
    assert found == ""


@needs_pdfinfo
@pytest.mark.parametrize("locale", TRANSLATED)
@pytest.mark.parametrize("name", NAMES)
def test_the_numbered_sources_of_the_clinician_s_page_are_marked(name, locale):
    page = clinician_page_of_case(name, locale)

    assert set(in_english(page)) == english(page)
    assert sum(text.startswith("[1]") for text in in_english(page)) == 1


@needs_pdfinfo
def test_the_sources_of_the_working_sheet_are_marked_but_for_how_they_were_read():
    sheet = sheet_of(random_interpretation(3), "es")
    mixed = [one for one in sheet.sources.items if not lang_of(one)]

    assert set(in_english(sheet)) == english(sheet)
    assert len(mixed) < len(sheet.sources.items)
    assert [one for one in mixed if "Cómo se leyó" not in one] == []


@needs_pdfinfo
@pytest.mark.parametrize("locale", TRANSLATED)
def test_the_two_sentences_of_the_state_are_two_paragraphs(locale):
    page = page_of_case("emergency", locale)
    native, english = by_language(pieces(page.status_line))

    told = said_in(page)

    place = told.index((as_printed(english), "en"))
    words, lang = told[place - 1]  # from right to left in the order that is seen
    assert (sorted(words), lang) == (sorted(as_printed(native)), "")


def test_a_report_on_one_sheet_has_room_for_no_further_line_and_needs_none():
    page = page_of_case("empty-fields", "es")

    assert {box.sheet for box in layout(page, paper="Letter")} == {0}


STYLE = Look(1.0, PAPERS["A4"]).style(10, 12)
LONG = "Anion gap with ion-selective electrodes, and a reference table for clinicians"


@pytest.mark.parametrize(
    ("texts", "width", "lines"),
    [
        (("Uno.",), 200, 1),
        (("Uno.", "One."), 200, 1),
        (("Uno y dos.", "One and two."), 90, 2),  # it is not broken to save a line
        (("Uno y dos.", LONG), 200, 3),
        (("Un informe de laboratorio sin firmar.", LONG), 200, 3),
        (("Un informe muy largo de laboratorio, uno.", LONG), 200, 3),  # no word fits
        (("Uno.", "One.", "Un."), 200, 3),
    ],
)
def test_a_second_language_goes_on_in_the_last_line_of_the_first(texts, width, lines):
    said = [spoken(text, "en" if number else "") for number, text in enumerate(texts)]

    block = in_languages(said, STYLE, width)

    assert block.height == 12 * lines
    words = [" ".join(one.lines) for part in block.split(99) for one in part.split(99)]
    assert " ".join(words).split() == " ".join(texts).split()


@pytest.mark.parametrize("locale", ["en-GB", "en-US"])
@pytest.mark.parametrize("name", CASES)
def test_an_english_page_marks_no_language(name, locale):
    for page in (page_of_case(name, locale), clinician_page_of_case(name, locale)):
        assert {lang for _, lang in languages(render_pdf(page))} == {""}


def test_what_a_text_rests_on_is_added_and_its_language_stays():
    made = resting(spoken("A title.", "en"), "/sources")

    assert (made, lang_of(made), made.grounds) == ("A title.", "en", ("/sources",))


def test_texts_are_joined_with_those_beside_them_that_are_in_their_language():
    whole = together(["Uno.", together(["Dos.", spoken("One.", "en")])])

    found = by_language([*pieces(whole), spoken("Two.", "en")])

    assert found == ("Uno. Dos.", "One. Two.")
    assert list(map(lang_of, found)) == ["", "en"]
    assert lang_of("plain") == lang_of(Said("said")) == ""


@pytest.mark.parametrize("page_of", [page_of_case, clinician_page_of_case])
@pytest.mark.parametrize("name", ["one-result", "far-below"])
def test_what_was_drawn_in_one_language_is_not_taken_for_another(name, page_of):
    english_page = page_of(name)
    own = languages(render_pdf(english_page))
    sources = english_page.sources
    cited = replace(
        sources,
        texts=tuple(
            spoken(one, "en") if one.startswith("[") else one for one in sources.texts
        ),
        items=tuple(spoken(one, "en") for one in sources.items),
    )
    draft = replace(english_page, lang="de", sources=cited)  # begun, not translated

    found = languages(render_pdf(draft))

    assert {lang for _, lang in own} == {""}
    assert {lang for _, lang in found} == {"", "en"}
    assert languages(render_pdf(english_page)) == own

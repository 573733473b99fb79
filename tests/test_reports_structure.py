"""What the tags of a report say to who cannot see it: roles, order, words."""

import re
import shutil
import subprocess
import zlib
from dataclasses import replace
from itertools import pairwise

import pytest

from reports.pdf import render_pdf
from reports.pdf.fonts import normalise
from tests.desk.test_report_twin import words_of
from tests.gallery.cases import CASES, clinician_page_of_case, page_of_case
from tests.long import LONG
from tests.reports.panels import random_page

SIZES = ("standard", "large") if LONG else ("standard",)
pytestmark = pytest.mark.skipif(
    not shutil.which("pdfinfo"), reason="pdfinfo is not on this machine"
)


def tagged(page, **look):
    """Return what each tag says, in reading order: its role, and its words in one."""
    found = subprocess.run(
        [shutil.which("pdfinfo"), "-struct-text", "-"],
        input=render_pdf(page, **look),
        capture_output=True,
        check=True,
    )
    told = []
    for line in found.stdout.decode().splitlines():
        text = line.strip()
        if text.startswith('"'):
            told[-1][1] += text.strip('"')
        elif text.startswith("/"):
            told[-1][2].append(text)
        else:
            told.append([re.split(r"[ :]", text)[0], "", []])
    return told


def roles(told):
    return [role for role, *_ in told]


def squeezed(text):
    """Return *text* as it is compared: without white and line ends."""
    return "".join(text.replace("µ", "μ").split())


@pytest.mark.parametrize("name", CASES)
def test_every_text_is_tagged_the_number_of_the_report_too(name):
    page = page_of_case(name)
    page = replace(page, brief=False)  # a short form leaves out what says nothing new

    told = squeezed("".join(words for _, words, _ in tagged(page)))

    assert page.footer[-1] in words_of(page)
    assert [one for one in words_of(page) if squeezed(one) not in told] == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CASES)
def test_tags_are_in_the_order_in_which_a_person_reads(name, size):
    page = page_of_case(name)
    told = tagged(page, size=size)
    heads = [squeezed(words) for role, words, _ in told if re.fullmatch(r"H\d", role)]
    urgent = [one.heading for one in page.alerts]
    results = [one.heading for one in (*page.cards, *page.rows, *page.unjudged)]
    results = list(map(squeezed, results))

    assert heads[: 1 + len(urgent)] == list(map(squeezed, [page.title, *urgent]))
    first = heads.index(results[0])
    assert squeezed(page.next_steps.heading) in heads[:first]
    assert squeezed(page.get_help.heading) in heads[:first]
    later = filter(None, [page.symptoms, page.visit])  # danger is read before them
    found = [squeezed(one.heading) for one in later]
    assert squeezed(page.get_help.heading) == next(
        one for one in heads if one in [squeezed(page.get_help.heading), *found]
    )
    assert [one for one in heads if one in results][: len(results)] == results
    last = [page.how_to_read.heading, page.sources.heading]
    assert [one for one in heads if one in map(squeezed, last)] == [
        *map(squeezed, last)
    ]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("page_of", [page_of_case, clinician_page_of_case])
@pytest.mark.parametrize("name", CASES)
def test_headings_go_down_one_level_at_a_time(name, page_of, size):
    found = roles(tagged(page_of(name), size=size))

    levels = [int(role[1]) for role in found if re.fullmatch(r"H\d", role)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert [b for a, b in pairwise(levels) if b > a + 1] == []


@pytest.mark.parametrize("page_of", [page_of_case, clinician_page_of_case])
@pytest.mark.parametrize("name", CASES)
def test_a_head_of_a_table_says_whether_it_is_of_a_column_or_a_row(name, page_of):
    page = page_of(name)
    table = page.table
    told = tagged(replace(page, brief=False) if hasattr(page, "brief") else page)
    heads = [(words, how) for role, words, how in told if role == "TH"]

    count = len(table.columns)
    assert [how for _, how in heads[:count]] == [["/Scope /Column"]] * count
    assert [how for _, how in heads[count:]] == [["/Scope /Row"]] * len(table.rows)
    cells = [words for role, words, _ in told if role == "TD"]
    assert len(cells) == (count - 1) * len(table.rows)


@pytest.mark.parametrize("seed", range(12))
def test_a_number_and_its_unit_are_two_words(seed):
    page = random_page(seed, "en-GB")

    told = [words for _, words, _ in tagged(page)]

    parts = [one for one in (*page.cards, *page.rows) if one.unit]
    wanted = [f"{one.value} {one.unit}".replace("µ", "μ") for one in parts]
    assert [one for one in wanted if one not in told] == []


def figures(data):
    """Return what the figures of a document say, in reading order."""
    objects = [
        zlib.decompress(one).decode("latin-1")
        for one in re.findall(rb"/ObjStm.*?stream\n(.*?)\r\nendstream", data, re.DOTALL)
    ]
    said = re.findall(r"/S/Figure[^>]*?/Alt (\(.*?[^\\]\)|<[^>]*>)", "".join(objects))
    return [_decoded(one) for one in said]


def _decoded(string):
    if string.startswith("<"):
        return bytes.fromhex(string[5:-1]).decode("utf-16-be")
    return re.sub(r"\\(.)", r"\1", string[1:-1])


@pytest.mark.parametrize("locale", ["en-GB", "es", "ar"])
@pytest.mark.parametrize("name", ["far-below", "earlier-results", "less-than"])
def test_a_figure_says_what_its_number_line_says(name, locale):
    page = page_of_case(name, locale)
    lines = [one.line for one in (*page.cards, *page.rows) if one.line]

    assert lines
    assert figures(render_pdf(page)) == [normalise(line.alt) for line in lines]

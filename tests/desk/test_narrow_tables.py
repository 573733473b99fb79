"""On a phone the heads of a table are hidden: each cell says what it holds."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "service" / "desk" / "templates"
LISTS = sorted(
    file.name
    for file in TEMPLATES.iterdir()
    if '<table class="list' in file.read_text("utf-8")
)


class Cells(HTMLParser):
    """The heads of a template's table, and the labels of its cells."""

    def __init__(self, text):
        super().__init__()
        self.heads = []
        self.labels = []
        self.bare = []
        self._head = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self._head = tag == "th" and ("scope", "col") in attrs
        if self.bare and tag == "label":
            self.bare.pop()
        if tag == "td":
            label = dict(attrs).get("data-label")
            (self.labels if label else self.bare).append(label)

    def handle_data(self, data):
        if self._head and data.strip():
            self.heads.append(data)


def table_of(name):
    text = (TEMPLATES / name).read_text("utf-8")
    return re.search(r'<table class="list.*?</table>', text, re.DOTALL)[0]


@pytest.mark.parametrize("name", LISTS)
def test_each_cell_of_a_list_says_which_head_it_belongs_to(name):
    found = Cells(table_of(name))

    assert found.bare == []
    assert set(found.labels) <= set(found.heads)
    assert len(set(found.labels)) == len(found.labels)


def test_there_are_lists_to_look_at():
    assert {"senders.html", "files_preview.html", "worklist.html"} <= set(LISTS)

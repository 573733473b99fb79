"""Text from outside stays text on every page, and says nothing in any address."""

import csv
import io
import logging

import pytest

from tests.desk.pages import Page
from tests.desk.panels import PATIENT, commit, id_of, potassium, preview
from tests.desk.test_worklist import search

CORPUS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    "{{ config }}{% include 'x' %}",
    "</title></textarea></select><b>",
    "javascript:alert(1)",
    "=HYPERLINK(1)",
    "@SUM(A1)",
    "../../etc/passwd",
    "'; DROP TABLE submission; --",
    "%s%n%(x)s",
    "&lt;b&gt; & <LOD",
]


def no_markup(page):
    tags = [tag for tag, _ in page.tags]
    names = {name for _, found in page.tags for name in found}
    assert "script" not in tags
    assert not [name for name in names if name.startswith("on")]
    assert page.source.count("<b>") == 0
    assert not [
        found for tag, found in page.tags if tag == "img" and found["src"] == "x"
    ]
    assert not [link for link in page.links if link.startswith("javascript:")]


def everywhere(client, text):
    """Every page that shows a panel whose every text is *text*."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(["test", "value", "unit", "interval", "flag", "comment"])
    writer.writerow(["potassium", "4.1", "mmol/L", text, "N", text])
    writer.writerow([text, text, text, "", "", text])
    who = {
        name: [text] for name in ("record_number", "name", "laboratory", "requester")
    }
    shown = preview(client, PATIENT | who, file=sheet.getvalue().encode())
    made = id_of(commit(client, shown))
    return [
        shown,
        Page(client.get(f"/desk/results/{made}")),
        Page(client.get(f"/desk/results/{made}/report.html")),
        search(client, text),
    ]


@pytest.mark.parametrize("text", CORPUS)
def test_hostile_text_is_shown_and_does_nothing(staff, text):
    pages = everywhere(staff, text)

    assert [page.status for page in pages] == [200] * 4
    assert all(" ".join(text.split()) in page.text for page in pages[:3])
    assert [no_markup(page) for page in pages] == [None] * 4


@pytest.mark.parametrize("text", CORPUS)
def test_hostile_text_where_a_choice_belongs_is_refused_and_does_nothing(staff, text):
    page = preview(staff, potassium() | {
        "value.potassium": [text], "unit.potassium": [text], "sex": [text],
        "pregnancy": [text], "profile": [text], "locale": [text], "specimen": [text],
        "symptom": [text], "factor": [text], "condition": [text], "asked": [text],
        "birth_date": [text], "collected_date": [text], "status.potassium": [text],
    })  # fmt: skip

    assert page.status == 422
    no_markup(page)


def test_no_name_and_no_value_is_written_to_the_log(staff, caplog):
    caplog.set_level(logging.DEBUG)
    canary = potassium("4.123") | {"name": ["Canary Name"], "record_number": ["CAN-1"]}
    made = id_of(commit(staff, preview(staff, canary)))
    staff.get(f"/desk/results/{made}")
    search(staff, "Canary Name")
    preview(staff, canary | {"value.potassium": ["4.123x"]})

    written = " ".join(str(vars(record)) for record in caplog.records)
    assert "Canary" not in written
    assert "CAN-1" not in written
    assert "4.123" not in written


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\x00b", "U+0000, character 2"),
        ("ab\x1bb", "U+001B, character 3"),
        ("a\u202eb", "U+202E, character 2"),
    ],
)
def test_control_characters_are_refused_and_named_with_their_place(staff, text, seen):
    """Nobody can mend what they cannot see."""
    page = preview(staff, potassium() | {"name": [text]})

    assert page.status == 422
    assert seen in page.text

"""Messages that nobody here wrote: read as they are, or refused, and never invented.

``python-hl7``, which shares nothing with our reader, says what each of them holds.
"""

import csv
from collections import Counter
from dataclasses import replace

import hl7
import pytest

from reference_ranges.panel import Comparator
from service.intake.hl7.er7 import Er7Error, parse, split_messages
from service.intake.hl7.reading import Answer, read_message
from service.intake.hl7.tables import STATUS
from tests.conftest import SAMPLES
from tests.hl7.conftest import FOLDER, Engine, sender_key

SENT = SAMPLES / "hl7v2"
OURS = sorted(FOLDER.glob("*.hl7"))
THEIRS = sorted(one for end in ("hl7", "txt") for one in SENT.rglob(f"*.{end}"))
ALIASES = {
    "tt-0003-01": "creatinine",
    "tt-0003-02": "potassium",
    "tt-0003-03": "sodium",
    "tt-0003-04": "urea",
}
"""The codes of one of the senders, as its laboratory would have set them up."""


def name_of(file):
    return f"{file.parent.name}/{file.name}"


ABSENT = pytest.param(
    None,
    id="none",
    marks=pytest.mark.skip(reason="the outside samples are not on this machine"),
)


@pytest.fixture(scope="module")
def sent():
    """What the table says that each OBX holds, by file."""
    if not SENT.is_dir():
        pytest.skip("the outside samples are not on this machine")
    rows = {}
    with (SENT / "expected_obx.csv").open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            rows.setdefault(row["file"], {}).setdefault(int(row["message"]), []).append(
                row
            )
    return rows


@pytest.mark.parametrize("file", THEIRS or [ABSENT], ids=name_of)
def test_any_message_is_answered_without_a_server_error(hl7_app, file):
    engine = Engine(hl7_app, sender_key(hl7_app, aliases=ALIASES))
    before = file.read_bytes()

    answer = engine.post(before)

    assert answer.status_code < 500
    assert "Traceback" not in answer.text
    assert "|207^" not in answer.text


def test_what_is_said_of_each_result_is_what_was_sent(sent, door, capsys):
    ours = replace(door, aliases=ALIASES)
    figures, wrong = Counter(), []
    for file, messages in sent.items():
        parts = split_messages((SENT / file).read_bytes())
        for number, rows in messages.items():
            reading = read_message(parts[number - 1], ours)
            seen = [o for p in reading.panels for o in p.submission.panel.observations]
            if not seen:
                figures[f"refused whole, {reading.answer}"] += len(rows)
                continue
            assert len(seen) == len(rows)
            _compare(rows, seen, figures, wrong, file)
    with capsys.disabled():
        print(f"\nHL7 samples: {dict(figures)}, {len(wrong)} wrong")

    assert wrong == []


def _compare(rows, seen, figures, wrong, file):
    for row, one in zip(rows, seen, strict=True):
        if one.analyte is None:
            figures["not supported, said so"] += 1
            wrong += [(file, row)] if one.refusal is None else []
            continue
        figures["understood" if one.refusal is None else f"refused: {one.refusal}"] += 1
        if not _alike(row, one):
            wrong.append((file, row, one))


def _alike(row, one):
    """Whether value, comparator, unit, range and status are those of the table."""
    value = row["obx5_value"].replace("^", "") if row["obx2_type"] == "SN" else ""
    interval = one.lab_interval.text if one.lab_interval else ""
    marks = {Comparator.EQUAL: "", None: ""}
    comparator = marks.get(one.reading and one.reading.comparator)
    told = comparator if comparator is not None else one.reading.comparator.value
    return (
        one.value_text == (value or row["obx5_value"])
        and one.unit_text in row["obx6_unit"].split("^")
        and interval == row["obx7_range"].strip()
        and one.status is STATUS.get(row["obx11_status"], one.status)
        and (one.reading is None or one.value_text.startswith(told))
    )


@pytest.mark.parametrize("file", [*OURS, *THEIRS], ids=name_of)
def test_another_reader_finds_the_same_in_it(file):
    compared, whole = 0, file.read_bytes()
    parts, theirs = split_messages(whole), by_python_hl7(whole)
    assert len(parts) == len(theirs)
    for raw, other in zip(parts, theirs, strict=True):
        try:
            ours = parse(raw)
        except Er7Error:
            continue
        assert [one.name for one in ours.segments] == [str(one[0]) for one in other]
        for segment, its in zip(ours.segments, other, strict=True):
            fields = [segment.raw(n) for n in range(1, len(segment.fields))]
            fields[-1:] = [one.rstrip() for one in fields[-1:]]  # as theirs does
            assert fields == [_null(str(one)) for one in list(its)[1:]]
            compared += _parts_alike(segment, its)
    assert compared or not _is_read(parts[0])


def by_python_hl7(whole):
    """The messages of a file, from its own bytes, read by nothing of ours.

    The files have the line ends of the repositories that they are from, and the
    reader knows carriage returns alone; it has no word on a byte order mark.
    """
    text = whole.decode("utf-8-sig")
    for end in ("\r\n", "\n"):
        text = text.replace(end, "\r")
    return [hl7.parse(one) for one in hl7.split_file(text)]


def _null(text):
    return "" if text == '""' else text


def _is_read(raw):
    try:
        parse(raw)
    except Er7Error:
        return False
    return True


def _parts_alike(segment, other):
    """Compare each component that holds no escape and no sub-component."""
    compared = 0
    for n in range(1 if segment.name != "MSH" else 3, len(segment.fields)):
        repetitions = [one for one in other[n] if str(one) not in {"", '""'}]
        if not repetitions or segment.marks.escape in segment.raw(n):
            continue
        first = repetitions[0]
        parts = list(first) if isinstance(first, hl7.Repetition) else [first]
        for place, part in enumerate(parts, start=1):
            assert segment.part(n, place) == _null(str(part)).strip(" ")
            compared += 1
    return compared


def test_a_message_that_is_refused_is_never_half_kept(sent, door):
    for file in sent:
        for raw in split_messages((SENT / file).read_bytes()):
            reading = read_message(raw, door)

            assert reading.panels or reading.answer is not Answer.ACCEPTED

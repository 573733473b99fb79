"""The shape of a submission: what is misspelt, too long or not known is refused."""

import json
from functools import reduce
from operator import getitem

import pytest

from reference_ranges.panel import ReportedSymptom
from reports.wording import load_wording, locales
from service.intake.fields import shown
from service.intake.reading import (
    MOST_FAULTS,
    SPECIMENS,
    read_draft,
    read_submission,
)
from service.intake.schema import MAX_RESULTS
from service.intake.strict_json import Number, read_json
from service.problems import FAULTS, ProblemError


def read(document, door):
    return read_draft(document, b"raw", "json", door)


def faults(document, door):
    return [(one.pointer, one.code) for one in read(document, door).faults]


def spoil(document, path, value):
    *way, last = path
    reduce(getitem, way, document)[last] = value


def test_a_sound_document_becomes_a_submission(document, door):
    submission, corrects = read_submission(document, b"raw", "json", door)

    assert (submission.source, submission.raw, corrects) == ("json", b"raw", None)
    assert submission.identity.name == "Alex Example"
    assert submission.identity.record_number == "MRN-1"
    assert submission.locale == "en-GB"
    assert submission.panel.profile == "uk"
    assert submission.panel.specimen == "serum"
    assert not submission.test_message


@pytest.mark.parametrize(
    ("sent", "panel"),
    [
        (None, None),
        ([], ()),
        (
            [{"id": "restless_legs", "when": "night", "severity": "mild"}],
            (ReportedSymptom("restless_legs", when="night", severity="mild"),),
        ),
    ],
)
def test_not_asked_and_asked_without_symptoms_stay_apart(document, door, sent, panel):
    document["symptoms"] = sent

    assert read(document, door).submission.panel.symptoms == panel


def test_symptoms_that_are_not_there_were_not_asked(document, door):
    del document["symptoms"]

    assert read(document, door).submission.panel.symptoms is None


def test_everything_that_can_be_said_is_kept(document, door):
    document |= {
        "factors": ["drug_ppi"],
        "profile": "us",
        "locale": "en-US",
        "laboratory": "City laboratory",
        "requester": "Dr Example",
        "test": True,
        "supersedes": "a" * 26,
    }
    document["specimen"]["conditions"] = ["haemolysed"]

    submission, corrects = read_submission(document, b"raw", "json", door)

    panel = submission.panel
    assert (panel.profile, submission.locale) == ("us", "en-US")
    assert panel.factors == {"drug_ppi"}
    assert panel.conditions == {"haemolysed"}
    assert submission.laboratory == "City laboratory"
    assert submission.requester == "Dr Example"
    assert submission.test_message
    assert corrects == "a" * 26


@pytest.mark.parametrize("sent", [[], "text", None, Number("5"), True])
def test_a_document_that_is_no_object_is_refused(door, sent):
    assert faults(sent, door) == [("", "wrong_type")]


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("extra",), 1, ("/extra", "unknown_field")),
        (("a/b~c",), 1, ("/a~1b~0c", "unknown_field")),
        (("patient", "nome"), "x", ("/patient/nome", "unknown_field")),
        (("results", 0, "vlaue"), "4.1", ("/results/0/vlaue", "unknown_field")),
        (("patient",), None, ("/patient", "null")),
        (("patient",), [], ("/patient", "wrong_type")),
        (("patient", "name"), Number("5"), ("/patient/name", "wrong_type")),
        (("patient", "name"), 5, ("/patient/name", "wrong_type")),
        (("patient", "name"), "x" * 301, ("/patient/name", "too_long")),
        (("patient", "name"), "A\x00B", ("/patient/name", "control_character")),
        (("patient", "name"), "A\nB", ("/patient/name", "control_character")),
        (("patient", "id"), "3.5\u202e", ("/patient/id", "control_character")),
        (("patient", "name"), "A\u200bB", ("/patient/name", "control_character")),
        (("patient", "name"), "A\u2060B", ("/patient/name", "control_character")),
        (("patient", "name"), "\ufeffAB", ("/patient/name", "control_character")),
        (("patient", "id"), "1" * 65, ("/patient/id", "too_long")),
        (("results",), [], ("/results", "too_short")),
        (("results",), {}, ("/results", "wrong_type")),
        (("results",), "all", ("/results", "wrong_type")),
        (("results",), None, ("/results", "null")),
        (("results", 0), "all", ("/results/0", "wrong_type")),
        (("results", 0, "comment"), "x" * 1001, ("/results/0/comment", "too_long")),
        (("results", 0, "flag"), "x" * 33, ("/results/0/flag", "too_long")),
        (("results", 0, "status"), "done", ("/results/0/status", "not_allowed")),
        (("results", 0, "code"), {"system": "x"}, ("/results/0/code/code", "required")),
        (("symptoms",), {}, ("/symptoms", "wrong_type")),
        (("symptoms",), [{}], ("/symptoms/0/id", "required")),
        (("symptoms",), ["fatigue"], ("/symptoms/0", "wrong_type")),
        (("symptoms",), [{"id": "doom"}], ("/symptoms/0/id", "not_allowed")),
        (
            ("symptoms",),
            [{"id": "fatigue"}, {"id": "fatigue"}],
            ("/symptoms/1/id", "duplicate"),
        ),
        (
            ("symptoms",),
            [{"id": "fatigue", "when": "noon"}],
            ("/symptoms/0/when", "not_allowed"),
        ),
        (("factors",), ["drug_x"], ("/factors/0", "not_allowed")),
        (("factors",), ["drug_ppi", "drug_ppi"], ("/factors/1", "duplicate")),
        (("specimen", "type"), "soup", ("/specimen/type", "not_allowed")),
        (
            ("specimen", "conditions"),
            ["shaken"],
            ("/specimen/conditions/0", "not_allowed"),
        ),
        (("profile",), "mars", ("/profile", "not_allowed")),
        (("locale",), "tlh", ("/locale", "not_allowed")),
        (("test",), "yes", ("/test", "wrong_type")),
        (("test",), 1, ("/test", "wrong_type")),
        (("on_problem",), "ignore", ("/on_problem", "not_allowed")),
        (("supersedes",), "", ("/supersedes", "too_short")),
    ],
)
def test_what_has_the_wrong_shape_is_refused_by_name_and_place(
    document, door, path, value, place
):
    spoil(document, path, value)

    assert faults(document, door) == [place]


def test_what_would_have_been_allowed_is_said(document, door):
    document["factors"] = ["drug_x"]

    (fault,) = read(document, door).faults

    assert (fault.received, fault.allowed) == (
        "drug_x",
        tuple(door.catalogue.rules.factors),
    )


@pytest.mark.parametrize(
    ("path", "text", "received"),
    [
        (("patient", "name"), "Alex\u200b Example", "U+200B, character 5"),
        (("patient", "id"), "\ufeffMRN-1\x00", "U+FEFF, character 1"),
        (("results", 0, "comment"), "first\nsecond\x1b", "U+001B, character 13"),
    ],
)
def test_a_character_that_cannot_be_seen_is_named_with_its_place_and_nothing_else(
    document, door, path, text, received
):
    spoil(document, path, text)

    assert [one.received for one in read(document, door).faults] == [received]


def test_joiners_between_letters_and_lines_in_a_comment_are_no_control_characters(
    document, door
):
    document["patient"]["name"] = "\u0645\u06cc\u200c\u0631\u0648\u062f"
    document["results"][0]["comment"] = "first\n\tsecond"

    assert faults(document, door) == []


def test_too_many_results_are_counted_before_any_is_read(document, door):
    document["results"] = [0] * (MAX_RESULTS + 1)

    assert faults(document, door) == [("/results", "too_long")]


def test_faults_of_people_and_of_rows_are_told_together(document, door):
    document["patient"]["birth_date"] = "soon"
    document["results"][0]["unit"] = ""

    assert faults(document, door) == [
        ("/patient/birth_date", "not_a_date"),
        ("/results/0/unit", "unit_missing"),
    ]


def test_nobody_is_told_of_more_faults_than_can_be_mended(document, door):
    for number in range(5000):
        document[f"extra{number}"] = 1

    assert len(faults(document, door)) == MOST_FAULTS


def test_a_faulty_row_stops_the_submission_by_default(document, door):
    document["results"].append({"analyte": "sodium", "value": "1e5", "unit": "mmol/L"})

    with pytest.raises(ProblemError) as refused:
        read_submission(document, b"raw", "json", door)

    assert refused.value.code == "invalid_submission"
    assert [fault.pointer for fault in refused.value.faults] == ["/results/1/value"]


def test_a_faulty_row_can_be_kept_on_request(document, door):
    document["results"].append({"analyte": "sodium", "value": "1e5", "unit": "mmol/L"})
    document["on_problem"] = "report"

    submission, _ = read_submission(document, b"raw", "json", door)

    assert len(submission.panel.observations) == 2


def test_only_rows_can_be_kept_unread(document, door):
    document["patient"]["birth_date"] = "soon"
    document["on_problem"] = "report"

    with pytest.raises(ProblemError):
        read_submission(document, b"raw", "json", door)


def test_the_order_of_keys_and_the_kind_of_number_change_nothing(document, door):
    plain = read(document, door).submission
    document["results"][0]["value"] = 4.1
    turned = json.dumps(dict(reversed(document.items()))).encode()

    assert read(read_json(turned), door).submission == plain


@pytest.mark.parametrize(
    ("received", "text"),
    [
        ("x" * 500, "x" * 64),
        ({}, "an object"),
        ([], "an array"),
        (True, "a boolean"),
        (None, ""),
        (4.5, ""),
    ],
)
def test_what_was_received_is_shown_briefly(received, text):
    assert shown(received) == text


def test_every_fault_code_says_something():
    assert all(FAULTS.values())


@pytest.mark.parametrize("locale", locales())
def test_every_specimen_has_a_word_in_every_language(locale):
    assert load_wording(locale).ids("specimens") == set(SPECIMENS)

"""An interpretation as a message: what went in comes out, with flags and the page."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.intake.hl7.er7 import parse
from tests.hl7.conftest import (
    ORDER,
    POTASSIUM,
    example,
    obx,
    oru,
    panel,
)


@pytest.fixture(scope="module")
def back(engine):
    """The message that comes back for one that was sent, taken apart."""

    def of(body):
        (made,) = engine.ack(body).ids
        answer = engine.client.get(
            f"/v1/interpretations/{made}/oru", headers=engine.headers
        )
        assert answer.status_code == 200
        assert answer.content_type == "application/hl7-v2; charset=utf-8"
        assert answer.text.endswith("\r")
        return parse(answer.data)

    return of


def named(message, name):
    return [one for one in message.segments if one.name == name]


def test_it_goes_back_to_who_sent_it_under_their_order_numbers(back):
    message = back(example("eight.hl7"))
    (order,) = named(message, "OBR")

    assert [message.header.part(n) for n in (3, 5, 6, 9)] == [
        *("PLAINLAB", "LABSYS", "CITYLAB", "ORU"),
    ]
    assert (order.part(2), order.part(3)) == ("P-8", "F-8")
    assert order.part(25) == "R"
    assert order.part(7) == "20261120084000+0000"


def test_a_day_of_collection_goes_back_as_a_day(back):
    sent = example("eight.hl7").replace(b"20261120084000+0000", b"20261120")
    (order,) = named(back(sent), "OBR")

    assert order.part(7) == "20261120"


def test_the_patient_is_the_one_that_was_sent(back):
    (patient,) = named(back(example("eight.hl7")), "PID")

    assert [patient.part(n) for n in (3, 5, 7, 8)] == [
        *("MRN-8", "Example", "19710304", "F"),
    ]
    assert patient.raw(5) == "Example^Alex"


def test_our_flags_stand_in_obx_8_beside_the_value_as_it_was_sent(back):
    results = named(back(example("eight.hl7")), "OBX")
    told = {
        (one.part(3), one.raw(5)): (one.part(2), one.part(8), one.part(11))
        for one in results[:-1]
    }

    assert told["2823-3", "6.8"] == ("NM", "HH", "C")
    assert told["2000-8", "<^1.50"] == ("SN", "LL", "F")
    assert told["2823-3", "5,4"] == ("ST", "", "F")


def test_what_the_page_says_of_a_result_follows_it_as_notes(back):
    segments = back(panel(obx("6.8", f7="3.5-5.3"), control="notes")).segments
    first = next(n for n, one in enumerate(segments) if one.name == "OBX")

    notes = [one.part(3) for one in segments[first + 1 :] if one.name == "NTE"]
    assert notes[0].startswith("Very high")
    assert any("Usual range" in note for note in notes)


def test_what_was_found_beyond_single_results_follows_the_order_by_code(back):
    segments = back(example("eight.hl7")).segments
    first = next(n for n, one in enumerate(segments) if one.name == "OBX")
    notes = [one.part(3) for one in segments[:first] if one.name == "NTE"]

    assert any(one.startswith("caution haemolysis: ") for one in notes)
    assert any(one.startswith("finding repeated_analyte: Potassium") for one in notes)
    assert any(one.startswith("missing ") for one in notes)
    results = [one.part(3) for one in segments[first:] if one.name == "NTE"]
    assert "outcome not_interpreted value_not_read" in results


def test_danger_stands_before_the_summary(back):
    notes = named(back(panel(obx("6.8"), control="danger")), "NTE")

    assert "In short" not in notes[0].part(3)


def test_the_page_is_in_it_as_pdf(back, engine):
    body = panel(POTASSIUM, control="pdf")
    last = named(back(body), "OBX")[-1]
    (made,) = engine.ack(body).ids
    page = engine.client.get(
        f"/v1/interpretations/{made}/report.pdf", headers=engine.headers
    )

    assert [last.part(2), *(last.part(5, n) for n in (2, 3, 4))] == [
        *("ED", "application", "pdf", "Base64"),
    ]
    assert base64.b64decode(last.part(5, 5)) == page.data


def test_a_trial_comes_back_as_one(back):
    body = panel(POTASSIUM, control="trial back").replace(b"|P|2", b"|T|2")

    assert back(body).header.part(11) == "T"


def test_a_review_and_a_correction_are_told_by_the_status_of_the_order(back, engine):
    body = panel(POTASSIUM, control="reviewed").replace(b"F-1", b"F-R")
    (made,) = engine.ack(body).ids
    fixed = panel(obx("4.9", f11="C"), control="fixed").replace(b"F-1", b"F-R")

    assert named(back(body), "OBR")[0].part(25) == "R"
    assert engine.stored(engine.ack(fixed))[0].supersedes == made


def test_a_panel_that_came_by_json_comes_back_under_our_own_number(engine):
    document = {"results": [{"analyte": "potassium", "value": "4.2", "unit": "mmol/L"}]}
    made = engine.client.post(
        "/v1/interpretations", json=document, headers=engine.headers
    ).json["id"]

    answer = engine.client.get(
        f"/v1/interpretations/{made}/oru", headers=engine.headers
    )

    message = parse(answer.data)
    assert named(message, "OBR")[0].part(3) == made
    assert message.header.part(5) == ""


@settings(max_examples=20)
@given(st.text("|^~\\&\r\n\x0bé µ<>ab", max_size=40))
def test_no_text_breaks_out_of_its_field(engine, text):
    name = "".join(one for one in text if one.isprintable()) or "x"
    escapes = {"|": "\\F\\", "^": "\\S\\", "~": "\\R\\", "\\": "\\E\\", "&": "\\T\\"}
    sent = "".join(escapes.get(one, one) for one in name)
    body = oru(f"PID|1||M^^^A^MR||{sent}", ORDER, POTASSIUM, control="hostile")

    (made,) = engine.ack(body).ids
    message = parse(
        engine.client.get(
            f"/v1/interpretations/{made}/oru", headers=engine.headers
        ).data
    )

    (patient,) = named(message, "PID")
    assert patient.part(5) == name.strip(" ")
    assert len(patient.fields) == 9

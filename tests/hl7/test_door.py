"""POST /hl7v2: what an interface engine is answered, and what is kept by then."""

import io
import itertools
import threading
from datetime import UTC, datetime

import pytest

from service.api.hl7v2 import TYPES
from service.intake.hl7.errors import CONDITIONS, condition, meaning
from service.problems import FAULTS, PROBLEMS
from service.receiving import MOST_MESSAGES
from service.store import tables
from service.store.interpretations import versions
from tests.api.conftest import Clock, make_app, rows_of
from tests.hl7.conftest import (
    ORDER,
    PATIENT,
    POTASSIUM,
    Engine,
    example,
    obx,
    oru,
    panel,
    sender_key,
    wire,
)


@pytest.fixture
def own(hl7_app):
    """An engine of a sender of its own."""
    return Engine(hl7_app, sender_key(hl7_app))


@pytest.fixture
def alone(tmp_path):
    """An engine whose application nobody else uses, and that does not wait long."""
    app = make_app(tmp_path, Clock(), PLAINLAB_BUSY_TIMEOUT_SECONDS="1")
    yield Engine(app, sender_key(app))
    app.extensions["plainlab"].engine.dispose()


class Stored:
    """How much more is stored than before: interpretations, submissions, messages."""

    def __init__(self, app):
        self.app = app
        self.before = self.now()

    def now(self):
        tables = ("interpretation", "submission", "message")
        return [rows_of(self.app, name) for name in tables]

    def more(self):
        return [
            now - before for now, before in zip(self.now(), self.before, strict=True)
        ]


@pytest.fixture
def stored(hl7_app):
    return Stored(hl7_app)


# --- acknowledgements -----------------------------------------------------------


def test_a_message_without_fault_is_accepted_and_kept_as_it_came(engine):
    body = panel(POTASSIUM, control="kept")

    ack = engine.ack(body)

    (stored,) = engine.stored(ack)
    assert (ack.code, ack.msa[2], ack.errors) == ("AA", "kept", [])
    assert stored.submission.raw == body
    assert stored.submission.source == "hl7"
    assert stored.interpretation.results[0].observation.value_text == "4.2"


def test_the_answer_goes_back_to_where_the_message_came_from(engine):
    ack = engine.ack(panel(POTASSIUM, control="back"))

    assert ack.msh[3:7] == ["US", "HERE", "LIS", "LAB"]
    assert ack.msh[9] == "ACK^R01^ACK"
    assert ack.msh[11:13] == ["P", "2.5.1"]
    assert ack.msh[10]
    assert ack.msh[18] == "UNICODE UTF-8"
    assert datetime.strptime(ack.msh[7], "%Y%m%d%H%M%S%z").tzinfo is not None


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("more", ["", "; charset=utf-8", "; charset=ISO-8859-1"])
def test_each_content_type_is_taken_and_answered_in_kind(engine, kind, more):
    answer = engine.post(panel(POTASSIUM, control=kind + more), kind=kind + more)

    assert answer.status_code == 200
    assert answer.content_type == f"{kind}; charset=utf-8"
    assert "MSA|AA|" in answer.text


@pytest.mark.parametrize("kind", ["application/json", "text/html", None])
def test_another_content_type_is_refused(engine, kind):
    answer = engine.post(panel(POTASSIUM), kind=kind)

    assert (answer.status_code, answer.json["code"]) == (415, "unsupported_media_type")


def test_the_charset_of_the_content_type_counts(engine):
    body = panel(obx("9", "µg/L", "2276-4^Ferritin^LN"), control="micro")

    ack = engine.ack(
        body.decode().encode("latin-1"), kind="text/plain; charset=ISO-8859-1"
    )

    assert ack.code == "AA"
    assert engine.stored(ack)[0].submission.panel.observations[0].unit == "ug/L"


def test_a_fault_of_one_result_is_told_by_place_and_the_others_are_interpreted(engine):
    ack = engine.ack(panel(obx("4,2"), obx("4.3", number=2), obx("4.4"), control="one"))

    assert ack.code == "AE"
    assert ack.told() == [("OBX^1^5", "102", "decimal_comma")]
    assert ack.errors[0][8].endswith("Interpreted all the same: OBX 2-3.")
    assert len(engine.stored(ack)[0].interpretation.results) == 3


def test_what_is_not_ours_is_rejected_and_nothing_is_kept(own, stored):
    ack = own.ack(wire("MSH|^~\\&|A|B|||||ADT^A01|7|P|2.5", "PID|1"))

    assert (ack.code, ack.msa[2]) == ("AR", "7")
    assert ack.told() == [("MSH^1^9", "200", "unsupported_message_type")]
    assert ack.errors[0][8].endswith("Nothing of this message was stored.")
    assert stored.more() == [0, 0, 0]


@pytest.mark.parametrize("body", [b"", b"hello", b"\x00\xff", b"MSH|^~\\&", b"MSH|||"])
def test_anything_at_all_is_answered_with_an_acknowledgement(engine, body):
    answer = engine.post(body)

    assert answer.status_code == 200
    assert "MSA|AR" in answer.text


def test_tests_that_we_do_not_know_are_accepted_and_said_to_be_unread(engine):
    ack = engine.ack(panel(obx("7", "x", "1-8^Other^LN"), control="unknown"))

    assert ack.code == "AA"
    assert ack.told("I") == [("OBX^1^3", "103", "analyte_not_supported")]


@pytest.mark.parametrize(
    ("conditions", "good", "bad"),
    [
        *(("AL|", True, True), ("NE|", False, False), ("ER|", False, True)),
        *(("SU|", True, False), ("|AL", True, True), ("NE|NE", False, False)),
        *(("NE|AL", True, True), ("AL|NE", True, True), ("|", True, True)),
    ],
)
def test_an_answer_is_sent_only_where_one_is_wanted(engine, conditions, good, bad):
    told = []
    for value in ("4.2", "4,2"):
        body = panel(obx(value), control=f"w{conditions}{value}".replace("|", "-"))
        body = body.replace(b"|2.5.1", f"|2.5.1|||{conditions}".encode())
        told.append(engine.post(body))

    assert [bool(one.data) for one in told] == [good, bad]
    assert told[0].status_code == (200 if good else 204)
    assert told[1].status_code == (200 if bad else 422)


@pytest.mark.parametrize(
    ("body", "status"),
    [(panel(POTASSIUM), 200), (panel(obx("4,2")), 422), (b"hello", 400)],
)
def test_a_sender_may_have_errors_as_http_errors_too(own, body, status):
    strict = Engine(own.app, sender_key(own.app, hl7_errors=True))

    plain, told = own.post(body), strict.post(body)

    assert (plain.status_code, told.status_code) == (200, status)
    assert told.text.startswith("MSH|")


def test_a_sender_is_read_as_it_was_set_up(own):
    key = sender_key(own.app, aliases={"k9": "potassium"}, decimal_comma=True)
    berlin = Engine(own.app, key)

    ack = berlin.ack(panel(obx("4,2", code="K9^Kalium^LIS")))

    (stored,) = berlin.stored(ack)
    assert ack.code == "AA"
    assert stored.interpretation.results[0].observation.analyte == "potassium"


# --- several messages -------------------------------------------------------------


def test_a_body_of_untold_length_is_never_cut(own, stored):
    long = panel(POTASSIUM, "ZZZ|" + "z" * 1_000_000, obx("9.9", number=2))
    untold = {"wsgi.input": io.BytesIO(long), "wsgi.input_terminated": True}
    answer = own.client.post(
        "/hl7v2",
        content_type="application/hl7-v2",
        headers=own.headers,
        environ_overrides=untold,
    )

    assert answer.status_code == 413
    assert stored.more() == [0, 0, 0]


def test_each_message_of_a_batch_is_answered(engine):
    one, two = panel(POTASSIUM, control="b1"), panel(obx("4,2"), control="b2")

    text = engine.post(b"BHS|^~\\&\r" + one + two + b"BTS|2\r").text

    assert [line[:9] for line in text.split("\r") if line.startswith("MSA")] == [
        "MSA|AA|b1",
        "MSA|AE|b2",
    ]


def test_a_body_of_too_many_messages_is_rejected_whole(own, stored):
    ack = own.ack(panel(POTASSIUM) * (MOST_MESSAGES + 1))

    assert ack.code == "AR"
    assert ack.told() == [("MSH^1", "102", "too_long")]
    assert stored.more() == [0, 0, 0]


def test_a_message_that_would_be_kept_many_times_over_is_rejected(own, stored):
    orders = [one for n in range(40) for one in (f"OBR|1||F{n}|U", POTASSIUM)]

    ack = own.ack(oru(PATIENT, *orders, "NTE|1||" + "x" * 110_000))

    assert ack.code == "AR"
    assert stored.more() == [0, 0, 0]


def test_all_panels_of_a_message_are_kept_or_none(own, stored):
    second = ORDER.replace("F-1", "F-2")
    first = oru(PATIENT, ORDER, POTASSIUM, second, POTASSIUM)

    assert len(own.ack(first).ids) == 2
    assert stored.more() == [2, 2, 1]

    other = PATIENT.replace("MRN-1", "MRN-2")
    both = oru(PATIENT, ORDER, POTASSIUM, other, second, obx("4.3", f11="C"))
    refused = own.ack(both)

    assert refused.code == "AE"
    assert refused.told() == [("PID^1^3", "204", "other_patient")]
    assert stored.more() == [2, 2, 1]


# --- repeats ------------------------------------------------------------------------


def test_the_same_message_again_gets_the_same_answer_and_is_kept_once(alone):
    body = example("eight.hl7")

    first = alone.post(body).text
    alone.app.extensions["plainlab"].clock.now = datetime(2026, 11, 24, tzinfo=UTC)
    again = alone.post(body).text

    assert again == first
    assert Stored(alone.app).now() == [1, 1, 1]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"|4.2|", b"|4.3|"),
        (b"|LIS|", b"|LIS2|"),
        (b"|LAB|", b"|LAB2|"),
        (b"|M-1|", b"|M-2|"),
    ],
)
def test_a_control_id_used_again_for_something_else_is_another_message(
    own, old, new, stored
):
    body = panel(POTASSIUM)

    first, second = own.ack(body), own.ack(body.replace(old, new))

    assert (first.code, second.code) == ("AA", "AA")
    assert first.ids != second.ids
    assert stored.more() == [2, 2, 2]


def test_two_senders_with_one_message_are_two(own):
    other = Engine(own.app, sender_key(own.app, profile="us"))

    assert own.ack(panel(POTASSIUM)).ids != other.ack(panel(POTASSIUM)).ids


def test_one_message_eight_times_at_once_is_kept_once(own, stored):
    body, answers = panel(POTASSIUM), []

    def send():
        answers.append(Engine(own.app, own.headers["Authorization"][7:]).ack(body))

    threads = [threading.Thread(target=send) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    kept = {one.ids[0] for one in answers if one.code == "AA"}
    locked = [one.told() for one in answers if one.code != "AA"]
    assert len(kept) == 1
    assert all(one == [("MSH^1^10", "206", "idempotency_in_flight")] for one in locked)
    assert stored.more() == [1, 1, 1]


# --- corrections ----------------------------------------------------------------------


def corrected(own, first, second):
    """The stored versions of what *first* was kept as, after *second*."""
    database = own.app.extensions["plainlab"].engine
    (made,) = own.ack(first).ids
    own.ack(second)
    return versions(database, made)


@pytest.mark.parametrize("status", ["C", "D", "W", "A"])
def test_what_takes_something_back_takes_its_place(own, status):
    second = panel(obx("4.9", f11=status), control="M-2")

    assert len(corrected(own, panel(POTASSIUM), second)) == 2


@pytest.mark.parametrize("status", ["F", "P", "X"])
def test_what_takes_nothing_back_stands_beside_it(own, status):
    second = panel(obx("4.9", f11=status), control="M-2")

    assert len(corrected(own, panel(POTASSIUM), second)) == 1


def test_a_correction_of_a_correction_is_the_third_version(own):
    bodies = [panel(obx(v, f11="C"), control=v) for v in ("4.3", "4.4")]
    made = own.ack(panel(POTASSIUM))
    last = [own.ack(body) for body in bodies][-1]

    (stored,) = own.stored(last)
    assert stored.version == 3
    assert stored.root == made.ids[0]


@pytest.mark.parametrize("waiting", ["P", "R", "I", "S"])
@pytest.mark.parametrize("status", ["F", "P", "X"])
def test_what_was_preliminary_is_replaced_by_what_comes_next(own, waiting, status):
    first = panel(obx("4.2", f11=waiting))
    second = panel(obx("4.9", f11=status), control="M-2")

    assert len(corrected(own, first, second)) == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("|F-1|", "|F-2|"),
        ("MRN-1", "MRN-2"),
        ("19710304", "19710305"),
        ("20261120084000", "20261120085000"),
        ("2823-3", "2951-2"),
    ],
    ids=["order", "patient", "birth", "collection", "test"],
)
def test_what_is_of_another_order_or_test_settles_nothing(own, old, new):
    second = panel(obx("4.9"), control="M-2").decode().replace(old, new)
    second = second.replace("|P-1|", "|P-2|") if old == "|F-1|" else second

    assert len(corrected(own, panel(obx("4.2", f11="P")), second.encode())) == 1


@pytest.mark.parametrize("statuses", [("P", "F"), ("F", "C")])
def test_what_a_replacement_does_not_repeat_still_stands_and_is_told(own, statuses):
    sodium = obx("120", code="2951-2^Sodium^LN", number=2)
    own.ack(panel(obx("4.2", f11=statuses[0]), sodium))

    ack = own.ack(panel(obx("4.9", f11=statuses[1]), control="M-2"))

    (stored,) = own.stored(ack)
    seen = stored.submission.panel.observations
    assert [(one.analyte, one.value_text) for one in seen] == [
        ("potassium", "4.9"),
        ("sodium", "120"),
    ]
    assert ack.code == "AA"
    assert ack.told("W") == [("OBR^1^3", "103", "not_repeated")]


def test_a_replacement_that_repeats_everything_is_not_remarked_on(own):
    own.ack(panel(obx("4.2", f11="P")))

    assert own.ack(panel(obx("4.9"), control="M-2")).errors == []


def test_each_specimen_of_an_order_is_corrected_for_itself(own):
    def sent(control, status, *values):
        parts = (
            (ORDER, obx(value, f11=status), f"SPM|1|{spm}||{spm}")
            for value, spm in zip(values, ("SER", "PLAS"), strict=True)
        )
        return oru(PATIENT, *itertools.chain(*parts), control=control)

    first = own.ack(sent("M-1", "F", "4.2", "4.3"))
    second = own.ack(sent("M-2", "C", "4.8", "4.9"))

    assert second.code == "AA"
    assert [one.supersedes for one in own.stored(second)] == first.ids


def test_another_senders_order_of_the_same_number_is_not_touched(own):
    other = Engine(own.app, sender_key(own.app, profile="us"))
    (made,) = own.ack(panel(POTASSIUM)).ids

    ack = other.ack(panel(obx("4.9", f11="C"), control="M-2"))

    assert ack.code == "AA"
    assert versions(own.app.extensions["plainlab"].engine, made) == (made,)


def test_a_trial_replaces_nothing_and_is_not_replaced(own):
    trial = panel(obx("4.9", f11="C"), control="M-2").replace(b"|P|2", b"|T|2")

    assert len(corrected(own, panel(POTASSIUM), trial)) == 1


def test_a_trial_makes_no_page_without_test_on_it(engine):
    ack = engine.ack(panel(POTASSIUM, control="trial").replace(b"|P|2", b"|T|2"))

    page = engine.client.get(
        f"/v1/interpretations/{ack.ids[0]}/report.html", headers=engine.headers
    )

    assert ">TEST<" in page.text


# --- when it cannot be kept --------------------------------------------------------


@pytest.mark.parametrize("table", ["message", "origin", "submission", "audit"])
def test_what_cannot_be_stored_is_never_acknowledged(alone, table):
    database = alone.app.extensions["plainlab"].engine
    with database.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO gone")

    answer = alone.post(panel(POTASSIUM))

    assert "MSA|AA" not in answer.text


def test_a_store_out_of_reach_is_told_and_the_message_may_come_again(alone):
    database = alone.app.extensions["plainlab"].engine
    body = panel(POTASSIUM)
    assert alone.ack(panel(obx("4.3"))).code == "AA"
    blocker = database.raw_connection()
    blocker.cursor().execute("BEGIN IMMEDIATE")
    answer = alone.post(body)
    blocker.rollback()
    blocker.close()

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "MSA|AE|M-1" in answer.text
    assert "|207^" in answer.text
    assert alone.ack(body).code == "AA"


# --- one catalogue of codes -------------------------------------------------------


@pytest.mark.parametrize("code", [*PROBLEMS, *FAULTS])
def test_every_code_of_the_catalogue_has_a_condition_of_table_0357(code):
    assert code in CONDITIONS
    assert condition(code)[0] in {
        "100",
        "101",
        "102",
        "103",
        *map(str, range(200, 208)),
    }
    assert meaning(code)


def test_no_condition_is_for_a_code_that_there_is_not():
    assert set(CONDITIONS) <= {*PROBLEMS, *FAULTS}


def test_the_message_table_holds_no_name_and_no_value(own):
    own.ack(panel(obx("4.217")))
    with own.app.extensions["plainlab"].engine.connect() as connection:
        kept = str(connection.execute(tables.message.select()).all())

    assert "4.217" not in kept
    assert "Alex" not in kept

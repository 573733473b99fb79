"""What a panel is held against: the patient's earlier results, the sender's past."""

import json
import logging
import shutil

import pytest

from reference_ranges.interpretation import interpret
from service.access import audit
from service.access.audit import Stamp
from service.store import feeds
from service.store.errors import UnknownHold
from service.store.interpretations import get
from tests.api.conftest import NOW, Client, Clock, issue, make_app, panel, rows_of

STAMP = Stamp("system:test", NOW)


def ferritin(value, day="2026-11-20", **parts):
    sent = {"analyte": "ferritin", "value": value, "unit": "ug/L", "method": "assay A"}
    document = panel(sent | parts.pop("result", {}), **parts)
    document["specimen"]["collected_at"] = f"{day}T08:40:00+00:00"
    return document


def whose(document, **patient):
    document["patient"] |= patient
    return document


def delta(answer):
    assert answer.status_code == 201, answer.text
    return answer.json["results"][0]["delta"]


def earlier(value="31", at="2026-05-03T08:00:00+00:00", **more):
    sent = {"analyte": "ferritin", "value": value, "unit": "ug/L", "collected_at": at}
    return sent | {"method": "assay A"} | more


def test_an_earlier_result_that_was_sent_along_is_compared_with(lab):
    found = delta(lab.post(ferritin("9", earlier=[earlier()])))

    assert found["previous"] == {
        "value": "31",
        "unit": "ug/L",
        "collected_on": "2026-05-03",
        "method": "assay A",
        "laboratory": "",
        "interpretation": "",
        "in_this_unit": "31",
        "same_method": True,
    }
    assert (found["movement"], found["code"], found["doubt"]) == ("down", "D", None)
    assert found["difference"] == "-22"
    assert found["reference_change_percent"] == "47.8"
    assert found["source"] == "ozkanay2023"


def test_an_earlier_panel_that_is_stored_is_compared_with(own_lab):
    first = own_lab.post(ferritin("31", "2026-05-03")).json["id"]

    found = delta(own_lab.post(ferritin("9")))

    assert found["previous"]["interpretation"] == first
    assert found["movement"] == "down"


def test_the_day_is_that_of_the_clinic(tmp_path, clock):
    app = make_app(tmp_path, clock, PLAINLAB_TIME_ZONE="Pacific/Auckland")
    at = "2026-05-02T23:30:00+00:00"

    found = delta(Client(app, issue(app)).post(ferritin("9", earlier=[earlier(at=at)])))

    assert found["previous"]["collected_on"] == "2026-05-03"
    app.extensions["plainlab"].engine.dispose()


def test_sent_along_and_stored_is_one_result(own_lab):
    own_lab.post(ferritin("31", "2026-05-03"))
    same = earlier(at="2026-05-03T08:40:00+00:00")

    found = delta(own_lab.post(ferritin("9", earlier=[same])))

    assert len(found["past"]) == 1


OTHERS = [
    ("another record number", lambda one: whose(one, id="MRN-2")),
    ("another birth date", lambda one: whose(one, birth_date="1971-03-05")),
    ("no record number", lambda one: whose(one, id="")),
    ("half a birth date", lambda one: whose(one, birth_date="1971-03")),
    ("a trial message", lambda one: one | {"test": True}),
    (
        "a later day",
        lambda one: one | {"specimen": {"collected_at": "2026-11-21T08:40:00Z"}},
    ),
    ("no day", lambda one: one | {"specimen": {}}),
    (
        "the same moment",
        lambda one: one | {"specimen": {"collected_at": "2026-11-20T08:40:00Z"}},
    ),
]


@pytest.mark.parametrize(("what", "changed"), OTHERS, ids=[one for one, _ in OTHERS])
def test_what_is_not_surely_an_earlier_panel_of_the_patient_is_never_joined(
    own_lab, what, changed
):
    assert what
    own_lab.post(changed(ferritin("31", "2026-05-03")))

    assert delta(own_lab.post(ferritin("9"))) is None


@pytest.mark.parametrize(
    "sent",
    [
        {"status": "preliminary"},
        {"status": "cancelled"},
        {"flag": "HH"},
        {"value": "250000"},
    ],
)
def test_what_was_not_taken_at_its_word_is_not_compared_with_later(own_lab, sent):
    own_lab.post(ferritin("31", "2026-05-03", result=sent))

    assert delta(own_lab.post(ferritin("9"))) is None


def test_a_panel_that_was_corrected_counts_in_its_newest_version_only(own_lab):
    first = own_lab.post(ferritin("310", "2026-05-03")).json["id"]
    own_lab.post(ferritin("31", "2026-05-03", supersedes=first))

    found = delta(own_lab.post(ferritin("9")))

    assert [one["value"] for one in found["past"]] == ["31"]


def test_a_correction_is_not_compared_with_what_it_corrects(own_lab):
    first = own_lab.post(ferritin("310", "2026-05-03")).json["id"]

    assert delta(own_lab.post(ferritin("9", supersedes=first))) is None


def test_no_more_than_the_newest_few_stand_beside_a_result(own_lab):
    for day in range(1, 9):
        own_lab.post(ferritin(str(30 + day), f"2026-05-0{day}"))

    found = delta(own_lab.post(ferritin("9")))

    assert [one["value"] for one in found["past"]] == ["38", "37", "36", "35", "34"]


def test_what_was_compared_with_is_kept_so_that_it_can_be_done_again(own, own_lab):
    services = own.extensions["plainlab"]
    own_lab.post(ferritin("31", "2026-05-03"))
    answer = own_lab.post(ferritin("9"))
    own_lab.post(ferritin("500", "2026-10-01"))  # came later, of an earlier day

    stored = get(services.engine, answer.json["id"])
    again = interpret(stored.submission.panel, services.catalogue)

    assert again == stored.interpretation
    shown = own_lab.get(answer.headers["Location"]).json
    assert shown["results"] == answer.json["results"]


def test_a_repeat_is_answered_the_same_whatever_came_between(own_lab):
    first = own_lab.post(ferritin("9"), Idempotency_Key="once")
    own_lab.post(ferritin("31", "2026-05-03"))

    again = own_lab.post(ferritin("9"), Idempotency_Key="once")

    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json == first.json


def test_the_explanation_has_the_figure_and_where_it_comes_from(lab):
    answer = lab.post(ferritin("9", earlier=[earlier()]))

    explained = lab.get(answer.json["links"]["explain"]).json["statements"]

    (one,) = [
        e for e in explained if e["rule"] == "delta:ferritin/biological_variation"
    ]
    inputs = {each["name"]: each["text"] for each in one["inputs"]}
    assert inputs["previous"] == "31 ug/L"
    assert inputs["cvi"] == "16.9 %"
    assert [source["id"] for source in one["sources"]] == ["ozkanay2023"]


def test_the_answer_says_which_limit_a_value_is_close_to(lab):
    answer = lab.post(panel({"analyte": "vitamin_b12", "value": "345", "unit": "ng/L"}))

    near = answer.json["results"][0]["near_limit"]
    assert (near["limit"], near["unit"], near["percent"]) == ("350", "ng/L", "7.5")


@pytest.mark.parametrize(
    ("changed", "pointer", "code"),
    [
        ({"at": "2026-11-20T08:40:00Z"}, "/earlier/0/collected_at", "not_earlier"),
        ({"at": "2026-11-21T08:40:00Z"}, "/earlier/0/collected_at", "not_earlier"),
        ({"at": "2027-05-03T08:00:00Z"}, "/earlier/0/collected_at", "in_the_future"),
        ({"at": "3 May"}, "/earlier/0/collected_at", "not_a_time"),
        ({"at": ""}, "/earlier/0/collected_at", "too_short"),
        ({"unit": "pmol/L"}, "/earlier/0/unit", "unit_not_allowed"),
        ({"unit": ""}, "/earlier/0/unit", "unit_missing"),
        ({"value": "1e5"}, "/earlier/0/value", "exponent"),
        ({"value": ""}, "/earlier/0/value", "value_missing"),
        ({"flag": "N"}, "/earlier/0/flag", "unknown_field"),
    ],
)
def test_an_earlier_result_that_cannot_be_read_is_refused_by_place(
    lab, changed, pointer, code
):
    codes = lab.codes(ferritin("9", earlier=[earlier(**changed)]))

    assert codes == {pointer: code}


def test_a_code_and_a_unit_of_an_earlier_result_must_go_together(lab):
    sent = earlier(unit="nmol/L", value="30")
    del sent["analyte"]
    sent["code"] = {"system": "http://loinc.org", "code": "1989-3"}  # a mass

    codes = lab.codes(ferritin("9", earlier=[sent]))

    assert codes == {"/earlier/0/unit": "unit_not_allowed"}


def test_earlier_results_need_the_time_of_this_specimen(lab):
    document = ferritin("9", earlier=[earlier()])
    document["specimen"] = {}

    assert lab.codes(document) == {"/specimen/collected_at": "required"}


def test_an_earlier_result_of_a_test_that_nobody_knows_is_left_out(lab):
    unknown = earlier(analyte="alt", unit="U/L")

    assert delta(lab.post(ferritin("9", earlier=[unknown]))) is None


# ---- Feeds -----------------------------------------------------------------------


def calcium(number, value):
    document = panel({"analyte": "calcium_total", "value": value, "unit": "mmol/L"})
    return whose(document, id=f"MRN-{number}")


def send(client, count, values=("2.28", "2.31", "2.35"), start=0):
    """Send so many panels of different people; the last answer."""
    for number in range(start, start + count):
        answer = client.post(calcium(number, values[number % len(values)]))
    return answer.json


IN_MG = ("8.9", "9.2", "9.5")  # mg/dL, called mmol/L
IN_MEQ = ("4.5", "4.6", "4.7")  # mEq/L, called mmol/L
BEFORE = 51


def shifted(client, values=IN_MEQ):
    """An honest past, then as many results in another unit as it takes."""
    send(client, BEFORE)
    for number in range(20):
        answer = client.post(calcium(100 + number, values[number % 3])).json
        if "feed_shift" in {one["code"] for one in answer["findings"]}:
            return answer, number + 1
    return answer, None


def test_a_feed_that_shifts_by_a_unit_is_held_within_twenty_results(own, own_lab):
    answer, after = shifted(own_lab)

    assert after is not None
    assert answer["results"][0]["outcome"] in {"indeterminate", "critical"}
    (hold,) = feeds.holds(own.extensions["plainlab"].engine)
    assert hold.analyte == "calcium_total"
    assert hold.factor == 2
    assert hold.interpretation == answer["id"]
    # it stays held, whatever comes next, until someone lets it go
    later = own_lab.post(calcium(500, "2.30")).json
    assert later["results"][0]["reason"] == "unit_question"
    assert rows_of(own, "feed_event") == 1


@pytest.fixture(scope="module")
def shift(tmp_path_factory):
    """What became of a feed that shifted: its folder, its key, the last answer."""
    folder = tmp_path_factory.mktemp("shifted")
    app = make_app(folder, Clock())
    key = issue(app)
    answer, _ = shifted(Client(app, key))
    app.extensions["plainlab"].engine.dispose()
    return folder, key, answer


@pytest.fixture
def held(shift, tmp_path, clock):
    """An application of one's own with that feed, held."""
    folder = shutil.copytree(shift[0], tmp_path / "held")
    app = make_app(folder, clock)
    yield app
    app.extensions["plainlab"].engine.dispose()


@pytest.fixture
def held_lab(held, shift):
    return Client(held, shift[1])


@pytest.fixture
def answer(shift):
    """The answer with which it was held."""
    return shift[2]


def test_another_sender_is_not_held_with_it(held):
    other = Client(held, issue(held)).post(calcium(600, "2.30")).json

    assert other["results"][0]["outcome"] == "in_range"


def test_a_held_feed_is_let_go_by_a_person_with_a_reason_and_recorded(held, held_lab):
    engine = held.extensions["plainlab"].engine
    (hold,) = feeds.holds(engine)

    feeds.release(engine, hold.id, " they changed back ", STAMP)

    answer = held_lab.post(calcium(700, "2.30")).json
    assert feeds.holds(engine) == ()
    assert answer["results"][0]["outcome"] == "in_range"
    assert audit.verify(engine) is None
    with engine.connect() as connection:
        deeds = connection.exec_driver_sql(
            "SELECT action, object FROM audit WHERE action LIKE '%feed'"
        ).all()
        reason = connection.exec_driver_sql(
            "SELECT reason FROM feed_event WHERE deed = 'release'"
        ).scalar()
    assert deeds == [("hold_feed", "feed-1"), ("release_feed", "feed-2")]
    assert reason == "they changed back"


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
def test_a_hold_is_not_let_go_without_a_reason(held, reason):
    engine = held.extensions["plainlab"].engine

    with pytest.raises(ValueError, match="reason"):
        feeds.release(engine, 1, reason, STAMP)
    assert len(feeds.holds(engine)) == 1


def test_a_hold_is_let_go_once(held):
    engine = held.extensions["plainlab"].engine
    feeds.release(engine, 1, "asked", STAMP)

    for number in (1, 2, 99):
        with pytest.raises(UnknownHold):
            feeds.release(engine, number, "again", STAMP)


def test_a_feed_that_goes_on_as_before_its_release_is_held_again(held, held_lab):
    engine = held.extensions["plainlab"].engine
    feeds.release(engine, 1, "asked", STAMP)

    for number in range(20):
        held_lab.post(calcium(800 + number, IN_MEQ[number % 3]))

    assert [one.id for one in feeds.holds(engine)] == [3]


def test_corrections_and_trial_messages_are_no_part_of_a_feed(own, own_lab):
    first = own_lab.post(calcium(1, "2.30")).json["id"]
    own_lab.post(calcium(1, "2.31") | {"supersedes": first})
    own_lab.post(calcium(2, "2.32") | {"test": True})

    with own.extensions["plainlab"].engine.connect() as connection:
        senders = connection.exec_driver_sql(
            "SELECT sender FROM measurement ORDER BY id"
        ).scalars()
        assert [one.partition(":")[0] for one in senders] == ["key", ""]


def test_what_is_held_is_in_no_log(own_lab, caplog):
    caplog.set_level(logging.DEBUG)

    answer, _ = shifted(own_lab)

    logged = "\n".join(json.dumps(vars(one), default=str) for one in caplog.records)
    assert answer["results"][0]["as_reported"]["value"] not in {"", None}
    assert "MRN-1" not in logged
    assert "Alex Example" not in logged


def test_the_page_of_a_held_result_says_so(held_lab, answer):
    page = held_lab.get(answer["links"]["report"].replace(".pdf", ".html")).text

    assert "look like another unit" in page


def test_a_hold_needs_no_more_than_its_panel_to_be_seen_again(held, answer):
    services = held.extensions["plainlab"]
    feeds.release(services.engine, 1, "asked", STAMP)

    stored = get(services.engine, answer["id"])

    assert interpret(stored.submission.panel, services.catalogue) == (
        stored.interpretation
    )


def test_a_sender_with_a_key_has_a_name(own, own_lab):
    own_lab.post(calcium(1, "2.30"))

    assert list(feeds.sender_names(own.extensions["plainlab"].engine).values()) == [
        "test"
    ]

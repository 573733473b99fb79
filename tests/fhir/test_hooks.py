"""CDS Hooks: cards on the newest results, and nothing of them kept."""

import json
import uuid

import pytest

from reports.wording import load_wording, locales
from service.api.fhir.hooks import SERVICE
from tests.fhir.made import PATIENT, concept, flagged, observation

CARDS = f"/cds-services/{SERVICE}"
FEEDBACK = f"{CARDS}/feedback"
DAY = "2026-11-20T08:40:00Z"


def call(*labs, **more):
    entries = [{"resource": one} for one in labs]
    prefetch = {
        "patient": PATIENT,
        "labs": {"resourceType": "Bundle", "type": "searchset", "entry": entries},
    }
    made = {
        "hook": "patient-view",
        "hookInstance": str(uuid.UUID(int=1)),
        "context": {"patientId": "p1", "userId": "Practitioner/1"},
        "prefetch": prefetch,
    }
    return made | more


def lab(value, code="2823-3", day=DAY, **more):
    return observation(code, value, specimen=None, effectiveDateTime=day, **more)


@pytest.fixture
def cards(fhir):
    """The cards on these results."""

    def ask(*labs):
        answer = fhir.post(CARDS, call(*labs), "application/json")
        assert answer.status_code == 200, answer.text
        return answer.json["cards"]

    return ask


def test_the_services_are_open_to_everyone_and_say_what_they_need(fhir_app):
    (service,) = fhir_app.test_client().get("/cds-services").json["services"]

    assert (service["hook"], service["id"]) == ("patient-view", SERVICE)
    assert set(service["prefetch"]) == {"patient", "labs"}


def test_a_critical_result_comes_first(cards):
    first, whole = cards(lab("6.80"), lab("140", "2951-2"))

    assert first["indicator"] == "critical"
    assert first["summary"] == "Potassium 6.80 mmol/L: critically high"
    assert whole["indicator"] == "warning"
    assert "3.5 to 5.3 mmol/L" in whole["detail"]
    assert first["source"]["label"].startswith("Plainlab")


def test_where_all_is_in_range_one_card_says_so(cards):
    (card,) = cards(lab("4.1"), lab("140", "2951-2"))

    assert card["indicator"] == "info"
    assert card["summary"] == "All 2 results are in the range used"


@pytest.mark.parametrize(
    "labs",
    [
        [lab("4.1"), lab("12", "9999-9")],
        [lab("4.1"), lab("<3.6")],
        [lab("4.1", interpretation=flagged("HH"))],
        [lab("128", "2951-2")],
    ],
)
def test_no_card_says_that_all_is_well_where_it_is_not(cards, labs):
    told = " ".join(card["summary"] for card in cards(*labs))

    assert "All" not in told
    assert "normal" not in told.lower()


def test_tests_that_we_do_not_know_are_no_warning(cards):
    (card,) = cards(lab("12", "9999-9"))

    assert card["indicator"] == "info"
    assert card["summary"].endswith("1 not judged")


def test_a_critical_flag_on_a_test_that_we_do_not_know_is_told(cards):
    first, _ = cards(lab("12", "9999-9", interpretation=flagged("HH")))

    assert first["indicator"] == "critical"
    assert "12" not in first["summary"]


OLDER = "2026-11-19T08:00:00Z"
NEWEST = {
    "a critical one, with another test since": (
        [lab("6.8", day=OLDER), lab("140", "2951-2")],
        "critical",
    ),
    "a critical one without a date": (
        [lab("6.8", day=None), lab("140", "2951-2"), lab("4.1")],
        "critical",
    ),
    "a critical one, and the same test since": (
        [lab("6.8", day=OLDER), lab("4.1")],
        "info",
    ),
    "a critical one in the morning, and the same test since": (
        [lab("6.8", day="2026-11-20T06:00:00Z"), lab("4.1")],
        "info",
    ),
    "a critical one of the same day, without its hour": (
        [lab("6.8", day="2026-11-20"), lab("4.1")],
        "critical",
    ),
    "a critical one of the day before, without its hour": (
        [lab("6.8", day="2026-11-19"), lab("4.1")],
        "info",
    ),
    "a critical one, and one withdrawn since": (
        [lab("6.8", day=OLDER), lab("4.1", status="entered-in-error")],
        "critical",
    ),
    "a critical one, and one that cannot be read since": (
        [lab("6.8", day=OLDER), lab(None, dataAbsentReason=concept("error", "x"))],
        "critical",
    ),
    "an older one of a test that we do not know": (
        [lab("12", "9999-9", day=OLDER, interpretation=flagged("HH")), lab("4.1")],
        "critical",
    ),
}


@pytest.mark.parametrize("case", NEWEST)
def test_the_newest_of_each_test_is_looked_at(cards, case):
    labs, indicator = NEWEST[case]
    first, *_ = cards(*labs)

    assert first["indicator"] == indicator


def test_what_cannot_be_used_is_left_out_aloud(cards):
    bad = lab("4.1", day="2031-01-01")
    first, whole = cards(bad, lab("140", "2951-2"))

    assert first["indicator"] == "warning"
    assert first["summary"].startswith("1 entry is left out")
    assert not whole["summary"].startswith("All")
    assert "in the range used" not in whole["summary"]


def test_where_nothing_can_be_used_that_is_all_that_is_said(cards):
    (card,) = cards(lab("4.1", valueString="7.1"))

    assert card["summary"].startswith("1 entry is left out")


def test_a_danger_sign_is_told_once(cards):
    sign = observation(value=None, specimen=None, valueBoolean=True) | {
        "code": concept("29857009", "http://snomed.info/sct")
    }
    first, *others = cards(sign, lab("140", "2951-2", day=OLDER), lab("4.1"))

    assert first["summary"].startswith("Danger sign told")
    assert [one["indicator"] for one in others] == ["warning"]


def test_the_same_results_have_the_same_cards(cards):
    assert cards(lab("6.8")) == cards(lab("6.8"))
    assert len({card["uuid"] for card in cards(lab("6.8"))}) == 2


def test_no_results_make_no_cards(cards):
    assert cards() == []


def test_nothing_that_was_sent_stands_in_a_card_but_what_was_read(cards):
    hostile = "<img src=x>[a](javascript:1)`#"
    told = {"note": [{"text": hostile}], "method": {"text": hostile}}
    found = cards(
        lab("6.8", **told),
        lab("5", "9999-9") | {"code": concept("9999-9", text=hostile)},
    )

    assert "img" not in json.dumps(found)
    assert "javascript" not in json.dumps(found)


@pytest.mark.parametrize("locale", locales())
def test_every_summary_is_short_enough(catalogue, locale):
    wording = load_wording(locale)
    names = [wording.say(f"analytes.{one}.name") for one in catalogue.analytes]
    longest = max(names, key=len)
    value = ">=999999999.999999999 mL/min/{1_73_m2}"
    for key in ("critical_low", "critical_high", "check"):
        said = wording.say(f"hooks.{key}", name=longest, value=value)
        assert len(said) < 140


@pytest.mark.parametrize(
    "prefetch",
    [{}, {"patient": PATIENT}, {"patient": PATIENT, "labs": None}, {"patient": 1}],
)
def test_a_prefetch_that_lacks_data_is_a_failed_precondition(fhir, prefetch):
    answer = fhir.post(CARDS, call(prefetch=prefetch), "application/json")

    assert (answer.status_code, answer.json["code"]) == (412, "prefetch_missing")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (call(hook="order-sign"), 422),
        (call(prefetch=[]), 422),
        ([], 422),
        (b"{", 400),
    ],
)
def test_a_call_that_is_none_is_refused(fhir, sent, status):
    assert fhir.post(CARDS, sent, "application/json").status_code == status


def stranger(**more):
    return lab("6.8") | more


CONTRADICTIONS = {
    "a record of somebody else": (
        call(lab("4.1"), context={"patientId": "p2"}),
        "/prefetch/patient/id",
    ),
    "a result of somebody else": (
        call(lab("4.1"), stranger(subject={"reference": "Patient/p999"})),
        "/prefetch/labs/entry/1/resource/subject",
    ),
    "a result of somebody on another server": (
        call(stranger(subject={"reference": "http://b/Patient/p1"}))
        | {"fhirServer": "http://a/"},
        "/prefetch/labs/entry/0/resource/subject",
    ),
    "a second patient": (
        call(lab("4.1"), PATIENT | {"id": "p2"}),
        "/prefetch/labs",
    ),
}


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_a_result_of_another_patient_is_refused(fhir, case):
    sent, pointer = CONTRADICTIONS[case]
    answer = fhir.post(CARDS, sent, "application/json")

    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.json["errors"]] == [
        (pointer, "contradiction")
    ]


@pytest.mark.parametrize("reference", ["Patient/p1", "http://a/fhir/Patient/p1"])
@pytest.mark.parametrize("server", [{}, {"fhirServer": "http://a/fhir"}])
def test_a_result_is_known_by_the_server_that_it_is_from(fhir, reference, server):
    made = lab("6.8") | {"subject": {"reference": reference}, "id": "o1"}
    sent = call(made) | server
    if not server:
        entry = sent["prefetch"]["labs"]["entry"][0]
        entry["fullUrl"] = "http://a/fhir/Observation/o1"
    answer = fhir.post(CARDS, sent, "application/json")

    assert answer.json["cards"][0]["indicator"] == "critical"


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"hookInstance": ""}, "/hookInstance"),
        ({"context": {"userId": "Practitioner/1"}}, "/context/patientId"),
    ],
)
def test_what_a_call_needs_must_be_there(fhir, more, pointer):
    answer = fhir.post(CARDS, call(lab("4.1")) | more, "application/json")

    assert [(one["pointer"], one["code"]) for one in answer.json["errors"]] == [
        (pointer, "required")
    ]


def test_another_type_of_body_is_refused(fhir):
    assert fhir.post(CARDS, call(), "text/plain").status_code == 415


@pytest.mark.parametrize("path", ["/cds-services/x", "/cds-services/x/feedback"])
def test_a_service_that_we_do_not_have_is_not_found(fhir, path):
    assert fhir.post(path, call(), "application/json").status_code == 404


def test_cards_need_a_key(fhir_app):
    assert fhir_app.test_client().post(CARDS, json=call()).status_code == 401


def test_nothing_is_kept(fhir, cards):
    before = fhir.kept()
    cards(lab("6.8"))

    assert fhir.kept() == before


@pytest.mark.parametrize(
    ("outcome", "action"),
    [("accepted", "accept_card"), ("overridden", "override_card")],
)
def test_feedback_is_audited_without_anyone_s_name(fhir, outcome, action):
    card = str(uuid.uuid4())
    told = {"card": card, "outcome": outcome, "overrideReason": {"code": "Alex"}}
    answer = fhir.post(FEEDBACK, {"feedback": [told]}, "application/json")

    assert answer.status_code == 200
    with fhir.app.extensions["plainlab"].engine.connect() as connection:
        last = connection.exec_driver_sql(
            "SELECT action, object FROM audit ORDER BY sequence DESC LIMIT 1"
        ).one()
    assert tuple(last) == (action, card)


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"feedback": [{"card": "Alex Example", "outcome": "accepted"}]},
        {"feedback": [{"card": str(uuid.UUID(int=1)), "outcome": "maybe"}]},
    ],
)
def test_feedback_that_is_none_is_refused(fhir, sent):
    assert fhir.post(FEEDBACK, sent, "application/json").status_code == 422


def test_the_cards_of_two_patients_are_told_apart(fhir):
    def ids(who):
        made = call(lab("6.8", subject={"reference": f"Patient/{who}"}))
        made["context"] |= {"patientId": who}
        made["prefetch"]["patient"] = PATIENT | {"id": who}
        answer = fhir.post(CARDS, made, "application/json")
        assert answer.status_code == 200, answer.text
        return {card["uuid"] for card in answer.json["cards"]}

    assert ids("p1").isdisjoint(ids("p2"))
    assert ids("p1") == ids("p1")

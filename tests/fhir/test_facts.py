"""Pregnancy, symptoms and factors, as they are told beside results."""

from decimal import Decimal

import pytest

from service.intake.fhir.codes import codes_of, factor_codes, symptom_codes
from tests.fhir.made import (
    PATIENT,
    TAKEN,
    UCUM,
    bundle,
    concept,
    observation,
    pregnant,
    quantity,
)

SNOMED = "http://snomed.info/sct"
SYMPTOM = "https://plainlab.example/fhir/symptom"
FACTOR = "https://plainlab.example/fhir/factor"
WHO = {"reference": "Patient/p1"}


def condition(code, system=SNOMED, **more):
    made = {"resourceType": "Condition", "code": concept(code, system), "subject": WHO}
    return made | more


def state(code):
    return {"coding": [{"code": code}]}


def answers(*items):
    return {"resourceType": "QuestionnaireResponse", "subject": WHO, "item": [*items]}


def yes(link, truth=True):  # noqa: FBT002 - an answer
    return {"linkId": link, "answer": [{"valueBoolean": truth}]}


@pytest.fixture(scope="session")
def told(read):
    """The document of a serum potassium with *resources* beside it."""

    def document(*resources):
        (found,) = read(bundle(*resources, observation())).documents
        return found.document

    return document


PREGNANT = {"valueCoding": {"system": SNOMED, "code": "77386006"}}
WEEKS = {"code": concept("11884-4"), "valueQuantity": quantity("12", "wk")}
PREGNANCIES = {
    "pregnant": ([pregnant()], {"status": "yes"}),
    "not pregnant": ([pregnant("60001007")], {"status": "no"}),
    "not told": ([], {"status": "unknown"}),
    "not known": ([pregnant("261665006")], {"status": "unknown"}),
    "another day": (
        [pregnant(effectiveDateTime="2025-01-01")],
        {"status": "unknown"},
    ),
    "the same day": ([pregnant(effectiveDateTime=TAKEN)], {"status": "yes"}),
    "a period that it lies in": (
        [pregnant(effectivePeriod={"start": "2026-08-01"})],
        {"status": "yes"},
    ),
    "a period that is over": (
        [pregnant(effectivePeriod={"start": "2025-01-01", "end": "2025-09-01"})],
        {"status": "unknown"},
    ),
    "withdrawn": ([pregnant(status="entered-in-error")], {"status": "unknown"}),
    "with its weeks within": (
        [pregnant(component=[WEEKS])],
        {"status": "yes", "weeks": "12"},
    ),
    "with its weeks beside": (
        [pregnant(), observation("11884-4", "90", "d")],
        {"status": "yes", "weeks": "12"},
    ),
    "weeks that are not whole": (
        [pregnant(), observation("11884-4", "12.5", "wk")],
        {"status": "yes", "weeks": "12.5"},
    ),
    "weeks of a child at birth": (
        [observation("11884-4", "39", "wk")],
        {"status": "unknown"},
    ),
    "as a condition": ([condition("77386006")], {"status": "yes"}),
}


ACTIVE = {"clinicalStatus": state("active")}
PREGNANCIES |= {
    "a condition that is over": (
        [condition("77386006", abatementDateTime="2010-01-01")],
        {"status": "unknown"},
    ),
    "a condition of long ago": (
        [condition("77386006", onsetDateTime="2009-06-01", recordedDate="2009-07-01")],
        {"status": "unknown"},
    ),
    "a condition that was told long ago": (
        [condition("77386006", recordedDate="2009-07-01")],
        {"status": "unknown"},
    ),
    "a condition forgotten in the record": (
        [condition("77386006", onsetDateTime="2009-06-01", **ACTIVE)],
        {"status": "unknown"},
    ),
    "a condition told this month": (
        [condition("77386006", recordedDate="2026-11-12")],
        {"status": "yes"},
    ),
    "a condition that lasts": (
        [condition("77386006", onsetDateTime="2026-05", **ACTIVE)],
        {"status": "yes"},
    ),
    "a condition that began after the sample": (
        [condition("77386006", onsetDateTime="2026-11-21", **ACTIVE)],
        {"status": "unknown"},
    ),
    "a condition that began in a period": (
        [condition("77386006", onsetPeriod={"start": "2026-06-01"}, **ACTIVE)],
        {"status": "yes"},
    ),
    "an answer of the same day": (
        [answers({"linkId": "p", "answer": [PREGNANT]}) | {"authored": TAKEN}],
        {"status": "yes"},
    ),
    "an answer of another day": (
        [answers({"linkId": "p", "answer": [PREGNANT]}) | {"authored": "2026-11-19"}],
        {"status": "unknown"},
    ),
    "with weeks below a number": (
        [pregnant(), observation("11884-4", "<12", "wk")],
        {"status": "yes"},
    ),
    "with weeks that are changed": (
        [pregnant(component=[WEEKS | {"modifierExtension": [{"url": "urn:not"}]}])],
        {"status": "yes"},
    ),
}


@pytest.mark.parametrize("case", PREGNANCIES)
def test_a_pregnancy_is_told(told, case):
    sent, expected = PREGNANCIES[case]
    document = told(*sent)

    assert document["patient"]["pregnancy"] == expected
    assert len(document["results"]) == 1


SYMPTOMS = {
    "nobody asked": ([], None),
    "a condition": ([condition("32914008")], ["restless_legs"]),
    "by our own id": ([condition("tremor", SYMPTOM)], ["tremor"]),
    "one that is over": (
        [condition("32914008", clinicalStatus=state("resolved"))],
        None,
    ),
    "one that was refuted": (
        [condition("32914008", verificationStatus=state("refuted"))],
        None,
    ),
    "one that lasts": (
        [condition("32914008", clinicalStatus=state("active"))],
        ["restless_legs"],
    ),
    "of somebody else": (
        [condition("32914008", subject={"reference": "Patient/p9"})],
        None,
    ),
    "an observation": (
        [
            observation(
                "75325-1", None, valueCodeableConcept=concept("32914008", SNOMED)
            )
        ],
        ["restless_legs"],
    ),
    "an observation that it is so": (
        [
            observation(code=None, value=None, valueBoolean=True)
            | {"code": concept("tremor", SYMPTOM)}
        ],
        ["tremor"],
    ),
    "an observation that it is not so": (
        [
            observation(code=None, value=None, valueBoolean=False)
            | {"code": concept("tremor", SYMPTOM)}
        ],
        [],
    ),
    "answers": ([answers(yes("tremor"), yes("weakness", truth=False))], ["tremor"]),
    "answers that there are none": ([answers(yes("tremor", truth=False))], []),
    "an answer that is a code": (
        [
            answers(
                {
                    "linkId": "symptoms",
                    "answer": [{"valueCoding": {"system": SYMPTOM, "code": "tremor"}}],
                }
            )
        ],
        ["tremor"],
    ),
    "answers within answers": (
        [answers({"linkId": "1", "item": [yes("tremor")]})],
        ["tremor"],
    ),
}


NOT = {"modifierExtension": [{"url": "urn:not", "valueBoolean": True}]}


def seen(truth, **more):
    made = observation(value=None, **more) | {"code": concept("29857009", SNOMED)}
    return made | {"valueBoolean": truth}


# what is told and does not count: where that is said, and why
LEFT_OUT = {
    "a condition that abated": (
        condition("29857009", abatementDateTime="2010-01-01"),
        "/abatementDateTime",
        "not_current",
    ),
    "a condition that abated at an age": (
        condition("29857009", abatementAge={"value": Decimal(40)}),
        "/abatementAge",
        "not_current",
    ),
    "a condition that is over": (
        condition("29857009", clinicalStatus=state("resolved")),
        "/clinicalStatus",
        "not_current",
    ),
    "a condition of a state that we do not know": (
        condition("29857009", clinicalStatus=state("maybe")),
        "/clinicalStatus",
        "not_current",
    ),
    "a condition that may be another": (
        condition("29857009", verificationStatus=state("differential")),
        "/verificationStatus",
        "not_current",
    ),
    "a condition of long ago": (
        condition("29857009", recordedDate="2011-01-01"),
        "",
        "not_current",
    ),
    "a condition of a day that is none": (
        condition("29857009", recordedDate="lately"),
        "",
        "not_current",
    ),
    "a condition that is not so": (
        condition("29857009", **NOT),
        "/modifierExtension",
        "modifier_not_known",
    ),
    "a condition that we do not know": (
        condition("38341003"),
        "/code",
        "fact_not_known",
    ),
    "an observation of long ago": (
        seen(truth=True, effectiveDateTime="2011-01-01"),
        "",
        "not_current",
    ),
    "one that was issued long ago": (
        seen(truth=True, issued="2011-01-01T08:00:00Z"),
        "",
        "not_current",
    ),
    "a period that ended long ago": (
        seen(truth=True, effectivePeriod={"start": "2011", "end": "2012"}),
        "",
        "not_current",
    ),
    "a denial of long ago": (
        seen(truth=False, effectiveDateTime="2011-01-01"),
        "",
        "not_current",
    ),
    "an observation that was withdrawn": (
        seen(truth=True, status="entered-in-error"),
        "/status",
        "not_current",
    ),
    "an observation that is not so": (
        seen(truth=True, **NOT),
        "/modifierExtension",
        "modifier_not_known",
    ),
    "an observation without a truth": (
        seen(truth="yes"),
        "",
        "fact_not_known",
    ),
    "a symptom that we do not know": (
        observation("75325-1", None, valueCodeableConcept=concept("38341003", SNOMED)),
        "/valueCodeableConcept",
        "fact_not_known",
    ),
    "answers that were withdrawn": (
        answers(yes("rf_chest_pain")) | {"status": "entered-in-error"},
        "/status",
        "not_current",
    ),
    "answers of long ago": (
        answers(yes("rf_chest_pain")) | {"authored": "2011-01-01"},
        "",
        "not_current",
    ),
    "an answer that is changed": (
        answers(yes("rf_chest_pain") | NOT),
        "/item/0/modifierExtension",
        "modifier_not_known",
    ),
    "an answer in words": (
        answers({"linkId": "rf_chest_pain", "answer": [{"valueString": "yes"}]}),
        "/item/0/answer/0",
        "fact_not_known",
    ),
    "of somebody without results": (
        condition("29857009", subject={"reference": "Patient/p9"}),
        "/subject",
        "of_nobody_here",
    ),
}


@pytest.mark.parametrize("case", LEFT_OUT)
def test_what_does_not_count_is_said_and_counts_nowhere(read, case):
    sent, place, code = LEFT_OUT[case]
    found = read(bundle(sent, observation()))
    (document,) = [one.document for one in found.documents]

    assert document["symptoms"] is None
    told = [(one.pointer, one.code) for one in found.warnings]
    assert told == [(f"/entry/2/resource{place}", code)]
    assert found.faults == ()


def test_a_fact_that_contradicts_itself_is_refused(fhir):
    sent = seen(truth=True, dataAbsentReason=concept("error", "x"))
    found = fhir.refusals("/fhir", bundle(sent, observation()))

    assert [code for _, code in found] == ["contradiction"]


COUNTED = {
    "without a date": condition("29857009"),
    "that lasts since long ago": condition("29857009", onsetDateTime="2011", **ACTIVE),
    "of the week before": condition("29857009", onsetDateTime="2026-11-10"),
    "seen the day before": seen(truth=True, effectiveDateTime="2026-11-19"),
    "seen the day after": seen(truth=True, effectiveDateTime="2026-11-21"),
    "seen and not over": seen(truth=True, effectivePeriod={"start": "2011"}),
    "answered in part": answers(yes("rf_chest_pain")) | {"status": "in-progress"},
}


@pytest.mark.parametrize("case", COUNTED)
def test_what_may_be_so_counts_as_a_danger_sign(read, case):
    found = read(bundle(COUNTED[case], observation()))
    (document,) = [one.document for one in found.documents]

    assert document["symptoms"] == [{"id": "rf_chest_pain"}]
    assert found.warnings == ()


def test_where_the_day_of_the_sample_is_not_told_today_is_taken(read):
    old = seen(truth=True, effectiveDateTime="2026-10-01")
    found = read(bundle(old, observation(), specimen=None))

    assert found.documents[0].document["symptoms"] is None
    assert len(found.warnings) == 1


@pytest.mark.parametrize("day", ["0001-01-01", "yesterday"])
def test_a_day_that_nothing_can_lie_before_counts_no_dated_fact(read, day):
    dated = seen(truth=True, effectiveDateTime="2026-11-20")
    sample = observation(specimen=None, effectiveDateTime=day)
    (found,) = read(bundle(dated, sample)).documents

    assert found.document["symptoms"] is None


def test_a_chronic_condition_counts_since_whenever_it_was_told(told):
    assert told(condition("709044004", recordedDate="2011"))["factors"] == ["ckd"]


def nobodys(resource):
    return {key: one for key, one in resource.items() if key != "subject"}


TWO = PATIENT | {"id": "p2", "identifier": [{"value": "MRN-2"}]}


@pytest.mark.parametrize("fact", [pregnant("60001007"), condition("29857009")])
@pytest.mark.parametrize("second", [[], [observation(subject=WHO | {"x": 1})]])
def test_what_says_of_nobody_counts_for_nobody_beside_two(read, fact, second):
    results = [one | {"subject": {"reference": "Patient/p2"}} for one in second]
    found = read(bundle(TWO, nobodys(fact), observation(), *results))

    for one in found.documents:
        assert one.document["symptoms"] is None
        assert one.document["patient"]["pregnancy"] == {"status": "unknown"}
    assert [(one.pointer, one.code) for one in found.warnings] == [
        ("/entry/3/resource/subject", "of_nobody_here")
    ]


def test_what_says_of_nobody_counts_for_the_only_one(told):
    assert told(nobodys(pregnant()))["patient"]["pregnancy"] == {"status": "yes"}


def test_a_question_without_an_answer_was_not_answered(told):
    assert told(answers({"linkId": "tremor"}))["symptoms"] is None


def codes_of_warnings(outcome):
    assert {one["severity"] for one in outcome["issue"]} == {"warning"}
    return [one["details"]["coding"][0]["code"] for one in outcome["issue"]]


OVER = condition("29857009", abatementDateTime="2010-01-01")


@pytest.mark.parametrize("path", ["/fhir", "/fhir/Observation/$interpret"])
def test_the_sender_is_told_what_did_not_count(fhir, path):
    made = fhir.post(path, bundle(OVER, observation())).json

    assert codes_of_warnings(made["entry"][-1]["resource"]) == ["not_current"]
    assert "emergency" not in str(made).lower()


def test_the_sender_of_a_transaction_is_told_at_the_entry(fhir):
    made = fhir.post("/fhir", bundle(OVER, observation(), kind="transaction")).json

    told = [one["response"].get("outcome") for one in made["entry"]]
    assert codes_of_warnings(told[2]) == ["not_current"]
    assert told[:2] == [None, None]
    assert told[3] is None


def test_who_looks_before_sending_is_told_too(fhir):
    made = fhir.post("/fhir/Bundle/$validate", bundle(OVER, observation())).json

    assert codes_of_warnings(made) == ["not_current"]


@pytest.mark.parametrize("case", SYMPTOMS)
def test_symptoms_are_told_and_asked_for_is_not_told(told, case):
    sent, expected = SYMPTOMS[case]
    found = told(*sent)["symptoms"]

    assert (None if found is None else [one["id"] for one in found]) == expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ([condition("709044004")], ["ckd"]),
        ([condition("drug_ppi", FACTOR)], ["drug_ppi"]),
        ([answers(yes("drug_ppi"))], ["drug_ppi"]),
        ([answers(yes("drug_ppi", truth=False))], []),
        ([condition("709044004", clinicalStatus=state("inactive"))], []),
    ],
)
def test_factors_are_told(told, sent, expected):
    assert told(*sent)["factors"] == expected


def test_every_code_of_the_file_leads_to_something_that_there_is(catalogue):
    rules = catalogue.rules

    assert set(codes_of("factors").values()) <= set(rules.factors)
    assert set(codes_of("conditions").values()) <= set(rules.conditions)
    assert factor_codes(rules)[SNOMED, "709044004"] == "ckd"


def test_a_code_that_stands_with_two_symptoms_leads_to_neither(catalogue):
    known = symptom_codes(catalogue.rules)
    codes = [
        ("http://hl7.org/fhir/sid/icd-10", code)
        for one in catalogue.rules.symptoms.values()
        for code in one.icd10
    ]
    twice = {code for code in codes if codes.count(code) > 1}

    assert twice
    assert twice.isdisjoint(known)


def test_a_weight_of_weeks_needs_a_unit_of_time(told):
    grams = {"value": Decimal(12), "unit": "g", "system": UCUM, "code": "g"}
    sent = observation("11884-4", None, valueQuantity=grams)

    assert told(pregnant(), sent)["patient"]["pregnancy"] == {"status": "yes"}

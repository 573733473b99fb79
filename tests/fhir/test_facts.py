"""Pregnancy, symptoms and factors, as they are told beside results."""

from decimal import Decimal

import pytest

from service.intake.fhir.codes import codes_of, factor_codes, symptom_codes
from tests.fhir.made import (
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

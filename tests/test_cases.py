"""The worked examples of tests/cases, each read and run as it was written."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reference_ranges.interpretation import interpret
from reference_ranges.loading import load_catalogue
from reference_ranges.results import Urgency
from service.intake.door import Door
from service.intake.reading import read_submission
from service.problems import ProblemError

CATALOGUE = load_catalogue()
DOOR = Door(
    catalogue=CATALOGUE,
    locales=("en-GB", "en-US"),
    zone=UTC,
    now=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
)
FOLDER = Path(__file__).parent / "cases"
CASES = [
    pytest.param(case, id=f"{file.stem}: {case['name']}")
    for file in sorted(FOLDER.glob("*.toml"))
    for case in tomllib.loads(file.read_text("utf-8"))["case"]
]
WOMAN = {"birth_date": "1981-06-01", "sex": "female", "pregnancy": "no"}


@pytest.mark.parametrize("case", CASES)
def test_each_worked_example_comes_out_as_written(case):
    document = as_document(case)
    expected = dict(case["expect"])

    found = refusals(document) if "refused" in expected else facts(document, expected)

    assert found == expected


def as_document(case):
    """What a laboratory system would post for *case*."""
    patient = {**(case.get("patient", WOMAN))}
    status = patient.pop("pregnancy", "unknown")
    weeks = {"weeks": str(patient.pop("weeks"))} if "weeks" in patient else {}
    symptoms = case.get("symptoms")
    return {
        "patient": {**patient, "pregnancy": {"status": status, **weeks}},
        "specimen": {
            "collected_at": "2026-11-20T08:40:00+00:00",
            "type": case.get("specimen", "serum"),
            "conditions": case.get("conditions", []),
        },
        "results": [as_result(result) for result in case["results"]],
        "earlier": [as_earlier(one) for one in case.get("earlier", [])],
        "symptoms": None if symptoms is None else [{"id": one} for one in symptoms],
        "factors": case.get("factors", []),
        "profile": case.get("profile", "uk"),
    }


def as_result(result):
    code = result.get("code")
    if code is None:
        return result
    return {**result, "code": {"system": "http://loinc.org", "code": code}}


def as_earlier(result):
    """An earlier result, collected at noon of its day."""
    sent = {name: text for name, text in result.items() if name != "day"}
    return {**sent, "collected_at": f"{result['day']}T12:00:00+00:00"}


def refusals(document):
    with pytest.raises(ProblemError) as refused:
        read_submission(document, b"", "json", DOOR)
    return {
        "refused": [
            {"pointer": fault.pointer, "code": fault.code}
            for fault in refused.value.faults
        ]
    }


def facts(document, expected):
    """What was found, put the way that *expected* puts it, for what it names."""
    submission, _ = read_submission(document, b"", "json", DOOR)
    found = interpret(submission.panel, CATALOGUE)
    return {
        name: ASPECTS[name](found, value) if name in ASPECTS else "not an aspect"
        for name, value in expected.items()
    }


def by_analyte(found, describe, asked):
    results = {one.observation.analyte: one for one in found.results}
    return {analyte: describe(results[analyte]) for analyte in asked}


def outcome(result):
    parts = (result.outcome.kind, result.outcome.direction, result.outcome.reason)
    return " ".join(part for part in parts if part)


def unless_so(actual, unwanted):
    """*unwanted* where it did not come out so, else a text that shows that it did."""
    return {
        key: value if actual.get(key) != value else f"it is {value}"
        for key, value in unwanted.items()
    }


def relations(found, asked):
    cells = {
        f"{one.analyte} {one.symptom}": str(one.token)
        for result in (*found.results, *found.derived)
        for one in result.relations
    }
    return {cell: cells.get(cell, "not_related") for cell in asked}


def among(codes, wanted):
    return [code for code in wanted if code in codes]


def absent(codes, unwanted):
    return [code for code in unwanted if code not in codes]


def codes_of(found):
    return {one.code for one in found.findings}


def change(result):
    """What the change is, its code, or why it cannot be told."""
    found = result.delta
    parts = (found.movement, found.code, found.doubt, found.trend)
    return " ".join(part for part in parts if part)


def near(result):
    found = result.near_limit
    return f"{found.limit} {found.unit}" if found else "not near"


def amount(one):
    return None if one is None else f"{one.number} {one.unit}"


def why(params):
    """Why something was not computed: the reason, the input, and what is valid."""
    words = f"{params['why']} {params.get('input', '')}".strip()
    return f"{words}: {params['valid']}" if "valid" in params else words


def at_least(found, wanted):
    return wanted if found.urgency >= Urgency[wanted.upper()] else found.urgency.name


def symptoms_by_id(found):
    return {one.symptom.id: one for one in found.symptoms or ()}


ASPECTS = {
    "outcome": lambda found, asked: by_analyte(found, outcome, asked),
    "outcome_kind": lambda found, asked: by_analyte(
        found, lambda one: str(one.outcome.kind), asked
    ),
    "not_outcome": lambda found, asked: unless_so(
        by_analyte(found, outcome, asked), asked
    ),
    "outcomes": lambda found, _: [outcome(one) for one in found.results],
    "code": lambda found, asked: by_analyte(found, lambda one: one.code, asked),
    "si": lambda found, asked: by_analyte(found, lambda one: amount(one.si), asked),
    "change": lambda found, asked: by_analyte(found, change, asked),
    "near_limit": lambda found, asked: by_analyte(found, near, asked),
    "guideline": lambda found, asked: by_analyte(
        found, lambda one: one.guidelines[0].label, asked
    ),
    "result_summary": lambda found, asked: by_analyte(
        found, lambda one: str(one.summary), asked
    ),
    "urgency": lambda found, _: found.urgency.name.lower(),
    "urgency_at_least": at_least,
    "critical": lambda found, _: found.critical,
    "all_in_range": lambda found, _: found.overview.all_in_range,
    "symptoms_asked": lambda found, _: found.overview.symptoms_asked,
    "findings": lambda found, asked: among(codes_of(found), asked),
    "not_findings": lambda found, asked: absent(codes_of(found), asked),
    "cautions": lambda found, asked: among({one.code for one in found.cautions}, asked),
    "red_flags": lambda found, asked: among({one.id for one in found.red_flags}, asked),
    "missing": lambda found, asked: among({one.fact for one in found.missing}, asked),
    "relations": relations,
    "not_relations": lambda found, asked: unless_so(relations(found, asked), asked),
    "symptom": lambda found, asked: {
        one: str(symptoms_by_id(found)[one].summary) for one in asked
    },
    "other_causes": lambda found, asked: [
        one for one in asked if symptoms_by_id(found)[one].other_causes
    ],
    "withheld_food": lambda found, asked: among(found.withheld_food, asked),
    "derived": lambda found, asked: {
        one: next(
            (
                amount(each.si)
                for each in found.derived
                if each.observation.analyte == one
            ),
            None,
        )
        for one in asked
    },
    "derived_outcome": lambda found, asked: {
        one.observation.analyte: outcome(one)
        for one in found.derived
        if one.observation.analyte in asked
    },
    "not_computed": lambda found, asked: {
        one.subjects[0]: why(dict(one.params))
        for one in found.findings
        if one.code == "not_computed" and one.subjects[0] in asked
    },
    "not_derived": lambda found, asked: absent(
        {one.observation.analyte for one in found.derived}, asked
    ),
}

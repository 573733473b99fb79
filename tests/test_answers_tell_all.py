"""What the JSON answer tells in codes, FHIR and ORU out tell as well.

The codes are those of the words and of the core's own closed lists, so that a new one
is asked for here by itself.
"""

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

import reports
from reference_ranges.panel import Reason
from reference_ranges.results import (
    Caution,
    Finding,
    Kind,
    Missing,
    Outcome,
    RedFlag,
    Urgency,
)
from reports.wording import load_wording
from service.fhir.bundle import resource_bytes, results_bundle
from service.fhir.document import document_bundle
from service.oru import order_notes, result_notes
from tests.fhir.oracle import breaches
from tests.fhir.test_writing import ALL, FACTS, ID, stored_of

WORDS = tomllib.loads(
    (Path(reports.__file__).parent / "wording" / "en-GB.toml").read_text("utf-8")
)
WORDING = load_wording("en-GB")
BORROWED = "fallback_limits"  # a finding without words: the sources say it
BASE = stored_of(*ALL)
ONE = BASE.interpretation.results[0]


def codes(section):
    return sorted(WORDS[section])


def with_all(**parts):
    return replace(BASE, interpretation=replace(BASE.interpretation, **parts))


def of_reasons():
    """One result for each way to be left open or not judged."""
    return tuple(
        ONE._replace(outcome=Outcome(kind, reason=reason))
        for kind in (Kind.INDETERMINATE, Kind.NOT_INTERPRETED)
        for reason in Reason
    )


CASES = {
    "red flags": (
        codes("red_flags"),
        {
            "red_flags": tuple(
                RedFlag(one, Urgency.TODAY, "result", (), "r", ())
                for one in codes("red_flags")
            )
        },
    ),
    "findings": (
        [*codes("findings"), BORROWED],
        {
            "findings": tuple(
                Finding(one, (), Urgency.ROUTINE, "r")
                for one in [*codes("findings"), BORROWED]
            )
        },
    ),
    "cautions": (
        [*codes("cautions"), *codes("factors")],
        {
            "cautions": tuple(
                Caution(one, (), "ask", "r")
                for one in [*codes("cautions"), *codes("factors")]
            )
        },
    ),
    "missing": (
        [*codes("missing"), "not_computed", "through_drug_ppi"],
        {
            "missing": tuple(
                Missing(one, ("potassium",), why)
                for one in codes("missing")
                for why in ("not_computed", "through_drug_ppi")
            )
        },
    ),
    "reasons": ([one.value for one in Reason], {"results": of_reasons()}),
    "what stands beside a result": (
        ["haemolysed", "unit_confirmed", "look_alike"],
        {
            "results": (
                ONE._replace(
                    observation=replace(ONE.observation, detail="look_alike"),
                    cautions=("haemolysed",),
                    settled_by=("unit_confirmed",),
                ),
            )
        },
    ),
}


def texts_in(value):
    """Every text within a resource, and no part of one."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from texts_in(one)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("made", [results_bundle, document_bundle])
def test_fhir_tells_every_code_of_the_answer(made, case):
    wanted, parts = CASES[case]
    bundle = made(with_all(**parts), replace(FACTS, report_id=ID), WORDING)

    assert set(wanted) - set(texts_in(bundle)) == set()


@pytest.mark.parametrize("case", CASES)
def test_fhir_that_tells_all_keeps_to_its_rules(case):
    bundle = results_bundle(
        with_all(**CASES[case][1]), replace(FACTS, report_id=ID), WORDING
    )

    assert breaches(json.loads(resource_bytes(bundle))) == []


@pytest.mark.parametrize("case", CASES)
def test_an_oru_tells_every_code_of_the_answer(case):
    wanted, parts = CASES[case]
    made = with_all(**parts).interpretation
    notes = [*order_notes(made, WORDING)]
    notes += [one for result in made.results for one in result_notes(result)]
    told = {word.strip("():") for note in notes for word in note.split()}

    assert set(wanted) - told == set()

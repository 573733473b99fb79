"""Published cases, as facts: the outside data is not in the tree and may be absent."""

import json

import pytest

from reference_ranges.interpretation import interpret
from reference_ranges.loading import load_catalogue
from reference_ranges.results import Kind
from service.evaluation.errors import EvaluationError
from service.evaluation.published import NAME, read_published
from service.evaluation.running import evaluation_door, run
from service.intake.reading import read_submission
from tests.conftest import SAMPLES

CATALOGUE = load_catalogue()
DOOR = evaluation_door(CATALOGUE)
FOLDER = SAMPLES / "vignettes"
CASES = read_published(FOLDER, CATALOGUE)


@pytest.fixture(params=CASES or [None], ids=lambda one: one.name if one else "none")
def case(request):
    if request.param is None:
        pytest.skip("the outside vignettes are not on this machine")
    return request.param


def test_each_published_case_comes_out_as_expected(case):
    assert case.expect["flags"]
    assert run(case, DOOR).misses == ()


def test_no_published_value_is_refused_as_impossible(case):
    submission, _ = read_submission(case.document, b"", "json", DOOR)
    found = interpret(submission.panel, CATALOGUE)

    held = [
        one.observation.name
        for one in found.results
        if one.outcome.kind is Kind.NOT_INTERPRETED
        and one.observation.analyte in CATALOGUE.analytes
    ]

    assert found.results
    assert held == []


def a_case(**changed):
    return {
        "id": "x-01",
        "source": "a journal",
        "age_years": 50,
        "sex": "F",
        "context": [],
        "results": [
            {
                "analyte": "potassium",
                "value": 6.8,
                "unit": "mmol/L",
                "expected_flag": "critical-high",
            }
        ],
        "symptoms": [],
        "stated_diagnosis": "a diagnosis",
        "expected": {"relations": [], "must": [], "must_not": []},
        **changed,
    }


def written(folder, *cases):
    (folder / NAME).write_text(json.dumps({"cases": cases}), "utf-8")
    return read_published(folder, CATALOGUE)


def test_words_that_are_not_understood_are_kept_and_held_against_nothing(tmp_path):
    expected = {"must": ["sing"], "must_not": ["hum"], "relations": ["a song"]}

    (one,) = written(
        tmp_path,
        a_case(symptoms=["hiccups"], context=["a cruise"], expected=expected),
    )

    assert one.unread == ("hiccups", "a cruise", "sing", "hum", "a song")
    assert run(one, DOOR).misses == ()


def test_what_several_phrases_ask_for_is_asked_for_together(tmp_path):
    expected = {
        "must": ["emergency wording", 'keep "<10"'],
        "must_not": ["refuse as impossible", "refuse 99 as impossible"],
        "relations": ["heavy periods as a cause", "thiazide and SSRI as causes"],
    }

    (one,) = written(tmp_path, a_case(expected=expected))

    assert one.expect["urgency"] == "emergency"
    assert one.expect["cautions"] == ["heavy_periods", "drug_thiazide", "drug_ssri"]
    assert "en-US" in one.expect["must_say"]
    assert len(one.expect["no_findings"]) == 2


def test_a_folder_without_the_file_has_no_published_cases(tmp_path):
    assert read_published(tmp_path, CATALOGUE) == ()


@pytest.mark.parametrize("text", ["{", "[]", '{"cases": [{"id": 1}]}', '{"cases": 3}'])
def test_a_file_of_another_shape_is_refused_by_name(tmp_path, text):
    (tmp_path / NAME).write_text(text, "utf-8")

    with pytest.raises(EvaluationError, match=NAME):
        read_published(tmp_path, CATALOGUE)

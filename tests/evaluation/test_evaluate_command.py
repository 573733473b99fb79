"""``plainlab evaluate``: what it prints, and how it ends."""

import json
import sys
from pathlib import Path

import pytest

from service import cli

GOOD = """
[[vignette]]
name     = "Potassium 6.8"
sources  = ["ukka_2023"]
results  = [{ analyte = "potassium", value = "6.8", unit = "mmol/L" }]
[vignette.expect]
urgency  = "emergency"
must_say = { en-GB = ["Call your local"], en-US = ["Call your local"] }
"""
OWN = Path(__file__).parent.parent / "vignettes"


@pytest.fixture
def plainlab(monkeypatch, capsys):
    def run(*words):
        monkeypatch.setattr(sys, "argv", ["plainlab", "evaluate", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return run


def written(folder, text, name="some.toml"):
    (folder / name).write_text(text, "utf-8")
    return folder


def test_a_vignette_that_comes_out_as_expected_ends_with_0(plainlab, tmp_path):
    code, said, _ = plainlab(written(tmp_path, GOOD))

    assert code == 0
    assert "sensitivity, emergency  1 of 1 (100.0 %)" in said
    assert "MISS" not in said


def test_the_published_figures_stand_beside_ours_with_their_caution(plainlab, tmp_path):
    _, said, _ = plainlab(written(tmp_path, GOOD))

    assert "other cases: 101 adults" in said
    assert "74.3 %" in said
    assert "92.3 %" in said


def test_a_miss_is_printed_in_full_and_ends_with_1(plainlab, tmp_path):
    text = GOOD.replace('"emergency"', '"soon"').replace("Call your local", "Call 555")

    code, said, _ = plainlab(written(tmp_path, text))

    assert code == 1
    assert "MISS  some: Potassium 6.8" in said
    assert "source: ukka_2023" in said
    assert "expected urgency: soon\n  got      emergency" in said
    assert "expected must_say: en-GB: 'Call 555'" in said
    assert "over-triage             1 of 1 (100.0 %)" in said
    assert "false alarms            1 of 1 (100.0 %)" in said


def test_the_same_for_a_program(plainlab, tmp_path):
    text = GOOD.replace('"emergency"', '"soon"')

    code, said, _ = plainlab(written(tmp_path, text), "--json")

    found = json.loads(said)
    assert code == 1
    assert found["figures"]["over"] == {"count": 1, "of": 1}
    assert found["misses"][0]["expected"] == "urgency: soon"
    assert found["misses"][0]["got"] == "emergency"
    assert found["measures"] == []


MISSES = {
    "urgency_at_least": ("routine", 'urgency_at_least = "emergency"'),
    "critical": ("False", "critical = true"),
    "all_in_range": ("True", "all_in_range = false"),
    "flags": ("N", 'flags = { potassium = ["L", "LL"] }'),
    "flags of none": ("no such result", 'flags = { sodium = "N" }'),
    "outcomes": ("in_range", 'outcomes = { potassium = "critical high" }'),
    "outcomes of none": ("no such result", 'outcomes = { sodium = "in_range" }'),
    "relations": (
        "does_not_explain",
        'relations = { "potassium fatigue" = "not_related" }',
    ),
    "relations of none": ("not asked about", 'relations = { "sodium fatigue" = "x" }'),
    "symptom_summaries": (
        "unexplained",
        'symptom_summaries = { fatigue = "red_flag" }',
    ),
    "red_flags": ("none", 'red_flags = ["rf_faint"]'),
    "no_factors": ("none", 'factors = ["ckd"]'),
    "missing": ("", 'missing = ["moon"]'),
    "must_not_say": ("it is on the page", 'must_not_say = { en-GB = ["Potassium"] }'),
    "no_findings": ("suspected_unit_mix_up", 'no_findings = ["suspected_unit_mix_up"]'),
}


@pytest.mark.parametrize("aspect", MISSES)
def test_every_aspect_can_be_missed(plainlab, tmp_path, aspect):
    got, expect = MISSES[aspect]
    value = "42" if "suspected" in got else "4.2"
    text = f"""
    [[vignette]]
    name     = "One potassium"
    sources  = ["engineering"]
    patient  = {{ birth_date = "1971-01-01", sex = "male" }}
    results  = [{{ analyte = "potassium", value = "{value}", unit = "mmol/L" }}]
    symptoms = ["fatigue"]
    [vignette.expect]
    {expect}
    """

    code, said, _ = plainlab(written(tmp_path, text))

    assert code == 1
    assert f"got      {got}" in said


REFUSED = {
    "not TOML": ("= 3", "some.toml"),
    "an unknown key": ('[[vignette]]\nnames = "x"', "'names' is not known"),
    "an unknown key of the file": ("vignettes = []", "'vignettes' is not known"),
    "an unknown aspect": (GOOD.replace("urgency", "urgent"), "'urgent' is not known"),
    "no name": (GOOD.replace("name ", "profile "), "name is missing"),
    "two of one name": (GOOD + GOOD, "two vignettes are called 'Potassium 6.8'"),
    "facts that the door refuses": (
        GOOD.replace('value = "6.8"', 'valu = "6.8"'),
        "/results/0/valu unknown_field",
    ),
    "an unknown locale": (GOOD.replace("en-US", "xx-XX"), "there is no locale xx-XX"),
    "none at all": ("schema = 1", "there are no vignettes"),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_what_cannot_be_used_is_refused_by_name(plainlab, tmp_path, fault):
    text, complaint = REFUSED[fault]

    code, _, said = plainlab(written(tmp_path, text))

    assert code == 2
    assert complaint in said


def test_words_of_published_cases_that_are_not_understood_are_listed(
    plainlab, tmp_path
):
    case = {
        "id": "x-01",
        "source": "a journal",
        "age_years": None,
        "sex": "U",
        "context": [],
        "results": [],
        "symptoms": ["hiccups"],
        "stated_diagnosis": "a diagnosis",
        "expected": {},
    }
    case["results"] = [
        {"analyte": "sodium", "value": 140, "unit": "mmol/L", "expected_flag": "normal"}
    ]

    code, said, _ = plainlab(
        written(tmp_path, json.dumps({"cases": [case]}), "cases.json")
    )

    assert code == 0
    assert "x-01: a diagnosis: hiccups" in said


def test_outside_data_is_measured_beside_the_guard(plainlab, tmp_path):
    folder = tmp_path / "nhanes"
    folder.mkdir()
    (folder / "x_pairs.csv").write_text(
        "analyte,conventional_value,conventional_unit,si_value,si_unit\n"
        "calcium,9.0,mg/dL,4.5,mmol/L\n",
        "utf-8",
    )

    code, said, _ = plainlab("--samples", tmp_path)

    assert code == 1
    assert (
        "MISS  nhanes: pairs wrongly converted: 1 of 1 (100.0 %), must be none" in said
    )
    assert "such as calcium_total 9.0 mg/dL = 4.5 mmol/L" in said
    assert "mix-ups: all looked for, by size alone" in said


def test_nothing_to_evaluate_is_said(plainlab):
    code, _, said = plainlab()

    assert code == 2
    assert "name a FOLDER" in said


def test_our_own_vignettes_come_out_as_expected(plainlab):
    code, said, _ = plainlab(OWN)

    assert code == 0
    assert "under-triage            0 of" in said

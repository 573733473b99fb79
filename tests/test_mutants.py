"""The figures that ``make mutants`` keeps: are the tests of the core good enough?"""

import tomllib

import pytest

from tests.mutants.suites import SUITES
from tests.proofs import ROOT

HERE = ROOT / "tests" / "mutants"
SCORE = tomllib.loads((HERE / "score.toml").read_text("utf-8"))
EQUIVALENT = tomllib.loads((HERE / "equivalent.toml").read_text("utf-8"))["mutant"]
SHARE = 0.95


def test_the_score_of_every_watched_module_is_kept():
    assert SCORE.keys() == SUITES.keys()


@pytest.mark.parametrize("module", SUITES)
def test_at_least_95_of_100_mutants_are_killed(module):
    score = SCORE[module]

    assert score["killed"] >= SHARE * score["counted"] > 0


@pytest.mark.parametrize("module", SUITES)
def test_every_watched_module_and_its_tests_are_there(module):
    tests = [test.split("::")[0] for test in SUITES[module]]
    files = [f"reference_ranges/{module}.py", *tests]

    assert [file for file in files if not (ROOT / file).is_file()] == []


@pytest.mark.parametrize("one", EQUIVALENT, ids=lambda one: one["mutant"])
def test_a_mutant_that_is_let_live_has_a_reason_and_still_exists(one):
    source = (ROOT / f"reference_ranges/{one['module']}.py").read_text("utf-8")

    assert one["why"]
    assert one["mutant"].rsplit(" [", 1)[0] in source

"""Our own vignettes: each comes out as it was written, and together they cover all."""

from functools import cache
from pathlib import Path

import pytest

from reference_ranges.loading import load_catalogue
from service.evaluation.figures import figures_of
from service.evaluation.running import evaluation_door, run
from service.evaluation.vignettes import read_vignettes

FOLDER = Path(__file__).parent.parent / "vignettes"
VIGNETTES = read_vignettes(FOLDER)
CATALOGUE = load_catalogue()
DOOR = evaluation_door(CATALOGUE)
RULES = CATALOGUE.rules
SAYING_NOTHING_YET = {one.id for one in RULES.factors.values() if not one.active}


@cache
def run_of(vignette):
    return run(vignette, DOOR)


def expected(aspect):
    return {code for one in VIGNETTES for code in one.expect.get(aspect, ())}


def told_factors():
    told = {factor for one in VIGNETTES for factor in one.document["factors"]}
    return told | expected("factors")


def ids(rules):
    return {one.id for one in rules}


@pytest.mark.parametrize(
    "vignette",
    [pytest.param(one, id=f"{one.origin}: {one.name}") for one in VIGNETTES],
)
def test_each_vignette_comes_out_as_its_author_expected(vignette):
    assert run_of(vignette).misses == ()


def test_there_are_enough_of_them_for_figures_to_mean_something():
    figures = figures_of([run_of(one) for one in VIGNETTES])

    assert figures.vignettes >= 120
    assert figures.emergency.of >= 30
    assert figures.today.of >= 15
    assert figures.false_alarms.of >= 60


def test_every_red_flag_is_expected_somewhere():
    assert ids(RULES.flags) - expected("red_flags") == set()


def test_every_pattern_in_use_is_expected_somewhere():
    assert ids(RULES.patterns) - expected("findings") == set()


def test_most_patterns_have_a_case_that_looks_like_them_and_is_not():
    assert len(ids(RULES.patterns) & expected("no_findings")) >= 12


def test_every_caution_in_use_is_expected_somewhere():
    assert ids(RULES.cautions) - expected("cautions") == set()


def test_every_factor_is_told_somewhere():
    assert RULES.factors.keys() - told_factors() == set()


@pytest.mark.parametrize("effect", ["explain", "soften", "ask"])
def test_every_factor_with_a_remark_is_expected_to_make_it(effect):
    speaking = {
        one.id
        for one in RULES.factors.values()
        if one.active and effect in one.effects and one.pushes
    }

    assert speaking - expected("cautions") - ONLY_ITS_OWN_CAUTION == set()


# What these do to a result stands in a caution of another name.
ONLY_ITS_OWN_CAUTION = {"inflammation", "supp_b12", "supp_biotin", "pregnant"}


def test_every_other_cause_of_a_symptom_is_expected_to_be_named():
    named = {cause.partition(" ")[2] for cause in expected("other_causes")}
    causes = {
        one.id for one in RULES.factors.values() if one.active and one.alternative_for
    }

    assert causes - named - NAMED_IN_ANOTHER_PLACE == set()


NAMED_IN_ANOTHER_PLACE = {"alcohol", "ckd"}


def test_every_vignette_names_sources_that_the_catalogue_has():
    named = {source for one in VIGNETTES for source in one.sources}

    assert named - CATALOGUE.sources.keys() == set()


def test_every_vignette_says_how_urgent_it_is():
    tiers = {"urgency", "urgency_at_least"}

    silent = [one.name for one in VIGNETTES if tiers.isdisjoint(one.expect)]

    assert silent == []


def test_no_vignette_waits_for_something_to_be_built():
    folders = [one.name for one in FOLDER.iterdir() if one.is_dir()]

    assert folders == []

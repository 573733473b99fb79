"""The guard against mixed-up units: what it finds, and what it holds in vain."""

import pytest

from reference_ranges.loading import load_catalogue
from service.evaluation.guard import LOOKED_FOR, kinds, measure_guard
from service.evaluation.printing import as_text
from service.evaluation.running import evaluation_door

CATALOGUE = load_catalogue()
UNSEEN_EVEN_WITH_AN_INTERVAL = {"b12_swap"}
"""The factor is 0.74: no printed interval can tell pg/mL from pmol/L."""


@pytest.fixture(scope="module")
def guard():
    measures = {one.what: one for one in measure_guard(evaluation_door(CATALOGUE))}
    print(*as_text((), list(measures.values())), sep="\n")
    return measures


def share_of(mix_up, guard, how):
    return guard[f"{mix_up.id} ({mix_up.certainty}), {how}"].share


def test_every_signature_is_measured():
    harmless = {one.id for one in CATALOGUE.mix_ups if one.certainty == "harmless"}
    known = {one.id for one in CATALOGUE.mix_ups}

    assert known - kinds().keys() == harmless


@pytest.mark.parametrize(
    "mix_up",
    [one for one in CATALOGUE.mix_ups if one.certainty in LOOKED_FOR],
    ids=lambda one: one.id,
)
def test_what_is_looked_for_is_found_by_size_and_always_beside_its_interval(
    guard, mix_up
):
    alone = share_of(mix_up, guard, "by size alone")
    beside = share_of(mix_up, guard, "by size and printed interval")

    assert alone.count >= 0.9 * alone.of > 0
    assert beside.count == beside.of


@pytest.mark.parametrize(
    "mix_up",
    [one for one in CATALOGUE.mix_ups if one.certainty == "undetectable"],
    ids=lambda one: one.id,
)
def test_what_no_size_can_tell_the_printed_interval_does(guard, mix_up):
    alone = share_of(mix_up, guard, "by size alone")
    beside = share_of(mix_up, guard, "by size and printed interval")

    assert alone.count == 0
    unseen = mix_up.id in UNSEEN_EVEN_WITH_AN_INTERVAL
    assert beside.count == (0 if unseen else beside.of)


@pytest.mark.parametrize("how", ["by size alone", "by size and printed interval"])
def test_no_honest_value_is_held_in_vain(guard, how):
    share = guard[f"honest values held in vain, {how}"].share

    assert share.of > 500
    assert share.count == 0

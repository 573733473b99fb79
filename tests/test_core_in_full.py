"""All that is said of one result: each line of it was read before it was kept."""

import pytest

from tests.core_in_full import CASES, WORKED_OUT, in_full, kept, worked_out

KEPT = kept()


@pytest.mark.parametrize("name", CASES)
def test_each_result_says_all_that_was_kept_of_it_and_nothing_else(name):
    assert in_full(*CASES[name]) == KEPT[name]


@pytest.mark.parametrize("name", WORKED_OUT)
def test_each_value_that_is_worked_out_shows_all_of_its_working(name):
    assert worked_out(*WORKED_OUT[name]) == KEPT[name]


def test_what_is_kept_is_of_these_results_and_no_others():
    assert list(KEPT) == [*CASES, *WORKED_OUT]

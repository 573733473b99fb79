"""A corrected report: what was there and what is now; only danger comes before it."""

from dataclasses import replace

import pytest

from reference_ranges.interpretation import interpret
from reference_ranges.panel import Observation, ObservationStatus
from reports.pdf import layout
from tests.reports.panels import CATALOGUE, FACTS, observation, page_of, panel_of

SODIUM = ("sodium", "140", "mmol/L")


def made(*rows, **more):
    return interpret(panel_of(*[observation(*row) for row in rows], **more), CATALOGUE)


def corrected(old, new):
    """Return the page of *new* in the place of *old*."""
    facts = replace(
        FACTS,
        version=2,
        supersedes="7f3a-91c1",
        corrected=(*old.results, *old.derived),
    )
    return page_of(new, facts=facts)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            [("potassium", "6.8", "mmol/L")],
            [("potassium", "4.3", "mmol/L")],
            ["Potassium: it was 6.8 mmol/L. It is now 4.3 mmol/L."],
        ),
        (
            [("potassium", "4.3", "mmol/L")],
            [("potassium", "4.3", "meq/L")],
            ["Potassium: it was 4.3 mmol/L. It is now 4.3 meq/L."],
        ),
        ([SODIUM], [SODIUM], []),
        (
            [SODIUM],
            [SODIUM, ("magnesium", "0.86", "mmol/L")],
            ["Magnesium: this result is new. It is 0.86 mmol/L."],
        ),
        (
            [SODIUM, ("magnesium", "0.86", "mmol/L")],
            [SODIUM],
            ["Magnesium: it was 0.86 mmol/L. It is no longer on this page."],
        ),
    ],
)
def test_old_and_new_stand_in_one_sentence(old, new, said):
    box = corrected(made(*old), made(*new)).corrected

    assert box.heading == "CORRECTED: this page replaces report 7f3a-91c1"
    assert list(box.items) == said


def test_a_verdict_that_changed_is_told_where_the_number_did_not():
    spoilt = made(SODIUM, conditions=frozenset({"haemolysed"}))
    low = ("potassium", "3.6", "mmol/L")

    box = corrected(
        made(low), made(low, conditions=frozenset({"haemolysed"}))
    ).corrected

    assert spoilt.results
    assert list(box.items) == [
        (
            "Potassium: the number is the same. It was: In the usual range. "
            "It is now: Not clear yet."
        )
    ]


def test_a_result_that_is_not_judged_any_more_is_told_by_that():
    potassium = observation("potassium", "3.6", "mmol/L")
    taken_back = replace(potassium, status=ObservationStatus.CANCELLED)
    old = interpret(panel_of(potassium), CATALOGUE)

    box = corrected(old, interpret(panel_of(taken_back), CATALOGUE)).corrected

    assert box.items[0].endswith("It was: In the usual range. It is now: Not judged.")


def test_where_no_number_has_changed_the_page_says_so():
    assert corrected(made(SODIUM), made(SODIUM)).corrected.lead[1] == (
        "All numbers are as they were."
    )


def test_a_result_that_could_not_be_read_before_is_told_by_its_verdict():
    unknown = Observation(None, "ALT", "", "")
    old = interpret(panel_of(unknown), CATALOGUE)

    box = corrected(
        old, interpret(panel_of(replace(unknown, value_text="22")), CATALOGUE)
    )

    assert box.corrected.items == ("ALT: it was not supplied. It is now 22.",)


def test_of_a_test_that_was_sent_twice_each_is_held_against_its_own():
    twice = (SODIUM, ("sodium", "131", "mmol/L"))
    changed = (SODIUM, ("sodium", "130", "mmol/L"))

    items = corrected(made(*twice), made(*changed)).corrected.items

    assert items == ("Sodium: it was 131 mmol/L. It is now 130 mmol/L.",)


def test_what_is_worked_out_and_held_back_is_not_said_to_be_gone():
    both = (SODIUM, ("chloride", "101", "mmol/L"), ("bicarbonate", "24", "mmol/L"))

    assert any(one.derived_by for one in made(*both).derived)
    assert corrected(made(*both), made(*both)).corrected.items == ()


MANY = [
    ("sodium", "mmol/L"),
    ("potassium", "mmol/L"),
    ("magnesium", "mmol/L"),
    ("phosphate", "mmol/L"),
    ("urea", "mmol/L"),
    ("glucose", "mmol/L"),
    ("crp", "mg/L"),
    ("alp", "U/L"),
]


def test_many_changes_are_all_told_but_not_all_in_the_box():
    old = made(*[(name, "5", unit) for name, unit in MANY])
    new = made(*[(name, "6", unit) for name, unit in MANY])

    page = corrected(old, new)

    changed = len([one for one in (*new.results, *new.derived) if one.derived_by == ""])
    assert len(page.corrected.items) == 6
    assert len(page.corrected.items) + len(page.changed.items) >= changed
    assert page.corrected.closing == "There are more changes. They are listed below."
    printed = [box.text for box in layout(page)]
    assert "Other changes" in printed


def test_danger_still_comes_first():
    old, new = (
        made(("potassium", "4.3", "mmol/L")),
        made(("potassium", "7.1", "mmol/L")),
    )

    printed = [box.text for box in layout(corrected(old, new))]

    heading = "CORRECTED: this page replaces report 7f3a-91c1"
    assert printed.index("Get emergency help now") < printed.index(heading)
    assert printed.index(heading) < printed.index("In short")


def test_a_first_version_has_no_box():
    page = page_of(made(SODIUM))

    assert (page.corrected, page.changed) == (None, None)

"""The sender's flag against our outcome: who stands, who is lowered, who is heard."""

from dataclasses import replace
from decimal import Decimal

import pytest

from reference_ranges.classification import classify
from reference_ranges.judging.decision import Decision, urgency_of
from reference_ranges.judging.flags import Flag, Level, read_flag, reconcile
from reference_ranges.judging.settling import settle
from reference_ranges.loading import load_catalogue
from reference_ranges.panel import Comparator, Reason
from reference_ranges.results import Direction, Finding, Kind, Outcome, Urgency
from tests.core_panels import observation, panel_of

CATALOGUE = load_catalogue()
OURS = {
    "N": Outcome(Kind.IN_RANGE),
    "L": Outcome(Kind.OUT_OF_RANGE, Direction.LOW),
    "H": Outcome(Kind.OUT_OF_RANGE, Direction.HIGH),
    "LL": Outcome(Kind.CRITICAL, Direction.LOW),
    "HH": Outcome(Kind.CRITICAL, Direction.HIGH),
    "grey": Outcome(Kind.INDETERMINATE, reason=Reason.GREY_ZONE),
    "open": Outcome(Kind.INDETERMINATE, reason=Reason.AGE_NEEDED),
    "none": Outcome(Kind.NOT_INTERPRETED, reason=Reason.NO_LIMIT),
}
FLAGS = ("N", "L", "H", "LL", "HH", "A", "AA", "<", ">")

# ours, then what happens under each flag above:
# = agreement, ! ours stands with a finding, - nothing to compare,
# low, high, any: a conflict in the sender's direction
MATRIX = {
    "N": "=   low  high low  high any  any  low  high",
    "L": "!   =    high low  high =    any  =    high",
    "H": "!   low  =    low  high =    any  low  =",
    "LL": "!  !    !    =    high !    =    !    !",
    "HH": "!  !    !    low  =    !    =    !    !",
    "grey": "! !   !    low  high =    any  !    !",
    "open": "- !   !    low  high !    any  !    !",
    "none": "- !   !    low  high !    any  !    !",
}
CELLS = [
    (ours, flag, expected)
    for ours, row in MATRIX.items()
    for flag, expected in zip(FLAGS, row.split(), strict=True)
]


def cell(ours, met):
    if met.agrees is None:
        return "-"
    if met.agrees:
        return "="
    if met.outcome == ours:
        return "!"
    assert met.outcome.kind is Kind.CONFLICT
    return met.outcome.direction or "any"


@pytest.mark.parametrize(("ours", "flag", "expected"), CELLS)
def test_our_outcome_meets_the_senders_flag(ours, flag, expected):
    met = reconcile(OURS[ours], read_flag(flag), Comparator.EQUAL)

    assert cell(OURS[ours], met) == expected


@pytest.mark.parametrize("ours", OURS)
@pytest.mark.parametrize("flag", ["LL", "HH", "AA"])
def test_a_senders_critical_flag_is_never_lowered(ours, flag):
    assert reconcile(OURS[ours], read_flag(flag), Comparator.EQUAL).critical


CRITICAL_SPELLINGS = {
    "HU": "HH",
    "lu": "LL",
    "critical": "AA",
    "CRIT": "AA",
    "C": "AA",
    "panic!": "AA",
}


@pytest.mark.parametrize(("spelling", "code"), CRITICAL_SPELLINGS.items())
def test_what_senders_write_for_a_critical_flag_is_read(spelling, code):
    assert read_flag(spelling) == read_flag(code)


@pytest.mark.parametrize("mark", ["+", "!!", "E", "EX", "--", "see text", "W"])
def test_a_mark_that_we_cannot_read_keeps_a_result_from_being_in_range(mark):
    marked = observation("potassium", "4.2", "mmol/L", sender_flag=mark)

    found = classify(marked, panel_of(marked), CATALOGUE)

    assert found.result.outcome == Outcome(
        Kind.INDETERMINATE, reason=Reason.FLAG_UNREAD
    )
    assert [one.code for one in found.findings] == ["flag_unread"]
    assert found.result.flag_agrees is None


@pytest.mark.parametrize("mark", ["", "  ", None])
def test_no_mark_is_nothing_to_ask_about(mark):
    plain = observation("potassium", "4.2", "mmol/L", sender_flag=mark)

    found = classify(plain, panel_of(plain), CATALOGUE)

    assert (found.result.outcome.kind, found.findings) == (Kind.IN_RANGE, ())


def test_an_unread_mark_on_a_test_that_we_do_not_know_is_asked_about():
    marked = replace(
        observation("potassium", "9", "ng/L", sender_flag="!!"),
        analyte=None,
        name="Troponin",
    )

    found = classify(marked, panel_of(marked), CATALOGUE)

    assert [(one.code, one.subjects) for one in found.findings] == [
        ("flag_unread", ("Troponin",))
    ]


@pytest.mark.parametrize("ours", OURS)
@pytest.mark.parametrize("flag", [None, "", "X", "abnormal?", "H6"])
def test_a_flag_that_we_do_not_read_changes_nothing(ours, flag):
    met = reconcile(OURS[ours], read_flag(flag), Comparator.EQUAL)

    assert (met.outcome, met.agrees, met.critical) == (OURS[ours], None, False)


@pytest.mark.parametrize(
    ("flag", "comparator"),
    [
        ("<", Comparator.LESS),
        ("<", Comparator.AT_MOST),
        (">", Comparator.GREATER),
        (">", Comparator.AT_LEAST),
    ],
)
def test_a_flag_that_only_repeats_the_comparator_says_nothing_new(flag, comparator):
    met = reconcile(OURS["N"], read_flag(flag), comparator)

    assert (met.outcome, met.agrees) == (OURS["N"], None)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("H*", "H"),
        ("L*", "L"),
        ("HIGH", "H"),
        ("low", "L"),
        (" hh ", "HH"),
        ("Normal", "N"),
        ("Critical High", "HH"),
    ],
)
def test_what_some_sites_send_is_read(sent, code):
    assert read_flag(sent).code == code


def test_the_working_names_what_raised_an_urgency_and_nothing_calmer():
    findings = (
        Finding("calm", ("potassium",), Urgency.ROUTINE, "calm"),
        Finding("as_soon", ("potassium",), Urgency.SOON, "as_soon"),
        Finding("sooner", ("potassium",), Urgency.TODAY, "sooner"),
    )
    low = Outcome(Kind.OUT_OF_RANGE, Direction.LOW)
    decision = Decision(low, 2, Urgency.TODAY, findings=findings)

    settled = settle(decision, None, None, "potassium", CATALOGUE.settings)

    step = settled.steps[-1]
    assert (step.rule, step.gave) == ("urgency", "today")
    assert dict(step.inputs)["by_severity"] == "soon"
    assert dict(step.inputs)["raised_by"] == "sooner"


@pytest.mark.parametrize(
    ("name", "least", "severity", "expected"),
    [
        ("urgency_soon_from", 1, 2, Urgency.SOON),
        ("urgency_today_from", 2, 3, Urgency.TODAY),
        ("urgency_emergency_from", 3, 4, Urgency.EMERGENCY),
        ("urgency_soon_from", 2, 1, Urgency.ROUTINE),
    ],
)
def test_an_urgency_begins_at_a_severity_and_holds_above_it(
    name, least, severity, expected
):
    apart = {
        "urgency_soon_from": Decimal(2),
        "urgency_today_from": Decimal(9),
        "urgency_emergency_from": Decimal(9),
    }

    assert urgency_of(severity, {**apart, name: Decimal(least)}) is expected


def test_a_flag_says_how_far_from_usual_and_which_way():
    assert read_flag("HH") == Flag("HH", Level.CRITICAL, Direction.HIGH)


def flagged(value, flag):
    one = observation("potassium", value, "mmol/L", sender_flag=flag)
    return classify(one, panel_of(one), CATALOGUE)


def test_potassium_6_8_flagged_normal_is_critical_and_a_finding():
    found = flagged("6.8", "N")

    assert found.result.outcome == OURS["HH"]
    assert (found.result.code, found.result.urgency) == ("HH", Urgency.EMERGENCY)
    assert found.result.flag_agrees is False
    (conflict,) = found.findings
    assert conflict.code == "flag_conflict"
    assert conflict.params == (("ours", "HH"), ("theirs", "N"))


def test_potassium_4_2_flagged_critical_is_a_conflict_for_today():
    found = flagged("4.2", "HH")

    assert found.result.outcome == Outcome(Kind.CONFLICT, Direction.HIGH)
    assert (found.result.code, found.result.urgency) == ("HH", Urgency.TODAY)
    assert found.critical
    assert [finding.code for finding in found.findings] == ["flag_conflict"]


def test_potassium_4_2_flagged_low_is_a_conflict_to_look_at_soon():
    found = flagged("4.2", "L")

    assert found.result.outcome == Outcome(Kind.CONFLICT, Direction.LOW)
    assert (found.result.urgency, found.critical) == (Urgency.SOON, False)


def test_agreement_is_silent():
    found = flagged("3.1", "L")

    assert found.result.flag_agrees is True
    assert not found.findings


def test_an_unread_flag_is_kept():
    found = flagged("4.2", "see note")

    assert found.result.observation.sender_flag == "see note"
    assert found.result.flag_agrees is None


@pytest.mark.parametrize("flag", [None, *FLAGS])
@pytest.mark.parametrize("value", ["2.4", "3.1", "4.2", "5.4", "6.8"])
def test_no_flag_ever_lowers_what_a_result_says_alone(value, flag):
    alone, found = flagged(value, None), flagged(value, flag)

    assert found.result.urgency >= alone.result.urgency
    assert found.result.severity >= alone.result.severity
    assert found.critical or not alone.critical
    assert found.result.outcome.kind is not Kind.IN_RANGE or flag in {None, "N"}

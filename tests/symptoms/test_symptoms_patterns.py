"""Patterns over results: where each stands, where it does not, what settles it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference_ranges.interpretation import interpret
from reference_ranges.panel import ObservationStatus, ReportedSymptom
from reference_ranges.patterns import urgency_of_patterns
from reference_ranges.results import Urgency
from reference_ranges.triggers import make_triggers
from tests.core_panels import observation, panel_of
from tests.symptoms.shared import CATALOGUE, RULES, codes, facts_of, found, token


def with_patterns(patterns):
    """The catalogue with these patterns and no others."""
    triggers = make_triggers(patterns, lambda pattern: pattern.urgent)
    return replace(CATALOGUE, rules=replace(RULES, patterns=triggers))


EVERY = with_patterns(RULES.all_patterns)
NONE = with_patterns(())


def read(example, catalogue=EVERY):
    panel = panel_of(
        *(observation(*result.split()) for result in example.results),
        symptoms=tuple(ReportedSymptom(symptom) for symptom in example.symptoms),
        factors=frozenset(example.factors),
        conditions=frozenset(example.specimen),
    )
    return interpret(panel, catalogue)


BY_ID = {pattern.id: pattern for pattern in RULES.all_patterns}
ALL = pytest.mark.parametrize("pattern", BY_ID)


def test_all_patterns_are_shipped_and_those_from_memory_switched_off():
    active = {pattern.id for pattern in RULES.patterns}
    ours = {"drip_contamination", "delayed_sample"}

    assert (len(BY_ID.keys() - ours), len(active - ours)) == (34, 27)
    assert {BY_ID[one].evidence for one in BY_ID.keys() - active} == {"recalled"}


@ALL
def test_each_pattern_is_found_in_its_example_and_not_in_its_counter_example(pattern):
    row = BY_ID[pattern]

    assert pattern in codes(read(row.example).findings)
    assert pattern not in codes(read(row.counter).findings)


@ALL
def test_no_pattern_is_found_where_a_result_of_its_example_is_left_out(pattern):
    example = BY_ID[pattern].example
    less = replace(example, results=example.results[1:])

    assert pattern not in codes(read(less).findings)


@ALL
def test_no_pattern_lowers_an_urgency_or_silences_an_alert(pattern):
    row = BY_ID[pattern]

    for example in (row.example, row.counter):
        seen, unseen = read(example), read(example, NONE)
        assert seen.urgency >= unseen.urgency
        assert seen.critical == unseen.critical
        assert {one.name: one.outcome for one in seen.results} == {
            one.name: one.outcome for one in unseen.results
        }


@ALL
def test_each_pattern_asks_for_what_would_settle_it_and_was_not_sent(pattern):
    row = BY_ID[pattern]
    interpretation = read(row.example)
    sent = {one.observation.analyte for one in interpretation.results} | {
        one.observation.analyte for one in interpretation.derived
    }

    asked = {one.fact for one in interpretation.missing if one.why == pattern}

    assert row.settled_by
    assert asked == set(row.ask) - sent


@pytest.mark.parametrize(
    ("beside", "asked"),
    [
        ([], {"calcium_adjusted", "phosphate", "pth"}),
        (["pth 9.0 pmol/L"], {"calcium_adjusted", "phosphate"}),
        (["calcium_ionised 1.20 mmol/L"], {"phosphate", "pth"}),
        (["calcium_total 2.30 mmol/L"], {"albumin", "phosphate", "pth"}),
        (["calcium_total 2.30 mmol/L", "albumin 40 g/L"], {"phosphate", "pth"}),
        (["calcium_total 2.30 mmol/L", "albumin 18 g/L"], {"phosphate", "pth"}),
    ],
)
def test_no_test_is_asked_for_that_was_sent_or_that_another_stands_for(beside, asked):
    example = BY_ID["osteomalacia"].example
    more = replace(example, results=(*example.results, *beside))

    missing = read(more).missing

    assert {one.fact for one in missing if one.why == "osteomalacia"} == asked


def test_a_test_that_was_sent_in_vain_is_asked_for_as_one_that_was_sent():
    low = observation("potassium", "3.2", "mmol/L")

    asked = in_vain(low, withdrawn("magnesium"))

    assert asked == {("magnesium", ("potassium",), "low_k_no_mg")}


def test_a_test_in_vain_is_asked_for_by_a_link_and_by_a_test_that_is_none_alone():
    told = (ReportedSymptom("restless_legs"),)
    total, ferritin = (
        observation("calcium_total", "2.05", "mmol/L"),
        observation("ferritin", "50", "ug/L"),
    )

    alone = in_vain(total, withdrawn("albumin"))
    linked = in_vain(ferritin, withdrawn("tsat"), symptoms=told)

    assert ("albumin", ("calcium_total",), "proves_nothing_alone") in alone
    assert ("tsat", ("ferritin",), "rls_iron") in linked


def test_a_test_that_a_usable_one_stands_for_was_not_sent_in_vain():
    low_d = observation("vitamin_d_25oh", "15", "nmol/L")
    low_ca = observation("calcium_ionised", "1.00", "mmol/L")

    assert in_vain(low_d, low_ca, withdrawn("calcium_adjusted")) == set()


def withdrawn(analyte):
    """A result that the laboratory took back: sent, and of no use."""
    unit = CATALOGUE.analytes[analyte].si_unit
    return observation(analyte, "1", unit, status=ObservationStatus.CANCELLED)


def in_vain(*sent, **more):
    """The tests that were sent and are asked for again, for what, and by which rule."""
    missing = interpret(panel_of(*sent, **more), CATALOGUE).missing
    return {(one.fact, one.analytes, one.why) for one in missing if one.sent}


@ALL
def test_each_finding_says_what_would_settle_it(pattern):
    row = BY_ID[pattern]

    (found,) = [one for one in read(row.example).findings if one.code == pattern]

    assert found.settled_by == row.settled_by


AMOUNTS = {
    "potassium": ("2.0", "3.2", "4.2", "5.6", "6.4", "7.2"),
    "sodium": ("118", "128", "140", "152"),
    "magnesium": ("0.35", "0.60", "0.85", "1.15"),
    "calcium_adjusted": ("1.80", "2.05", "2.40", "2.75", "3.60"),
    "phosphate": ("0.4", "1.0", "2.0"),
    "bicarbonate": ("14", "25", "36"),
    "glucose": ("3.0", "5.0", "25"),
}
SENT = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in AMOUNTS.items()}
)
STATED = st.sets(st.sampled_from(sorted(RULES.conditions)), max_size=3)


@given(sent=SENT, conditions=STATED)
@settings(max_examples=200)
def test_what_is_stated_of_a_sample_never_lowers_an_alarm(sent, conditions):
    observations = [observation(name, sent[name], "mmol/L") for name in sorted(sent)]

    plain = interpret(panel_of(*observations), CATALOGUE)
    stated = interpret(
        panel_of(*observations, conditions=frozenset(conditions)), CATALOGUE
    )

    assert stated.urgency >= plain.urgency
    assert stated.critical == plain.critical


LOW_CA = "calcium_adjusted 2.05 mmol/L"


@pytest.mark.parametrize(
    ("pattern", "other", "value"),
    [
        ("low_mg_low_k", "potassium", "3.2"),
        ("low_mg_low_ca", "calcium_adjusted", "2.05"),
    ],
)
def test_magnesium_is_named_before_the_salt_that_it_holds_down(pattern, other, value):
    results = [f"{other} {value} mmol/L", "magnesium 0.60 mmol/L"]

    finding = next(one for one in found(results).findings if one.code == pattern)

    assert finding.subjects == ("magnesium", other)


SUSPECT = ["potassium 6.2 mmol/L", LOW_CA, "magnesium 0.60 mmol/L"]


def test_magnesium_stands_before_the_salts_of_its_urgency_and_after_what_is_worse():
    sent = [
        "magnesium 0.55 mmol/L",
        "potassium 3.0 mmol/L",
        "calcium_total 2.00 mmol/L",
    ]
    several = found([*sent, "albumin 40 g/L", "vitamin_d_25oh 8 nmol/L"])
    worse = found(["magnesium 0.60 mmol/L", "potassium 2.2 mmol/L"])

    patterns = [one.code for one in several.findings if one.code in BY_ID]
    assert patterns[:2] == ["low_mg_low_k", "low_mg_low_ca"]
    assert patterns.index("low_d_low_ca") > 1
    assert several.results[0].observation.analyte == "magnesium"
    assert [one.observation.analyte for one in worse.results] == [
        "potassium",
        "magnesium",
    ]


def test_a_suspected_edta_sample_keeps_its_alarm_and_loses_its_diagnoses():
    interpretation = found(SUSPECT, ["numbness"])

    assert "low_mg_low_ca" not in codes(interpretation.findings)
    assert interpretation.urgency.name in {"TODAY", "EMERGENCY"}
    assert token(interpretation, "calcium_adjusted", "numbness") == "cannot_assess"


def test_a_suspected_sample_names_a_result_that_is_itself_in_question():
    results = ["potassium 7.2 mmol/L", "calcium_total 1.20 mmol/L"]

    (suspicion,) = [
        one for one in found(results).findings if one.code == "edta_contamination"
    ]

    assert suspicion.subjects == ("potassium", "calcium_total")


def test_a_pattern_that_a_bad_sample_holds_back_keeps_its_urgency():
    results = ["sodium 128 mmol/L", "potassium 5.6 mmol/L"]

    good = found(results)
    bad = found(results, conditions=frozenset({"haemolysed"}))

    assert "addison" not in codes(bad.findings)
    assert bad.urgency >= good.urgency


def test_a_line_that_reassures_decides_what_is_said_and_never_how_soon():
    tests = ["crp 40 mg/L", "tsat 12 %"]

    said = found([*tests, "ferritin 100 ug/L"])
    unsaid = found([*tests, "ferritin 14 ug/L"])

    assert "id_hidden" in codes(said.findings)
    assert "id_hidden" not in codes(unsaid.findings)
    assert urgency_of(tests) is Urgency.SOON


def urgency_of(results):
    """The urgency of the patterns alone, before any result's own."""
    panel = panel_of(*(observation(*result.split()) for result in results))
    return urgency_of_patterns(facts_of(panel))


def test_what_supports_a_pattern_is_named_after_what_makes_it():
    results = ["ferritin 8 ug/L", "haemoglobin 95 g/L", "tsat 8 %"]

    finding = next(one for one in found(results).findings if one.code == "ida")

    assert finding.subjects == ("ferritin", "haemoglobin", "tsat")

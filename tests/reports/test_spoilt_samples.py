"""A fault of the sample holds its results back, is said first, and quiets no alarm."""

from dataclasses import replace

import pytest

from reference_ranges.interpretation import interpret
from reference_ranges.relations import ResultSummary, Token
from reference_ranges.results import Urgency
from reports.wording import load_wording, locales
from tests.reports.panels import CATALOGUE, observation, page_of, panel_of
from tests.reports.prose import text_of

# The fault, its caution, what a laboratory writes of it, a result that it pushes out,
# and the same test in range.
FAULTS = [
    ("haemolysed", "haemolysis", "Sample haemolysed", "potassium", "5.9", "4.2"),
    ("haemolysed", "haemolysis", "Gross haemolysis", "magnesium", "1.9", "0.8"),
    ("edta_contamination", "edta", "?EDTA", "potassium", "5.9", "4.2"),
    (
        "edta_contamination",
        "edta",
        "EDTA contamination",
        "calcium_total",
        "2.05",
        "2.3",
    ),
    ("delayed_separation", "delayed_separation", "", "potassium", "5.9", "4.2"),
    ("prolonged_tourniquet", "tourniquet", "", "calcium_total", "2.70", "2.3"),
    ("high_cell_count", "pseudohyperkalaemia", "", "potassium", "5.9", "4.2"),
]
SYMPTOMS = ["weakness", "tingling_limbs", "muscle_cramp"]
WAYS = [
    (fault, way)
    for fault in FAULTS
    for way in ("stated", "commented")
    if way == "stated" or fault[2]
]
ways = pytest.mark.parametrize(("fault", "way"), WAYS)


def found_with(fault, way, value):
    condition, _, comment, analyte, *_ = fault
    one = observation(analyte, value, "mmol/L")
    if way == "commented":
        one = replace(one, comment=comment)
        return interpret(panel_of(one, symptoms=SYMPTOMS), CATALOGUE)
    stated = frozenset({condition})
    return interpret(panel_of(one, symptoms=SYMPTOMS, conditions=stated), CATALOGUE)


@ways
def test_no_result_that_it_pushed_is_held_against_a_symptom(fault, way):
    (result,) = found_with(fault, way, fault[4]).results

    assert result.summary is ResultSummary.NOT_USABLE
    assert {one.token for one in result.relations} <= {
        Token.CANNOT_ASSESS,
        Token.NOT_RELATED,
    }
    assert any(one.token is Token.CANNOT_ASSESS for one in result.relations)


@ways
def test_a_result_that_would_be_in_range_is_left_open(fault, way):
    (result,) = found_with(fault, way, fault[5]).results

    assert result.outcome.words == "indeterminate specimen_unfit"
    assert result.settled_by == ("new_sample",)


@pytest.mark.parametrize("locale", ["en-GB", "en-US"])
@pytest.mark.parametrize("place", [4, 5])
@ways
def test_the_card_begins_with_it(fault, way, place, locale):
    page = page_of(found_with(fault, way, fault[place]), locale)

    texts = list(page.cards[0].texts)
    if way == "commented":
        assert fault[2] in texts.pop(0)  # the laboratory's own words, nothing of ours
    assert texts[0] == load_wording(locale).say(f"cautions.{fault[1]}")


@ways
def test_it_comes_first_among_the_cautions(fault, way):
    found = found_with(fault, way, fault[4])

    first, *_ = found.cautions
    assert (first.code, first.effect) == (fault[1], "sample")
    assert found.results[0].cautions[0] == fault[1]


@ways
def test_it_lowers_no_urgency(fault, way):
    plain = observation(fault[3], fault[4], "mmol/L")

    without = interpret(panel_of(plain, symptoms=SYMPTOMS), CATALOGUE)

    assert (
        found_with(fault, way, fault[4]).urgency >= without.urgency >= Urgency.ROUTINE
    )


# A fault, the caution on it, and a result that it pushed to where it cannot wait.
PRESSING = [
    ("haemolysed", "haemolysis", "potassium", "6.6"),
    ("edta_contamination", "edta", "potassium", "6.6"),
    ("delayed_separation", "delayed_separation", "potassium", "6.6"),
    ("high_cell_count", "pseudohyperkalaemia", "potassium", "6.6"),
    ("drip_arm", "drip_arm", "sodium", "118"),
    ("prolonged_tourniquet", "tourniquet", "calcium_total", "3.6"),
    ("sample_doubted", "sample_doubted", "sodium", "118"),
]


@pytest.mark.parametrize(("condition", "caution", "analyte", "value"), PRESSING)
def test_an_alert_says_first_what_was_wrong_with_the_sample(
    condition, caution, analyte, value
):
    panel = panel_of(
        observation(analyte, value, "mmol/L"), conditions=frozenset({condition})
    )
    (alert,) = page_of(interpret(panel, CATALOGUE)).alerts

    assert alert.items[0] == load_wording("en-GB").say(f"cautions.{caution}")
    assert analyte.partition("_")[0] in alert.items[1]


def test_a_fault_that_pushes_the_other_way_is_not_said_in_an_alert():
    panel = panel_of(
        observation("potassium", "2.2", "mmol/L"), conditions=frozenset({"haemolysed"})
    )
    (alert,) = page_of(interpret(panel, CATALOGUE)).alerts

    assert load_wording("en-GB").say("cautions.haemolysis") not in alert.items


@pytest.mark.parametrize("stated", [(), ("edta_contamination",)])
@pytest.mark.parametrize(
    ("potassium", "calcium"), [("6.9", "1.2"), ("6.2", "1.5"), ("6.6", "1.7")]
)
def test_what_the_numbers_say_of_a_sample_is_said_once(stated, potassium, calcium):
    rows = [("potassium", potassium, "mmol/L"), ("calcium_total", calcium, "mmol/L")]
    panel = panel_of(*[observation(*row) for row in rows], conditions=frozenset(stated))
    found = interpret(panel, CATALOGUE)
    (alert,) = page_of(found).alerts

    assert "edta_contamination" in {one.code for one in found.findings}
    assert sum("wrong tube" in item for item in alert.items) == 1


@pytest.mark.parametrize("locale", locales())
@pytest.mark.parametrize("condition", sorted(CATALOGUE.rules.conditions))
def test_what_was_stated_of_a_sample_is_told_even_where_no_rule_knows_its_tests(
    condition, locale
):
    stated = frozenset({condition})
    panel = panel_of(observation("ferritin", "120", "ug/L"), conditions=stated)
    found = interpret(panel, CATALOGUE)
    (caution,) = [one for one in found.cautions if one.effect == "sample"]
    words = load_wording(locale).say(f"cautions.{caution.code}")

    assert words in text_of(page_of(found, locale))


def test_of_a_sample_with_two_faults_what_they_do_is_said_once():
    stated = frozenset({"icteric", "lipaemic"})
    panel = panel_of(observation("ferritin", "120", "ug/L"), conditions=stated)

    said = " ".join(page_of(interpret(panel, CATALOGUE)).summary.lead)

    assert "The sample was yellow." in said
    assert "The sample was cloudy with fat." in said
    assert said.count("This can change some results.") == 1

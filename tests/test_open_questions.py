"""Whatever is left open, the one fact that would settle it is named."""

from dataclasses import replace
from datetime import date

import pytest

from reference_ranges.classification import classify
from reference_ranges.interpretation import interpret
from reference_ranges.judging.open_questions import CONFLICT_SETTLED_BY, SETTLED_BY
from reference_ranges.panel import Observation, ObservationStatus, Person, Reason
from reference_ranges.partitions import Age, AgeRange, Pregnancy, Sex
from reference_ranges.readings import lab_interval
from reference_ranges.results import Kind
from reports.wording import load_wording
from service.api.result_schemas import ResultSchema
from service.app import create_app
from service.settings import load_settings
from tests.reports.panels import CATALOGUE, adult, observation, page_of, panel_of
from tests.reports.prose import text_of

POTASSIUM = observation("potassium", "4.2", "mmol/L")
FERRITIN = observation("ferritin", "20", "ug/L")
LOCALES = ("en-GB", "en-US")


def refused(reason):
    return replace(POTASSIUM, refusal=reason, reading=None), {}


def aged(youngest, oldest):
    day = date(2026, 11, 20)
    ages = [
        Age.between(day.replace(year=day.year - y), day) for y in (youngest, oldest)
    ]
    return AgeRange(*ages)


# For every reason a result that is left open for it, and whose it is.
OPEN = {
    Reason.STRADDLES_LIMIT: (observation("potassium", "<3.6", "mmol/L"), {}),
    Reason.GREY_ZONE: (observation("vitamin_b12", "160", "pmol/L"), {}),
    Reason.AGE_NEEDED: (
        observation("phosphate", "1.6", "mmol/L"),
        {"person": Person(aged(10, 30), Sex.MALE, Pregnancy.NO)},
    ),
    Reason.SEX_NEEDED: (
        observation("haemoglobin", "125", "g/L"),
        {"person": adult(Sex.UNKNOWN)},
    ),
    Reason.PREGNANCY_NEEDED: (
        observation("haemoglobin", "112", "g/L"),
        {"person": adult(Sex.FEMALE, pregnancy=Pregnancy.UNKNOWN)},
    ),
    Reason.WEEKS_NEEDED: (
        observation("haemoglobin", "107", "g/L"),
        {"person": adult(Sex.FEMALE, pregnancy=Pregnancy.YES)},
    ),
    Reason.FACTS_NEEDED: (
        observation("haemoglobin", "112", "g/L"),
        {"person": Person(None, Sex.UNKNOWN, Pregnancy.UNKNOWN)},
    ),
    Reason.SPECIMEN_UNFIT: (POTASSIUM, {"conditions": frozenset({"haemolysed"})}),
    Reason.FLAG_UNREAD: (replace(POTASSIUM, sender_flag="??"), {}),
    Reason.INTERVAL_DOUBTFUL: (
        replace(POTASSIUM, lab_interval=lab_interval("135-145")),
        {},
    ),
    Reason.UNIT_QUESTION: (observation("magnesium", "2.0", "mmol/L"), {}),
    Reason.ANALYTE_NOT_SUPPORTED: (Observation(None, "ALT", "22", "U/L"), {}),
    Reason.WRONG_SPECIMEN: (POTASSIUM, {"specimen": "urine"}),
    Reason.IMPLAUSIBLE: (observation("haemoglobin", "700", "g/L"), {}),
    Reason.SUSPECTED_UNIT_MIX_UP: (
        observation(
            "vitamin_d_25oh", "20", "ng/mL", lab_interval=lab_interval("50-125")
        ),
        {},
    ),
    Reason.STATUS_NOT_USABLE: (
        replace(POTASSIUM, status=ObservationStatus.CANCELLED),
        {},
    ),
    Reason.NO_LIMIT: (
        observation("vitamin_b12", "300", "ng/L"),
        {"person": adult(Sex.FEMALE, years=2)},
    ),
    **{
        reason: refused(reason)
        for reason in (
            Reason.WRONG_MEASURAND,
            Reason.UNIT_MISSING,
            Reason.UNIT_NOT_ALLOWED,
            Reason.VALUE_NOT_READ,
            Reason.VALUE_MISSING,
        )
    },
    Reason.UNIT_PROPERTY_MISMATCH: (
        replace(POTASSIUM, refusal=Reason.UNIT_PROPERTY_MISMATCH),
        {},
    ),
}


def interpreted(reason):
    one, facts = OPEN[reason]
    return interpret(panel_of(one, **facts), CATALOGUE)


def test_there_is_a_fact_and_an_example_for_every_reason():
    assert set(SETTLED_BY) == set(OPEN) == set(Reason)


@pytest.mark.parametrize("reason", Reason)
def test_a_result_left_open_names_the_fact_that_would_settle_it(reason):
    found = interpreted(reason)

    (result,) = found.results
    assert result.outcome.reason is reason
    expected = SETTLED_BY[reason]
    if expected:
        assert result.settled_by == (expected,)
    else:  # several facts of the patient, each of them one that is in question
        assert set(result.settled_by) <= {"age", "sex", "pregnancy"}
        assert len(result.settled_by) > 1
    asked = {one.fact for one in found.missing if one.why == reason}
    assert asked == set(result.settled_by)


@pytest.mark.parametrize("reason", Reason)
def test_the_answer_names_it(reason):
    (result,) = interpreted(reason).results

    answered = ResultSchema().dump(result)

    assert answered["reason"] == reason
    assert answered["settled_by"] == list(result.settled_by)
    assert answered["settled_by"]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("reason", Reason)
def test_the_page_says_it_in_plain_words(reason, locale):
    text = text_of(page_of(interpreted(reason), locale))

    assert load_wording(locale).say(f"reasons.{reason}.settle") in text


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """The desk's words, as its pages use them."""
    folder = tmp_path_factory.mktemp("words")
    app = create_app(load_settings({"PLAINLAB_VAR": str(folder)}))
    return app.jinja_env.get_template("_words.html").module


def test_the_desk_has_words_for_every_reason_and_every_fact(desk):
    facts = {*SETTLED_BY.values(), CONFLICT_SETTLED_BY} - {""}

    assert set(desk.reasons) == set(Reason)
    assert facts <= set(desk.missing_facts)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_conflict_with_the_sender_names_what_would_settle_it(locale):
    found = interpret(panel_of(replace(POTASSIUM, sender_flag="HH")), CATALOGUE)

    (result,) = found.results
    fact = load_wording(locale).say(f"missing.{CONFLICT_SETTLED_BY}")
    assert result.outcome.kind is Kind.CONFLICT
    assert result.settled_by == (CONFLICT_SETTLED_BY,)
    assert fact in text_of(page_of(found, locale))


@pytest.mark.parametrize("value", ["4.2", "5.9", "2.0"])
def test_what_is_settled_asks_for_nothing(value):
    one = observation("potassium", value, "mmol/L")

    assert classify(one, panel_of(one), CATALOGUE).result.settled_by == ()

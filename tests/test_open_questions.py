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
    Reason.GREY_ZONE: (observation("vitamin_d_25oh", "40", "nmol/L"), {}),
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


GREY_TESTS = {
    # NICE NG239, 180 to 350 ng/L; active B12 25 to 70 pmol/L
    ("vitamin_b12", "250", "ng/L", "uk", ""): ["homocysteine", "mma"],
    ("active_b12", "50", "pmol/L", "uk", ""): ["homocysteine", "mma"],
    ("vitamin_b12", "300", "pg/mL", "us", ""): ["mma"],
    ("ferritin", "60", "ug/L", "uk", "inflammation"): ["tsat"],
    # nothing is named for these
    ("ferritin", "40", "ug/L", "uk", ""): ["doctors_view"],
    ("vitamin_d_25oh", "40", "nmol/L", "uk", ""): ["doctors_view"],
}


def grey(sent, *beside):
    analyte, value, unit, profile, factor = sent
    more = {"profile": profile, "factors": [factor] if factor else []}
    seen = observation(analyte, value, unit)
    return interpret(panel_of(seen, *beside, **more), CATALOGUE)


@pytest.mark.parametrize("sent", GREY_TESTS)
def test_a_grey_zone_names_the_test_that_a_source_names_for_it_and_no_other(sent):
    made = grey(sent)

    (result,) = made.results
    assert result.outcome.reason is Reason.GREY_ZONE
    assert sorted(result.settled_by) == GREY_TESTS[sent]
    assert [one.fact for one in made.missing if one.why == "grey_zone"] == (
        GREY_TESTS[sent]
    )


def test_a_test_that_was_sent_and_could_be_used_is_not_asked_for():
    sent = ("ferritin", "60", "ug/L", "uk", "inflammation")
    used = observation("tsat", "25", "%")
    lost = replace(used, status=ObservationStatus.CANCELLED)

    assert [one.fact for one in grey(sent, used).missing] == []
    assert "tsat" in [one.fact for one in grey(sent, lost).missing]


@pytest.mark.parametrize(
    ("locale", "promise", "none"),
    [
        (
            "en-GB",
            "may help to tell",
            "Ask your doctor or nurse what it means for you.",
        ),
        (
            "en-US",
            "may help to tell",
            "Ask your doctor or nurse what it means for you.",
        ),
        ("es", "puede ayudar a saberlo", "qué significa para usted."),
        ("ar", "ما قد يساعد على المعرفة", "عما يعنيه هذا لك."),
    ],
)
def test_the_page_promises_no_test_that_no_source_names(locale, promise, none):
    named = grey(("vitamin_b12", "250", "ng/L", "uk", ""))
    unnamed = grey(("vitamin_d_25oh", "40", "nmol/L", "uk", ""))

    (asks,), (asks_not,) = (
        page_of(one, locale=locale).cards for one in (named, unnamed)
    )

    assert promise in " ".join(asks.texts)
    assert none not in " ".join(asks.texts)
    assert promise not in " ".join(asks_not.texts)
    assert none in " ".join(asks_not.texts)


def test_a_test_that_is_named_for_a_grey_zone_is_asked_for_at_the_visit():
    page = page_of(grey(("ferritin", "60", "ug/L", "uk", "inflammation")))

    assert "iron in transport" in " ".join(page.cards[0].texts)
    assert any("iron in transport" in one for one in page.visit.items)

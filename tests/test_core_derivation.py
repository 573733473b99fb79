"""Computed values: adjusted calcium and eGFR, and when they are not computed."""

import csv
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from reference_ranges.classification import court_of
from reference_ranges.derivation import derive
from reference_ranges.errors import CatalogueError
from reference_ranges.interpretation import interpret
from reference_ranges.loading import DATA, load_catalogue
from reference_ranges.loading.formula_rows import read_formulas
from reference_ranges.loading.tables import Table
from reference_ranges.panel import AgeRange, Person, Reason
from reference_ranges.partitions import Age, Pregnancy, Sex
from reference_ranges.results import Kind
from tests.conftest import SAMPLES
from tests.core_panels import DAY, WOMAN, aged, observation, panel_of

CATALOGUE = load_catalogue()
FORMULAS = CATALOGUE.formulas
VECTORS = SAMPLES / "formulas" / "vectors.csv"

CALCIUM = ("calcium_total", "2.10", "mmol/L")
ALBUMIN = ("albumin", "30", "g/L")
CREATININE = ("creatinine", "76", "umol/L")


def derived(*results, person=WOMAN, profile="uk"):
    observations = [observation(*result) for result in results]
    panel = panel_of(*observations, person=person, profile=profile)
    return computed(panel, CATALOGUE)


def computed(panel, catalogue):
    court = court_of(panel, catalogue)
    reported = [court.judge(one) for one in panel.observations]
    return derive(reported, panel, catalogue, court)


def values(found):
    return {
        one.result.observation.analyte: one.result.observation.value_text
        for one in found.classified
    }


def reasons(found):
    return {
        finding.subjects[0]: " ".join(
            text for name, text in finding.params if name in {"input", "why"}
        )
        for finding in found.findings
    }


@pytest.mark.parametrize(
    ("calcium", "albumin", "adjusted"),
    [
        (("2.10", "mmol/L"), ("30", "g/L"), "2.30"),
        (("1.83", "mmol/L"), ("26", "g/L"), "2.11"),
        (("2.35", "mmol/L"), ("4.5", "g/dL"), "2.25"),
        (("8.0", "mg/dL"), ("2.5", "g/dL"), "9.2"),
        (("9.0", "mg/dL"), ("40", "g/L"), "9.0"),
        (("4.2", "meq/L"), ("30", "g/L"), "2.30"),
    ],
)
def test_calcium_is_adjusted_by_albumin_in_the_unit_it_came_in(
    calcium, albumin, adjusted
):
    found = derived(("calcium_total", *calcium), ("albumin", *albumin))

    assert values(found) == {"calcium_adjusted": adjusted}


def test_a_computed_value_is_judged_like_a_reported_one_and_shows_its_working():
    found = derived(CALCIUM, ALBUMIN)

    (one,) = found.classified
    assert one.result.outcome.kind is Kind.IN_RANGE
    assert one.result.derived_by == "adjusted_calcium_payne"
    assert one.result.trace[0].source == "payne1973"
    assert one.result.trace[0].inputs == (
        ("formula", "calcium_total - 0.02 x (albumin - 40)"),
        ("calcium_total", "2.10 mmol/L"),
        ("albumin", "30 g/L"),
    )


def test_an_input_that_was_converted_keeps_its_digits_whatever_came_before():
    for text in ("2.1", "2.10", "2.100"):
        found = derived(("calcium_total", text, "mmol/L"), ("albumin", "3.0", "g/dL"))

        (step, *_) = found.classified[0].result.trace
        assert dict(step.inputs)["calcium_total"] == f"{text} mmol/L"
        assert dict(step.inputs)["albumin_from"] == "3.0 g/dL x 10"


def test_an_interpretation_has_its_computed_values():
    observations = [observation(*one) for one in (CALCIUM, ALBUMIN, CREATININE)]

    found = interpret(panel_of(*observations), CATALOGUE)

    assert {result.derived_by for result in found.derived} == {
        "adjusted_calcium_payne",
        "egfr_ckd_epi_2021",
    }


@pytest.mark.parametrize(
    ("creatinine", "birth", "sex", "egfr"),
    [
        ("0.7", date(1986, 11, 20), Sex.FEMALE, "112"),
        ("0.9", date(1986, 11, 20), Sex.MALE, "111"),
        ("1.0", date(1976, 11, 20), Sex.FEMALE, "69"),
        ("1.0", date(1976, 11, 20), Sex.MALE, "92"),
        ("0.9", date(1971, 11, 20), Sex.FEMALE, "75"),
        ("1.5", date(1956, 11, 20), Sex.FEMALE, "37"),
    ],
)
def test_egfr_is_computed_as_a_whole_number(creatinine, birth, sex, egfr):
    person = Person(aged(birth), sex, Pregnancy.NO)

    found = derived(("creatinine", creatinine, "mg/dL"), person=person)

    assert values(found) == {"egfr": egfr}


def ckd_epi_2021(creatinine, sex, years):
    """The equation as it is printed, in binary numbers."""
    kappa, below, factor = {
        Sex.FEMALE: (0.7, -0.241, 1.012),
        Sex.MALE: (0.9, -0.302, 1),
    }[sex]
    ratio = creatinine / kappa
    powers = min(ratio, 1) ** below * max(ratio, 1) ** -1.200
    return 142 * powers * 0.9938**years * factor


@pytest.mark.parametrize("sex", [Sex.FEMALE, Sex.MALE])
@pytest.mark.parametrize("creatinine", ["0.3", "0.5", "0.7", "0.9", "1.1", "1.7", "6"])
@pytest.mark.parametrize("years", [18, 40, 90])
def test_egfr_is_the_printed_equation_on_both_sides_of_its_bend(creatinine, sex, years):
    found = FORMULAS.egfr.egfr(Decimal(creatinine), sex, years)

    printed = ckd_epi_2021(float(creatinine), sex, years)
    assert float(found) == pytest.approx(printed, rel=1e-12)
    assert len(found.as_tuple().digits) == 28


MAN = Person(aged(date(1981, 6, 1)), Sex.MALE, Pregnancy.UNKNOWN)
CHILD = replace(WOMAN, age=aged(date(2015, 1, 1)))
OLD = replace(WOMAN, age=aged(date(1950, 1, 1)), pregnancy=Pregnancy.UNKNOWN)
ABOUT_40 = replace(
    WOMAN,
    age=AgeRange(
        Age.between(date(1986, 12, 31), DAY), Age.between(date(1986, 1, 1), DAY)
    ),
)
ABOUT_18 = replace(
    WOMAN,
    age=AgeRange(
        Age.between(date(2008, 12, 31), DAY), Age.between(date(2008, 1, 1), DAY)
    ),
)
NO_AGE = replace(WOMAN, age=None)


@pytest.mark.parametrize("person", [MAN, OLD])
def test_pregnancy_is_asked_only_where_it_is_possible(person):
    assert "calcium_adjusted" in values(derived(CALCIUM, ALBUMIN, person=person))


NOT_COMPUTED = [
    ([CALCIUM], WOMAN, "not_sent albumin", ["albumin"]),
    ([CALCIUM, ("albumin", "19", "g/L")], WOMAN, "outside_validity albumin", []),
    ([CALCIUM, ("albumin", "51", "g/L")], WOMAN, "outside_validity albumin", []),
    ([CALCIUM, ("albumin", "<30", "g/L")], WOMAN, "not_exact albumin", []),
    ([CALCIUM, ALBUMIN, ALBUMIN], WOMAN, "more_than_one albumin", []),
    ([CALCIUM, ("albumin", "3.0", "g/L")], WOMAN, "not_usable albumin", []),
    (
        [CALCIUM, ALBUMIN, ("egfr", "59", "mL/min/{1.73_m2}")],
        WOMAN,
        "outside_validity egfr",
        [],
    ),
    (
        [CALCIUM, ALBUMIN, ("creatinine", "300", "umol/L")],
        WOMAN,
        "outside_validity egfr",
        [],
    ),
    ([CALCIUM, ALBUMIN], CHILD, "not_an_adult", []),
    ([CALCIUM, ALBUMIN], NO_AGE, "age_not_known", ["age"]),
    ([CALCIUM, ALBUMIN], ABOUT_18, "age_not_known", ["age"]),
    ([CALCIUM, ALBUMIN], replace(WOMAN, pregnancy=Pregnancy.YES), "pregnant", []),
    (
        [CALCIUM, ALBUMIN],
        replace(WOMAN, pregnancy=Pregnancy.UNKNOWN),
        "pregnancy_not_known",
        ["pregnancy"],
    ),
]


@pytest.mark.parametrize(("results", "person", "why", "missing"), NOT_COMPUTED)
def test_calcium_is_not_adjusted_outside_its_validity(results, person, why, missing):
    found = derived(*results, person=person)

    assert "calcium_adjusted" not in values(found)
    assert reasons(found)["calcium_adjusted"] == why
    assert [
        one.fact for one in found.missing if one.analytes == ("calcium_adjusted",)
    ] == missing


@pytest.mark.parametrize(
    ("results", "person", "why"),
    [
        ([CREATININE], CHILD, "not_an_adult"),
        ([CREATININE], NO_AGE, "age_not_known"),
        ([CREATININE], ABOUT_40, "age_not_known"),
        ([CREATININE], replace(WOMAN, sex=Sex.UNKNOWN), "sex_not_known"),
        ([CREATININE], replace(WOMAN, sex=Sex.OTHER), "sex_not_known"),
        ([CREATININE], replace(WOMAN, pregnancy=Pregnancy.YES), "pregnant"),
        ([CREATININE, CREATININE], WOMAN, "more_than_one creatinine"),
        ([("creatinine", "1.0", "umol/L")], WOMAN, "not_usable creatinine"),
    ],
)
def test_egfr_is_not_computed_outside_its_validity(results, person, why):
    found = derived(*results, person=person)

    assert values(found) == {}
    assert reasons(found) == {"egfr": why}


def test_what_dialysis_has_cleared_says_nothing_of_the_kidneys_nor_of_calcium():
    """A creatinine of 44 after dialysis would be an eGFR of 109: in range."""
    sent = [observation(*one) for one in (CREATININE, CALCIUM, ALBUMIN)]
    panel = panel_of(*sent, factors=frozenset({"dialysis"}))

    found = computed(panel, CATALOGUE)

    assert values(found) == {}
    assert reasons(found) == {
        "egfr": "not_for_this_patient",
        "calcium_adjusted": "not_for_this_patient",
    }


def test_pregnancy_that_is_not_known_is_asked_where_age_is_not_known_either():
    nobody = Person(sex=Sex.FEMALE)

    assert reasons(derived(CALCIUM, ALBUMIN, person=nobody)) == {
        "calcium_adjusted": "age_not_known"
    }


def test_a_teenagers_pregnancy_is_not_assumed():
    young = replace(WOMAN, age=aged(date(2008, 1, 1)), pregnancy=Pregnancy.UNKNOWN)

    assert reasons(derived(CREATININE, person=young)) == {"egfr": "pregnancy_not_known"}


@pytest.mark.parametrize(
    ("years", "possible"), [(44, False), (45, True), (49, True), (50, False)]
)
def test_a_pregnancy_is_possible_between_the_ages_of_the_data_file(years, possible):
    ages = replace(FORMULAS, pregnancy_from_years=45, pregnancy_to_years=50)
    aged_so = aged(DAY.replace(year=DAY.year - years))
    person = replace(WOMAN, age=aged_so, pregnancy=Pregnancy.UNKNOWN)
    panel = panel_of(observation(*CREATININE), person=person)

    found = computed(panel, replace(CATALOGUE, formulas=ages))

    assert reasons(found) == ({"egfr": "pregnancy_not_known"} if possible else {})


@pytest.mark.parametrize("albumin", ["20", "50"])
@pytest.mark.parametrize("egfr", [[], [("egfr", "60", "mL/min/{1.73_m2}")]])
def test_calcium_is_adjusted_up_to_the_limits_of_its_validity(albumin, egfr):
    found = derived(CALCIUM, ("albumin", albumin, "g/L"), *egfr)

    assert "calcium_adjusted" in values(found)


def test_of_a_test_that_came_twice_the_first_says_in_which_unit():
    # nothing comes in the unit of the binding capacity then: transferrin is taken
    found = derived(
        ("iron", "10", "umol/L"),
        ("tibc", "391", "ug/dL"),
        ("tibc", "70", "umol/L"),
        ("transferrin", "2.8", "g/L"),
    )

    assert values(found)["tsat"] == "14.2"


def test_a_value_whose_unit_is_in_question_is_no_input():
    asked = observation("calcium_total", "1.20", "mmol/L")
    panel = panel_of(asked, observation(*ALBUMIN))
    outcome = court_of(panel, CATALOGUE).judge(asked).result.outcome

    assert outcome.reason is Reason.UNIT_QUESTION
    assert reasons(computed(panel, CATALOGUE)) == {
        "calcium_adjusted": "not_usable calcium_total"
    }


def test_an_input_in_another_unit_is_shown_with_nine_decimals_at_most():
    (one,) = derived(("creatinine", "76.123456", "umol/L")).classified

    assert dict(one.result.trace[0].inputs)["creatinine"] == "0.861108534 mg/dL"


@pytest.mark.parametrize(
    "results",
    [
        [CALCIUM, ALBUMIN, ("calcium_adjusted", "2.31", "mmol/L")],
        [CREATININE, ("egfr", "80", "mL/min/{1.73_m2}")],
        [ALBUMIN],
        [],
    ],
)
def test_the_laboratorys_own_value_is_preferred_and_nothing_is_made_of_nothing(results):
    found = derived(*results)

    assert values(found) == {}
    assert not found.findings


def test_a_row_that_was_refused_is_no_input():
    refused = replace(observation(*ALBUMIN), refusal=Reason.WRONG_MEASURAND)
    panel = panel_of(observation(*CALCIUM), refused)

    found = computed(panel, CATALOGUE)

    assert reasons(found) == {"calcium_adjusted": "not_usable albumin"}


def test_an_input_of_zero_is_no_input():
    zero = derived(("creatinine", "0", "umol/L"))

    assert reasons(zero) == {"egfr": "not_usable creatinine"}


def test_a_formula_that_is_switched_off_computes_nothing():
    off = replace(FORMULAS, egfr=None, others=())
    catalogue = replace(CATALOGUE, formulas=off)
    panel = panel_of(*(observation(*one) for one in (CALCIUM, ALBUMIN, CREATININE)))

    found = computed(panel, catalogue)

    assert (values(found), found.findings) == ({}, ())


def rows(*formulas):
    if not VECTORS.is_file():
        return []
    with VECTORS.open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["formula"] in formulas]


def inputs(row):
    return dict(pair.split("=") for pair in row["inputs"].split(";"))


needs_vectors = pytest.mark.skipif(
    not VECTORS.is_file(), reason="samples/formulas is not at hand"
)


@needs_vectors
@pytest.mark.parametrize(
    "row", rows("egfr_ckd_epi_2021_cr"), ids=lambda row: row["inputs"]
)
def test_egfr_agrees_with_published_vectors(row):
    given = inputs(row)
    sex = Sex.FEMALE if given["sex"] == "F" else Sex.MALE

    found = FORMULAS.egfr.egfr(
        Decimal(given["creatinine_mg_dl"]), sex, int(given["age"])
    )

    assert round(found, 2) == Decimal(row["expected"])


def broken(old, new):
    text = (DATA / "formulas.toml").read_text("utf-8")
    assert old in text
    return text.replace(old, new)


def reread(tmp_path, text):
    (tmp_path / "formulas.toml").write_text(text, "utf-8")
    table = Table.read(tmp_path, "formulas.toml")
    table.whole("schema")
    table.table("review")
    known = CATALOGUE.analytes, CATALOGUE.sources, CATALOGUE.rules.factors
    return read_formulas(table, *known)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("years_from = 18\nsource", "foo = 1\nsource", "unknown key 'foo'"),
        ('source     = "payne1973"', 'source = "nobody"', "unknown source 'nobody'"),
        ('unit = "mg/dL" }]', 'unit = "mol/L" }]', "unknown unit 'mol/L'"),
        ("at_least = 20, at_most = 50", "at_least = 50, at_most = 20", "ends before"),
        ("years_from = 12", "years_from = 60", "'years_from' must be below"),
        ("[[formula.variant]]", "[[formula.variants]]", "no variant"),
        ("kappa_male      = 0.9", "", "missing key 'kappa_male'"),
        ('["calcium_total"]', "[]", "'starts' is empty"),
        ('["dialysis"]', '["washing"]', "unknown not_with 'washing'"),
        ('["calcium_total"]', '["calcium"]', "unknown starts 'calcium'"),
        ('["anion_gap_any"]', '["gap"]', "unknown unless 'gap'"),
        ("times = 0.02", "times = 0", "must be above 0"),
        (
            '{ analyte = "tibc", unit = "umol/L" }',
            '{ analyte = "anion_gap", unit = "mmol/L" }',
            "anion_gap may be 0",
        ),
        (
            'plus     = [{ analyte = "calcium_total"',
            'over = [{ analyte = "calcium_total"',
            "nothing to start from",
        ),
    ],
)
def test_a_broken_formula_is_refused_by_file_and_row(tmp_path, old, new, why):
    with pytest.raises(CatalogueError, match=r"formulas\.toml: .*" + why):
        reread(tmp_path, broken(old, new))


def test_a_formula_may_be_switched_off_in_the_file(tmp_path):
    text = (DATA / "formulas.toml").read_text("utf-8")
    off = re.sub(r'(engineering.*\n)?status( *)= "active"', _off, text)

    assert reread(tmp_path, off).all == ()


def _off(found):
    """Switch a row off, but for that of the ages, which is no formula."""
    return found[0] if found[1] else 'status = "proposed"'

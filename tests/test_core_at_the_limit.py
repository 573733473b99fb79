"""Every analyte, accepted unit and printed limit: on it, and one digit to either side.

The cases are made from the data files; what must come out is said by the second
classifier, in exact rational arithmetic.  Each is tried on all kinds of people where
PLAINLAB_LONG is set (as in .ci/run), else on every third.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from reference_ranges.classification import classify
from reference_ranges.loading import load_catalogue
from reference_ranges.panel import Person
from reference_ranges.partitions import Pregnancy, Sex
from tests import core_oracle as oracle
from tests.core_panels import DAY, aged, observation, panel_of
from tests.long import LONG

CATALOGUE = load_catalogue()
BIRTHS = {
    "newborn": date(2026, 11, 18),
    "infant": date(2026, 9, 1),
    "toddler": date(2025, 1, 15),
    "child": date(2018, 2, 28),
    "teenager": date(2011, 5, 5),
    "adult": date(1981, 6, 1),
    "older": date(1956, 3, 4),
}
PEOPLE = [
    (birth, sex, None) for birth in BIRTHS.values() for sex in (Sex.FEMALE, Sex.MALE)
] + [(BIRTHS["adult"], Sex.FEMALE, weeks) for weeks in (8, 20, 34)]


def printed_limits(analyte):
    """Yield every (limit, unit) that a data file prints."""
    for row in analyte.get("interval", ()):
        yield from ((row[end], row["unit"]) for end in ("low", "high") if end in row)
    for row in analyte.get("critical", ()):
        for side in ("low", "high"):
            yield from ((end, row["unit"]) for end in row.get(side, {}).values())
    for row in analyte.get("decision_set", ()):
        for unit, bands in row["scales"].items():
            for band in bands:
                ends = ("at_least", "above", "at_most", "below")
                yield from ((band[end], unit) for end in ends if end in band)


def values_around(limit, unit, analyte, reported):
    """Give the limit as reported in *reported*, and one digit below and above it."""
    exact = Fraction(limit) * oracle.factor(analyte["id"], unit, reported)
    digits = decimals_for(exact)
    on = round(exact * 10**digits)
    return {Decimal(one).scaleb(-digits) for one in (on - 1, on, on + 1) if one > 0}


def decimals_for(exact):
    """Give as many decimals as the number has, or three significant digits' worth."""
    for digits in range(5):
        if (exact * 10**digits).denominator == 1:
            return max(digits, 1 if exact < 10 else 0)
    return next(digits for digits in range(9) if exact * 10**digits >= 100)


def cases(analyte):
    return sorted(
        {
            (unit["unit"], value)
            for limit, printed in printed_limits(analyte)
            for unit in analyte["units"]
            for value in values_around(limit, printed, analyte, unit["unit"])
        }
    )


CASES = {name: cases(analyte) for name, analyte in oracle.ANALYTES.items()}


def test_there_are_thousands_of_cases():
    assert sum(map(len, CASES.values())) * len(PEOPLE) > 20_000


def ours(analyte, value, unit, who, person):
    panel = panel_of(
        observation(analyte, f"{value:f}", unit), person=person, profile=who
    )
    outcome = classify(panel.observations[0], panel, CATALOGUE).result.outcome
    return outcome.kind, outcome.direction, outcome.reason


ADULTS = [one for one in PEOPLE if one[0] == BIRTHS["adult"] and one[2] in {None, 20}]
WHO = [(profile, *one) for profile in ("uk", "us") for one in PEOPLE]
WHO += [(profile, *one) for profile in ("anz", "eu", "who") for one in ADULTS]


EVERY = 1 if LONG else 3
TRIED = [
    (analyte, *who)
    for place, analyte in enumerate(sorted(oracle.ANALYTES))
    for number, who in enumerate(WHO)
    if (place + number) % EVERY == 0
]


@pytest.mark.parametrize(("analyte", "profile", "birth", "sex", "weeks"), TRIED)
def test_a_result_at_a_limit_is_judged_as_exact_arithmetic_says(
    analyte, profile, birth, sex, weeks
):
    pregnancy = Pregnancy.NO if weeks is None else Pregnancy.YES
    person = Person(aged(birth), sex, pregnancy, weeks)
    who = (birth, DAY, sex.value, weeks, profile, frozenset())

    found = {
        case: ours(analyte, case[1], case[0], profile, person)
        for case in CASES[analyte]
    }

    assert found == {
        (unit, value): oracle.classify(analyte, value, unit, who)
        for unit, value in CASES[analyte]
    }

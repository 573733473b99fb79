"""Two classifiers that share no code agree on random panels.

100,000 panels where PLAINLAB_LONG is set (as in .ci/run), else a sample of them.
"""

import os
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from random import Random

import pytest

from reference_ranges.classification import court_of
from reference_ranges.loading import load_catalogue
from reference_ranges.panel import Person
from reference_ranges.partitions import Pregnancy, Sex
from tests import core_oracle as oracle
from tests.core_panels import DAY, aged, observation, panel_of

CATALOGUE = load_catalogue()
SEED = 20261123
PANELS = 100_000 if os.environ.get("PLAINLAB_LONG") else 4_000
SHARE = 10  # the work is cut in so many parts, for two cores
FACTS = [
    frozenset(facts)
    for facts in (
        (),
        ("inflammation",),
        ("anaemia",),
        ("no_inflammation",),
        ("no_inflammation", "inflammation"),
        ("heart_failure", "inflammation"),
    )
]
PROFILES = sorted(oracle.PROFILES)


def random_person(random):
    days = random.choice([40, 400, 6_000, 36_000])
    birth = DAY - timedelta(days=random.randrange(days))
    sex = random.choice([Sex.FEMALE, Sex.MALE])
    grown = date(DAY.year - 50, 1, 1) < birth < date(DAY.year - 16, 1, 1)
    weeks = random.choice([None, random.randrange(41)])
    if sex is Sex.MALE or not grown:
        weeks = None
    pregnancy = Pregnancy.NO if weeks is None else Pregnancy.YES
    profile, facts = random.choice(PROFILES), random.choice(FACTS)
    person = Person(aged(birth), sex, pregnancy, weeks)
    return person, profile, facts, (birth, DAY, sex.value, weeks, profile, facts)


def random_value(random, analyte, unit):
    """Give a value somewhere on the plausible scale, with few digits, often round."""
    plausible = analyte["plausible"]
    low = float(plausible["hard_min"]) or float(plausible["hard_max"]) / 1000
    high = float(plausible["hard_max"])
    known = oracle.factor(analyte["id"], plausible["unit"], unit)
    value = float(known) * low * (1.2 * high / low) ** random.random()
    digits = max(0, random.choice([1, 2, 3]) - len(str(int(value))) + 1)
    return f"{max(Decimal(value).quantize(Decimal(1).scaleb(-digits)), Decimal(0)):f}"


def own_interval(random, analyte, unit):
    """Give an interval that a laboratory might send, of the size of ours."""
    rows = [row for row in analyte.get("interval", ()) if row["unit"] == unit]
    if not rows or random.random() < 0.7:
        return None
    row = random.choice(rows)
    if not ({"low", "high"} <= set(row)):
        return None
    return row["low"] * Decimal("0.97"), row["high"] * Decimal("1.02")


def random_result(random, who):
    analyte = random.choice(list(oracle.ANALYTES.values()))
    unit = random.choice(analyte["units"])["unit"]
    usual = oracle.rows_for(analyte["id"], who)[0]
    own = own_interval(random, {"interval": [usual] if usual else []}, unit)
    return analyte["id"], random_value(random, analyte, unit), unit, own


def panels(random):
    people = [random_person(random) for _ in range(150)]
    while True:
        person, profile, facts, who = random.choice(people)
        results = [random_result(random, who) for _ in range(random.choice([1, 2, 3]))]
        yield person, profile, facts, who, results


def ours(person, profile, facts, results):
    observations = [
        observation(name, value, unit, own and f"{own[0]:f}-{own[1]:f}")
        for name, value, unit, own in results
    ]
    panel = panel_of(*observations, person=person, profile=profile, factors=facts)
    court = court_of(panel, CATALOGUE)
    outcomes = [court.judge(one).result.outcome for one in observations]
    return [(one.kind, one.direction, one.reason) for one in outcomes]


def theirs(who, results):
    return [
        oracle.classify(name, value, unit, who, own)
        for name, value, unit, own in results
    ]


@pytest.mark.parametrize("part", range(SHARE))
def test_a_second_classifier_agrees_on_random_panels(part):
    random = Random(SEED + part)  # noqa: S311 - a repeatable sample, not a secret
    drawn = list(islice(panels(random), PANELS // SHARE))

    found = [ours(*panel[:3], panel[4]) for panel in drawn]

    assert found == [theirs(who, results) for *_, who, results in drawn]

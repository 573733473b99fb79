"""Two classifiers that share no code, side by side on random panels.

``python -m tests.differential`` compares a million and prints the seed.
"""

import argparse
import secrets
import sys
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from multiprocessing import Pool
from random import Random

from reference_ranges.classification import court_of
from reference_ranges.loading import load_catalogue
from reference_ranges.panel import Person
from reference_ranges.partitions import Pregnancy, Sex
from tests import core_oracle as oracle
from tests.core_panels import DAY, aged, observation, panel_of

CATALOGUE = load_catalogue()
PART = 10_000
SHOWN = 5
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
    high = float(plausible["hard_max"])
    low = float(plausible["hard_min"])
    low = low if low > 0 else high / 1000
    known = oracle.factor(analyte["id"], plausible["unit"], unit)
    value = float(known) * low * (1.2 * high / low) ** random.random()
    digits = max(0, random.choice([1, 2, 3]) - len(str(int(value))) + 1)
    return f"{max(Decimal(value).quantize(Decimal(1).scaleb(-digits)), Decimal(0)):f}"


def own_interval(random, row, unit, value):
    """Give the ends of an interval that a laboratory might send, much like ours.

    It is for the unit that our *row* is in; some have one end only, which may lie
    on the *value* itself.
    """
    if row is None or row["unit"] != unit or random.random() < 0.6:
        return None
    sides = [side for side in ("low", "high") if row.get(side)]
    if len(sides) == 2 and random.random() < 0.5:
        low, high = row["low"] * Decimal("0.97"), row["high"] * Decimal("1.02")
        return {"at_least": low, "at_most": high}
    side = random.choice(sides)
    limit = row[side] * Decimal("1.02" if side == "high" else "0.97")
    width = row["high"] - row["low"] if len(sides) == 2 else row[side] / 3
    if abs(value - row[side]) < width and 0 < value < 2 * limit < 3 * value:
        limit = value
    ends = {"low": ("at_least", "above"), "high": ("at_most", "below")}
    return {random.choice(ends[side]): limit}


SIGNS = {"at_least": ">=", "above": ">", "at_most": "<=", "below": "<"}


def interval_text(ends):
    """Write an interval as a laboratory would."""
    if len(ends) == 2:
        return f"{ends['at_least']:f}-{ends['at_most']:f}"
    ((end, limit),) = ends.items()
    return f"{SIGNS[end]}{limit:f}"


def random_result(random, who):
    analyte = random.choice(list(oracle.ANALYTES.values()))
    unit = random.choice(analyte["units"])["unit"]
    value = random_value(random, analyte, unit)
    usual = oracle.rows_for(analyte["id"], who)[0]
    return analyte["id"], value, unit, own_interval(random, usual, unit, Decimal(value))


def random_panels(random):
    people = [random_person(random) for _ in range(150)]
    while True:
        person, profile, facts, who = random.choice(people)
        results = [random_result(random, who) for _ in range(random.choice([1, 2, 3]))]
        yield person, profile, facts, who, results


def ours(person, profile, facts, results):
    observations = [
        observation(name, value, unit, own and interval_text(own))
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


def disagreements(panels, seed):
    """Give each of so many random panels on which the two do not agree."""
    random = Random(seed)  # noqa: S311 - a repeatable sample, not a secret
    for person, profile, facts, who, results in islice(random_panels(random), panels):
        one, other = ours(person, profile, facts, results), theirs(who, results)
        if one != other:
            yield who, results, one, other


def _part(job):
    return list(islice(disagreements(*job), SHOWN))


def main():
    """Compare so many panels on all cores; print seed and count, and what differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.differential")
    parser.add_argument("--panels", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    options = parser.parse_args()
    parts = -(-options.panels // PART)
    jobs = [(PART, options.seed + part) for part in range(parts)]
    differing, done = [], 0
    with Pool() as pool, suppress(KeyboardInterrupt):
        for part in pool.imap(_part, jobs):
            differing += part
            done += 1
            print(f"{done} of {parts} parts", end="\r", file=sys.stderr, flush=True)
    print(f"{done * PART} panels; seeds {options.seed} to {options.seed + done - 1}")
    print(f"catalogue {CATALOGUE.version} {CATALOGUE.sha256}")
    print(f"{len(differing)} disagreements", *differing[:SHOWN], sep="\n  ")
    return bool(differing)


if __name__ == "__main__":
    sys.exit(main())

"""Invented panels: random but sensible, the same for the same seed."""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from random import Random

from reference_ranges.interpretation import interpret
from reference_ranges.loading import load_catalogue
from reference_ranges.panel import (
    Observation,
    ObservationStatus,
    Panel,
    Person,
    Reason,
    ReportedSymptom,
)
from reference_ranges.partitions import Age, AgeRange, Pregnancy, Sex
from reference_ranges.readings import lab_interval, parse_reading
from reports.identity import Identity, Letterhead, ReportFacts
from reports.page import build_page
from reports.wording import load_wording

CATALOGUE = load_catalogue()
IDENTITY = Identity("MRN-00042", "Alex Example", "1971-03-04", "female")
FACTS = ReportFacts(
    report_id="7F3A-91C2",
    version=1,
    issued_at=datetime(2026, 11, 21, 9, 5, tzinfo=UTC),
    collected_at=datetime(2026, 11, 20, 8, 40, tzinfo=UTC),
    laboratory="Example Laboratory",
    requester="Dr S. Sample",
    specimen="serum",
)
LETTERHEAD = Letterhead("Example Clinic", "12 High Street", "020 7946 0000")
SYMPTOMS = sorted(CATALOGUE.rules.symptoms)
FACTORS = sorted(CATALOGUE.rules.factors)
CONDITIONS = sorted(CATALOGUE.rules.conditions)
STEPS = ("0.2", "0.6", "0.9", "1", "1", "1", "1.1", "1.4", "3")
PEOPLE = (Sex.FEMALE, Sex.FEMALE, Sex.MALE, Sex.MALE, Sex.UNKNOWN)
_DAY = date(2026, 11, 20)


def observation(analyte, value, unit, **more):
    """One result as intake would hand it over."""
    reading = parse_reading(value)
    known = CATALOGUE.analytes[analyte]
    return Observation(analyte, known.name, value, unit, reading, unit, **more)


def panel_of(*observations, symptoms=(), factors=(), profile="uk", **more):
    told = None if symptoms is None else tuple(ReportedSymptom(s) for s in symptoms)
    person = more.pop("person", adult(Sex.FEMALE))
    return Panel(profile, person, observations, told, frozenset(factors), **more)


def adult(sex, *, years=45, pregnancy=Pregnancy.NO):
    age = Age.between(_DAY.replace(year=_DAY.year - years), _DAY)
    return Person(AgeRange(age, age), sex, pregnancy)


def random_panel(seed):
    random = Random(seed)  # noqa: S311  # an invented patient is no secret
    chosen = random.sample(sorted(CATALOGUE.analytes), random.randint(1, 12))
    observations = [_random_observation(random, one) for one in chosen]
    if random.random() < 0.2:
        observations.append(Observation(None, "ALT", "22", "U/L"))
    symptoms = random.choice([None, [], *([0] * 6)])
    if symptoms == 0:
        symptoms = random.sample(SYMPTOMS, random.randint(1, 4))
    return panel_of(
        *observations,
        symptoms=symptoms,
        factors=random.sample(FACTORS, random.choice([0, 0, 1, 2, 3])),
        profile=random.choice(["uk", "uk", "us"]),
        person=adult(random.choice(PEOPLE), years=random.randint(18, 90)),
        conditions=frozenset(random.sample(CONDITIONS, random.choice([0, 0, 0, 1]))),
    )


def _random_observation(random, analyte):
    known = CATALOGUE.analytes[analyte]
    unit, limit = _some_limit(random, known)
    value = _times(limit, random.choice(STEPS))
    sign = random.choice(["", "", "", "", "", "", "<", ">"])
    more = {
        "status": random.choice([*([ObservationStatus.FINAL] * 6), *ObservationStatus])
    }
    if random.random() < 0.2:
        more["sender_flag"] = random.choice(["N", "L", "H", "LL", "HH"])
    if random.random() < 0.1:
        more["refusal"] = random.choice([Reason.UNIT_MISSING, Reason.VALUE_NOT_READ])
    if random.random() < 0.2:
        ends = (_times(limit, "0.9"), _times(limit, "1.5"))
        more["lab_interval"] = lab_interval("-".join(ends))
    return observation(analyte, sign + value, unit, **more)


def _some_limit(random, known):
    rows = known.intervals or known.decision_sets
    if not rows:  # only a laboratory can judge it
        return known.si_unit, known.axis.end
    row = random.choice(rows)
    if hasattr(row, "unit"):
        spans = [(row.unit, row.span)]
    else:
        spans = [(unit, b.span) for unit, bands in row.scales.items() for b in bands]
    unit, span = random.choice(spans)
    ends = [end for end in (span.low, span.high) if end]
    return unit, random.choice(ends or [Decimal(10)])


def _times(limit, step):
    value = (limit * Decimal(step)).quantize(Decimal("0.01"))
    return f"{value.normalize():f}"


@cache
def random_interpretation(seed):
    return interpret(random_panel(seed), CATALOGUE)


def page_of(interpretation, locale="en-GB", **changed):
    parts = {"identity": IDENTITY, "facts": FACTS, "letterhead": LETTERHEAD, **changed}
    return build_page(
        interpretation,
        parts["identity"],
        parts["facts"],
        parts["letterhead"],
        load_wording(locale),
    )


@cache
def random_page(seed, locale):
    return page_of(random_interpretation(seed), locale)


def page_for(*observations, locale="en-GB", **more):
    return page_of(interpret(panel_of(*observations, **more), CATALOGUE), locale)

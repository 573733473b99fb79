"""Hand-made panels for the tests of the core."""

from datetime import date

from reference_ranges.panel import Observation, Panel, Person
from reference_ranges.partitions import Age, AgeRange, Pregnancy, Sex
from reference_ranges.readings import lab_interval, parse_reading

DAY = date(2026, 11, 20)


def aged(birth, day=DAY):
    age = Age.between(birth, day)
    return AgeRange(age, age)


WOMAN = Person(aged(date(1981, 6, 1)), Sex.FEMALE, Pregnancy.NO)


def observation(analyte, value, unit, interval=None, **more):
    return Observation(
        analyte=analyte,
        name=analyte,
        value_text=value,
        unit_text=unit,
        reading=parse_reading(value),
        unit=unit,
        lab_interval=None if interval is None else lab_interval(interval),
        **more,
    )


def panel_of(*observations, person=WOMAN, profile="uk", **more):
    return Panel(profile, person, observations, **more)

"""The cases of the gallery: one page for each, from panels of invented patients.

There is no harm anchor ("many doctors are not concerned until here"): a line would have
one where a source gives it, and none of ours does.
"""

from dataclasses import replace
from datetime import date
from functools import cache

from reference_ranges.interpretation import interpret
from reference_ranges.panel import Earlier, Observation, Person, Reason
from reference_ranges.partitions import Age, AgeRange, Pregnancy, Sex
from reference_ranges.readings import lab_interval, parse_reading
from reports.clinician import clinician_page
from reports.identity import Identity
from reports.wording import load_wording
from tests.reports.panels import (
    CATALOGUE,
    FACTS,
    IDENTITY,
    LETTERHEAD,
    observation,
    page_of,
    panel_of,
)

_DAYS = 24 * 60 * 60
_FORTY = "Bartholomew-Alexanderson-Featherstonehaugh"
_LONG_TEST = "Pseudohypoparathyroidism genotype (send)"
_USUAL = (
    ("sodium", "140", "mmol/L"),
    ("potassium", "4.2", "mmol/L"),
    ("magnesium", "0.86", "mmol/L"),
    ("calcium_adjusted", "2.38", "mmol/L"),
)
_THIRTY = (
    ("potassium", "5.9", "mmol/L"),
    ("sodium", "128", "mmol/L"),
    ("calcium_total", "2.02", "mmol/L"),
    ("albumin", "41", "g/L"),
    ("magnesium", "0.48", "mmol/L"),
    ("phosphate", "0.74", "mmol/L"),
    ("chloride", "101", "mmol/L"),
    ("bicarbonate", "24", "mmol/L"),
    ("urea", "6.1", "mmol/L"),
    ("creatinine", "82", "umol/L"),
    ("glucose", "5.1", "mmol/L"),
    ("crp", "3", "mg/L"),
    ("alp", "88", "U/L"),
    ("haemoglobin", "138", "g/L"),
    ("ferritin", "22", "ug/L"),
    ("iron", "14", "umol/L"),
    ("transferrin", "2.4", "g/L"),
    ("tibc", "60", "umol/L"),
    ("vitamin_b12", "310", "ng/L"),
    ("active_b12", "61", "pmol/L"),
    ("folate", "9.1", "ug/L"),
    ("vitamin_d_25oh", "38", "nmol/L"),
    ("pth", "5.1", "pmol/L"),
    ("zinc", "12.4", "umol/L"),
    ("osmolality", "288", "mosm/kg"),
    ("homocysteine", "11", "umol/L"),
    ("calcium_ionised", "1.19", "mmol/L"),
    ("thiamine", "110", "nmol/L"),
)


def _of(*rows):
    return tuple(observation(*row) for row in rows)


def _page(*observations, facts=FACTS, identity=IDENTITY, **more):
    return interpret(panel_of(*observations, **more), CATALOGUE), facts, identity


def _earlier(analyte, value, unit, days, day):
    reading = parse_reading(value)
    return Earlier(analyte, reading, unit, days * _DAYS, day, method="A")


def _unknown(name, value="9.1", unit="umol/L"):
    return Observation(None, name, value, unit)


def _corrected():
    old = interpret(
        panel_of(*_of(("potassium", "6.8", "mmol/L"), *_USUAL[:1])), CATALOGUE
    )
    facts = replace(
        FACTS, version=2, supersedes="7F3A-91C1", corrected=(*old.results, *old.derived)
    )
    return _page(*_of(("potassium", "4.3", "mmol/L"), *_USUAL[:1]), facts=facts)


def _child():
    age = Age.between(date(2018, 5, 2), date(2026, 11, 20))
    return _page(
        *_of(("ferritin", "8", "ug/L"), ("haemoglobin", "121", "g/L")),
        person=Person(AgeRange(age, age), Sex.MALE, Pregnancy.NO),
        identity=Identity("MRN-00077", "Robin Example", "2018-05-02", "male"),
        symptoms=("fatigue",),
    )


def _pregnant():
    age = Age.between(date(1994, 5, 2), date(2026, 11, 20))
    return _page(
        *_of(("ferritin", "21", "ug/L"), ("haemoglobin", "108", "g/L"), *_USUAL[:2]),
        person=Person(AgeRange(age, age), Sex.FEMALE, Pregnancy.YES, 28),
        identity=replace(IDENTITY, birth_date="1994-05-02"),
        symptoms=("fatigue",),
    )


def _past():
    rows = (
        ("31", 253, date(2026, 3, 12)),
        ("34", 443, date(2025, 9, 2)),
        ("52", 800, date(2024, 9, 10)),
    )
    earlier = tuple(_earlier("ferritin", v, "ug/L", d, on) for v, d, on in rows)
    seen = observation("ferritin", "9", "ug/L", method="A")
    return _page(seen, *_of(*_USUAL[:1]), earlier=earlier, symptoms=("restless_legs",))


def _empty_fields():
    facts = replace(FACTS, collected_at=None, laboratory="", requester="", specimen="")
    return _page(*_of(*_USUAL[:2]), facts=facts, identity=Identity(), symptoms=None)


def _long_names():
    identity = Identity("MRN-" + "0" * 36, _FORTY, "1971-03-04", "female")
    facts = replace(FACTS, laboratory=_FORTY, requester=_FORTY)
    return _page(
        _unknown(_LONG_TEST),
        *_of(("ferritin", "9", "ug/L"), ("potassium", "4.4", "mmol/L")),
        facts=facts,
        identity=identity,
    )


CASES = {
    "far-below": lambda: _page(
        *_of(("albumin", "18", "g/L"), *_USUAL), symptoms=("fatigue", "restless_legs")
    ),
    "at-the-edge": lambda: _page(
        *_of(("magnesium", "0.70", "mmol/L"), *_USUAL[:2]), symptoms=()
    ),
    "off-the-scale": lambda: _page(*_of(("ferritin", "2480", "ug/L"), *_USUAL[:1])),
    "one-sided": lambda: _page(
        *_of(
            ("vitamin_b12", "412", "ng/L"),
            ("crp", "48", "mg/L"),
            ("egfr", "71", "mL/min/{1.73_m2}"),
        )
    ),
    "less-than": lambda: _page(
        *_of(("ferritin", "<5", "ug/L"), ("crp", "<1", "mg/L"), *_USUAL[:1])
    ),
    "more-than": lambda: _page(
        *_of(("vitamin_b12", ">2000", "ng/L"), ("vitamin_d_25oh", ">250", "nmol/L"))
    ),
    "straddling": lambda: _page(*_of(("potassium", "<3.6", "mmol/L"), *_USUAL[:1])),
    "earlier-results": _past,
    "no-usable-range": lambda: _page(
        *_of(("anion_gap_any", "11", "mmol/L"), *_USUAL[:1])
    ),
    "conflict": lambda: _page(
        observation("potassium", "4.4", "mmol/L", sender_flag="HH"),
        observation(
            "sodium",
            "134",
            "mmol/L",
            lab_interval=lab_interval("136-145"),
            sender_flag="N",
        ),
    ),
    "corrected": _corrected,
    "bad-sample": lambda: _page(
        *_of(("potassium", "6.1", "mmol/L"), *_USUAL[:1]),
        conditions=frozenset({"haemolysed"}),
    ),
    "pregnant": _pregnant,
    "child": _child,
    "thirty-results": lambda: _page(
        *_of(*_THIRTY),
        _unknown("Lipase", "30", "U/L"),
        _unknown("ALT", "22", "U/L"),
        symptoms=("fatigue", "muscle_cramp"),
        factors=("drug_ppi",),
    ),
    "one-result": lambda: _page(*_of(("potassium", "4.2", "mmol/L")), symptoms=()),
    "none-usable": lambda: _page(
        _unknown("Lipase", "30", "U/L"),
        Observation("potassium", "Potassium", "4.2", "", refusal=Reason.UNIT_MISSING),
        _unknown("ALT", "22", "U/L"),
    ),
    "long-names": _long_names,
    "empty-fields": _empty_fields,
    "emergency": lambda: _page(
        *_of(
            ("potassium", "7.1", "mmol/L"), ("creatinine", "410", "umol/L"), *_USUAL[:1]
        ),
        symptoms=("rf_chest_pain", "rf_heartbeat"),
    ),
    "today": lambda: _page(*_of(("sodium", "119", "mmol/L"), *_USUAL[1:])),
    "nothing-out-of-range": lambda: _page(*_of(*_USUAL), symptoms=("fatigue",)),
}

IN_OTHER_LANGUAGES = [
    (name, locale)
    for locale in ("es", "ar")
    for name in ("far-below", "less-than", "corrected", "emergency")
]


@cache
def _case(name):
    return CASES[name]()


@cache
def page_of_case(name, locale="en-GB"):
    """Return the patient's page of one case."""
    made, facts, identity = _case(name)
    return page_of(made, locale, facts=facts, identity=identity)


@cache
def clinician_page_of_case(name, locale="en-GB"):
    """Return the clinician's page of one case."""
    made, facts, identity = _case(name)
    return clinician_page(made, identity, facts, LETTERHEAD, load_wording(locale))

"""The panel that the benchmarks use: twelve results, three symptoms, two factors."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random

from reference_ranges.catalogue import Catalogue
from reference_ranges.panel import Earlier, Panel
from reports.wording import locales
from service.intake.door import Door
from service.intake.reading import read_submission
from service.intake.submission import Submission

TWELVE = {
    "patient": {
        "id": "BENCH-1",
        "name": "Alex Example",
        "birth_date": "1971-03-04",
        "sex": "female",
        "pregnancy": {"status": "no"},
    },
    "specimen": {"collected_at": "2026-10-05T08:40:00+00:00"},
    "results": [
        {"analyte": "sodium", "value": "134", "unit": "mmol/L"},
        {"analyte": "potassium", "value": "3.3", "unit": "mmol/L"},
        {"analyte": "chloride", "value": "101", "unit": "mmol/L"},
        {"analyte": "bicarbonate", "value": "25", "unit": "mmol/L"},
        {"analyte": "calcium_total", "value": "9.1", "unit": "mg/dL"},
        {"analyte": "albumin", "value": "41", "unit": "g/L"},
        {"analyte": "magnesium", "value": "0.66", "unit": "mmol/L"},
        {"analyte": "phosphate", "value": "1.1", "unit": "mmol/L"},
        {"analyte": "vitamin_d_25oh", "value": "15", "unit": "ng/mL"},
        {"analyte": "vitamin_b12", "value": "230", "unit": "ng/L"},
        {"analyte": "ferritin", "value": "9", "unit": "ug/L"},
        {"analyte": "creatinine", "value": "71", "unit": "umol/L"},
    ],
    "symptoms": [
        {"id": "muscle_cramp"},
        {"id": "restless_legs", "when": "night"},
        {"id": "fatigue"},
    ],
    "factors": ["drug_ppi", "drug_thiazide"],
    "profile": "uk",
    "locale": "en-GB",
}


MONTH = 30 * 24 * 60 * 60

USUAL = {
    "sodium": (139, 3, 0),
    "potassium": (4.3, 0.5, 1),
    "chloride": (102, 4, 0),
    "bicarbonate": (26, 3, 0),
    "calcium_total": (9.4, 0.4, 1),
    "albumin": (42, 4, 0),
    "magnesium": (0.84, 0.08, 2),
    "phosphate": (1.15, 0.2, 2),
    "vitamin_d_25oh": (22, 9, 0),
    "vitamin_b12": (430, 160, 0),
    "ferritin": (95, 80, 0),
    "creatinine": (78, 16, 0),
}
"""Middle, spread and decimals of the values in a made-up feed, in TWELVE's units."""


def twelve(catalogue: Catalogue, random: Random | None = None) -> Submission:
    """Read the panel as the interface would; with *random*, one digit is added."""
    return _read(TWELVE if random is None else _with_another_digit(random), catalogue)


UNKNOWN = ("Lipase", "ALT")
"""Tests that we do not judge, as they come beside others."""


def few(catalogue: Catalogue, analytes: Collection[str], random: Random) -> Submission:
    """Read *analytes* of the panel alone, one digit added, asked for no symptoms.

    Those of ``UNKNOWN`` may be among them.
    """
    body = _with_another_digit(random)
    results = [row for row in body["results"] if row["analyte"] in analytes]
    results += [
        {"name": name, "value": str(random.randint(10, 40)), "unit": "U/L"}
        for name in UNKNOWN
        if name in analytes
    ]
    return _read(body | {"results": results, "symptoms": None}, catalogue)


def feed(catalogue: Catalogue, patients: int) -> list[Panel]:
    """Panels of *patients* who all differ; half of them were asked for symptoms."""
    random = Random(2026)
    return [_read(_patient(random), catalogue).panel for _ in range(patients)]


def with_earlier(panels: Iterable[Panel], others: Iterable[Panel]) -> list[Panel]:
    """Return *panels*, each as if the results of one of *others* had come before."""
    return [
        replace(one, laboratory="north", earlier=_before(other))
        for one, other in zip(panels, others, strict=True)
    ]


def _before(panel: Panel) -> tuple[Earlier, ...]:
    return tuple(
        Earlier(
            analyte=one.analyte,
            reading=one.reading,
            unit=one.unit,
            seconds_before=MONTH,
            day=date(2026, 9, 5),
            laboratory="north",
        )
        for one in panel.observations
        if one.analyte and one.reading and one.unit
    )


def _with_another_digit(random: Random) -> dict[str, object]:
    """Return the panel with other numbers that mean the same."""
    results = []
    for row in TWELVE["results"]:
        point = "" if "." in row["value"] else "."
        results.append(row | {"value": f"{row['value']}{point}{random.randrange(10)}"})
    return TWELVE | {"results": results}


def _patient(random: Random) -> dict[str, object]:
    birth = f"{random.randrange(1936, 2008)}-{random.randrange(1, 13):02}-15"
    person = {"birth_date": birth, "sex": random.choice(["female", "male"])}
    results = [
        row | {"value": f"{max(middle / 9, random.gauss(middle, spread)):.{places}f}"}
        for row in TWELVE["results"]
        for middle, spread, places in [USUAL[row["analyte"]]]
    ]
    symptoms = random.sample(TWELVE["symptoms"], random.randrange(4))
    return TWELVE | {
        "patient": TWELVE["patient"] | person,
        "results": results,
        "symptoms": random.choice([None, symptoms]),
        "factors": random.sample(TWELVE["factors"], random.randrange(3)),
    }


def _read(body: dict[str, object], catalogue: Catalogue) -> Submission:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    door = Door(catalogue=catalogue, locales=locales(), zone=UTC, now=now)
    submission, _ = read_submission(body, b"{}", "json", door)
    return submission

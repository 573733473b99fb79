"""The panel that the benchmarks use: twelve results, three symptoms, two factors."""

from datetime import UTC, datetime

from reference_ranges.catalogue import Catalogue
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


def twelve(catalogue: Catalogue) -> Submission:
    """Read the panel as the interface would."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    door = Door(catalogue=catalogue, locales=locales(), zone=UTC, now=now)
    submission, _ = read_submission(TWELVE, b"{}", "json", door)
    return submission

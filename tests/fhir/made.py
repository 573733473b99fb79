"""Resources as senders make them; numbers keep the digits that they are given."""

from decimal import Decimal

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
FLAGS = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
ANALYTE = "https://plainlab.example/fhir/analyte"
TAKEN = "2026-11-20T08:40:00+00:00"
PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": [{"value": "MRN-1"}],
    "name": [{"given": ["Alex"], "family": "Example"}],
    "birthDate": "1971-03-04",
    "gender": "female",
}
SERUM = {
    "resourceType": "Specimen",
    "id": "s1",
    "type": {
        "coding": [
            {"system": "http://terminology.hl7.org/CodeSystem/v2-0487", "code": "SER"}
        ]
    },
    "collection": {"collectedDateTime": TAKEN},
}


def concept(code, system=LOINC, text=""):
    return {"coding": [{"system": system, "code": code}]} | (
        {"text": text} if text else {}
    )


def quantity(text, unit, code=None):
    """An amount as it is written: ``<3.60`` has a comparator."""
    sign = text.rstrip("0123456789.")
    made = {"value": Decimal(text.removeprefix(sign)), "unit": unit}
    if sign:
        made["comparator"] = sign
    if code or code is None:
        made |= {"system": UCUM, "code": code or unit}
    return made


def observation(code="2823-3", value="4.1", unit="mmol/L", **more):
    """A result of potassium, or of whatever has that LOINC code."""
    made = {
        "resourceType": "Observation",
        "status": "final",
        "code": concept(code),
        "subject": {"reference": "Patient/p1"},
        "specimen": {"reference": "Specimen/s1"},
    }
    if value is not None:
        made["valueQuantity"] = quantity(value, unit)
    return {key: one for key, one in (made | more).items() if one is not None}


def normal(low=None, high=None, unit="mmol/L", **more):
    """A reference range as it is mostly sent."""
    ends = {"low": low, "high": high}
    return {
        side: quantity(end, unit) for side, end in ends.items() if end is not None
    } | more


def flagged(*codes):
    return [concept(code, FLAGS) for code in codes]


def pregnant(status="77386006", **more):
    return observation(
        "82810-3",
        None,
        valueCodeableConcept=concept(status, "http://snomed.info/sct"),
        **more,
    )


def bundle(*resources, kind="collection", patient=PATIENT, specimen=SERUM):
    """All of it with a patient and a serum specimen."""
    shared = [one for one in (patient, specimen) if one is not None]
    return {
        "resourceType": "Bundle",
        "type": kind,
        "entry": [{"resource": one} for one in (*shared, *resources)],
    }


def report(*results, **more):
    """A report that contains its results."""
    named = [one | {"id": f"r{number}"} for number, one in enumerate(results, 1)]
    made = {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "code": concept("11502-2"),
        "subject": {"reference": "#p1"},
        "contained": [PATIENT, SERUM, *(_within(one) for one in named)],
        "result": [{"reference": f"#{one['id']}"} for one in named],
    }
    return made | more


def _within(result):
    inner = {"subject": "#p1", "specimen": "#s1"}
    return result | {key: {"reference": to} for key, to in inner.items()}

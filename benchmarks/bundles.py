"""A FHIR Bundle of 12 to results, beside fhir.resources merely reading it."""

import json
from decimal import Decimal

from fhir.resources.R4B import get_fhir_model_class

from benchmarks.clock import compare, show
from benchmarks.panels import TWELVE
from reference_ranges.interpretation import interpret
from reference_ranges.loading import load_catalogue
from reports.identity import ReportFacts
from reports.wording import load_wording
from service.evaluation.running import evaluation_door
from service.fhir.bundle import bundle_bytes
from service.intake.fhir.reading import read_pool
from service.intake.fhir.resources import pool_of
from service.intake.reading import read_draft
from service.ranges.fhir.exact_json import compact
from service.store.interpretations import Stored

_ANALYTE = "https://plainlab.example/fhir/analyte"
_UCUM = "http://unitsofmeasure.org"


def main() -> None:
    door = evaluation_door(load_catalogue())
    body = _bundle()
    model = get_fhir_model_class("Bundle")

    def to_results() -> object:
        (sent,) = read_pool(pool_of(body), ("Bundle",), door).documents
        submission = read_draft(sent.document, body, "fhir", door).submission
        assert submission is not None
        return submission, interpret(submission.panel, door.catalogue)

    def and_back() -> bytes:
        submission, made = to_results()
        stored = Stored(
            "a" * 26, "", 1, "", "", door.now, submission, made, None, escalated=False
        )
        facts = ReportFacts("a" * 26, 1, door.now)
        return bundle_bytes(stored, facts, load_wording("en-GB"))

    ours, other, ratio = compare(
        to_results, lambda: model.model_validate_json(body), (50, 10)
    )
    whole, _, share = compare(
        and_back, lambda: model.model_validate_json(body), (20, 10)
    )
    print(f"A FHIR Bundle of 12 results ({len(body) / 1000:.1f} kB)")
    show("read, checked and interpreted", ours)
    show("and written as a Bundle of results", whole, f"{share:.1f} x below the next")
    show("fhir.resources: read", other, f"{ratio:.1f} x the first")


def _bundle() -> bytes:
    who = TWELVE["patient"]
    patient = {
        "resourceType": "Patient",
        "id": "p",
        "identifier": [{"value": who["id"]}],
        "name": [{"text": who["name"]}],
        "birthDate": who["birth_date"],
        "gender": who["sex"],
    }
    results = [_observation(one) for one in TWELVE["results"]]
    entries = [{"resource": one} for one in (patient, *results)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    return compact(json.loads(compact(bundle), parse_float=Decimal)).encode()


def _observation(one: dict[str, str]) -> dict[str, object]:
    unit = {"unit": one["unit"], "system": _UCUM, "code": one["unit"]}
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"code": "laboratory"}]}],
        "code": {"coding": [{"system": _ANALYTE, "code": one["analyte"]}]},
        "subject": {"reference": "Patient/p"},
        "effectiveDateTime": TWELVE["specimen"]["collected_at"],
        "valueQuantity": {"value": Decimal(one["value"]), **unit},
    }

"""One panel by HL7 and by JSON: the same stored values, classes and page."""

import re
from itertools import count

import pytest

from service.store.interpretations import get
from tests.desk.test_doors_agree import CASES
from tests.hl7.conftest import obx, oru

PATIENT = "PID|1||MRN-77^^^LAB^MR||Example^Alex||19710304|F"
JSON_PATIENT = {
    "id": "MRN-77",
    "name": "Alex Example",
    "birth_date": "1971-03-04",
    "sex": "female",
}
CODES = {
    "calcium_total": "2000-8",
    "potassium": "2823-3",
    "sodium": "2951-2",
    "vitamin_d_25oh": "1989-3",
    "magnesium": "2601-3",
    "vitamin_b12": "2132-9",
    "ferritin": "2276-4",
}
SPM = "SPM|1|||SER"
_NUMBERS = count()


def by_hl7(rows, told):
    symptoms = "~".join(told.get("symptoms", ()))
    order = f"OBR|1|||U|||20261120084000+0000||||||{symptoms}"
    results = [_segment(number, row) for number, row in enumerate(rows, start=1)]
    control = f"agree-{next(_NUMBERS)}"
    return oru(PATIENT, order, *results, SPM, control=control)


def _segment(number, row):
    more = {}
    if "low" in row:
        more["f7"] = f"{row['low']}-{row['high']}"
    if "flag" in row:
        more["f8"] = row["flag"]
    unit = row["unit"].replace("mEq/L", "mEq/L^^UCUM")
    return obx(row["value"], unit, _named(row), number=number, **more)


def _named(row):
    code = CODES.get(row["test"])
    if code is None:
        return f"^{row['test']}"
    # mass or substance: the code that goes with the unit does not matter here
    return f"^{row['test']}" if "Eq" in row["unit"] else f"{code}^{row['test']}^LN"


def by_json(rows, told):
    results = []
    for row in rows:
        code = CODES.get(row["test"])
        named = {"name": row["test"]}
        if code and "Eq" not in row["unit"]:
            named["code"] = {"system": "http://loinc.org", "code": code}
        result = named | {"value": row["value"], "unit": row["unit"]}
        if "low" in row:
            result["interval"] = f"{row['low']}-{row['high']}"
        if "flag" in row:
            result["flag"] = row["flag"]
        results.append(result)
    document = {
        "patient": JSON_PATIENT,
        "specimen": {"collected_at": "2026-11-20T08:40:00+00:00", "type": "serum"},
        "results": results,
        "on_problem": "report",
    }
    if told.get("symptoms"):
        document["symptoms"] = [{"id": one} for one in told["symptoms"]]
    return document


@pytest.mark.parametrize("case", CASES)
def test_the_same_panel_by_hl7_and_by_json_is_the_same(engine, hl7_app, case):
    rows, told, _ = CASES[case]
    database = hl7_app.extensions["plainlab"].engine
    answer = engine.client.post(
        "/v1/interpretations", json=by_json(rows, told), headers=engine.headers
    )

    (ours,) = engine.stored(engine.ack(by_hl7(rows, told)))
    theirs = get(database, answer.json["id"])

    assert ours.submission.panel == theirs.submission.panel
    assert ours.submission.identity == theirs.submission.identity
    assert ours.submission.collected_at == theirs.submission.collected_at
    assert ours.interpretation == theirs.interpretation
    assert _page(engine, ours) == _page(engine, theirs)


def _page(engine, stored):
    address = f"/v1/interpretations/{stored.id}/report.html"
    text = engine.client.get(address, headers=engine.headers).text
    return re.sub(r"Code [A-Z2-7-]{19}", "", text.replace(stored.id, ""))

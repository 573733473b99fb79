"""One panel by form, by file, by pasted table and by JSON: the same stored values."""

import csv
import io
import json
from datetime import timedelta

import pytest

from reference_ranges.results import Kind, Urgency
from service.access import keys
from service.access.audit import Stamp
from service.access.keys import NewKey, Scope
from service.services import NAME
from service.store.interpretations import get
from tests.desk.panels import PATIENT, commit, id_of, preview


def row(test, value, unit, **more):
    return {"test": test, "value": value, "unit": unit} | more


# What issue 2 says must come out, whatever the door: the rows, what else is told,
# and what the first result and the whole must be.
CASES = {
    "calcium in the lab's own range": (
        [row("calcium_total", "2.35", "mmol/L", low="2.20", high="2.60")],
        {},
        {"kind": Kind.IN_RANGE},
    ),
    "potassium below a value astride the limit": (
        [row("potassium", "<3.6", "mmol/L")],
        {},
        {"kind": Kind.INDETERMINATE, "reason": "straddles_limit"},
    ),
    "potassium 6.8 flagged normal": (
        [row("potassium", "6.8", "mmol/L", flag="N")],
        {},
        {
            "kind": Kind.CRITICAL,
            "urgency": Urgency.EMERGENCY,
            "finding": "flag_conflict",
        },
    ),
    "potassium 4.2 flagged critical": (
        [row("potassium", "4.2", "mmol/L", flag="HH")],
        {},
        {"kind": Kind.CONFLICT, "finding": "flag_conflict"},
    ),
    "sodium 134 with the European guideline beside it": (
        [row("sodium", "134", "mmol/L")],
        {},
        {"kind": Kind.IN_RANGE, "guideline": "mild hyponatraemia"},
    ),
    "vitamin D in ng/mL": (
        [row("vitamin_d_25oh", "20", "ng/mL")],
        {},
        {"guideline": "may be inadequate in some people"},
    ),
    "magnesium in mEq/L": (
        [row("magnesium", "1.6", "mEq/L")],
        {},
        {"si": "0.80 mmol/L"},
    ),
    "calcium in mEq/L": (
        [row("calcium_total", "5.0", "mEq/L")],
        {},
        {"si": "2.50 mmol/L"},
    ),
    "vitamin B12 in pg/mL": (
        [row("vitamin_b12", "200", "pg/mL")],
        {},
        {"kind": Kind.INDETERMINATE},
    ),
    "ferritin 60 with restless legs": (
        [row("ferritin", "60", "ug/L")],
        {"symptoms": ["restless_legs"]},
        {"kind": Kind.IN_RANGE, "relation": "below_condition_target"},
    ),
    "chest pain with everything in range": (
        [row("potassium", "4.2", "mmol/L"), row("sodium", "140", "mmol/L")],
        {"symptoms": ["rf_chest_pain"]},
        {"kind": Kind.IN_RANGE, "urgency": Urgency.EMERGENCY},
    ),
    "total calcium with tingling and no albumin": (
        [row("calcium_total", "2.35", "mmol/L")],
        {"symptoms": ["tingling_mouth_fingers"]},
        {"relation": "does_not_rule_out"},
    ),
    "unknown tests only": (
        [row("Copper", "12", "umol/L")],
        {},
        {"kind": Kind.NOT_INTERPRETED, "reason": "analyte_not_supported"},
    ),
}

REFUSED = {
    "no unit": (row("vitamin_d_25oh", "50", ""), "unit_missing"),
    "decimal comma": (row("potassium", "5,4", "mmol/L"), "decimal_comma"),
    "flag in the value": (row("potassium", "6.2 H", "mmol/L"), "trailing_text"),
    "exponent": (row("potassium", "1e5", "mmol/L"), "exponent"),
    "other digits": (row("potassium", "٣", "mmol/L"), "not_ascii_digits"),
}

IDENTITY = {
    "patient": {
        "id": "MRN-77",
        "name": "Alex Example",
        "birth_date": "1971-03-04",
        "sex": "female",
        "pregnancy": {"status": "no"},
    },
    "specimen": {"collected_at": "2026-11-20T08:40:00+00:00", "type": "serum"},
}


@pytest.fixture(scope="module")
def post(app):
    """Send a panel as a laboratory system does."""
    services = app.extensions[NAME]
    now = services.clock()
    new = NewKey("test", frozenset(Scope), now + timedelta(days=300))
    key = keys.issue(services.engine, new, Stamp("system:test", now))
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def send_json(rows, told):
        document = IDENTITY | {"results": [_json_row(one) for one in rows]}
        if "symptoms" in told:
            document["symptoms"] = [{"id": one} for one in told["symptoms"]]
        body = json.dumps(document)
        return app.test_client().post("/v1/interpretations", data=body, headers=headers)

    return send_json


def _json_row(one):
    what = "name" if one["test"] == "Copper" else "analyte"
    made = {what: one["test"], "value": one["value"], "unit": one["unit"]}
    if "low" in one:
        made["interval"] = {"low": one["low"], "high": one["high"]}
    if "flag" in one:
        made["flag"] = one["flag"]
    return made


def _form(rows, told):
    fields = dict(PATIENT)
    for one in rows:
        key = "x1" if one["test"] == "Copper" else one["test"]
        fields |= {f"{cell}.{key}": [text] for cell, text in one.items()}
    return fields | _told(told)


def _told(told):
    if "symptoms" not in told:
        return {}
    return {"asked": ["some"], "symptom": told["symptoms"]}


def _sheet(rows, delimiter):
    out = io.StringIO()
    heads = ["test", "value", "unit", "low", "high", "flag"]
    writer = csv.DictWriter(out, heads, delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def send(client, rows, told, door):
    if door == "form":
        return preview(client, _form(rows, told))
    if door == "table":
        pasted = {"table": [_sheet(rows, "\t")]}
        return preview(client, PATIENT | _told(told) | pasted)
    return preview(client, PATIENT | _told(told), file=_sheet(rows, ";").encode())


@pytest.mark.parametrize("door", ["form", "csv", "table"])
@pytest.mark.parametrize("case", CASES)
def test_every_door_leads_to_the_same_stored_values(staff, engine, post, case, door):
    rows, told, _ = CASES[case]

    json_id = post(rows, told).get_json()["id"]
    desk_id = id_of(commit(staff, send(staff, rows, told, door)))
    ours, theirs = get(engine, desk_id), get(engine, json_id)

    assert ours.submission.panel == theirs.submission.panel
    assert ours.submission.identity == theirs.submission.identity
    assert ours.submission.collected_at == theirs.submission.collected_at
    assert ours.interpretation == theirs.interpretation


@pytest.mark.parametrize("case", CASES)
def test_what_comes_out_is_what_was_promised(staff, engine, case):
    rows, told, promised = CASES[case]

    stored = get(engine, id_of(commit(staff, send(staff, rows, told, "form"))))
    found = stored.interpretation
    first = next(one for one in found.results if one.observation.name or one.name)
    came_out = {
        "kind": first.outcome.kind,
        "reason": first.outcome.reason,
        "urgency": found.urgency,
        "finding": next((one.code for one in found.findings), None),
        "guideline": next((one.label for one in first.guidelines), None),
        "relation": next((one.token for one in first.relations), None),
        "si": first.si and f"{first.si.number} {first.si.unit}",
    }

    assert {name: came_out[name] for name in promised} == promised


@pytest.mark.parametrize("door", ["form", "csv", "table"])
@pytest.mark.parametrize("case", REFUSED)
def test_every_door_refuses_alike(staff, post, counts, case, door):
    one, code = REFUSED[case]
    before = counts()

    desk = send(staff, [one], {}, door)
    answer = post([one], {})

    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["code"] == code
    assert desk.status == 422
    assert "1 to mend" in desk.text
    assert counts() == before


def test_a_panel_of_unknown_tests_is_never_called_normal(staff, see):
    rows, told, _ = CASES["unknown tests only"]
    made = id_of(commit(staff, send(staff, rows, told, "form")))

    for address in (f"/desk/results/{made}", f"/desk/results/{made}/report.html"):
        text = see(staff, address).text.lower()
        assert "normal" not in text
        assert "all in the usual range" not in text

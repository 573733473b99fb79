"""Random panels through every reader mean one and the same."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings

from reference_ranges.interpretation import interpret
from reference_ranges.loading import load_catalogue
from service.intake.door import Door
from service.intake.fhir.reading import read_pool
from service.intake.fhir.resources import pool_of
from service.intake.files.reading import Manner, read_file
from service.intake.form import document_of, read_form
from service.intake.hl7.er7 import escaped
from service.intake.hl7.reading import read_message
from service.intake.reading import read_draft
from tests.desk.panels import PATIENT as FORM
from tests.fhir.conftest import body_of
from tests.fhir.made import TAKEN
from tests.fhir.test_doors_agree import by_fhir, by_json, panels
from tests.files.books import book, table
from tests.hl7.conftest import obx, oru

CATALOGUE = load_catalogue()
DOOR = Door(CATALOGUE, ("en-GB",), UTC, datetime(2026, 11, 23, 9, tzinfo=UTC))
PATIENT = {
    "record_number": "MRN-1",
    "name": "Alex Example",
    "birth_date": "1971-03-04",
    "sex": "F",
    "collected_at": "2026-11-20 08:40",
    "specimen": "serum",
}
DAY = "2026-11-20"
DAY_ONLY = pytest.mark.parametrize("day_only", [False, True], ids=["time", "day"])
ROW = ("test", "value", "unit", "low", "high", "flag", "comment")


def through_json(rows, day_only):
    document = by_json(rows, {})
    del document["patient"]["pregnancy"]
    if day_only:
        document["specimen"] = {"collected_on": DAY, "type": "serum"}
    for one, row in zip(document["results"], rows, strict=True):
        one["name"] = row["test"]
        del one["analyte"]
    return read_draft(document, b"", "json", DOOR).submission


def through_fhir(rows, day_only):
    sent = by_fhir(rows, {})
    results = [
        one["resource"]
        for one in sent["entry"]
        if one["resource"]["resourceType"] == "Observation"
    ]
    sent["entry"] = [one for one in sent["entry"] if one["resource"] != results[0]]
    for one, row in zip(results[1:], rows, strict=True):
        one["code"] = {"text": row["test"]}
    body = body_of(sent).replace(TAKEN.encode(), (DAY if day_only else TAKEN).encode())
    (found,) = read_pool(pool_of(body), ("Bundle",), DOOR).documents
    return read_draft(found.document, b"", "fhir", DOOR).submission


def through_hl7(rows, day_only):
    results = []
    for number, one in enumerate(rows, 1):
        more = {"f7": f"{one['low']}-{one['high']}"} if "low" in one else {}
        more |= {"f8": one["flag"]} if "flag" in one else {}
        unit = escaped(one["unit"])
        results.append(
            obx(one["value"], unit, f"^{escaped(one['test'])}", number=number, **more)
        )
        results += [f"NTE|1||{one['comment']}"] if "comment" in one else []
    who = "PID|1||MRN-1^^^LAB^MR||Example^Alex||19710304|F"
    order = "OBR|1|||U|||20261120" + ("" if day_only else "084000+0000")
    sent = oru(who, order, *results, "SPM|1|||SER")
    (found,) = read_message(sent, DOOR).panels
    return found.submission


def through_csv(rows, day_only):
    return _of_file("a.csv", table, rows, day_only)


def through_xlsx(rows, day_only):
    return _of_file("a.xlsx", book, rows, day_only)


def _of_file(name, made, rows, day_only):
    whose = PATIENT | ({"collected_at": DAY} if day_only else {})
    cells = [(*whose.values(), *(one.get(head, "") for head in ROW)) for one in rows]
    sent = made(*cells, heads=(*PATIENT, *ROW))
    (found,) = read_file(name, sent, Manner(DOOR)).panels
    return found.submission


def typed(rows, day_only):
    """The fields of the form: a test in its own line, the same one again below."""
    fields = FORM | {"record_number": ["MRN-1"], "pregnancy": ["unknown"]}
    fields |= {"specimen": ["serum"]} | ({"collected_time": [""]} if day_only else {})
    for number, one in enumerate(rows, 1):
        own = f"value.{one['test']}" not in fields
        key = one["test"] if own else f"x{number}"
        named = one | {"test": CATALOGUE.analytes[one["test"]].name}
        fields |= {f"{cell}.{key}": [text] for cell, text in named.items()}
    return fields


def through_form(rows, day_only):
    form = read_form(typed(rows, day_only), CATALOGUE)
    written = document_of(form, CATALOGUE, UTC)
    assert written.faults == ()
    # the browser's way: what is previewed is JSON, sealed, and read again
    document = json.loads(json.dumps(written.document))
    return read_draft(document, b"", "form", DOOR).submission


def as_the_form_has_them(rows):
    """Tests in the order of the catalogue, then what came a second time."""
    order = list(CATALOGUE.analytes)
    first = {one["test"]: one for one in reversed(rows)}
    own = sorted(first.values(), key=lambda one: order.index(one["test"]))
    return [*own, *(one for one in rows if one is not first[one["test"]])]


def said(submission):
    """All that a page is made of.

    A range is one however it was written down, and so is what is said of the sample:
    in a comment, or noted beside it as well.
    """
    seen = tuple(
        replace(
            one, lab_interval=one.lab_interval and replace(one.lab_interval, text="")
        )
        for one in submission.panel.observations
    )
    panel = replace(submission.panel, observations=seen)
    made = interpret(panel, CATALOGUE)
    about = submission.identity, submission.collected_at, submission.collected_on
    return replace(panel, conditions=frozenset()), made, *about


@DAY_ONLY
@pytest.mark.parametrize(
    "through", [through_fhir, through_hl7, through_csv, through_xlsx]
)
def test_any_panel_means_the_same_as_by_json(through, day_only):
    @settings(max_examples=60)
    @given(panels(CATALOGUE))
    def agrees(rows):
        named = [one | {"test": CATALOGUE.analytes[one["test"]].name} for one in rows]
        assert said(through(named, day_only)) == said(through_json(named, day_only))

    agrees()


@DAY_ONLY
def test_any_panel_typed_into_the_form_means_the_same_as_by_json(day_only):
    @settings(max_examples=60)
    @given(panels(CATALOGUE))
    def agrees(rows):
        arranged = as_the_form_has_them(rows)
        sent = [
            one | {"test": CATALOGUE.analytes[one["test"]].name} for one in arranged
        ]
        found, expected = through_form(rows, day_only), through_json(sent, day_only)
        assert replace(found, source=expected.source) == expected

    agrees()


@pytest.mark.parametrize(
    "through",
    [
        *(through_json, through_fhir, through_hl7),
        *(through_csv, through_xlsx, through_form),
    ],
)
def test_a_day_alone_is_kept_as_a_day_and_is_enough_for_the_age(through):
    name = "potassium" if through is through_form else "Potassium"
    found = through([{"test": name, "value": "4.1", "unit": "mmol/L"}], day_only=True)

    assert (found.collected_at, found.collected_on) == (None, date(2026, 11, 20))
    assert found.panel.person.age.oldest.years == 55

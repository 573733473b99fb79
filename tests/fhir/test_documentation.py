"""What docs/fhir.md shows is what happens."""

import json
import re
from pathlib import Path

from service.api.routes import ROUTES
from service.intake.fhir.reading import MAX_DOCUMENTS
from service.intake.fhir.resources import MAX_ENTRIES
from service.intake.schema import MAX_RESULTS

PAGE = (Path(__file__).parents[2] / "docs" / "fhir.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL))


def test_the_example_is_taken_and_is_what_the_page_says(fhir):
    address = BLOCKS["sh"].rsplit("/", 1)[1].strip()
    answer = fhir.post(f"/{address}", BLOCKS["json"].encode())

    assert answer.status_code == 201
    assert b'"value":6.80' in answer.data
    found = fhir.stored(answer).interpretation
    assert found.critical
    assert [one.symptom.id for one in found.symptoms] == ["restless_legs"]


def test_every_address_of_the_page_is_one_that_is_answered():
    told = set(re.findall(r"`(?:GET|POST) (/[^` ]+)`", PAGE))
    known = {re.sub(r"<\w+>", "{id}", route.rule) for route in ROUTES}

    assert told
    assert told <= known


def test_the_sizes_of_the_page_are_those_that_are_kept_to():
    sizes = f"{MAX_ENTRIES:,} entries and {MAX_DOCUMENTS} reports"

    assert sizes in PAGE
    assert f"at most {MAX_RESULTS} results" in PAGE


def test_the_example_is_the_file_that_the_command_sends():
    sent = Path(__file__).parents[2] / "docs" / "examples" / "bundle.json"

    assert sent.read_text("utf-8") == BLOCKS["json"]


def test_the_example_is_json_that_another_reader_reads():
    assert json.loads(BLOCKS["json"])["type"] == "collection"

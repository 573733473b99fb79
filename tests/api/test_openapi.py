"""The OpenAPI document says what the running service does, and nothing else."""

import json
import re

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    negative_data_rejection,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from service.api.routes import ROUTES
from tests.api.conftest import bearer, issue


@schemathesis.serializer("application/x-ndjson")
def as_lines(_, value):
    """A text of lines is sent as it is."""
    return str(value).encode()


@schemathesis.deserializer("application/x-ndjson")
def from_lines(_, response):
    return response.content.decode()


# Not positive_data_acceptance: a panel of the right shape may still be refused,
# because its unit or its date means nothing.
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
)
ALL = list(HealthCheck)
UNDOCUMENTED = {"/openapi.json", "/docs", "/docs/problems", "/docs/static/<name>"}

WAYS = [
    (route.view.__name__, mode)
    for route in ROUTES
    for mode in GenerationMode
    if route.rule not in UNDOCUMENTED
    # where nothing can be sent, nothing can be sent wrongly
    if mode is GenerationMode.POSITIVE or route.parameters or "<" in route.rule
]


@pytest.fixture(scope="session")
def contract(shared):
    """The document, and the application that must keep to it."""
    return schemathesis.openapi.from_wsgi("/openapi.json", shared)


@pytest.fixture(scope="session")
def entry(shared):
    return bearer(issue(shared))


@pytest.fixture(scope="session")
def document_served(lab):
    return lab.plain.get("/openapi.json").json


@pytest.mark.parametrize(("name", "mode"), WAYS)
def test_every_operation_keeps_to_its_document(contract, entry, name, mode):
    operation = contract.find_operation_by_id(name)

    @settings(max_examples=12, phases=(Phase.generate,), suppress_health_check=ALL)
    @given(case=operation.as_strategy(generation_mode=mode))
    def keeps_to_it(case):
        case.call_and_validate(headers=entry, checks=CHECKS)

    keeps_to_it()


def test_the_document_lists_every_route(document_served):
    documented = {
        (verb.upper(), path)
        for path, operations in document_served["paths"].items()
        for verb in operations
    }

    routes = {
        (route.method, re.sub(r"<(\w+)>", r"{\1}", route.rule))
        for route in ROUTES
        if route.rule not in UNDOCUMENTED
    }
    assert documented == routes


def test_every_guarded_operation_says_so(document_served):
    stated = {
        operation["operationId"]: bool(operation["security"])
        for operations in document_served["paths"].values()
        for operation in operations.values()
    }

    needed = {route.view.__name__: route.scope is not None for route in ROUTES}
    assert stated == {name: needed[name] for name in stated}


def test_the_document_is_of_version_3_1_and_holds_no_float(document_served):
    assert document_served["openapi"] == "3.1.0"
    assert '"format": "float"' not in json.dumps(document_served)


def test_the_example_of_the_document_is_taken(lab, document_served):
    post = document_served["paths"]["/v1/interpretations"]["post"]
    example = post["requestBody"]["content"]["application/json"]["example"]

    assert lab.post(example).status_code == 201


def test_numbers_are_documented_as_text_or_number_in_and_as_text_out(document_served):
    schemas = document_served["components"]["schemas"]

    assert schemas["SubmittedResult"]["properties"]["value"]["type"] == [
        "string",
        "number",
        "null",
    ]
    assert schemas["Amount"]["properties"]["value"]["type"] == "string"


def test_a_misspelt_field_is_ruled_out_by_the_document(document_served):
    schemas = document_served["components"]["schemas"]

    open_ones = [
        name
        for name, one in schemas.items()
        if one["type"] == "object" and one.get("additionalProperties") is not False
    ]
    assert open_ones == []

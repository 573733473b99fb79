"""The catalogue, readable: what is known, in which units, with which sources."""

from typing import Any

import marshmallow as ma
from flask import Response

from service.api.catalogue_schemas import (
    AnalyteSchema,
    AnalytesSchema,
    FactorsSchema,
    SymptomsSchema,
)
from service.api.json_answer import json_response
from service.intake.reading import SPECIMENS
from service.problems import ProblemError
from service.services import services


def list_analytes() -> Response:
    """Return every analyte that is interpreted."""
    return _answer(AnalytesSchema(), analytes=services().catalogue.analytes.values())


def show_analyte(analyte_id: str) -> Response:
    """Return every limit of one analyte, with its source and status."""
    analyte = services().catalogue.analytes.get(analyte_id)
    if analyte is None:
        raise ProblemError("not_found")
    return json_response(AnalyteSchema().dump(analyte))


def list_symptoms() -> Response:
    """Return every symptom that can be reported."""
    rules = services().catalogue.rules
    return _answer(SymptomsSchema(), symptoms=rules.symptoms.values())


def list_factors() -> Response:
    """Return every factor, specimen condition and specimen type that can be stated."""
    rules = services().catalogue.rules
    return _answer(
        FactorsSchema(),
        factors=rules.factors.values(),
        specimen_conditions=list(rules.conditions),
        specimen_types=SPECIMENS,
    )


def _answer(schema: ma.Schema, **parts: Any) -> Response:  # noqa: ANN401 - what the schema dumps
    catalogue = services().catalogue.version
    return json_response(schema.dump({"catalogue": catalogue, **parts}))

"""The OpenAPI document, made from the schemas that read and write the wire."""

from typing import Any

import marshmallow as ma
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from service.api.operations import operations
from service.api.schemas import BatchAnswerSchema
from service.intake.schema import SubmissionSchema

OPENAPI = "3.1.0"

_DESCRIPTION = (
    "Reads blood results exactly, says what each one means by which limit and source, "
    "and draws the patient's page. A 2xx answer is given only for what is stored."
)


def document(version: str, locales: tuple[str, ...]) -> dict[str, Any]:
    """Return the OpenAPI document of an application with these report *locales*."""
    spec = APISpec(
        title="Plainlab",
        version=version,
        openapi_version=OPENAPI,
        info={"description": _DESCRIPTION},
        plugins=[MarshmallowPlugin(schema_name_resolver=_name)],
    )
    spec.components.security_scheme("key", {"type": "http", "scheme": "bearer"})
    spec.components.schema("BatchAnswer", schema=BatchAnswerSchema)
    for path, verb, operation in operations(locales):
        spec.path(path, operations={verb: operation})
    made: dict[str, Any] = spec.to_dict()
    return made


def _name(schema: type[ma.Schema] | ma.Schema) -> str:
    """Name what is sent apart from what is answered."""
    kind = schema if isinstance(schema, type) else type(schema)
    name = kind.__name__.removesuffix("Schema")
    sent = kind.__module__ == SubmissionSchema.__module__
    return f"Submitted{name}" if sent and name != "Submission" else name

"""What this server does, as a CapabilityStatement."""

from service.fhir.elements import Json

_OPERATIONS = "https://plainlab.example/fhir/OperationDefinition/"
_SECURITY = "http://terminology.hl7.org/CodeSystem/restful-security-service"

_RESOURCES = {
    "DiagnosticReport": (("create", "read"), ("interpret",)),
    "Composition": ((), ("document",)),
    "Observation": (("create", "read"), ("interpret",)),
    "ObservationDefinition": (("read", "search-type"), ()),
    "Bundle": ((), ("validate",)),
}
_OF_HL7 = {
    ("Composition", "document"): (
        "http://hl7.org/fhir/OperationDefinition/Composition-document"
    )
}
"""Operations that HL7 has defined; any other is ours."""


STATED_ON = "2026-11-26"
"""The day on which what stands here was last changed."""


def capability_statement(version: str) -> Json:
    """Return the statement of the software of that *version*."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": STATED_ON,
        "kind": "instance",
        "software": {"name": "Plainlab", "version": version},
        "implementation": {
            "description": "Interprets results of blood tests; keeps reports, and no "
            "other resources."
        },
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "security": {
                    "service": [{"coding": [{"system": _SECURITY, "code": "OAuth"}]}],
                    "description": "Send a key as a bearer token.",
                },
                "resource": [_resource(kind) for kind in _RESOURCES],
                "interaction": [{"code": "transaction"}, {"code": "batch"}],
            }
        ],
    }


def _resource(kind: str) -> Json:
    interactions, operations = _RESOURCES[kind]
    done = [{"code": one} for one in interactions]
    named = [{"name": one, "definition": _defined(kind, one)} for one in operations]
    return {
        "type": kind,
        **({"interaction": done} if done else {}),
        **({"conditionalCreate": True} if "create" in interactions else {}),
        **({"operation": named} if named else {}),
    }


def _defined(kind: str, operation: str) -> str:
    ours = f"{_OPERATIONS}{kind}-{operation}"
    return _OF_HL7.get((kind, operation), ours)

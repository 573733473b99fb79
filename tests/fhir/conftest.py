"""A FHIR client with its key, on a whole application."""

import json

import pytest

from tests.api.conftest import Clock, bearer, issue, make_app

TYPE = "application/fhir+json"


class FhirClient:
    """What an integrator's engine does: posts resources and reads what comes back."""

    def __init__(self, app):
        self.app = app
        self.plain = app.test_client()
        self.headers = bearer(issue(app))

    def get(self, path, **headers):
        return self.plain.get(path, headers=self.headers | headers)

    def post(self, path, resource, **headers):
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        body = resource if isinstance(resource, bytes) else text_of(resource).encode()
        return self.plain.post(
            path, data=body, content_type=TYPE, headers=self.headers | named
        )


def text_of(resource):
    """JSON of *resource*; a ``Raw`` stands as it is, with all its digits."""
    return json.dumps(resource)


@pytest.fixture(scope="session")
def fhir_app(tmp_path_factory):
    app = make_app(tmp_path_factory.mktemp("fhir"), Clock())
    yield app
    app.extensions["plainlab"].engine.dispose()


@pytest.fixture(scope="session")
def fhir(fhir_app):
    return FhirClient(fhir_app)

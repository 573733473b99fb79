"""A FHIR client with its key, on a whole application."""

from datetime import UTC, datetime

import pytest

from reference_ranges.loading import load_catalogue
from service.intake.door import Door
from service.intake.fhir.reading import read_pool
from service.intake.fhir.resources import pool_of
from service.ranges.fhir.exact_json import compact
from service.store.interpretations import get
from tests.api.conftest import Clock, bearer, issue, make_app, rows_of

TYPE = "application/fhir+json"
ANY = ("Bundle", "Observation", "DiagnosticReport")


class FhirClient:
    """What an integrator's engine does: posts resources and reads what comes back."""

    def __init__(self, app):
        self.app = app
        self.plain = app.test_client()
        self.headers = bearer(issue(app))

    def get(self, path, **headers):
        return self.plain.get(path, headers=self.headers | headers)

    def post(self, path, resource, kind=TYPE, **headers):
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return self.plain.post(
            path,
            data=body_of(resource),
            content_type=kind,
            headers=self.headers | named,
        )

    def stored(self, answer):
        """What is stored of the first report that *answer* leads to."""
        name = answer.location.rpartition("/")[2].partition("-")[0]
        return get(self.app.extensions["plainlab"].engine, name)

    def refusals(self, path, resource, **headers):
        """The codes of the refusal of *resource*, by place."""
        answer = self.post(path, resource, **headers)
        assert answer.status_code == 422, answer.text
        assert answer.json["resourceType"] == "OperationOutcome"
        return [
            (one.get("expression", [""])[0], one["details"]["coding"][0]["code"])
            for one in answer.json["issue"]
        ]

    def kept(self):
        """How many interpretations there are."""
        return rows_of(self.app, "interpretation")


def body_of(resource):
    """*resource* as JSON, numbers with the digits that they were given."""
    return resource if isinstance(resource, bytes) else compact(resource).encode()


@pytest.fixture(scope="session")
def fhir_app(tmp_path_factory):
    app = make_app(tmp_path_factory.mktemp("fhir"), Clock())
    yield app
    app.extensions["plainlab"].engine.dispose()


@pytest.fixture(scope="session")
def fhir(fhir_app):
    return FhirClient(fhir_app)


@pytest.fixture
def own_fhir(tmp_path):
    """A client of an application with nothing in it yet."""
    app = make_app(tmp_path, Clock())
    yield FhirClient(app)
    app.extensions["plainlab"].engine.dispose()


@pytest.fixture(scope="session")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="session")
def door(catalogue):
    return Door(catalogue, ("en-GB",), UTC, datetime(2026, 11, 23, 9, tzinfo=UTC))


@pytest.fixture(scope="session")
def read(door):
    """Read a resource into its documents."""

    def read_resource(resource, door=door):
        return read_pool(pool_of(body_of(resource)), ANY, door)

    return read_resource


@pytest.fixture(scope="session")
def rows(read):
    """The rows of the only document of a resource."""

    def rows_of_resource(resource):
        (sent,) = read(resource).documents
        return sent.document["results"]

    return rows_of_resource

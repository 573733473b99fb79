"""OAuth 2.0 client credentials: a key exchanged for a short token that opens less."""

import base64
from datetime import timedelta

import pytest

from service.access import keys
from service.access.guesses import PER_SOURCE, WINDOW
from service.access.keys import Scope
from service.access.tokens import LONGEST
from tests.api.conftest import NOW, SYSTEM, bearer, issue, rows_of

FORM = {"grant_type": "client_credentials"}


def parts(key):
    _, prefix, secret = key.split("_", 2)
    return prefix, secret


def basic(name, secret):
    packed = base64.b64encode(f"{name}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {packed}"}


@pytest.fixture
def key(own):
    return issue(own, Scope.CATALOGUE, Scope.READ)


@pytest.fixture
def client(own):
    return own.test_client()


@pytest.fixture
def ask(client, key):
    """Ask for a token by HTTP Basic."""

    def post(headers=None, **form):
        entry = basic(*parts(key)) if headers is None else headers
        return client.post("/oauth/token", data=FORM | form, headers=entry)

    return post


@pytest.mark.parametrize("by_form", [False, True])
def test_a_token_opens_what_its_key_opens(client, ask, key, by_form):
    name, secret = parts(key)
    form = {"client_id": name, "client_secret": secret} if by_form else {}

    answer = ask({} if by_form else None, **form)

    assert answer.status_code == 200, answer.text
    assert answer.json["token_type"] == "Bearer"  # noqa: S105  not one
    assert answer.json["expires_in"] == 3600
    assert answer.json["scope"] == "catalogue:read interpretations:read"
    assert answer.headers["Cache-Control"] == "no-store"
    entry = bearer(answer.json["access_token"])
    assert client.get("/v1/symptoms", headers=entry).status_code == 200


def test_a_token_for_less_opens_less(client, ask):
    entry = bearer(ask(scope="interpretations:read").json["access_token"])

    refused = client.get("/v1/symptoms", headers=entry)

    assert (refused.status_code, refused.json["code"]) == (403, "forbidden")


@pytest.mark.parametrize("scope", ["interpretations:write", "everything"])
def test_more_than_the_key_opens_is_refused(own, ask, scope):
    answer = ask(scope=scope)

    assert (answer.status_code, answer.json["error"]) == (400, "invalid_scope")
    assert rows_of(own, "access_token") == 0


def test_a_token_ends_after_an_hour_and_is_cleared_away(own, client, ask, clock):
    entry = bearer(ask().json["access_token"])
    clock.now += LONGEST

    assert client.get("/v1/symptoms", headers=entry).status_code == 401
    ask()
    assert rows_of(own, "access_token") == 1


def test_a_token_never_outlives_its_key(own, client, clock):
    key = issue(own, Scope.CATALOGUE, until=NOW + timedelta(minutes=2))
    told = client.post("/oauth/token", data=FORM, headers=basic(*parts(key))).json
    assert told["expires_in"] == 120

    clock.now += timedelta(minutes=2)

    entry = bearer(told["access_token"])
    assert client.get("/v1/symptoms", headers=entry).status_code == 401


def test_revoking_the_key_ends_its_tokens(own, client, ask, key):
    entry = bearer(ask().json["access_token"])

    keys.revoke(own.extensions["plainlab"].engine, parts(key)[0], SYSTEM)

    assert client.get("/v1/symptoms", headers=entry).status_code == 401


def test_only_the_hash_of_a_token_is_kept(own, ask):
    token = ask().json["access_token"]

    with own.extensions["plainlab"].engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT * FROM access_token").all()
    assert token not in repr(kept)


def test_a_wrong_client_is_always_refused_alike(own, ask, key):
    name, secret = parts(key)
    revoked = issue(own)
    keys.revoke(own.extensions["plainlab"].engine, parts(revoked)[0], SYSTEM)
    told = {
        (answer.status_code, answer.text, answer.headers["WWW-Authenticate"])
        for answer in (
            ask(basic(name, secret[:-1] + "!")),
            ask(basic("0" * 12, secret)),
            ask(basic("nobody", "")),
            ask(basic(*parts(revoked))),
            ask({"Authorization": "Basic %%%"}),
            ask({"Authorization": "Basic /w=="}),
            ask(bearer(key)),
            ask({}),
            ask({}, client_id=name, client_secret="é"),  # noqa: S106  not one
        )
    }

    assert len(told) == 1
    assert next(iter(told))[0] == 401


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": ["client_credentials"] * 2}, "invalid_request"),
        ({"client_secret": "x"}, "invalid_request"),
    ],
)
def test_what_is_not_a_request_for_a_token_is_told_so(ask, sent, error):
    answer = ask(**sent)

    assert (answer.status_code, answer.json["error"]) == (400, error)


def test_json_and_a_key_in_the_address_are_not_read(client, key):
    name, secret = parts(key)
    address = f"/oauth/token?client_id={name}&client_secret={secret}"

    for answer in (client.post("/oauth/token", json=FORM), client.post(address)):
        assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")


def test_a_large_form_is_refused(client):
    answer = client.post("/oauth/token", data={"scope": "x" * 9000})

    assert (answer.status_code, answer.json["code"]) == (413, "payload_too_large")


def test_the_token_endpoint_describes_itself(client):
    told = client.get("/.well-known/oauth-authorization-server").json

    assert told["issuer"] == "http://localhost"
    assert told["token_endpoint"] == "http://localhost/oauth/token"  # noqa: S105  not one
    assert told["scopes_supported"] == [scope.value for scope in Scope]


def test_after_sixty_wrong_keys_one_waits_but_a_good_key_does_not(own, clock):
    def knock(text, **options):
        return own.test_client().get("/v1/symptoms", headers=bearer(text), **options)

    first = [knock(f"guess-{n}").status_code for n in range(PER_SOURCE)]
    waits = knock("guess")
    elsewhere = knock("guess", environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    by_token = own.test_client().post(
        "/oauth/token", data=FORM, headers=basic("0" * 12, "x")
    )

    assert set(first) == {401}
    assert (waits.status_code, waits.json["code"]) == (429, "too_many_requests")
    assert int(waits.headers["Retry-After"]) == WINDOW.total_seconds()
    assert by_token.status_code == 429
    assert elsewhere.status_code == 401
    assert knock(issue(own)).status_code == 200
    assert own.test_client().get("/v1/symptoms").status_code == 401
    clock.now += WINDOW
    assert knock("guess").status_code == 401

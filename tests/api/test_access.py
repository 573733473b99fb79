"""Who may call what, over every route that there is; and what no answer tells."""

import itertools
import re
from datetime import timedelta

import pytest

from service.access import keys
from service.access.keys import Scope
from service.api.routes import POLICIES, ROUTES
from tests.api.conftest import NOW, SYSTEM, Client, bearer, issue, make_app, rows_of

GUARDED = [
    pytest.param(route, id=f"{route.method} {route.rule}")
    for route in ROUTES
    if route.scope is not None
]
OPEN = [
    pytest.param(route, id=f"{route.method} {route.rule}")
    for route in ROUTES
    if route.scope is None
]
WRONG_KEYS = {
    "no header": {},
    "empty": {"Authorization": ""},
    "no scheme": {"Authorization": "pl_0123456789ab_" + "a" * 43},
    "another scheme": {"Authorization": "Basic dXNlcjpwYXNz"},
    "not a key": bearer("secret"),
    "unknown": bearer("pl_0123456789ab_" + "a" * 43),
    "not ASCII": bearer("pl_é"),
    "far too long": bearer("x" * 5000),
}


_numbers = itertools.count()


def call(client, route, headers, **options):
    path = re.sub(r"<[^>]+>", "a" * 26, route.rule)
    # from an address of its own: too many wrong keys from one are slowed down
    source = {"REMOTE_ADDR": f"192.0.2.1.{next(_numbers)}"}
    return client.open(
        path, method=route.method, headers=headers, environ_overrides=source, **options
    )


@pytest.fixture(scope="module")
def expired(shared):
    key = issue(shared, until=NOW + timedelta(seconds=1))
    before = issue(shared, until=NOW + timedelta(days=1))
    engine = shared.extensions["plainlab"].engine
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE api_key SET expires_at = ? WHERE prefix = ?",
            (NOW.isoformat(timespec="microseconds"), key.split("_")[1]),
        )
    keys.revoke(engine, before.split("_")[1], SYSTEM)
    return {"expired": bearer(key), "revoked": bearer(before)}


def constant(answer):
    """What of a refusal must not depend on what was wrong."""
    told = {name: text for name, text in answer.json.items() if name != "instance"}
    return answer.status_code, told, answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("wrong", WRONG_KEYS)
@pytest.mark.parametrize("route", GUARDED)
def test_no_guarded_route_opens_without_a_valid_key(shared, route, wrong):
    client = shared.test_client()

    answer = call(client, route, WRONG_KEYS[wrong])

    assert (answer.status_code, code_of(answer)) == (401, "unauthenticated")
    assert constant(answer) == constant(call(client, route, {}))


@pytest.mark.parametrize("which", ["expired", "revoked"])
@pytest.mark.parametrize("route", GUARDED)
def test_an_expired_and_a_revoked_key_are_told_as_little(shared, route, expired, which):
    client = shared.test_client()

    answer = call(client, route, expired[which])

    assert constant(answer) == constant(call(client, route, {}))


@pytest.mark.parametrize("route", GUARDED)
def test_a_key_without_the_scope_is_forbidden(shared, route):
    others = [scope for scope in Scope if scope is not route.scope]

    answer = call(shared.test_client(), route, bearer(issue(shared, *others)))

    assert (answer.status_code, code_of(answer)) == (403, "forbidden")
    assert str(route.scope) in answer.text


@pytest.mark.parametrize("route", GUARDED)
def test_the_scope_alone_opens_the_route(shared, route):
    answer = call(shared.test_client(), route, bearer(issue(shared, route.scope)))

    assert answer.status_code in {200, 404, 415}


@pytest.mark.parametrize("route", OPEN)
def test_what_is_open_needs_no_key(shared, route):
    assert call(shared.test_client(), route, {}).status_code in {200, 400, 404}


@pytest.mark.parametrize("name", ["api_key", "key", "access_token", "token"])
def test_a_key_in_the_address_opens_nothing(shared, name):
    key = issue(shared)

    answer = shared.test_client().get(f"/v1/analytes?{name}={key}")

    assert answer.status_code == 401


def test_the_key_is_looked_at_before_the_body_is_read(shared):
    client = shared.test_client()

    huge = client.post("/v1/interpretations", data=b"[" * 2_000_000)
    broken = client.post(
        "/v1/interpretations", data=b"{", content_type="application/json"
    )

    assert (huge.status_code, broken.status_code) == (401, 401)


def test_every_route_of_the_application_has_a_policy(shared):
    endpoints = {rule.endpoint for rule in shared.url_map.iter_rules()}
    ours = {one for one in endpoints if not one.startswith("desk.")}

    assert ours == set(POLICIES)


def test_a_route_without_a_policy_is_refused(tmp_path, clock, monkeypatch):
    app = make_app(tmp_path, clock)
    lab = Client(app, issue(app))
    monkeypatch.delitem(POLICIES, "api.list_analytes")

    answer = lab.get("/v1/analytes")

    assert (answer.status_code, answer.json["code"]) == (403, "forbidden")
    app.extensions["plainlab"].engine.dispose()


@pytest.mark.parametrize("path", ["", "/explain", "/report.pdf", "/report.html"])
def test_malformed_and_unknown_ids_are_answered_alike(lab, path):
    answers = [
        lab.get(f"/v1/interpretations/{one}{path}")
        for one in ("a" * 26, "z" * 26, "A" * 26, "1", "a' OR '1'='1", "%00", "é")
    ]

    told = {
        (answer.status_code, answer.json["detail"], tuple(answer.json["errors"]))
        for answer in answers
    }
    assert len(told) == 1


def test_no_get_changes_what_is_stored(own, own_lab):
    tables = ("submission", "interpretation", "result", "idempotency", "review")
    before = [rows_of(own, table) for table in tables]

    for route in ROUTES:
        call(own_lab.plain, route, own_lab.headers) if route.method == "GET" else None

    assert [rows_of(own, table) for table in tables] == before


@pytest.mark.parametrize(
    "path", ["/healthz", "/v1/analytes", "/nothing", "/docs", "/docs/problems"]
)
def test_every_answer_forbids_keeping_sniffing_and_framing(shared, path):
    headers = shared.test_client().get(path).headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("scheme", "told"),
    [("https", "max-age=31536000; includeSubDomains"), ("http", None)],
)
def test_browsers_are_told_to_stay_with_https_once_they_came_by_it(
    shared, scheme, told
):
    answer = shared.test_client().get("/healthz", base_url=f"{scheme}://localhost")

    assert answer.headers.get("Strict-Transport-Security") == told


def test_behind_tls_browsers_are_told_though_the_proxy_speaks_http(tmp_path, clock):
    app = make_app(tmp_path, clock, PLAINLAB_BEHIND_TLS="true")

    assert "Strict-Transport-Security" in app.test_client().get("/healthz").headers
    app.extensions["plainlab"].engine.dispose()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("1b4e28ba-2fa1-11d2-883f-0016d3cca427", True),
        ("01J9ZQ7C8F5S4W3X2V1T0R9P8N", True),
        ("Alex-Example", False),
        ("AlexExampleMRN1", False),
        ("a" * 64, True),
        ("short", False),
        ("a" * 65, False),
        ('x" onload="alert(1)', False),
        ("Alex Example", False),
    ],
)
def test_a_well_formed_request_id_is_kept(shared, sent, kept):
    answer = shared.test_client().get("/nothing", headers={"X-Request-ID": sent})

    told = answer.headers["X-Request-ID"]
    assert (told == sent) is kept
    assert answer.json["instance"] == f"urn:request:{told}"


def code_of(answer):
    """The code of a refusal, in whichever form it came."""
    if "issue" in answer.json:
        return answer.json["issue"][0]["details"]["coding"][0]["code"]
    return answer.json["code"]

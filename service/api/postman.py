"""``docs/postman.json``: one request for each route, as a collection for Postman.

Written in the collection format 2.1, which Bruno and newman read too.
"""

import json
from pathlib import Path

from service.api.example_requests import ID, Example, example_requests

_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_OPEN = {"type": "noauth"}
_ANSWERED = {"sandbox": "oneOf([200, 404])"}  # there is one in a demo only
_KEPT = 'pm.collectionVariables.set("id", pm.response.json().id);'
_CREDENTIALS = (
    'const [, id, ...secret] = pm.variables.get("key").split("_");',
    'pm.variables.set("client_id", id);',
    'pm.variables.set("client_secret", secret.join("_"));',
)
_FORM = {
    "grant_type": "client_credentials",
    "client_id": "{{client_id}}",
    "client_secret": "{{client_secret}}",
}


def postman_json(docs: Path) -> str:
    """Return ``docs/postman.json``, with what is posted read from the folder *docs*."""
    collection = {
        "info": {"name": "Plainlab", "schema": _SCHEMA},
        "auth": {
            "type": "bearer",
            "bearer": [{"key": "token", "value": "{{key}}", "type": "string"}],
        },
        "variable": [
            {"key": "base", "value": "http://127.0.0.1:8000"},
            {"key": "key", "value": ""},
            {"key": "id", "value": ""},
        ],
        "item": [_item(one, docs) for one in example_requests()],
    }
    return json.dumps(collection, indent=1, ensure_ascii=False) + "\n"


def _item(one: Example, docs: Path) -> dict[str, object]:
    return {
        "name": f"{one.route.method} {one.route.rule}",
        "event": _events(one),
        "request": {
            "method": one.route.method,
            "description": (one.route.view.__doc__ or "").partition("\n")[0],
            "url": "{{base}}" + one.path.replace(ID, "{{id}}"),
            **({} if one.route.scope else {"auth": _OPEN}),
            **_sent(one, docs),
        },
    }


def _sent(one: Example, docs: Path) -> dict[str, object]:
    if one.view == "issue_token":
        fields = [{"key": key, "value": value} for key, value in _FORM.items()]
        return {"body": {"mode": "urlencoded", "urlencoded": fields}}
    if one.sent is None:
        return {}
    with (docs / one.sent.file).open(encoding="utf-8", newline="") as file:
        body = {"mode": "raw", "raw": file.read()}
    return {"header": [{"key": "Content-Type", "value": one.sent.type}], "body": body}


def _events(one: Example) -> list[dict[str, object]]:
    answered = _ANSWERED.get(one.view, "within(200, 299)")
    told = f"pm.expect(pm.response.code).to.be.{answered};"
    test = [f'pm.test("answered", () => {{ {told} }});']
    if one.view == "create_interpretation":
        test.append(_KEPT)
    events = [_script("test", test)]
    if one.view == "issue_token":
        events.append(_script("prerequest", _CREDENTIALS))
    return events


def _script(when: str, lines: object) -> dict[str, object]:
    return {"listen": when, "script": {"type": "text/javascript", "exec": lines}}

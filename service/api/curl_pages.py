"""``docs/curl.md``: one request for each route, as a line for a shell."""

from collections.abc import Iterator
from pathlib import Path

from service.api.example_requests import ID, Example, example_requests

URL = "http://127.0.0.1:8000"
_INTRODUCTION = """\
# One request for each route

Every line is run by a test against a real server. `$KEY` is a key that may do
everything: `plainlab key issue NAME`, and `--scope metrics:read` for the metrics. What
each answer holds is documented at `/openapi.json`, with a viewer at `/docs`. The same
requests are a collection for Postman, which Bruno and newman read too:
[postman.json](postman.json); give it a `key`, and send them in their order."""

_IDS = 'import json, sys; print(json.load(sys.stdin)["id"])'
_AUTHORISED = '-H "Authorization: Bearer $KEY"'
_GRANT = (
    '-d grant_type=client_credentials \\\n  -d "client_id=$(echo $KEY | cut -d_ -f2)" '
    '-d "client_secret=$(echo $KEY | cut -d_ -f3-)"'
)
_BEFORE = {
    "create_interpretation": "ID=$(",
    "sandbox": "# answered with 404 but in a demo\n",
}
_AFTER = {"create_interpretation": f" | python3 -c '{_IDS}')"}


def curl_markdown() -> str:
    """Return ``docs/curl.md``."""
    return "\n".join(_markdown()) + "\n"


def _markdown() -> Iterator[str]:
    yield _INTRODUCTION
    yield "\n```sh"
    yield "\n\n".join(map(_line, example_requests()))
    yield "```"


def _line(one: Example) -> str:
    path = one.path.replace("$", r"\$")  # of a shell: $interpret is no variable
    address = f'"{URL}{path.replace(ID, "$ID")}"'
    file = f"-o {Path(path).name} " if path.endswith(".pdf") else ""
    line = f"curl {file}{address} {_sent(one)}".rstrip()
    return f"{_BEFORE.get(one.view, '')}{line}{_AFTER.get(one.view, '')}"


def _sent(one: Example) -> str:
    if one.view == "issue_token":
        return _GRANT
    key = _AUTHORISED if one.route.scope else ""
    if one.sent is None:
        return key
    # curl -d drops the ends of lines, of which these formats are made
    whole = one.sent.type.endswith(("ndjson", "hl7-v2"))
    option = "--data-binary" if whole else "-d"
    return (
        f'{key} -H "Content-Type: {one.sent.type}" \\\n  {option} @docs/{one.sent.file}'
    )

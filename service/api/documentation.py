"""The interface's own documentation: the OpenAPI document and two pages."""

from pathlib import Path

from flask import Response, current_app

from service.api.json_answer import json_response
from service.api.problem_pages import problems_html
from service.problems import ProblemError

_STATIC = Path(__file__).parent / "static"
_VIEWER = (_STATIC / "docs.html").read_text("utf-8")
_ASSETS = {
    name: ((_STATIC / name).read_bytes(), kind)
    for name, kind in (("docs.css", "text/css"), ("docs.js", "text/javascript"))
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def openapi() -> Response:
    """Return the OpenAPI document, made once when the application starts."""
    return json_response(current_app.extensions["plainlab_openapi"])


def docs() -> Response:
    """Return the viewer of the OpenAPI document; all of it is served from here."""
    return _page(Response(_VIEWER, mimetype="text/html"))


def asset(name: str) -> Response:
    """Return the style sheet or the script of these pages."""
    if name not in _ASSETS:
        raise ProblemError("not_found")
    body, kind = _ASSETS[name]
    return Response(body, mimetype=kind)


def problem_types() -> Response:
    """Return what every problem code means."""
    return _page(Response(problems_html(), mimetype="text/html"))


def _page(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    return response

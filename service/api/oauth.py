"""OAuth 2.0 client credentials (RFC 6749, 4.4): a key exchanged for a short token.

The client id is the key's public prefix, the client secret is its secret part.
"""

import base64
import binascii
import re
from http import HTTPStatus
from urllib.parse import unquote_plus

from flask import Response, g, request

from service.access import keys, tokens
from service.access.errors import ScopeRefused
from service.access.keys import ApiKey, Scope
from service.api.json_answer import json_response
from service.api.security import refuse_guess
from service.services import services

GRANT = "client_credentials"
_LONGEST_BODY = 8_192
_PREFIX = re.compile(r"(?:pl_)?([0-9a-f]{12})")


class _Refused(Exception):  # noqa: N818 - it names what happened
    """An error code of RFC 6749, section 5.2, and a sentence."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(code)
        self.code = code
        self.description = description


def issue_token() -> Response:
    """Exchange a key for a bearer token, or refuse in the words of RFC 6749."""
    request.max_content_length = _LONGEST_BODY
    try:
        return _granted()
    except _Refused as refused:
        document = {"error": refused.code, "error_description": refused.description}
        if refused.code != "invalid_client":
            return json_response(document, HTTPStatus.BAD_REQUEST)
        response = json_response(document, HTTPStatus.UNAUTHORIZED)
        response.headers["WWW-Authenticate"] = 'Basic realm="plainlab"'
        return response


def authorization_server() -> Response:
    """Describe the token endpoint, as RFC 8414 has it."""
    issuer = request.host_url.rstrip("/")
    return json_response(
        {
            "issuer": issuer,
            "token_endpoint": f"{issuer}/oauth/token",
            "grant_types_supported": [GRANT],
            "response_types_supported": [],
            "scopes_supported": [scope.value for scope in Scope],
            "token_endpoint_auth_methods_supported": [
                "client_secret_basic",
                "client_secret_post",
            ],
        }
    )


def _granted() -> Response:
    if request.mimetype != "application/x-www-form-urlencoded" or request.args:
        raise _Refused("invalid_request", "Send a form in the body, and nothing else.")
    key = _client()
    if _field("grant_type") != GRANT:
        raise _Refused("unsupported_grant_type", f"The grant type is {GRANT}.")
    scopes = _scopes(_field("scope"))
    try:
        made = tokens.grant(services().engine, key, scopes, services().clock())
    except ScopeRefused:
        raise _Refused("invalid_scope", "The key lacks one of these scopes.") from None
    return json_response(
        {
            "access_token": made.token,
            "token_type": "Bearer",
            "expires_in": int(made.lifetime.total_seconds()),
            "scope": " ".join(sorted(made.scopes)),
        }
    )


def _field(name: str) -> str:
    """Return a field of the form; empty where it is not there."""
    values = request.form.getlist(name)
    if len(values) > 1:
        raise _Refused("invalid_request", f"{name} must not be there twice.")
    return values[0] if values else ""


def _scopes(text: str) -> frozenset[Scope]:
    try:
        return frozenset(Scope(one) for one in text.split())
    except ValueError:
        raise _Refused("invalid_scope", "There is no such scope.") from None


def _client() -> ApiKey:
    """Return the key that the client named, by one of the two ways."""
    name, secret = _basic() if "Authorization" in request.headers else _posted()
    shape = _PREFIX.fullmatch(name)
    plain = f"pl_{shape.group(1)}_{secret}" if shape else ""
    key = keys.check(services().engine, plain, services().clock())
    if key is None:
        refuse_guess()
        raise _Refused("invalid_client", "The client id or the secret is not valid.")
    g.api_key = key  # for the log
    return key


def _posted() -> tuple[str, str]:
    return _field("client_id"), _field("client_secret")


def _basic() -> tuple[str, str]:
    if _field("client_secret"):
        raise _Refused("invalid_request", "Name the client in one way, not in two.")
    scheme, _, packed = request.headers["Authorization"].partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        plain = base64.b64decode(packed.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return "", ""
    name, _, secret = plain.partition(":")
    return unquote_plus(name), unquote_plus(secret)

"""Who may call what: a bearer key and its scopes, before any body is read.

Every endpoint of this blueprint stands in ``POLICIES``; one that does not is refused.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from flask import g, request

from service.access import keys
from service.access.audit import Action, Stamp, note
from service.access.keys import ApiKey, Scope
from service.problems import ProblemError
from service.services import services

POLICIES: Mapping[str, Scope | None] = MappingProxyType(
    {
        "api.create_interpretation": Scope.WRITE,
        "api.show_interpretation": Scope.READ,
        "api.explain_interpretation": Scope.READ,
        "api.report_pdf": Scope.READ,
        "api.report_html": Scope.READ,
        "api.list_analytes": Scope.CATALOGUE,
        "api.show_analyte": Scope.CATALOGUE,
        "api.list_symptoms": Scope.CATALOGUE,
        "api.list_factors": Scope.CATALOGUE,
        # open to everyone: they hold nothing about anybody
        "api.openapi": None,
        "api.docs": None,
        "api.problem_types": None,
        "api.static": None,
        "api.healthz": None,
        "api.readyz": None,
    }
)
"""The scope that each endpoint needs; None is open to everyone."""


def guard() -> None:
    """Let the request through, or refuse it.

    Raises:
        ProblemError: ``unauthenticated``, whatever is wrong with the key, or
            ``forbidden``.
    """
    endpoint = request.endpoint or ""
    if endpoint not in POLICIES:
        raise ProblemError("forbidden", "This operation is open to nobody.")
    scope = POLICIES[endpoint]
    if scope is None or request.method == "OPTIONS":
        return
    key = _key()
    if scope not in key.scopes:
        raise ProblemError("forbidden", f"The key lacks the scope {scope}.")
    g.api_key = key


def stamp() -> Stamp:
    """Return who is asking, and when, for the audit."""
    key = cast("ApiKey", g.api_key)
    return Stamp(f"key:{key.prefix}", services().clock())


def audited(action: Action, object_id: str) -> None:
    """Write down that something is read, before it is.

    Raises:
        StoreUnavailable: it could not be written down; then it is not read either.
    """
    note(services().engine, stamp(), action, object_id)


def _key() -> ApiKey:
    scheme, _, plain = request.headers.get("Authorization", "").partition(" ")
    sent = plain.strip() if scheme.lower() == "bearer" else ""
    key = keys.check(services().engine, sent, services().clock())
    if key is None:
        raise ProblemError("unauthenticated", headers=(("WWW-Authenticate", "Bearer"),))
    return key

"""What was shown is what is stored: a preview travels sealed through the browser.

The seal covers the document, how it is to be read, the session it was shown in, the
time, and a digest of the interpretation that was shown.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

from flask import g
from itsdangerous import BadData, URLSafeSerializer

from reference_ranges.results import Interpretation
from service.services import services
from service.store.codec import dumps

LIFETIME = 60 * 60
"""Seconds for which a preview may be committed."""


class SealBroken(Exception):  # noqa: N818 - it names what happened
    """The preview was changed, is too old, or was shown to somebody else."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What is to be stored: the document as text, and how it came.

    ``digest`` is of the interpretation that was shown; ``nonce`` tells two previews
    of the same content apart, and two commits of one preview not.
    """

    document: str
    source: str
    decimal_comma: bool
    digest: str
    nonce: str


def digest_of(interpretation: Interpretation) -> str:
    """Return a digest of everything that the interpretation says."""
    return hashlib.sha256(dumps(interpretation).encode()).hexdigest()


def new_nonce() -> str:
    """Return a name for one preview."""
    return secrets.token_urlsafe(16)


def seal(preview: Preview) -> str:
    """Return *preview* as text that only this service can have made, and when."""
    return seal_parts("preview", astuple(preview))


def unseal(text: str) -> Preview:
    """Return the preview that was sealed.

    Raises:
        SealBroken: it was changed, is older than ``LIFETIME``, or belongs to another
            session.
    """
    return Preview(*unseal_parts("preview", text))


def seal_parts(purpose: str, parts: Sequence[object]) -> str:
    """Seal *parts* for one *purpose*: no other can open them."""
    return str(_serializer(purpose).dumps([_now(), *parts]))


def unseal_parts(purpose: str, text: str) -> list[Any]:
    """Return the parts that were sealed.

    Raises:
        SealBroken: as ``unseal`` says.
    """
    try:
        sealed_at, *parts = _serializer(purpose).loads(text)
    except BadData:
        raise SealBroken("not as it was shown") from None
    if _now() - sealed_at > LIFETIME:
        raise SealBroken("too old")
    return list(parts)


def _now() -> int:
    return int(services().clock().timestamp())


def _serializer(purpose: str) -> URLSafeSerializer:
    # The session's token is part of the key: another session cannot open the seal.
    salt = hashlib.sha256(f"{purpose}:{g.binding}".encode()).digest()
    return URLSafeSerializer(
        services().settings.secret_key,
        salt=salt,
        signer_kwargs={"digest_method": hashlib.sha256},
    )

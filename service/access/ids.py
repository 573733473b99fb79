"""Ids and secrets: random, and safe in a URL."""

import base64
import hashlib
import secrets


def new_id() -> str:
    """Return a 128-bit random id: 26 lower-case letters and digits 2 to 7."""
    return _written(secrets.token_bytes(16))


def id_of(content: bytes) -> str:
    """Return the id, written as any other, that this *content* alone has."""
    return _written(hashlib.sha256(content).digest()[:16])


def new_token() -> str:
    """Return a 256-bit secret, safe in a URL."""
    return secrets.token_urlsafe(32)


def sha256(text: str) -> str:
    """Return the SHA-256 of *text* in hex: fit to keep a secret that is random."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _written(bits: bytes) -> str:
    return base64.b32encode(bits).decode().rstrip("=").lower()

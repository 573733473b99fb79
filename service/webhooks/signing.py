"""Signatures by Standard Webhooks: HMAC-SHA256 over id, time and body.

A secret is made from the service's own and the webhook's id each time: there is none
in the store, so that a copy of the database signs nothing.
"""

import base64
import hashlib
import hmac
from datetime import datetime


def secret_of(webhook_id: str, secret_key: str) -> str:
    """Return a webhook's secret, as its receiver keeps it: ``whsec_`` and base64."""
    told = f"webhook:{webhook_id}".encode()
    digest = hmac.new(secret_key.encode(), told, hashlib.sha256).digest()
    return f"whsec_{base64.b64encode(digest).decode()}"


def headers_of(secret: str, message: str, body: bytes, now: datetime) -> dict[str, str]:
    """Return the three headers by which a receiver knows who sent *body*, and when."""
    stamp = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message}.{stamp}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return {
        "webhook-id": message,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }

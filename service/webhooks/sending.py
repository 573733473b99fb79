"""One attempt to send one message: checked address, checked certificate, in time."""

import http.client
import socket
import ssl
from collections.abc import Mapping
from threading import Timer

from service.settings import Network
from service.webhooks.addresses import (
    AddressRefused,
    Target,
    checked_address,
    target_of,
)

PATIENCE = 15.0
"""Seconds for a whole attempt, from the connection to the first line of the answer."""

_GOOD = range(200, 300)


def send(
    url: str, body: bytes, headers: Mapping[str, str], allowed: tuple[Network, ...]
) -> str:
    """Post *body* once; return an empty text where it was taken, else what went wrong.

    Only a 2xx takes it; a redirect is followed nowhere, and the answer's body is not
    read.  What went wrong is a word of ours, never of the receiver's.
    """
    try:
        target = target_of(url)
        address = checked_address(target, allowed)
        status = _post(target, address, body, headers)
    except AddressRefused:
        return "address_refused"
    except (OSError, http.client.HTTPException, ValueError) as error:
        return type(error).__name__
    return "" if status in _GOOD else f"HTTP {status}"


def _post(target: Target, address: str, body: bytes, headers: Mapping[str, str]) -> int:
    line = http.client.HTTPConnection(target.host, target.port)
    raw = socket.create_connection((address, target.port), timeout=PATIENCE)
    # a receiver that sends one byte a second keeps every single wait short
    cut = Timer(PATIENCE, _cut, (raw,))
    cut.daemon = True
    cut.start()
    try:
        line.sock = _secured(raw, target)
        agreed = {"Content-Type": "application/json", "Connection": "close"}
        line.request("POST", target.path, body, {**agreed, **headers})
        return line.getresponse().status
    finally:
        cut.cancel()
        line.close()
        raw.close()


def _secured(raw: socket.socket, target: Target) -> socket.socket:
    if not target.secure:
        return raw
    context = ssl.create_default_context()
    return context.wrap_socket(raw, server_hostname=target.host)


def _cut(raw: socket.socket) -> None:
    try:
        socket.socket.shutdown(raw, socket.SHUT_RDWR)
    except OSError:
        return  # it has ended by itself

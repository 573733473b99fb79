"""Where a webhook may lead: never into the network of the service, unless it is said.

A name is looked up once and the connection goes to the address that was checked, so
that a name which answers differently the second time gains nothing.
"""

import ipaddress
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

from service.settings import Network

_LONGEST = 500
_PORTS = {"https": 443, "http": 80}
# IPv6 addresses of a translator: the last four bytes are an IPv4 address
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")


class AddressRefused(Exception):  # noqa: N818 - it names what happened
    """A webhook may not lead there; the text says why, in words of ours."""


@dataclass(frozen=True, slots=True)
class Target:
    """The parts of a URL that a connection needs; ``path`` holds the query, too."""

    secure: bool
    host: str
    port: int
    path: str


def target_of(url: str) -> Target:
    """Return the parts of *url*.

    Raises:
        AddressRefused: it is not a plain http or https address.
    """
    plain = url.isascii() and url.isprintable() and " " not in url
    if not plain or len(url) > _LONGEST:
        raise AddressRefused("a URL is plain ASCII of at most 500 characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused("this is not a URL") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise AddressRefused("a URL begins with https:// and a host")
    if "@" in parts.netloc or parts.fragment:
        raise AddressRefused("a URL holds neither a password nor a fragment")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.hostname
    return Target(parts.scheme == "https", host, port or _PORTS[parts.scheme], path)


def checked_address(target: Target, allowed: tuple[Network, ...]) -> str:
    """Look the host up and return an address that may be connected to.

    Every address of the name must be fit: public, or within the networks that are
    *allowed*.  Only there is http without TLS taken.

    Raises:
        AddressRefused: one of them is not.
        OSError: the name has no address.
    """
    kind = socket.SOCK_STREAM
    found = socket.getaddrinfo(target.host, target.port, type=kind)
    texts = [str(entry[4][0]).partition("%")[0] for entry in found]
    for text in texts:
        _require_fit(text, target, allowed)
    return texts[0]


def check_written(target: Target, allowed: tuple[Network, ...]) -> None:
    """Refuse a target whose host is written as an address that is not fit.

    A name is looked up when something is delivered, each time anew.

    Raises:
        AddressRefused: nothing may be delivered there.
    """
    try:
        ipaddress.ip_address(target.host)
    except ValueError:
        return
    _require_fit(target.host, target, allowed)


def _require_fit(text: str, target: Target, allowed: tuple[Network, ...]) -> None:
    address = _inner(ipaddress.ip_address(text))
    if any(address in network for network in allowed):
        return
    if not address.is_global or address.is_multicast:
        raise AddressRefused("the address is not a public one")
    if not target.secure:
        raise AddressRefused("a public address needs https")


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 one stands for, if it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(address.packed[-4:])
    hidden = address.ipv4_mapped or address.sixtofour
    return hidden or (address.teredo[1] if address.teredo else address)

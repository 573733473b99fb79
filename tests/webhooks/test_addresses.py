"""Where webhooks may lead: a table of addresses, and a name that changes its mind."""

import socket
from ipaddress import ip_network

import pytest

from service.webhooks.addresses import AddressRefused, checked_address, target_of

PRIVATE = [
    "127.0.0.1",
    "127.9.9.9",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104  nothing is bound
    "255.255.255.255",
    "224.0.0.1",
    "[::1]",
    "[::]",
    "[fe80::1]",
    "[fd00::1]",
    "[ff02::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:169.254.169.254]",
    "[64:ff9b::a00:1]",
    "[2002:a00:1::]",
    "2130706433",
    "0x7f.1",
    "localhost",
]


@pytest.mark.parametrize("host", PRIVATE)
def test_no_address_of_the_own_network_is_told(host):
    with pytest.raises((AddressRefused, OSError)):
        checked_address(target_of(f"https://{host}/"), ())


@pytest.mark.parametrize("host", ["8.8.8.8", "[2606:4700::1111]"])
def test_a_public_address_is_told_by_https_only(host):
    assert checked_address(target_of(f"https://{host}/"), ()) == host.strip("[]")

    with pytest.raises(AddressRefused, match="https"):
        checked_address(target_of(f"http://{host}/"), ())


def test_a_network_that_is_allowed_is_told_by_http_too():
    allowed = (ip_network("10.1.0.0/16"),)

    assert checked_address(target_of("http://10.1.2.3:81/a"), allowed) == "10.1.2.3"
    with pytest.raises(AddressRefused):
        checked_address(target_of("http://10.2.0.1/a"), allowed)


def test_one_private_address_of_a_name_refuses_the_name(monkeypatch):
    found = [(0, 0, 0, "", ("8.8.8.8", 443)), (0, 0, 0, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    with pytest.raises(AddressRefused):
        checked_address(target_of("https://two.example/"), ())


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://a.example/",
        "file:///etc/passwd",
        "https://",
        "https:///path",
        "https://user:word@a.example/",
        "https://a.example/#part",
        "https://a.example:port/",
        "https://a.example:99999/",
        "https://a.example/ b",
        "https://a.example/\r\nX: y",
        "https://ä.example/",
        "https://[::1/",
        "https://a.example/" + "x" * 500,
        "javascript:alert(1)",
    ],
)
def test_what_is_not_a_plain_address_is_refused(url):
    with pytest.raises(AddressRefused):
        target_of(url)


def test_the_parts_of_an_address_are_kept():
    target = target_of("https://a.example/in?from=us")

    assert (target.host, target.port, target.path) == ("a.example", 443, "/in?from=us")

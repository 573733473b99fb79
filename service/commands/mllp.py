"""``plainlab mllp``: take HL7 messages by MLLP and pass them on to the service."""

import os
import signal
import ssl
import sys
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import click

from service.mllp import Listener, Service

KEY_VARIABLE = "PLAINLAB_MLLP_KEY"
_PORT = 2575
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=_PORT, show_default=True)
@click.option(
    "--to",
    default="http://127.0.0.1:8000/hl7v2",
    show_default=True,
    help="The service.",
)
@click.option(
    "--key-file", type=_FILE, help=f"Holds the key; else {KEY_VARIABLE} does."
)
@click.option("--cert", type=_FILE, help="Certificate for TLS, with its chain.")
@click.option("--cert-key", type=_FILE, help="Private key of the certificate.")
@click.option("--client-ca", type=_FILE, help="Let in only clients that it has signed.")
def mllp(  # noqa: PLR0913 - one for each option
    *,
    host: str,
    port: int,
    to: str,
    key_file: Path | None,
    cert: Path | None,
    cert_key: Path | None,
    client_ca: Path | None,
) -> None:
    """Listen for HL7 v2 messages by MLLP and pass each on to the service.

    Any host but loopback asks for TLS.  TERM ends it once what is in flight has been
    answered.
    """
    tls = _tls(cert, cert_key, client_ca)
    if host not in _LOOPBACK and tls is None:
        _refuse(f"{host} is not loopback: give --cert and --cert-key")
    there = urlsplit(to)
    if there.scheme not in {"http", "https"} or not there.hostname:
        _refuse("--to must be an http or https address")
    if there.scheme == "http" and there.hostname not in _LOOPBACK:
        _refuse("--to is not loopback: use https")
    listener = Listener((host, port), Service(to, _key(key_file)), tls)
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: listener.stop())
    click.echo(f"listening for HL7 by MLLP on {host}:{listener.port}")
    listener.run()


def _key(file: Path | None) -> str:
    """Return the key, which never stands on the command line: others could see it."""
    key = file.read_text("utf-8") if file else os.environ.get(KEY_VARIABLE, "")
    key = key.strip()
    if not key or not key.isascii() or not key.isprintable():
        _refuse(f"no key: give --key-file or set {KEY_VARIABLE}")
    return key


def _tls(
    cert: Path | None, key: Path | None, client_ca: Path | None
) -> ssl.SSLContext | None:
    if cert is None:
        if key or client_ca:
            _refuse("--cert-key and --client-ca need --cert")
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(cert, key)
        if client_ca is not None:
            context.load_verify_locations(client_ca)
            context.verify_mode = ssl.CERT_REQUIRED
    except (ssl.SSLError, OSError):
        _refuse("the certificate or its key cannot be used")
    return context


def _refuse(why: str) -> NoReturn:
    click.echo(f"plainlab mllp: {why}", err=True)
    sys.exit(2)

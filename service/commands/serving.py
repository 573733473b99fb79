"""``plainlab serve`` and ``plainlab demo``: run the service."""

import os
import socket
import sys
from pathlib import Path

import click
from granian import Granian
from granian.constants import Interfaces

from service.commands.surroundings import settings, store
from service.demo.seeding import prepare
from service.store.migrate import at_head

_TARGET = "service.wsgi:app"
_PORT = 8000
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_THREADS = 8
_PATIENCE = 3  # seconds for requests under way when the server is told to stop


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=_PORT, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
def serve(host: str, port: int, workers: int) -> None:
    """Serve what the environment sets; the database must be up to date.

    Any host but loopback asks for PLAINLAB_PRODUCTION=true, which checks the rest.
    """
    chosen = settings()
    if host not in _LOOPBACK and not chosen.production:
        click.echo(f"{host} is not loopback: set PLAINLAB_PRODUCTION=true", err=True)
        sys.exit(2)
    if not at_head(store(chosen)):
        click.echo("the database needs: plainlab db upgrade", err=True)
        sys.exit(1)
    _run(host, port, workers)


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=_PORT, show_default=True)
def demo(port: int) -> None:
    """Start a watermarked demo of invented patients on an embedded database."""
    os.environ["PLAINLAB_DEMO"] = "true"
    os.environ.setdefault("PLAINLAB_VAR", "var/demo")
    os.environ.setdefault("PLAINLAB_CLINIC_NAME", "Example Clinic (demo)")
    chosen = settings()
    free = _free_port(port)
    address = f"http://127.0.0.1:{free}"
    prepared = prepare(store(chosen), chosen)
    click.echo(
        f"\nPlainlab demo, invented patients only: {address}\n"
        f"Sign in (works once, for an hour): {address}/sign-in/link/{prepared.link}\n"
        "Send a panel and get its report:\n"
        f"  {_curl(address, prepared.key)}\n"
        f"Magic patients, one for each outcome and code: {address}/sandbox\n"
        f"Stop with Ctrl-C.  The data lies in {_near(chosen.var)}\n"
    )
    _run("127.0.0.1", free, 1)


def _run(host: str, port: int, workers: int) -> None:
    Granian(
        _TARGET,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=_THREADS,
        log_access=False,
        workers_kill_timeout=_PATIENCE,
        respawn_failed_workers=True,  # one that died must not take the others along
    ).serve()


def _free_port(wanted: int) -> int:
    """Return *wanted* if nobody listens there, else a port that is free."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise click.ClickException("no free port on 127.0.0.1")


def _curl(address: str, key: str) -> str:
    body = (
        '{"patient": {"id": "MRN-1", "name": "Alex Example",'
        ' "birth_date": "1971-03-04", "sex": "female", "pregnancy": {"status": "no"}},'
        ' "specimen": {"collected_at": "2026-10-05T08:40:00+00:00"},'
        ' "results": [{"analyte": "ferritin", "value": "9", "unit": "ug/L"}],'
        ' "symptoms": [{"id": "restless_legs", "when": "night"}]}'
    )
    return (
        "curl -sS -w '%{http_code}\\n' -o report.pdf"
        f" -H 'Authorization: Bearer {key}'"
        " -H 'Content-Type: application/json' -H 'Accept: application/pdf'"
        f" -d '{body}' {address}/v1/interpretations"
    )


def _near(folder: Path) -> str:
    return f"{folder}{os.sep}"

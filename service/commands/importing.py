"""``plainlab import``: store the files of a folder, each once, and move them."""

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click

from service.access import senders
from service.access.audit import Stamp
from service.assembling import services_of
from service.commands.surroundings import settings
from service.importing import DONE, Drop, Imported, import_folder
from service.intake.files.reading import Manner
from service.intake.sender import UNKNOWN
from service.keeping import TOGETHER
from service.services import Services
from service.store.mappings import confirmed
from service.store.migrate import at_head

_ACTOR = "system:import"


@click.command(name="import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--sender", "name", default="", help="Whose files; see plainlab sender.")
def import_files(folder: Path, name: str) -> None:
    """Store every file in FOLDER: CSV, XLSX, JSON, NDJSON or HL7.

    Each goes to FOLDER/done or FOLDER/failed with what became of it beside it. Run it
    again as often as you like, from a timer for instance: nothing is stored twice.
    """
    app = services_of(settings())
    if not at_head(app.engine):
        click.echo("the database needs: plainlab db upgrade", err=True)
        sys.exit(1)
    drop = _drop(app, folder, name)
    with _alone(folder):
        states = [_tell(one) for one in import_folder(app, drop, _progress)]
    sys.exit(0 if all(states) else 1)


def _drop(app: Services, folder: Path, name: str) -> Drop:
    known = senders.by_name(app.engine, name) if name else None
    sender = senders.as_it_sends(app.engine, known.id if known else None)
    whose = known.id if known else ""
    manner = Manner(app.door(sender or UNKNOWN), partial(confirmed, app.engine, whose))
    feed = f"sender:{whose}" if known else "import:{source}"
    return Drop(folder, manner, Stamp(_ACTOR, app.clock()), feed)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep a second run out of the folder while the first is at work."""
    with (folder / ".plainlab.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise click.ClickException("another import is at work here") from None
        yield


def _progress(name: str, stored: int, panels: int) -> None:
    if panels > TOGETHER:
        click.echo(f"{name}: {stored} of {panels} panels", err=True)


def _tell(one: Imported) -> bool:
    if one.state == DONE:
        again = f", {one.repeated} of them stored before" if one.repeated else ""
        click.echo(f"done    {one.name}: {one.panels} {one.what}{again}")
    else:
        click.echo(f"failed  {one.name}: {one.why}")
    return one.state == DONE

"""``plainlab verify``: is this paper ours, and what it was when it was handed out?"""

import sys
from pathlib import Path

import click

from service.assembling import services_of
from service.commands.surroundings import settings
from service.reporting import ReportOptions
from service.services import Services
from service.store.interpretations import Stored, get
from service.verifying import Mark, drawn_as, is_of, mark_of


@click.command()
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--report", help="The report's number, as it stands on every sheet.")
@click.option("--code", help="The code beside it.")
def verify(file: Path | None, report: str | None, code: str | None) -> None:
    """Check a report in FILE, or on paper, against the record; nothing leaves here.

    Ends with 1 where it is not one of ours, or not as it was made.
    """
    if file is None and not (report and code):
        raise click.UsageError("name a FILE, or give --report and --code")
    data = file.read_bytes() if file else None
    mark = mark_of(data) if data is not None else Mark(report or "", code or "")
    app = services_of(settings())
    stored = get(app.engine, mark.report) if mark else None
    if mark is None or stored is None or not is_of(mark, stored):
        click.echo("not verified: no record of ours has this number and code", err=True)
        sys.exit(1)
    click.echo(f"report {stored.id}, version {stored.version}: the code is right")
    if stored.superseded_by:
        click.echo(f"it has been replaced by report {stored.superseded_by}")
    if data is not None:
        _same_bytes(app, stored, data)


def _same_bytes(app: Services, stored: Stored, data: bytes) -> None:
    found = drawn_as(app, stored, data)
    if found is None:
        click.echo(
            "not verified: the record draws no such file; it was changed, or made with "
            "another letterhead or release",
            err=True,
        )
        sys.exit(1)
    click.echo(f"the file is the same, byte for byte: {_words(found)}")


def _words(options: ReportOptions) -> str:
    inside = "with" if options.attach == "results" else "without"
    return f"for the {options.reader}, {options.size}, {options.paper}, {inside} data"

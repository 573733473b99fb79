"""``plainlab db`` and ``plainlab audit``: the database and its record of deeds."""

import sys

import click

from service.access.audit import verify
from service.access.downloads import of_replaced
from service.commands.surroundings import settings, store
from service.store.migrate import at_head
from service.store.migrate import upgrade as bring_to_head


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
def upgrade() -> None:
    """Make the tables, or bring them to this version; safe to repeat."""
    bring_to_head(store(settings()))
    click.echo("the database is up to date")


@db.command()
def check() -> None:
    """Say whether the database is of this version; ends with 1 where it is not."""
    if not at_head(store(settings())):
        click.echo("the database needs: plainlab db upgrade", err=True)
        sys.exit(1)
    click.echo("the database is up to date")


@click.group()
def audit() -> None:
    """Look after the record of who did what."""


@audit.command()
@click.argument("interpretation", metavar="ID")
def downloads(interpretation: str) -> None:
    """List who downloaded the versions that the newest version of ID replaced.

    One line for each download: when, who, which version, its id.  ``plainlab user
    list`` and ``plainlab key list`` say whose the ids are.
    """
    found = of_replaced(store(settings()), interpretation)
    for one in found:
        click.echo(
            f"{one.at:%Y-%m-%d %H:%M}Z  {one.who}  version {one.version}  {one.id}"
        )
    click.echo(f"{len(found)} downloads of replaced versions")


@audit.command(name="verify")
def verify_chain() -> None:
    """Recompute the chain of the audit; ends with 1 at the first entry that is off."""
    wrong = verify(store(settings()))
    if wrong is not None:
        click.echo(f"the audit is damaged from entry {wrong} on", err=True)
        sys.exit(1)
    click.echo("the audit is intact")

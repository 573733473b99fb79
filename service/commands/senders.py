"""``plainlab sender``: the systems that send results, and how they write them."""

import json
from dataclasses import replace
from typing import Any

import click
from sqlalchemy import Engine

from reports.wording import locales
from service.access import senders, setups
from service.access.senders import KnownSender
from service.access.setups import Setup, document_of
from service.commands.surroundings import catalogue, settings, stamp, store


@click.group()
def sender() -> None:
    """Set up who sends results: codes, zone, decimal comma, defaults."""


def _values(command: Any) -> Any:  # noqa: ANN401 - click's decorators
    """Add an option for each value; one that is left out stays as it is."""
    for option in (
        click.option("--laboratory", help="Its name and address, as the page shows."),
        click.option("--zone", help="IANA name, for times that come without one."),
        click.option("--profile", help="Limits that apply where a panel names none."),
        click.option("--locale", help="Language of its reports."),
        click.option("--decimal-comma/--decimal-point", default=None),
        click.option(
            "--hl7-errors/--no-hl7-errors",
            default=None,
            help="Answer a refused HL7 message with an HTTP error, too.",
        ),
    ):
        command = option(command)
    return command


@sender.command()
@click.argument("name")
@_values
def add(name: str, **values: str | bool | None) -> None:
    """Add a sender called NAME."""
    engine = store(settings())
    senders.add(engine, _fit(Setup(name), values), stamp())
    click.echo("added")


@sender.command(name="set")
@click.argument("name")
@click.option("--name", "new_name", help="What it is called from now on.")
@_values
def change(name: str, new_name: str | None, **values: str | bool | None) -> None:
    """Change what is named of the sender NAME; the rest stays."""
    engine = store(settings())
    before = senders.by_name(engine, name)
    made = _fit(before.setup, {"name": new_name, **values})
    _keep(engine, before, made)


@sender.command()
@click.argument("name")
def show(name: str) -> None:
    """Show how the sender NAME is set up, as JSON."""
    known = senders.by_name(store(settings()), name)
    document = {"version": known.version, **document_of(known.setup)}
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


@sender.command(name="list")
def list_senders() -> None:
    """List all senders."""
    for one in senders.every_sender(store(settings())):
        click.echo(
            f"{one.setup.name}  version {one.version}  "
            f"{len(one.setup.aliases)} aliases  changed {one.changed_at:%Y-%m-%d}"
        )


@sender.command()
@click.argument("name")
@click.argument("code")
@click.argument("analyte", required=False)
@click.option("--remove", is_flag=True, help="Forget this code.")
def alias(name: str, code: str, analyte: str | None, *, remove: bool) -> None:
    """Say that what the sender NAME calls CODE is ANALYTE, an id of the catalogue."""
    if remove == bool(analyte):
        raise click.UsageError("name an ANALYTE, or --remove the code")
    engine = store(settings())
    before = senders.by_name(engine, name)
    aliases = dict(before.setup.aliases)
    if analyte:
        aliases[setups.small(code)] = analyte
    elif aliases.pop(setups.small(code), None) is None:
        raise click.ClickException("there is no such code")
    _keep(engine, before, _fit(before.setup, {"aliases": aliases}))


@sender.command()
@click.argument("name")
@click.argument("spelling")
@click.argument("means", required=False)
@click.option("--remove", is_flag=True, help="Forget this spelling.")
def unit(name: str, spelling: str, means: str | None, *, remove: bool) -> None:
    """Say that what the sender NAME writes as SPELLING MEANS a unit of ours."""
    if remove == bool(means):
        raise click.UsageError("name the unit that it MEANS, or --remove it")
    engine = store(settings())
    before = senders.by_name(engine, name)
    units = dict(before.setup.units)
    if means:
        units[spelling] = means
    elif units.pop(spelling, None) is None:
        raise click.ClickException("there is no such spelling")
    _keep(engine, before, _fit(before.setup, {"units": units}))


def _fit(setup: Setup, values: dict[str, Any]) -> Setup:
    """Return *setup* with the *values* that were given, once all of it is known."""
    given = {name: value for name, value in values.items() if value is not None}
    made = replace(setup, **given)
    setups.require_fit(made, catalogue(), locales())
    return made


def _keep(engine: Engine, before: KnownSender, made: Setup) -> None:
    if made == before.setup:
        click.echo("as before")
        return
    senders.change(engine, before, made, stamp())
    click.echo("changed")

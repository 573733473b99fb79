"""``plainlab user`` and ``plainlab key``: who may come in."""

from datetime import UTC, datetime, timedelta

import click
from sqlalchemy import Engine

from service.access import keys, senders, users
from service.access.keys import NewKey, Scope
from service.access.users import NewUser, Role
from service.commands.surroundings import settings, stamp, store


@click.group()
def user() -> None:
    """Manage the accounts of staff."""


@user.command()
@click.argument("username")
@click.option("--name", required=True, help="As a reviewed report prints it.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.password_option(help="Asked for if left out, so that no shell remembers it.")
def add(username: str, name: str, role: str, password: str) -> None:
    """Add an account that signs in with a password."""
    users.add(store(settings()), NewUser(username, name, Role(role), password), stamp())
    click.echo("added")


@user.command(name="list")
def list_users() -> None:
    """List all accounts, the closed ones included."""
    for one in users.everyone(store(settings())):
        state = "closed" if one.disabled else "open"
        click.echo(f"{one.username}  {one.role}  {state}  {one.name}")


@user.command()
@click.argument("username")
@click.password_option(help="Asked for if left out, so that no shell remembers it.")
def password(username: str, password: str) -> None:
    """Give an account a new password; all its sessions end."""
    engine = store(settings())
    users.set_password(engine, _id_of(engine, username), password, stamp())
    click.echo("changed")


@user.command()
@click.argument("username")
def disable(username: str) -> None:
    """Close an account for good; all its sessions end at once."""
    engine = store(settings())
    users.disable(engine, _id_of(engine, username), stamp())
    click.echo("closed")


def _id_of(engine: Engine, username: str) -> str:
    found = users.by_username(engine, username)
    return found.id if found else ""


@click.group()
def key() -> None:
    """Manage the keys of laboratory systems."""


@key.command()
@click.argument("label")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    default=sorted(scope.value for scope in keys.LABORATORY),
    help="What it opens; all that a laboratory needs if left out.",
)
@click.option("--days", type=click.IntRange(1, 730), default=365, show_default=True)
@click.option("--sender", default="", help="Whose key it is; see plainlab sender.")
def issue(label: str, scopes: tuple[str, ...], days: int, sender: str) -> None:
    """Issue a key named LABEL and print it: now, and never again."""
    engine = store(settings())
    until = datetime.now(UTC) + timedelta(days=days)
    opens = frozenset(Scope(scope) for scope in scopes)
    whose = senders.by_name(engine, sender).id if sender else None
    click.echo(keys.issue(engine, NewKey(label, opens, until, whose), stamp()))


@key.command(name="list")
def list_keys() -> None:
    """List all keys ever issued, without their secrets."""
    engine = store(settings())
    names = {one.id: one.setup.name for one in senders.every_sender(engine)}
    for one in keys.every_key(engine):
        state = "revoked" if one.revoked_at else f"until {one.expires_at:%Y-%m-%d}"
        click.echo(
            f"{one.prefix}  {state:<17}  {' '.join(sorted(one.scopes))}  {one.label}"
            + (f"  of {names[one.sender]}" if one.sender else "")
        )


@key.command()
@click.argument("prefix")
def revoke(prefix: str) -> None:
    """Close the key with this PREFIX for good."""
    keys.revoke(store(settings()), prefix, stamp())
    click.echo("revoked")

"""``plainlab feeds``: senders whose results of a test are held."""

from decimal import Decimal

import click

from service.commands.surroundings import settings, stamp, store
from service.store import feeds as kept


@click.group()
def feeds() -> None:
    """See what is held because its unit may have changed, and let it go."""


@feeds.command(name="list")
def list_holds() -> None:
    """List the holds that stand: number, sender, test, factor and since when."""
    for one in kept.holds(store(settings())):
        times = Decimal(one.factor.numerator) / one.factor.denominator
        click.echo(
            f"{one.id}  {one.sender}  {one.analyte}  x{times:.3g}  "
            f"since {one.at:%Y-%m-%d %H:%M}Z  {one.interpretation}"
        )


@feeds.command()
@click.argument("number", type=int)
@click.option("--reason", required=True, help="What the sender said.")
def release(number: int, reason: str) -> None:
    """Let go the hold with this NUMBER; what was held stays as it is."""
    try:
        kept.release(store(settings()), number, reason, stamp())
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    click.echo("released")

"""``plainlab webhook``: which systems are told of what, and what they missed."""

import signal
import threading

import click

from service import logs
from service.commands.surroundings import settings, stamp, store
from service.store.outbox import Event
from service.webhooks import hooks
from service.webhooks.addresses import AddressRefused, check_written, target_of
from service.webhooks.courier import courier_of
from service.webhooks.signing import secret_of


@click.group()
def webhook() -> None:
    """Tell other systems what happened, signed, and try again until they have it."""


@webhook.command()
@click.argument("url")
@click.option(
    "--event",
    "events",
    multiple=True,
    type=click.Choice([event.value for event in Event]),
    default=[event.value for event in Event],
    help="What it is told of; everything if left out.",
)
def add(url: str, events: tuple[str, ...]) -> None:
    """Tell URL from now on, and print the secret that signs: now, and never again."""
    chosen = settings()
    wanted = [Event(event) for event in events]
    try:
        check_written(target_of(url), chosen.webhook_networks)
        made = hooks.add(store(chosen), url, wanted, stamp())
    except AddressRefused as refused:
        raise click.BadParameter(str(refused)) from None
    click.echo(f"{made.id}  {secret_of(made.id, chosen.secret_key)}")


@webhook.command(name="list")
def list_webhooks() -> None:
    """List who is told of what."""
    for one in hooks.every_webhook(store(settings())):
        click.echo(f"{one.id}  {one.url}  {' '.join(sorted(one.events))}")


@webhook.command()
@click.argument("webhook_id")
def remove(webhook_id: str) -> None:
    """Tell the webhook with this id nothing any more."""
    hooks.remove(store(settings()), webhook_id, stamp())
    click.echo("removed")


@webhook.command()
def dead() -> None:
    """List the messages that were given up, and why."""
    for one in hooks.dead(store(settings())):
        click.echo(
            f"{one.message}  {one.event}  {one.made_at:%Y-%m-%d %H:%M}Z  "
            f"{one.attempts} attempts  {one.answer}  {one.url}"
        )


@webhook.command()
@click.argument("messages", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that were given up.")
def replay(messages: tuple[str, ...], *, everything: bool) -> None:
    """Send messages again, each under its own id."""
    if everything == bool(messages):
        raise click.UsageError("name the messages, or --all")
    engine = store(settings())
    for message in messages or [one.message for one in hooks.dead(engine)]:
        hooks.replay(engine, message, stamp())
        click.echo(message)


@webhook.command()
def run() -> None:
    """Send what is due until told to stop; the server does so, too, by itself."""
    chosen = settings()
    logs.logger()
    stop = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: stop.set())
    courier_of(chosen, store(chosen)).run(stop)

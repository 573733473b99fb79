"""The command line: ``plainlab``.

Every command ends with 0 where it did what it was asked, 1 where the answer is no,
and 2 where it could not be asked so.
"""

import sys
from importlib import import_module

import click

from reference_ranges.errors import ReferenceRangeError
from service.access.errors import AccessError, SetupRefused
from service.evaluation.errors import EvaluationError
from service.intake.files.faults import TableError
from service.problems import ProblemError
from service.settings import SettingsError
from service.store.errors import StoreError

_COMMANDS = {
    "interpret": ("interpreting", "interpret_file"),
    "import": ("importing", "import_files"),
    "evaluate": ("evaluating", "evaluate"),
    "serve": ("serving", "serve"),
    "mllp": ("mllp", "mllp"),
    "demo": ("serving", "demo"),
    "ranges": ("ranges", "ranges"),
    "locale": ("locales", "locale"),
    "user": ("people", "user"),
    "key": ("people", "key"),
    "sender": ("senders", "sender"),
    "webhook": ("webhooks", "webhook"),
    "feed": ("checking", "feed"),
    "feeds": ("feeds", "feeds"),
    "db": ("storage", "db"),
    "audit": ("storage", "audit"),
    "safety": ("safety", "safety"),
    "verify": ("verifying", "verify"),
}


class _Commands(click.Group):
    """The commands; only the one that is asked for is loaded, for a quick start."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the names, as they are listed."""
        return sorted(_COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name."""
        if cmd_name not in _COMMANDS:
            return None
        room, name = _COMMANDS[cmd_name]
        command: click.Command = getattr(
            import_module(f"service.commands.{room}"), name
        )
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="plainlab")
def plainlab() -> None:
    """Interpret blood results exactly, with sources, and print them for patients."""


def main() -> None:
    """Run a command; what is refused by name is one line and no traceback."""
    try:
        plainlab()
    except (ProblemError, SetupRefused) as refused:
        click.echo(f"plainlab: {refused}", err=True)
        for fault in refused.faults:
            allowed = f"; allowed: {', '.join(fault.allowed)}" if fault.allowed else ""
            click.echo(
                f"  {fault.pointer or '/'}: {fault.code}: {fault.received}{allowed}",
                err=True,
            )
        sys.exit(2)
    except TableError as refused:
        for row in refused.faults:
            allowed = f"; allowed: {', '.join(row.allowed)}" if row.allowed else ""
            column = f", {row.column}" if row.column else ""
            where = f"line {row.line}{column}"
            click.echo(f"plainlab: {where}: {row.code}{allowed}", err=True)
        sys.exit(2)
    except (
        ReferenceRangeError,
        SettingsError,
        StoreError,
        AccessError,
        EvaluationError,
    ) as error:
        click.echo(f"plainlab: {error}", err=True)
        sys.exit(2)

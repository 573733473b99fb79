"""The command line: ``plainlab``.

Every command ends with 0 where it did what it was asked, 1 where the answer is no,
and 2 where it could not be asked so.
"""

import sys

import click

from reference_ranges.errors import ReferenceRangeError
from service.access.errors import AccessError, SetupRefused
from service.commands.checking import feed
from service.commands.evaluating import evaluate
from service.commands.feeds import feeds
from service.commands.importing import import_files
from service.commands.interpreting import interpret_file
from service.commands.locales import locale
from service.commands.mllp import mllp
from service.commands.people import key, user
from service.commands.ranges import ranges
from service.commands.safety import safety
from service.commands.senders import sender
from service.commands.serving import demo, serve
from service.commands.storage import audit, db
from service.commands.verifying import verify
from service.commands.webhooks import webhook
from service.evaluation.errors import EvaluationError
from service.intake.files.faults import TableError
from service.problems import ProblemError
from service.settings import SettingsError
from service.store.errors import StoreError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="plainlab")
def plainlab() -> None:
    """Interpret blood results exactly, with sources, and print them for patients."""


for command in (
    interpret_file,
    import_files,
    evaluate,
    serve,
    mllp,
    demo,
    ranges,
    locale,
    user,
    key,
    sender,
    webhook,
    feed,
    feeds,
    db,
    audit,
    safety,
    verify,
):
    plainlab.add_command(command)


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

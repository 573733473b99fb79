"""``plainlab locale``: check the languages of the page, begin one, lock their words."""

import sys
from pathlib import Path

import click

from reports.locale_checks import INDEX, faults_of_file, index_of, locked
from reports.skeletons import skeleton
from reports.wording import FOLDER, load_wording, locales

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def locale() -> None:
    """Look after the languages that reports are written in."""


@locale.command()
@click.argument("names", nargs=-1, metavar="[LOCALE or FILE.toml]...")
def check(names: tuple[str, ...]) -> None:
    """Say of each locale whether it is complete, says the same, and is locked.

    Without a name all that are shipped are checked.  Ends with 1 where one is not fit.
    """
    wrong = [name for name in names or locales() if not _is_fit(name)]
    if wrong:
        sys.exit(1)


@locale.command()
@click.argument("name", metavar="LOCALE")
@click.option("--out", type=_FILE, help="Write here; by default LOCALE.toml.")
def new(name: str, out: Path | None) -> None:
    """Write a file with every text of en-GB, each marked as not translated yet.

    It never writes over a file.  Put it into reports/wording when it is done.
    """
    file = out or Path(f"{name}.toml")
    try:
        text = skeleton(name)
        with file.open("x", encoding="utf-8") as written:
            written.write(text)
    except FileExistsError:
        raise click.BadParameter(f"{file} is there already") from None
    click.echo(f"wrote {file}: translate each text that begins with ??")


@locale.command()
def lock() -> None:
    """Write the digest of every locale file into the index: their words are final."""
    (Path(str(FOLDER)) / INDEX).write_text(index_of(locales()), "utf-8")
    click.echo(f"locked {', '.join(locales())}")


def _is_fit(name: str) -> bool:
    """Say what is wrong with the locale *name*, or with a file of that name."""
    shipped = name in locales()
    file = FOLDER / f"{name}.toml" if shipped else Path(name)
    if not file.is_file():
        raise click.BadParameter(f"no such locale or file; there are {locales()}")
    found = faults_of_file(file)
    if shipped and not locked(name):
        found.append("changed since it was locked: see 'plainlab locale lock'")
    for fault in found:
        click.echo(f"{name}: {fault}", err=True)
    if found:
        count = "1 fault" if len(found) == 1 else f"{len(found)} faults"
        click.echo(f"{name}: {count}", err=True)
    else:
        click.echo(f"{name}: {_state(name) if shipped else 'fit to be added'}")
    return not found


def _state(name: str) -> str:
    wording = load_wording(name)
    return (
        f"{wording.language.name}, {len(wording.texts)} texts, "
        f"reviewed by {wording.review.reviewed_by}"
    )

"""``plainlab feed check``: what a new sender's files would come to."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from reports.wording import locales
from service.access import senders
from service.checking import FeedCheck, Tally, check_feed
from service.commands.surroundings import catalogue, settings, store
from service.intake.door import Door
from service.intake.files.faults import TableError
from service.intake.files.heads import IGNORE, Meaning, Suggestion, suggest
from service.intake.files.panels import Sent
from service.intake.files.reading import Manner, UnknownKind, sent_in
from service.intake.sender import UNKNOWN, Sender

_FEW = 5  # places that are told of a file that cannot be read


@click.group()
def feed() -> None:
    """Try out what a new sender sends, before it goes live."""


@feed.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--sender", "name", default="", help="Whose; see plainlab sender.")
def check(files: tuple[Path, ...], name: str) -> None:
    """Say which codes and units of FILES are understood, refused or suspicious.

    Give them in the order of time. Nothing is stored. Ends with 1 where anything is
    refused, suspicious or to be confirmed.
    """
    door = _door(name)
    suggested: dict[str, Suggestion] = {}
    unread: list[str] = []
    found = check_feed(_sent(files, door, suggested, unread), door)
    for line in (*_said(found, suggested.values()), *unread):
        click.echo(line)
    sys.exit(0 if found.clean and not (suggested or unread) else 1)


def _door(name: str) -> Door:
    chosen, sender = settings(), UNKNOWN
    if name:
        engine = store(chosen)
        sender = senders.as_it_sends(engine, senders.by_name(engine, name).id)
    return _as(sender, Door(
        catalogue=catalogue(),
        locales=locales(),
        zone=chosen.time_zone,
        now=datetime.now(UTC),
        profile=chosen.profile,
        locale=chosen.locale,
    ))  # fmt: skip


def _as(sender: Sender, door: Door) -> Door:
    return replace(
        door,
        zone=sender.zone or door.zone,
        profile=sender.profile or door.profile,
        decimal_comma=sender.decimal_comma,
        aliases=sender.aliases,
        units=sender.units,
    )


def _sent(
    files: Sequence[Path],
    door: Door,
    suggested: dict[str, Suggestion],
    unread: list[str],
) -> Iterator[Sent]:
    """Yield the panels of all files; what is suggested of their heads is taken.

    A file that cannot be read as a whole is said in *unread*, and spoils no other.
    """

    def confirmed(heads: Sequence[str]) -> Mapping[str, Meaning]:
        unsure = [one for one in suggest(heads, door.catalogue, {}) if not one.sure]
        suggested.update({one.head: one for one in unsure})
        return {one.head: _usable(one.meaning) for one in unsure}

    for file in files:
        try:
            yield from sent_in(file.name, file.read_bytes(), Manner(door, confirmed))[0]
        except UnknownKind:
            raise click.BadParameter(f"{file}: no reader for this ending") from None
        except TableError as refused:
            unread.append(f"file refused    {file.name}: {_places(refused)}")


def _places(refused: TableError) -> str:
    """Return the first few places at which a file cannot be read, and why."""
    told = [
        f"{f'line {one.line} {one.column}'.strip()}, {one.code}"
        for one in refused.faults[:_FEW]
    ]
    more = len(refused.faults) - len(told)
    return "; ".join([*told, *([f"and {more} more"] if more else [])])


def _usable(meaning: Meaning) -> Meaning:
    """Return what is suggested, where it is enough to read by."""
    lacks = not meaning.column or (meaning.analyte and not meaning.unit)
    return Meaning(IGNORE) if lacks else meaning


def _said(found: FeedCheck, suggested: Iterable[Suggestion]) -> Iterator[str]:
    results = sum(one.count for one in found.lines)
    yield f"{found.panels} panels, {results} results; nothing was stored"
    for fault, count in found.unread.most_common():
        yield f"panels refused  {count}  {fault}"
    for one in found.lines:
        yield from _line(one)
    for head in suggested:
        meaning = head.meaning
        likely = " ".join(filter(None, (meaning.column, meaning.analyte, meaning.unit)))
        yield f"to confirm  column {head.head!r}: {likely or 'not known'}"


def _line(one: Tally) -> Iterator[str]:
    code = f" [{one.loinc}]" if one.loinc else ""
    what = f" -> {one.analyte}" if one.analyte else ""
    unit = one.unit or "(no unit)"
    yield f"{one.state:<10}  {one.count:>6}  {one.name}{code}, {unit}{what}"
    for reason, count in one.reasons.most_common():
        yield f"{'':<20}{reason}: {count}"
    for proposal in one.proposals:
        yield f"{'':<20}proposal: {proposal}"

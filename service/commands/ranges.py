"""``plainlab ranges``: look at the limits, check, print, compare, replay, exchange."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from reference_ranges.catalogue import Analyte, BiologicalVariation, Catalogue
from reference_ranges.errors import CatalogueError
from reference_ranges.loading import (
    DATA,
    overdue_reviews,
    read_catalogue,
    renew_version,
)
from reports.pdf.style import PAPERS
from service.commands import surroundings
from service.intake.door import Door
from service.ranges.changes import changes, documents
from service.ranges.fhir.exact_json import dumps
from service.ranges.fhir.export import observation_definition
from service.ranges.fhir.importing import import_folder
from service.ranges.fhir.sites import beside
from service.ranges.replay import NOT_COMPARED, Tally, replay
from service.ranges.rows import count, lines_of
from service.ranges.rule_changes import rule_changes
from service.ranges.rule_lines import FILES
from service.ranges.rule_sheet import make_rule_sheet
from service.ranges.sheet import Sheet, make_sheet
from service.ranges.sheet_pdf import render_sheet
from service.ranges.tables import (
    write_csv,
    write_rules_csv,
    write_rules_xlsx,
    write_xlsx,
)
from service.store.migrate import at_head
from service.store.walking import Kept, count_newest, walk_newest

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_NEW_FOLDER = click.Path(file_okay=False, path_type=Path)
_PROGRESS_EACH = 1000  # panels between two lines of progress


@click.group()
def ranges() -> None:
    """Look at the reference intervals and decision limits, and check them."""


@ranges.command()
@click.option("--renew", metavar="VERSION", help="Give changed files a new version.")
def check(renew: str | None) -> None:
    """Load every data file as the service would, and say what is in it.

    Ends with 1 where a review is overdue, and with 2 where a file is not fit for use.
    """
    if renew:
        renew_version(DATA, renew)
    catalogue = surroundings.catalogue()
    rows = count(catalogue)
    click.echo(
        f"catalogue {catalogue.version}, sha256 {catalogue.sha256[:16]}: "
        f"{len(catalogue.analytes)} analytes, {rows.active} limits in use, "
        f"{rows.proposed} proposed and switched off"
    )
    if catalogue.site:
        superseding = sum(catalogue.site.values())
        added = len(catalogue.site) - superseding
        click.echo(f"rows of the site: superseding {superseding}, added {added}")
    overdue = overdue_reviews(catalogue, datetime.now(UTC).date())
    for line in overdue:
        click.echo(f"review overdue: {line}", err=True)
    if overdue:
        sys.exit(1)


@ranges.command()
@click.argument("analyte")
def show(analyte: str) -> None:
    """Print every limit of one ANALYTE, those switched off included."""
    catalogue = surroundings.catalogue()
    found = _analyte(analyte, catalogue)
    review = found.review
    signed = f"{review.reviewed_by} {review.reviewed_on}".strip()
    click.echo(f"{found.name} ({found.id}), {found.specimen}")
    click.echo(f"units: {', '.join(found.units)}")
    for mix_up in catalogue.mix_ups:
        if mix_up.analyte == found.id and mix_up.certainty == "undetectable":
            click.echo(f"no size tells apart {mix_up.suspect_unit}: {mix_up.why}")
    click.echo(f"drafted by {review.drafted_by}; reviewed by {signed}")
    for term in (one for one in catalogue.snomed if one.analyte == found.id):
        off = "" if term.status == "active" else "  [proposed: not looked up]"
        click.echo(f"SNOMED CT: {term.code} {term.term}{off}")
    for row in lines_of(found, catalogue):
        off = "" if row["status"] == "active" else "  [proposed: switched off]"
        click.echo(
            f"  {row['kind']:<10} {row['profile']:<5} {_who(row):<28} "
            f"{row['limits']:<14} {row['unit']:<8} {row['meaning']} "
            f"({row['source']} {row['year']}){off}{_of_site(row)}"
        )
    if found.variation is not None:
        click.echo(_variation(found.variation, catalogue))


def _variation(found: BiologicalVariation, catalogue: Catalogue) -> str:
    source = catalogue.sources[found.source]
    off = "" if found.status == "active" else "  [proposed: switched off]"
    parts = f"CVI {found.cvi} %, CVG {found.cvg} %, CVA {found.cva} %"
    told = f"change real above {found.rcv95} % ({source.org} {source.year})"
    return f"  biological variation: {parts}, {told}{off}"


@ranges.command()
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file that ends in .csv or .xlsx; without it, CSV is printed.",
)
@click.option(
    "--rules",
    "of_rules",
    is_flag=True,
    help="Every link, pattern, danger sign, caution, factor and formula instead.",
)
def table(out: Path | None, of_rules: bool) -> None:  # noqa: FBT001 - click passes options so
    """Print every limit with its source, to look through and to sign."""
    catalogue = surroundings.catalogue()
    as_csv, as_xlsx = partial(write_csv, catalogue), partial(write_xlsx, catalogue)
    if of_rules:
        as_csv = partial(write_rules_csv, catalogue, DATA)
        as_xlsx = partial(write_rules_xlsx, catalogue, DATA)
    if out is None:
        as_csv(sys.stdout)
    elif out.suffix == ".xlsx":
        as_xlsx(out)
    elif out.suffix == ".csv":
        with out.open("w", encoding="utf-8", newline="") as file:
            as_csv(file)
    else:
        raise click.BadParameter("--out ends in .csv or .xlsx")


@ranges.command()
@click.argument("analyte", required=False)
@click.option("--all", "every", is_flag=True, help="A sheet for each test.")
@click.option("--rules", "of_rules", is_flag=True, help="A sheet for each rule file.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The file, or the folder of several.  [default: ANALYTE.pdf, or sheets]",
)
@click.option(
    "--paper", type=click.Choice(list(PAPERS)), default="A4", show_default=True
)
def sheet(
    analyte: str | None,
    every: bool,  # noqa: FBT001 - click passes options so
    of_rules: bool,  # noqa: FBT001
    out: Path | None,
    paper: str,
) -> None:
    """Draw a PDF with every limit of one ANALYTE, to be checked and signed by hand."""
    if (analyte is not None) + every + of_rules != 1:
        raise click.UsageError("name one ANALYTE, or ask for --all or for --rules")
    catalogue, now = surroundings.catalogue(), datetime.now(UTC)
    folder = out or Path("sheets")
    if analyte is not None:
        found = _analyte(analyte, catalogue)
        made = make_sheet(found, catalogue, now.date())
        _draw(made, out or Path(f"{found.id}.pdf"), paper, now)
    if every:
        for one in catalogue.analytes.values():
            made = make_sheet(one, catalogue, now.date())
            _draw(made, folder / f"{one.id}.pdf", paper, now)
    if of_rules:
        for name in FILES:
            made = make_rule_sheet(catalogue, DATA, name, now.date())
            _draw(made, (folder / name).with_suffix(".pdf"), paper, now)


@ranges.command()
@click.argument("folders", nargs=-1, required=True, type=_FOLDER, metavar="[OLD] NEW")
@click.option("--json", "as_json", is_flag=True, help="Print the changes as JSON.")
def diff(folders: tuple[Path, ...], as_json: bool) -> None:  # noqa: FBT001 - click passes options so
    """Say what changes for whom between two folders of data files.

    With one folder, from the shipped files to it.  Ends with 0 where nothing
    changes, with 1 where something does, with 2 where a file is not fit for use.
    """
    if len(folders) > 2:  # noqa: PLR2004 - an old one and a new one
        raise click.UsageError("give one folder or two")
    old, new = (DATA, *folders)[-2:]
    before, after = _catalogue(old), _catalogue(new)
    found = (*changes(before, after), *rule_changes(old, new))
    if as_json:
        sides = {
            side: {"version": one.version, "sha256": one.sha256}
            for side, one in (("old", before), ("new", after))
        }
        told = {**sides, "changes": documents(found)}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for one in found:
            click.echo(one.sentence)
        click.echo(_counted(len(found)))
    sys.exit(1 if found else 0)


def _counted(number: int) -> str:
    many = f"{number} differences" if number else "no difference"
    return "1 difference" if number == 1 else many


@ranges.command(name="replay")
@click.option(
    "--with",
    "folder",
    type=_FOLDER,
    default=DATA,
    help="The folder of data files to judge by; the shipped ones without it.",
)
def replay_stored(folder: Path) -> None:
    """Judge every stored panel by other data files, and list each class that changes.

    Listed are the class, code and urgency of each result, what each interval,
    guideline, target and critical limit says of it, and the urgency of the whole.
    Findings, cautions, food, change since earlier results and what is said of
    symptoms are not compared.

    The rows of the site (PLAINLAB_RANGES) are laid over them, as they would be in
    use.  The newest version of each panel is taken; nothing is written, and no name,
    value or record number is printed.  Ends with 0 where nothing changes, with 1
    where something does or could not be replayed, with 2 where it could not be asked.
    """
    chosen = surroundings.settings()
    other = _catalogue(folder, chosen.ranges)
    engine = surroundings.store(chosen)
    if not at_head(engine):
        click.echo("the database needs: plainlab db upgrade", err=True)
        sys.exit(2)
    door = Door(other, (), chosen.time_zone, datetime.now(UTC))
    tally = Tally()
    kept = _with_progress(walk_newest(engine), count_newest(engine))
    for found in replay(kept, door, surroundings.catalogue(), tally):
        click.echo(found.line)
    for line in (*tally.lines(), NOT_COMPARED):
        click.echo(line)
    sys.exit(0 if tally.clean else 1)


@ranges.command()
@click.option("--fhir", "folder", type=_NEW_FOLDER, required=True, help="Where to.")
def export(folder: Path) -> None:
    """Write each test with its limits as a FHIR R4 ObservationDefinition."""
    catalogue = surroundings.catalogue()
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise click.BadParameter("the folder is not empty")
    for one in catalogue.analytes.values():
        text = dumps(observation_definition(one, catalogue))
        (folder / f"{one.id}.json").write_text(f"{text}\n", "utf-8")
    click.echo(f"wrote {len(catalogue.analytes)} resources to {folder}")


@ranges.command(name="import")
@click.option("--fhir", "resources", type=_FOLDER, required=True, help="Where from.")
@click.option("--out", type=_NEW_FOLDER, required=True, help="A new folder.")
def import_fhir(resources: Path, out: Path) -> None:
    """Make data files from ObservationDefinitions that ``export`` could have written.

    What the resources do not speak about is as shipped.  Rows that a site gave
    (PLAINLAB_RANGES) go into a folder of their own, with ``-site`` at its end.  Look
    at what changes with ``diff`` and ``replay`` before the files go into use.
    """
    made = import_folder(resources, DATA, out)
    click.echo(f"read {len(made.read)} tests; wrote the data files to {out}")
    if made.kept:
        click.echo(f"as shipped: {', '.join(made.kept)}")
    if made.site:
        named = ", ".join(made.site)
        click.echo(f"wrote the rows of the site to {beside(out)}: {named}")


def _analyte(text: str, catalogue: Catalogue) -> Analyte:
    found = catalogue.analyte_named(text)
    if found is None:
        known = ", ".join(sorted(catalogue.analytes))
        raise click.BadParameter(f"not in the catalogue; known are {known}")
    return found


def _catalogue(folder: Path, site: Path | None = None) -> Catalogue:
    """Read *folder*, whether or not its files have a version yet."""
    try:
        return read_catalogue(folder, versioned=False, site=site)
    except CatalogueError as error:
        raise CatalogueError(f"{folder}: {error}") from error


def _with_progress(kept: Iterator[Kept], total: int) -> Iterator[Kept]:
    for number, one in enumerate(kept, start=1):
        yield one
        if number % _PROGRESS_EACH == 0:
            click.echo(f"{number} of {total} panels", err=True)


def _draw(made: Sheet, file: Path, paper: str, now: datetime) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(render_sheet(made, paper=paper, printed=now))
    click.echo(f"wrote {file}")


def _of_site(row: dict[str, str]) -> str:
    return f"  [{row['site']}: {row['row']}]" if row["site"] else ""


def _who(row: dict[str, str]) -> str:
    facts = (row["age"], row["sex"], row["pregnancy"], row["condition"])
    return " ".join(fact for fact in facts if fact and fact != "any")

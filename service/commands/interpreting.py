"""``plainlab interpret``: one panel from a file, without a server; nothing is kept."""

from datetime import UTC, datetime
from pathlib import Path

import click

from reference_ranges.interpretation import interpret
from reference_ranges.loading import load_catalogue
from reference_ranges.results import (
    Finding,
    Interpretation,
    Missing,
    Result,
    Urgency,
)
from reports.identity import Identity, Letterhead, ReportFacts
from reports.wording import Wording, load_wording, locales
from reports.working.sheet import working_of
from service.commands.surroundings import settings
from service.intake.door import Door
from service.intake.form import document_of, read_form, with_table
from service.intake.reading import read_submission
from service.intake.strict_json import read_json
from service.intake.submission import Submission
from service.intake.table import read_table
from service.reporting import (
    ATTACH,
    READERS,
    ReportOptions,
    page_for,
    page_pdf,
    results_attached,
)
from service.settings import Settings
from service.store.interpretations import Stored

_LARGEST = 1_000_000
_UNSTORED = "not stored"


@click.command(name="interpret")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--pdf",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the patient's page here.",
)
@click.option(
    "--working",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the working sheet here: every class, to be checked by hand.",
)
@click.option(
    "--for",
    "reader",
    type=click.Choice(READERS),
    default=READERS[0],
    show_default=True,
    help="Whom the page is written for.",
)
@click.option(
    "--attach",
    type=click.Choice(ATTACH),
    default=ATTACH[0],
    show_default=True,
    help="What is put inside the page: the results as FHIR R4.",
)
@click.option("--profile", help="Limits to judge by; beats what FILE says.")
@click.option("--locale", help="Language of the page; beats what FILE says.")
@click.option("--decimal-comma", is_flag=True, help="Numbers are written like 5,4.")
def interpret_file(  # noqa: PLR0913 - one for each option
    file: Path,
    *,
    pdf: Path | None,
    working: Path | None,
    reader: str,
    attach: str,
    profile: str | None,
    locale: str | None,
    decimal_comma: bool,
) -> None:
    """Interpret the panel in FILE (.json or .csv) and print what it means."""
    chosen = settings()
    catalogue = load_catalogue(site=chosen.ranges)
    wanted = {"profile": profile, "locale": locale}
    door = Door(
        catalogue=catalogue,
        locales=tuple(locales()),
        zone=chosen.time_zone,
        now=datetime.now(UTC),
        profile=chosen.profile,
        locale=chosen.locale,
        decimal_comma=decimal_comma,
    )
    submission = _read(file, {k: v for k, v in wanted.items() if v}, door)
    made = interpret(submission.panel, catalogue)
    click.echo(summary(made))
    printed = _printed(submission, made, chosen, door.now)
    if pdf is not None:
        inside = None
        if attach == ATTACH[0]:
            inside = results_attached(
                _unstored(submission, made, door.now), printed[2], printed[-1]
            )
        _write(pdf, page_pdf(page_for(reader)(*printed), ReportOptions(), inside))
    if working is not None:
        _write(working, page_pdf(working_of(*printed), ReportOptions()))


def _write(out: Path, data: bytes) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(data)
    click.echo(f"wrote {out}")


def summary(made: Interpretation) -> str:
    """Return what *made* says in plain lines: danger first, then the worst results."""
    lines = [f"urgency: {made.urgency.name.lower()}"]
    if made.urgency is not Urgency.ROUTINE:
        lines += [f"  red flag: {flag.id}" for flag in made.red_flags]
    lines += [_line(result) for result in (*made.results, *made.derived)]
    lines += [_found(finding) for finding in made.findings]
    lines += [f"caution: {caution.code}" for caution in made.cautions]
    lines += [_missing(one) for one in made.missing]
    if made.symptoms is None:
        lines.append("symptoms: not asked")
    for symptom in made.symptoms or ():
        lines.append(f"symptom: {symptom.symptom.id}: {symptom.summary}")
    used = made.catalogue
    lines.append(
        f"catalogue {used.version} ({used.profile}), reviewed by {used.reviewed_by}"
    )
    return "\n".join(lines)


def _found(finding: Finding) -> str:
    said = f"finding: {finding.code} ({', '.join(finding.subjects)})"
    if finding.settled_by:
        return f"{said}; settled by: {finding.settled_by}"
    if finding.code != "not_computed":
        return said
    why = ", ".join(f"{name} {text.replace('_', ' ')}" for name, text in finding.params)
    return f"{said}: {why}"


def _missing(missing: Missing) -> str:
    said = f"missing: {missing.fact} ({', '.join(missing.analytes)})"
    return f"{said}: it was sent, and is of no use" if missing.sent else said


def _line(result: Result) -> str:
    seen, outcome = result.observation, result.outcome
    parts = [outcome.kind, outcome.direction, outcome.reason]
    said = " ".join(part.replace("_", " ") for part in parts if part)
    code = f" [{result.code}]" if result.code else ""
    how = " (computed)" if result.derived_by else ""
    return f"  {result.name}: {seen.value_text} {seen.unit_text}{how}: {said}{code}"


def _read(file: Path, wanted: dict[str, str], door: Door) -> Submission:
    if file.stat().st_size > _LARGEST:
        raise click.BadParameter("the file is larger than 1 MB")
    raw = file.read_bytes()
    source = "csv" if file.suffix.lower() == ".csv" else "json"
    document = _from_table(raw, door) if source == "csv" else read_json(raw)
    if isinstance(document, dict):
        document = {**document, **wanted}
    submission, _ = read_submission(document, raw, source, door)
    return submission


def _from_table(raw: bytes, door: Door) -> object:
    blank = read_form({}, door.catalogue)
    form = with_table(blank, read_table(raw), door.catalogue, door.zone)
    return document_of(form, door.catalogue, door.zone).document


def _unstored(submission: Submission, made: Interpretation, now: datetime) -> Stored:
    """Return what a store would give back, had it been kept."""
    return Stored(
        id=_UNSTORED,
        root=_UNSTORED,
        version=1,
        supersedes="",
        superseded_by="",
        made_at=now,
        submission=submission,
        interpretation=made,
        review=None,
        escalated=False,
    )


def _printed(
    submission: Submission, made: Interpretation, chosen: Settings, now: datetime
) -> tuple[Interpretation, Identity, ReportFacts, Letterhead, Wording]:
    """Return what a page and a working sheet are built from."""
    collected = submission.collected_at
    received = submission.received_at
    facts = ReportFacts(
        report_id=_UNSTORED,
        version=1,
        issued_at=now.astimezone(chosen.time_zone),
        collected_at=collected and collected.astimezone(chosen.time_zone),
        collected_on=submission.collected_on,
        received_at=received and received.astimezone(chosen.time_zone),
        laboratory=submission.laboratory,
        requester=submission.requester,
        specimen=submission.panel.specimen,
        watermark="TEST" if submission.test_message else "",
    )
    words = load_wording(submission.locale)
    return made, submission.identity, facts, chosen.letterhead, words

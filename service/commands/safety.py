"""``plainlab safety``: the safety case, as text or JSON."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import click

from reference_ranges.loading import load_catalogue
from service.safety.case import (
    Hazard,
    Requirement,
    Run,
    SafetyCase,
    SafetyError,
    load_case,
)

_RECORD = Path("build/proofs.json")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.option(
    "--run",
    "record",
    type=click.Path(dir_okay=False, path_type=Path),
    default=_RECORD,
    show_default=True,
    help="The record that the whole test run keeps.",
)
def safety(as_json: bool, record: Path) -> None:  # noqa: FBT001 - click passes options so
    """Print what can go wrong, what is done about it, what proves it, and what is left.

    An open hazard is one whose control is not whole in this release.
    """
    try:
        case = load_case(record)
    except SafetyError as error:
        click.echo(f"plainlab: {error}", err=True)
        sys.exit(2)
    if as_json:
        click.echo(json.dumps(_document(case), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_text(case)))


def _document(case: SafetyCase) -> dict[str, object]:
    run = case.run
    return {
        "plainlab": version("plainlab"),
        "catalogue": load_catalogue().version,
        "run": run and {"day": run.day, "commit": run.commit},
        "hazards": [asdict(one) for one in case.hazards],
        "requirements": [asdict(one) for one in case.requirements],
        "top_risks": case.top_risks,
        "open": [one.id for one in case.open],
        "unproven": _unproven(case),
    }


def _unproven(case: SafetyCase) -> list[str] | None:
    """Return the proofs that the record does not hold; None without a record."""
    if case.run is None:
        return None
    every = [one.proofs for one in case.hazards]
    every += [one.proofs for one in case.requirements]
    named = {proof for proofs in every for proof in proofs}
    return sorted(named - case.run.passed)


def _text(case: SafetyCase) -> Iterator[str]:
    yield (
        f"Safety case of Plainlab {version('plainlab')}, "
        f"catalogue {load_catalogue().version}"
    )
    yield _said_of(case.run)
    controlled = len(case.hazards) - len(case.open)
    yield f"Hazards: {controlled} controlled, {len(case.open)} open"
    for one in case.open:
        yield f"  {one.id} is open: {one.missing}"
    yield "What stays, whatever we do:"
    for name in case.top_risks:
        yield f"  {name}: {case.hazard(name).residual}"
    yield from (line for one in case.hazards for line in _hazard(one, case.run))
    yield f"\nRequirements: {len(case.requirements)}"
    yield from (line for one in case.requirements for line in _required(one, case.run))


def _said_of(run: Run | None) -> str:
    if run is None:
        return "No run of the proofs is recorded here"
    return f"All proofs last passed on {run.day}, at commit {run.commit}"


def _hazard(one: Hazard, run: Run | None) -> Iterator[str]:
    before, after = one.risk
    yield f"\n{one.id} ({one.status}; {one.severity}, risk {before} -> {after})"
    yield f"  {one.hazard}"
    yield f"  cause: {one.cause}"
    yield f"  control: {one.control}"
    if one.missing:
        yield f"  missing: {one.missing}"
    yield f"  left: {one.residual}"
    yield from _proofs(one.proofs, run)


def _required(one: Requirement, run: Run | None) -> Iterator[str]:
    yield f"\n{one.number}. {one.sentence}"
    if one.note:
        yield f"  note: {one.note}"
    yield from _proofs(one.proofs, run)


def _proofs(proofs: Iterable[str], run: Run | None) -> Iterator[str]:
    for proof in proofs:
        passed = run is None or proof in run.passed
        yield f"  proof: {proof}{'' if passed else ' (not in the record)'}"

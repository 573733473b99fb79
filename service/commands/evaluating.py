"""``plainlab evaluate``: how well it does, measured and not claimed."""

import json
import sys
from pathlib import Path

import click

from service.commands import surroundings
from service.evaluation.measuring import evaluate_vignettes, measure_samples
from service.evaluation.printing import as_json, as_text


@click.command()
@click.argument(
    "folder",
    required=False,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.option(
    "--samples",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Measure on the outside data in this folder, and the guard against mix-ups.",
)
@click.option("--json", "as_data", is_flag=True, help="Print for a program.")
def evaluate(folder: Path | None, samples: Path | None, as_data: bool) -> None:  # noqa: FBT001 - click passes it so
    """Run the vignettes in FOLDER and print what they come to, each miss in full.

    Reads every .toml file and, where there is one, cases.json.  Ends with 1 where an
    expectation is not met, or a figure is not what it must be.
    """
    if folder is None and samples is None:
        raise click.UsageError("name a FOLDER of vignettes, or --samples, or both")
    catalogue = surroundings.catalogue()
    runs = evaluate_vignettes(folder, catalogue) if folder else ()
    measures = measure_samples(samples, catalogue) if samples else ()
    if as_data:
        data = as_json(runs, measures)
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(as_text(runs, measures)))
    missed = any(one.misses for one in runs)
    if missed or any(one.failed for one in measures):
        sys.exit(1)

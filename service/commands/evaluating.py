"""``plainlab evaluate``: how well it does on vignettes, measured and not claimed."""

import json
import sys
from pathlib import Path

import click

from reference_ranges.loading import load_catalogue
from service.evaluation.errors import EvaluationError
from service.evaluation.figures import figures_of
from service.evaluation.printing import as_json, as_text
from service.evaluation.published import read_published
from service.evaluation.running import evaluation_door, run
from service.evaluation.vignettes import read_vignettes


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_data", is_flag=True, help="Print for a program.")
def evaluate(folder: Path, as_data: bool) -> None:  # noqa: FBT001 - click passes it so
    """Run the vignettes in FOLDER and print what they come to, each miss in full.

    Reads every .toml file and, where there is one, cases.json.  Ends with 1 where an
    expectation is not met.
    """
    catalogue = load_catalogue()
    vignettes = (*read_vignettes(folder), *read_published(folder, catalogue))
    if not vignettes:
        raise EvaluationError(f"{folder}: there are no vignettes in it")
    door = evaluation_door(catalogue)
    runs = [run(one, door) for one in vignettes]
    figures = figures_of(runs)
    if as_data:
        click.echo(json.dumps(as_json(runs, figures), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(as_text(runs, figures)))
    if any(one.misses for one in runs):
        sys.exit(1)

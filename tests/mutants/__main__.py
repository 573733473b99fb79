"""``python -m tests.mutants``: change the core bit by bit; do its tests notice?

Cosmic Ray makes the mutants.  Prints the share that was killed of each module, and
every survivor that ``equivalent.toml`` does not explain, and keeps the figures in
``score.toml``.  Ends with 1 below the share that is asked for.
"""

import argparse
import os
import re
import sys
import tomllib
from datetime import UTC, datetime
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

from tests.mutants.suites import SUITES
from tests.mutants.trial import survives
from tests.proofs import ROOT

SHARE = 0.95
HERE = Path(__file__).parent
EQUIVALENT, SCORE = HERE / "equivalent.toml", HERE / "score.toml"
LEFT_OUT = re.compile(
    # "X | None" is a type; of arithmetic, the operators nearest in meaning are tried
    r"core/ReplaceBinaryOperator_(BitOr_"
    r"|Add_(?!Sub)|Sub_(?!Add)|Mul_(?!Div|Add)|Div_(?!Mul)|FloorDiv_(?!Mul)"
    r"|(Mod|Pow)_(?!Mul)|BitAnd_(?!BitOr))"
    # equal or not: members of an enumeration have no order, and are their only equals
    r"|core/ReplaceComparisonOperator_(Is_(?!IsNot$)|IsNot_(?!Is$))"
    r"|core/ReplaceComparisonOperator_(Eq_(?!NotEq$)|NotEq_(?!Eq$))"
    r"|core/ReplaceComparisonOperator_(Lt|LtE|Gt|GtE)_(Is|IsNot)$"
    # caches, properties and data classes: nothing is judged by them, or nothing works
    r"|core/RemoveDecorator"
)


class Mutant(NamedTuple):
    """A change of one place of a module, by its operator and the place's number."""

    module: str
    operator: str
    occurrence: int
    name: str


def main():
    options = _options()
    chosen = options.module or list(SUITES)
    with get_context("fork").Pool(options.jobs) as pool:
        for module in chosen:
            if not _survives_unchanged(module):
                raise SystemExit(f"{module}: its tests fail without any mutant")
        reports = [Report(module, pool) for module in chosen]
    killed, counted = (
        sum(getattr(r, n) for r in reports) for n in ("killed", "counted")
    )
    print(f"all: {killed} of {counted} killed ({killed / counted:.1%})")
    return int(killed < SHARE * counted)


def _options():
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("module", nargs="*", help=f"else all: {', '.join(SUITES)}")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    return parser.parse_args()


class Report:
    """How the mutants of one module fared; equivalent ones are not counted."""

    def __init__(self, module, pool):
        mutants = list(mutants_of(module))
        alive = [
            mutant.name
            for mutant, survived in zip(
                mutants, pool.imap(_tried, mutants), strict=True
            )
            if survived
        ]
        known = _equivalents(module)
        self.module = module
        self.survivors = sorted(one for one in alive if one not in known)
        self.equivalent = len(alive) - len(self.survivors)
        self.counted = len(mutants) - self.equivalent
        self.killed = self.counted - len(self.survivors)
        share = (
            f"{self.killed} of {self.counted} killed ({self.killed / self.counted:.1%})"
        )
        lines = [f"{module}: {share}, {self.equivalent} equivalent"]
        lines += [f"survived: {one}" for one in self.survivors]
        lines += [
            f"explained and killed: {one}" for one in sorted(known.difference(alive))
        ]
        print(*lines, sep="\n  ", flush=True)
        _keep(self)


def source_of(module):
    return (ROOT / f"reference_ranges/{module}.py").read_text("utf-8")


def mutants_of(module):
    """Give every mutant of *module*; each has a name that survives other edits."""
    source = source_of(module)
    lines, nodes = source.splitlines(), list(ast_nodes(get_ast(source)))
    for operator in sorted(operator_names()):
        kind = get_operator(operator)
        if LEFT_OUT.match(operator) or kind.arguments():
            continue
        places = [place for node in nodes for place in kind().mutation_positions(node)]
        for occurrence, ((row, column), _) in enumerate(places):
            line = lines[row - 1]
            text, what = line.strip(), operator.removeprefix("core/")
            place = column - (len(line) - len(line.lstrip()))
            # a decorator: likewise; "*," in a signature is no arithmetic
            if not (text.startswith("@") or line[column:].startswith("*,")):
                name = f"{text} [{what} at {place}]"
                yield Mutant(module, operator, occurrence, name)


def _tried(mutant):
    operator = get_operator(mutant.operator)()
    changed = mutate_code(source_of(mutant.module), operator, mutant.occurrence)
    return survives(_dotted(mutant.module), changed, SUITES[mutant.module])


def _survives_unchanged(module):
    return survives(_dotted(module), source_of(module), SUITES[module])


def _dotted(module):
    return f"reference_ranges.{module.replace('/', '.')}"


def _equivalents(module):
    listed = tomllib.loads(EQUIVALENT.read_text("utf-8")).get("mutant", ())
    return {one["mutant"] for one in listed if one["module"] == module}


def _keep(report):
    """Write down the figures of this module, and of which source, beside the others."""
    kept = tomllib.loads(SCORE.read_text("utf-8")) if SCORE.is_file() else {}
    for row in kept.values():
        row["source"] = f'"{row["source"]}"'
    kept[report.module] = {
        "killed": report.killed,
        "counted": report.counted,
        "equivalent": report.equivalent,
        "day": datetime.now(UTC).date(),
        "source": f'"{sha256(source_of(report.module).encode()).hexdigest()[:12]}"',
    }
    lines = [
        f'["{module}"]\n'
        + "".join(f"{name} = {value}\n" for name, value in row.items())
        for module, row in sorted(kept.items())
        if module in SUITES
    ]
    SCORE.write_text("# Written by make mutants.\n\n" + "\n".join(lines), "utf-8")


if __name__ == "__main__":
    sys.exit(main())

"""The rules of one file as a sheet to check and to sign."""

from datetime import date
from pathlib import Path

from reference_ranges.catalogue import Catalogue
from service.ranges.rule_lines import FILES, rule_lines
from service.ranges.sheet import OFF, TO_SIGN, Grid, Line, Sheet, signed

_READ = (
    "Every line of what is asked for must hold; in a line with any, one is enough.",
    "A row without a source is a definition that other rows use.",
)


def make_rule_sheet(
    catalogue: Catalogue, folder: Path, file: str, printed: date
) -> Sheet:
    """Return the sheet of one rule file in *folder*, as printed on that day."""
    lines = list(rule_lines(catalogue, folder, file))
    off = sum(line["status"] != "active" for line in lines)
    title = FILES[file]
    return Sheet(
        title=title,
        subtitle="Rules, to be checked and signed",
        notice=f"{off} of {len(lines)} rules are switched off" if off else "",
        facts=(("File", file), ("Rules", str(len(lines)))),
        grids=(_rules(lines), _sources(lines)),
        review=signed(catalogue.reviews[file], ""),
        statement=(
            "I have checked each rule above against its sources. Those that I do not"
            " agree with are marked on this sheet."
        ),
        to_sign=TO_SIGN,
        foot=(
            f"{title}: to be signed",
            f"catalogue {catalogue.version}",
            f"printed {printed.isoformat()}",
            f"sha256 {catalogue.sha256}",
        ),
    )


def _rules(lines: list[dict[str, str]]) -> Grid:
    return Grid(
        "Rules",
        ("Row", "What it says", "Source"),
        tuple(
            Line(
                (line["row"], _said(line), line["source"] or "none"),
                off=line["status"] != "active",
            )
            for line in lines
        ),
        remarks=_READ,
    )


def _said(line: dict[str, str]) -> str:
    return line["rule"] if line["status"] == "active" else f"{OFF}. {line['rule']}"


def _sources(lines: list[dict[str, str]]) -> Grid:
    cells = dict.fromkeys(
        (line["source"], line["title"], line["where"], line["evidence"])
        for line in lines
        if line["source"]
    )
    columns = ("Publications", "Titles", "Where", "Evidence")
    return Grid("Sources", columns, tuple(map(Line, cells)))

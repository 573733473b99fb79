"""Every rule on symptoms, patterns, medicines and formulas as one line to be signed."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from reference_ranges.catalogue import Catalogue
from service.ranges.rule_rows import RuleRow, read_rules
from service.ranges.words import cited

FILES: Mapping[str, str] = {
    "links.toml": "Links between results and symptoms",
    "patterns.toml": "Patterns of several results",
    "red_flags.toml": "Danger signs",
    "cautions.toml": "Cautions",
    "factors.toml": "Medicines, habits and conditions",
    "formulas.toml": "Formulas",
}
"""The rule files, each with its title."""

COLUMNS = (
    "file",
    "row",
    "rule",
    "status",
    "source",
    "title",
    "where",
    "evidence",
    "drafted_by",
    "reviewed_by",
    "reviewed_on",
    "next_review",
)
"""The columns of the table of rules, in order."""

_APART = frozenset({"source", "sources", "status", "evidence"})


def all_rule_lines(catalogue: Catalogue, folder: Path) -> Iterator[dict[str, str]]:
    """Give every rule of the files in *folder*, which *catalogue* was made from."""
    for file in FILES:
        yield from rule_lines(catalogue, folder, file)


def rule_lines(
    catalogue: Catalogue, folder: Path, file: str
) -> Iterator[dict[str, str]]:
    """Give every rule of one file: a link of several symptoms is one for each."""
    review = catalogue.reviews[file]
    signed = {
        "drafted_by": review.drafted_by,
        "reviewed_by": review.reviewed_by,
        "reviewed_on": review.reviewed_on,
        "next_review": review.next_review,
    }
    for row in read_rules(folder / file):
        yield {"file": file, **_line(row, catalogue), **signed}


def _line(row: RuleRow, catalogue: Catalogue) -> dict[str, str]:
    sources = [catalogue.sources[one] for one in row.sources]
    seen = row.fields.get("evidence", "")
    return {
        "row": row.id,
        "rule": row.words_without(_APART),
        "status": row.fields.get("status", "active"),
        "source": cited(catalogue, *row.sources),
        "title": "; ".join(one.title for one in sources),
        "where": "; ".join(one.where for one in sources if one.where),
        "evidence": seen or "; ".join(dict.fromkeys(one.evidence for one in sources)),
    }

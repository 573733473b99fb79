"""What a rule asks for, read from a data file and checked against what there is."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from reference_ranges.knowledge import GREY, IN, MISSING, Band
from reference_ranges.loading.tables import Table
from reference_ranges.triggers import Lines

STATES = ("low", "high", "critical_low", "critical_high", IN, GREY, MISSING)
_ATTRIBUTES = {
    "onset": ("unknown", "sudden", "gradual"),
    "worsening": ("unknown", "yes", "no"),
    "severity": ("unknown", "mild", "moderate", "severe"),
}
_SEXES = ("female", "male")


@dataclass(slots=True)
class Names:
    """The ids that rules may name, filled as the files are read.

    ``persons`` and ``watched`` collect what rules ask of a person and what they ask
    to be missing.
    """

    analytes: frozenset[str]
    sources: frozenset[str]
    symptoms: frozenset[str] = frozenset()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bands: Mapping[str, Band] = field(default_factory=dict)
    conditions: frozenset[str] = frozenset()
    factors: frozenset[str] = frozenset()
    patterns: set[str] = field(default_factory=set)
    persons: set[tuple[str, int]] = field(default_factory=set)
    watched: set[str] = field(default_factory=set)


def known_texts(
    row: Table, key: str, known: Collection[str], *, optional: bool = False
) -> tuple[str, ...]:
    """Take a list of ids from *row*, each of which must be *known*.

    Raises:
        CatalogueError: one of them is not, naming the row.
    """
    values = row.texts(key, optional=optional)
    for value in values:
        if value not in known:
            row.refuse(f"unknown {key} {value!r}")
    return values


def known_name(table: Table, name: str, known: Collection[str]) -> str:
    """Return *name*, a key of *table*, which must be *known*.

    Raises:
        CatalogueError: it is not.
    """
    if name not in known:
        table.refuse(f"unknown {name!r}")
    return name


def sources_of(row: Table, names: Names) -> tuple[str, ...]:
    """Take the sources of a row; there must be one, and each must be known.

    Raises:
        CatalogueError: there is none, or one is not known.
    """
    sources = known_texts(row, "sources", names.sources)
    if not sources:
        row.refuse("no source")
    return sources


def analytes_of(row: Table, key: str, names: Names) -> tuple[str, ...]:
    """Take a list of analytes and groups, groups opened, in order.

    Raises:
        CatalogueError: one of them is not known.
    """
    found: list[str] = []
    for value in row.texts(key):
        found.extend(names.groups.get(value, (value,)))
    for analyte in found:
        if analyte not in names.analytes:
            row.refuse(f"unknown {key} {analyte!r}")
    return tuple(dict.fromkeys(found))


def read_lines(row: Table, key: str, names: Names) -> Lines:
    """Take the lines of a rule; a missing key is a rule that asks for nothing.

    Raises:
        CatalogueError: a clause is odd or names something unknown.
    """
    return tuple(_line(line, names) for line in row.rows(key))


def _line(line: Table, names: Names) -> frozenset[str]:
    if not line.has("any"):
        return _clause(line, names)
    clauses = [_clause(clause, names) for clause in line.rows("any")]
    if not clauses:
        line.refuse("an empty line")
    line.done()
    return frozenset[str]().union(*clauses)


def _clause(row: Table, names: Names) -> frozenset[str]:
    kinds = [kind for kind in _READERS if row.has(kind)]
    if len(kinds) != 1:
        row.refuse(f"a clause needs one of {', '.join(_READERS)}")
    facts = _READERS[kinds[0]](row, names)
    if not facts:
        row.refuse("an empty clause")
    row.done()
    return facts


def _results(row: Table, names: Names) -> frozenset[str]:
    analytes = analytes_of(row, "analytes", names)
    state = row.choice("is", STATES)
    if state == MISSING:
        names.watched.update(analytes)
    return frozenset(f"result:{analyte}:{state}" for analyte in analytes)


def _band(row: Table, names: Names) -> frozenset[str]:
    band = names.bands[row.choice("band", names.bands)]
    return frozenset(f"band:{analyte}:{band.id}" for analyte, _, _ in band.rows)


def _symptoms(row: Table, names: Names) -> frozenset[str]:
    symptoms = known_texts(row, "symptoms", names.symptoms)
    asked = [key for key in _ATTRIBUTES if row.has(key)]
    if len(asked) > 1:
        row.refuse("two attributes in one clause")
    if not asked:
        return frozenset(f"symptom:{symptom}:" for symptom in symptoms)
    values = known_texts(row, asked[0], _ATTRIBUTES[asked[0]])
    return frozenset(
        f"symptom:{symptom}:{asked[0]}={value}"
        for symptom in symptoms
        for value in values
    )


def _factors(row: Table, names: Names) -> frozenset[str]:
    factors = known_texts(row, "factors", names.factors)
    return frozenset(f"factor:{factor}:" for factor in factors)


def _specimen(row: Table, names: Names) -> frozenset[str]:
    conditions = known_texts(row, "specimen", names.conditions)
    return frozenset(f"specimen:{condition}:" for condition in conditions)


def _pattern(row: Table, names: Names) -> frozenset[str]:
    return frozenset({f"pattern:{row.choice('pattern', names.patterns)}:"})


def _person(row: Table, names: Names) -> frozenset[str]:
    sex, years = row.choice("sex", _SEXES), row.whole("years")
    names.persons.add((sex, years))
    return frozenset({f"person:{sex}:{years}"})


_READERS: Mapping[str, Callable[[Table, Names], frozenset[str]]] = {
    "analytes": _results,
    "band": _band,
    "symptoms": _symptoms,
    "factors": _factors,
    "specimen": _specimen,
    "pattern": _pattern,
    "sex": _person,
}

"""The rows of the symptom data files, each read to its last key."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from reference_ranges.catalogue import Analyte
from reference_ranges.causes import Cause
from reference_ranges.knowledge import (
    GREY,
    IN,
    LISTED,
    MISSING,
    Band,
    ConditionTarget,
    FlagRule,
    Grade,
    InRangeRule,
    Link,
    Passage,
    Raise,
    Symptom,
)
from reference_ranges.limits import Span
from reference_ranges.loading.clauses import (
    Names,
    analytes_of,
    known_texts,
    read_lines,
    sources_of,
)
from reference_ranges.loading.tables import Table
from reference_ranges.relations import Token
from reference_ranges.results import Direction, Urgency
from reference_ranges.triggers import Lines

URGENCIES = {urgency.name.lower(): urgency for urgency in Urgency}
"""How soon, by the word that data files use."""

_GRADES = tuple(Grade)
_DIRECTIONS = tuple(Direction)
_ORIGINS = ("symptom", "result", "combination")
_EVIDENCE = ("seen", "recalled", "design")
_STATUSES = ("active", "proposed")
_IN_RANGE = (Token.DOES_NOT_EXPLAIN, Token.DOES_NOT_RULE_OUT)
_REASSURING = (f":{IN}", f":{MISSING}")
_CALM = (*_REASSURING, f":{GREY}")


class Standing(NamedTuple):
    """How well a row is supported, and whether it may be used."""

    evidence: str
    active: bool


def standing_of(row: Table) -> Standing:
    """Take the evidence and the status of a row.

    Raises:
        CatalogueError: a row from memory alone is active.
    """
    evidence = row.choice("evidence", _EVIDENCE)
    active = row.choice("status", _STATUSES, "active") == "active"
    if active and evidence == "recalled":
        row.refuse("a row from memory cannot be active")
    return Standing(evidence, active)


def read_symptom(row: Table, families: dict[str, tuple[str, ...]]) -> Symptom:
    """Take one symptom."""
    symptom = Symptom(
        id=row.text("id"),
        term=row.text("term"),
        label=row.text("label"),
        red_flag=row.flag("red_flag"),
        other_causes=families[row.choice("family", families)],
        snomed=row.texts("snomed"),
        icd10=row.texts("icd10"),
        icd10cm=row.texts("icd10cm"),
        also_said_as=row.texts("also_said_as"),
    )
    row.done()
    return symptom


def read_cause(row: Table, known: Collection[str], names: Names) -> Cause:
    """Take one of the *known* causes, with what speaks of it."""
    cause = Cause(
        id=row.choice("id", known),
        shown_by=known_texts(row, "shown_by", names.analytes, optional=True),
        against=row.choice("against", _DIRECTIONS, ""),
        told_as=frozenset(known_texts(row, "told_as", names.factors, optional=True)),
        sources=sources_of(row, names),
    )
    if not cause.shown_by and not cause.told_as:
        row.refuse("nothing shows it, and nothing says the same")
    row.done()
    return cause


def read_band(row: Table, names: Names) -> Band:
    """Take one band with the spans that it has for each analyte and printed unit."""
    band = Band(
        id=row.text("id"),
        rows=tuple(_span(one, names) for one in row.rows("on")),
        source=row.choice("source", names.sources),
        evidence=row.choice("evidence", _EVIDENCE),
    )
    if not band.rows:
        row.refuse("a band on nothing")
    row.done()
    return band


def _span(row: Table, names: Names) -> tuple[str, str, Span]:
    analyte, unit = row.choice("analyte", names.analytes), row.text("unit")
    span = Span(
        at_least=row.optional_number("at_least"),
        above=row.optional_number("above"),
        at_most=row.optional_number("at_most"),
        below=row.optional_number("below"),
    )
    row.done()
    if (span.low is None) == (span.high is None):
        row.refuse("a band has one limit")
    return analyte, unit, span


def read_grey_zones(
    table: Table, names: Names, analytes: Mapping[str, Analyte]
) -> dict[str, tuple[str, ...]]:
    """Take the tests that settle grey zones, by the row that the zone is a band of."""
    sets = [one for analyte in analytes.values() for one in analyte.decision_sets]
    grey = {
        row.id
        for row in sets
        if any(band.status == GREY for bands in row.scales.values() for band in bands)
    }
    found: dict[str, tuple[str, ...]] = {}
    for row in table.rows("grey_zones"):
        row.text("id")
        ask = known_texts(row, "ask", names.analytes)
        for name in known_texts(row, "rows", grey - found.keys()):
            found[name] = ask
        sources_of(row, names)
        if not ask:
            row.refuse("no test to ask for")
        row.done()
    return found


def read_passage(row: Table, names: Names) -> Passage:
    """Take one finding that links go through."""
    passage = Passage(
        id=row.text("id"),
        when=read_lines(row, "when", names),
        against=read_lines(row, "against", names),
        open=Token(row.choice("open", tuple(Token))),
        closed=Token(row.choice("closed", tuple(Token))),
        ask=analytes_of(row, "ask", names),
    )
    row.done()
    return passage


def read_links(row: Table, names: Names, passages: frozenset[str]) -> tuple[Link, ...]:
    """Take one row of links: one link for each of its symptoms."""
    analyte = row.choice("analyte", names.analytes)
    direction = Direction(row.choice("direction", _DIRECTIONS))
    symptoms = known_texts(row, "symptoms", names.symptoms)
    grade = Grade(row.choice("grade", _GRADES))
    band = row.choice("band", names.bands, "")
    listed = grade in LISTED
    outside = row.choice("outside", _GRADES, "weak" if band and listed else grade)
    grey = row.choice("grey", _GRADES, "")
    through = row.choice("through", passages, "")
    notes = row.texts("notes", optional=True)
    sources = sources_of(row, names)
    standing = standing_of(row)
    row.done()
    return tuple(
        Link(
            id=f"link/{analyte}.{direction}.{symptom}",
            analyte=analyte,
            direction=direction,
            symptom=symptom,
            grade=grade,
            band=f"band:{analyte}:{band}" if band else "",
            outside=Grade(outside),
            grey=Grade(grey) if grey else None,
            through=through,
            notes=notes,
            sources=sources,
            evidence=standing.evidence,
            active=standing.active,
        )
        for symptom in symptoms
    )


def read_target(row: Table, names: Names) -> tuple[ConditionTarget, Standing]:
    """Take one condition target; its band becomes a line of its own."""
    band = names.bands[row.choice("band", names.bands)]
    analyte = band.rows[0][0]
    target = ConditionTarget(
        id=row.text("id"),
        analyte=analyte,
        symptom=row.choice("symptom", names.symptoms),
        when=(
            frozenset({f"band:{analyte}:{band.id}"}),
            *read_lines(row, "when", names),
        ),
        sources=sources_of(row, names),
    )
    standing = standing_of(row)
    row.done()
    return target, standing


def read_in_range(row: Table, names: Names) -> tuple[tuple[str, ...], InRangeRule]:
    """Take one in-range rule, and the analytes that it is for."""
    analytes = analytes_of(row, "analytes", names)
    rule = InRangeRule(
        id=f"in_range/{row.text('id')}",
        symptoms=frozenset(
            known_texts(row, "symptoms", names.symptoms) if row.has("symptoms") else ()
        ),
        when=read_lines(row, "when", names),
        token=Token(row.choice("token", _IN_RANGE)),
        notes=row.texts("notes", optional=True),
        sources=sources_of(row, names),
    )
    row.done()
    return analytes, rule


def read_flag(row: Table, names: Names) -> FlagRule:
    """Take one danger sign."""
    over = analytes_of(row, "over", names) if row.has("over") else ()
    urgency = None if over else URGENCIES[row.choice("urgency", URGENCIES)]
    flag = FlagRule(
        id=row.text("id"),
        origin=row.choice("origin", _ORIGINS),
        urgency=urgency,
        over=over,
        when=read_lines(row, "when", names),
        raises=tuple(_raise(one, names) for one in row.rows("raise")),
        sources=sources_of(row, names),
        evidence=row.choice("evidence", _EVIDENCE),
    )
    row.done()
    if not flag.when:
        row.refuse("a flag without a condition")
    if reassures(flag.when):
        row.refuse("a flag cannot wait for a result in range or missing")
    return flag


def _raise(row: Table, names: Names) -> Raise:
    to = row.choice("to", URGENCIES, "")
    lift = Raise(URGENCIES[to] if to else None, read_lines(row, "when", names))
    row.done()
    if not lift.when or reassures(lift.when):
        row.refuse("a raise needs a condition that does not reassure")
    return lift


def only_reassures(line: frozenset[str]) -> bool:
    """Say whether *line* holds by what is in range or missing, or undecided at most."""
    return reassures((line,)) and all(fact.endswith(_CALM) for fact in line)


def reassures(lines: Lines) -> bool:
    """Say whether one of *lines* asks for a result to be in range or missing."""
    return any(fact.endswith(_REASSURING) for line in lines for fact in line)

"""The way from the symptom data files to the knowledge: read, check, refuse by name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from reference_ranges.catalogue import Analyte
from reference_ranges.knowledge import (
    LISTED,
    Band,
    CautionRule,
    Claim,
    ConditionTarget,
    Factor,
    FlagRule,
    FoodRule,
    InRangeRule,
    Knowledge,
    Link,
    Passage,
    Pattern,
    Symptom,
    Yielding,
)
from reference_ranges.ladders import make_ladders
from reference_ranges.loading.clauses import Names, analytes_of, known_name, known_texts
from reference_ranges.loading.indexes import (
    asked_by,
    helpful_for,
    listed_by,
    named_by,
    turned,
)
from reference_ranges.loading.knowledge_rows import (
    read_band,
    read_cause,
    read_flag,
    read_grey_zones,
    read_in_range,
    read_links,
    read_passage,
    read_symptom,
    read_target,
)
from reference_ranges.loading.remark_rows import (
    read_caution,
    read_claim,
    read_comments,
    read_factor,
    read_food,
    read_pattern,
)
from reference_ranges.loading.tables import Table
from reference_ranges.results import Direction
from reference_ranges.triggers import Lines, make_triggers


class _Named(Protocol):
    @property
    def id(self) -> str: ...


class _Conditional(Protocol):
    @property
    def when(self) -> Lines: ...


_Row = TypeVar("_Row", bound=_Named)


def load_knowledge(
    file: Callable[[str], Table],
    analytes: Mapping[str, Analyte],
    sources: Mapping[str, object],
) -> Knowledge:
    """Return the knowledge in the symptom data files.

    *file* returns the table of a file whose schema and review have been taken.

    Raises:
        CatalogueError: a row is odd, or names a symptom, analyte, factor, band,
            source or rule that there is not; the message names file and row.
    """
    reader = _Reader(frozenset(analytes), frozenset(sources))
    symptoms = file("symptoms.toml")
    reader.symptoms(symptoms)
    links = file("links.toml")
    reader.bands(links, analytes)
    cautions, factors = file("cautions.toml"), file("factors.toml")
    reader.factors(cautions, factors)
    reader.causes(symptoms)
    reader.comments(file("comments.toml"))
    reader.patterns(file("patterns.toml"))
    reader.grey_zones = read_grey_zones(links, reader.names, analytes)
    reader.links(links)
    reader.flags(file("red_flags.toml"))
    reader.cautions(cautions)
    reader.food(factors)
    reader.claims(file("seed_facts.toml"))
    return reader.knowledge(analytes)


class _Reader:
    """The files read so far, in an order in which each names only what came before."""

    def __init__(self, analytes: frozenset[str], sources: frozenset[str]) -> None:
        self.names = Names(analytes, sources)
        self.proposed: list[str] = []
        self.grey_zones: dict[str, tuple[str, ...]] = {}
        self.stands_for: dict[str, str] = {}
        self.yields_to: dict[str, Yielding] = {}
        self.in_range: dict[str, list[InRangeRule]] = {}
        self.targets: dict[tuple[str, str], list[ConditionTarget]] = {}

    def symptoms(self, table: Table) -> None:
        known_texts(table, "sources", self.names.sources)
        families = table.table("families")
        causes = {name: families.texts(name) for name in families.names()}
        rows = [(row, read_symptom(row, causes)) for row in table.rows("symptoms")]
        self.all_symptoms: dict[str, Symptom] = _unique(rows)
        self.names.symptoms = frozenset(self.all_symptoms)
        self.named_causes = frozenset[str]().union(*causes.values())

    def bands(self, table: Table, analytes: Mapping[str, Analyte]) -> None:
        groups = table.table("groups")
        self.names.groups = {
            name: analytes_of(groups, name, self.names) for name in groups.names()
        }
        pairs = table.table("stands_for")
        self.stands_for = {
            known_name(pairs, name, self.names.analytes): pairs.choice(
                name, self.names.analytes
            )
            for name in pairs.names()
        }
        yielding = table.table("yields_to")
        for name in yielding.names():
            row = yielding.table(known_name(yielding, name, self.names.analytes))
            self.yields_to[name] = Yielding(
                to=frozenset(analytes_of(row, "to", self.names)),
                ask=analytes_of(row, "ask", self.names),
            )
            row.done()
        rows = [(row, read_band(row, self.names)) for row in table.rows("bands")]
        for row, band in rows:
            _check_units(row, band, analytes)
        self.names.bands = _unique(rows)

    def factors(self, cautions: Table, table: Table) -> None:
        conditions = cautions.table("conditions")
        self.conditions = {name: conditions.text(name) for name in conditions.names()}
        self.names.conditions = frozenset(self.conditions)
        rows = [(row, read_factor(row, self.names)) for row in table.rows("factors")]
        self.all_factors: dict[str, Factor] = _unique(rows)
        self.names.factors = frozenset(self.all_factors)
        self._propose((row.id, row.active) for row in self.all_factors.values())

    def causes(self, table: Table) -> None:
        rows = [
            (row, read_cause(row, self.named_causes, self.names))
            for row in table.rows("causes")
        ]
        self.all_causes = _unique(rows)
        table.done()

    def comments(self, table: Table) -> None:
        self.comment_words = read_comments(table, self.names)

    def patterns(self, table: Table) -> None:
        rows = [(row, read_pattern(row, self.names)) for row in table.rows("patterns")]
        _unique([(row, pattern) for row, (pattern, _) in rows])
        self.all_patterns = tuple(pattern for _, (pattern, _) in rows)
        self.active_patterns: tuple[Pattern, ...] = tuple(
            pattern for _, (pattern, active) in rows if active
        )
        self._propose((pattern.id, active) for _, (pattern, active) in rows)
        table.done()

    def links(self, table: Table) -> None:
        rows = [(row, read_passage(row, self.names)) for row in table.rows("passages")]
        self.passages: dict[str, Passage] = _unique(rows)
        passages = frozenset(self.passages)
        found = [
            (row, link)
            for row in table.rows("links")
            for link in read_links(row, self.names, passages)
        ]
        self.all_links: tuple[Link, ...] = tuple(_unique(found).values())
        self._propose((link.id, link.active) for link in self.all_links)
        self._targets(table)
        for row in table.rows("in_range"):
            analytes, rule = read_in_range(row, self.names)
            for analyte in analytes:
                self.in_range.setdefault(analyte, []).append(rule)
        self._check_in_range(table)
        table.done()

    def _check_in_range(self, table: Table) -> None:
        """Every test that is linked needs a rule for whatever is in range."""
        for analyte in listed_by(self._indexed()):
            rules = self.in_range.get(analyte, [])
            if not any(not rule.symptoms and not rule.when for rule in rules):
                table.refuse(f"no in-range rule of {analyte!r} that always applies")

    def _targets(self, table: Table) -> None:
        for row in table.rows("targets"):
            target, standing = read_target(row, self.names)
            self._propose([(target.id, standing.active)])
            if standing.active:
                key = (target.analyte, target.symptom)
                self.targets.setdefault(key, []).append(target)

    def flags(self, table: Table) -> None:
        rows = [(row, read_flag(row, self.names)) for row in table.rows("flags")]
        self.all_flags: dict[str, FlagRule] = _unique(rows)
        for symptom in self.all_symptoms.values():
            if symptom.red_flag and symptom.id not in self.all_flags:
                table.refuse(f"no flag for {symptom.id!r}")
        table.done()

    def cautions(self, table: Table) -> None:
        rows = [(row, read_caution(row, self.names)) for row in table.rows("cautions")]
        _unique([(row, caution) for row, (caution, _) in rows])
        self.active_cautions: tuple[CautionRule, ...] = tuple(
            caution for _, (caution, active) in rows if active
        )
        self._propose((caution.id, active) for _, (caution, active) in rows)
        table.done()

    def food(self, table: Table) -> None:
        rows = [(row, read_food(row, self.names)) for row in table.rows("food")]
        self.all_food: tuple[FoodRule, ...] = tuple(_unique(rows).values())
        table.done()

    def claims(self, table: Table) -> None:
        rules = frozenset(
            {
                *(link.id for link in self.all_links),
                *(f"factor/{name}" for name in self.all_factors),
                *(f"flag/{name}" for name in self.all_flags),
                *(f"pattern/{row.id}" for row in self.active_patterns),
                *(f"caution/{row.id}" for row in self.active_cautions),
                *(f"food/{row.id}" for row in self.all_food),
                *(f"target/{row.id}" for one in self.targets.values() for row in one),
                *(row.id for rules in self.in_range.values() for row in rules),
            }
        )
        rows = [(row, read_claim(row, rules)) for row in table.rows("claims")]
        self.all_claims: tuple[Claim, ...] = tuple(_unique(rows).values())
        table.done()

    def knowledge(self, analytes: Mapping[str, Analyte]) -> Knowledge:
        links = self._indexed()
        targets = {key: tuple(rows) for key, rows in self.targets.items()}
        bands = self.names.bands
        return Knowledge(
            symptoms=self.all_symptoms,
            causes=self.all_causes,
            conditions=self.conditions,
            comments=self.comment_words,
            bands=bands,
            ladders=make_ladders(bands.values(), analytes),
            all_links=self.all_links,
            links=links,
            listed=listed_by(links),
            named=named_by(links, targets),
            asked=asked_by(links, self.passages, targets, self.in_range),
            unsettled=self._unsettled(),
            stands_for=self.stands_for,
            yields_to=self.yields_to,
            grey_zones=self.grey_zones,
            passages=self.passages,
            in_range={name: tuple(rules) for name, rules in self.in_range.items()},
            targets=targets,
            flags=make_triggers(self.all_flags.values(), _when),
            factors=self.all_factors,
            from_person=tuple(
                factor for factor in self.all_factors.values() if factor.from_person
            ),
            cautions=make_triggers(self.active_cautions, _when),
            food=make_triggers(self.all_food, _when),
            all_patterns=self.all_patterns,
            patterns=make_triggers(
                self.active_patterns, lambda pattern: pattern.urgent
            ),
            claims=self.all_claims,
            helpful=helpful_for(self.all_links),
            covered_by=turned(
                (name, (other,))
                for name, other in self.stands_for.items()
                if name not in self.yields_to
            ),
            yielding=turned((name, row.to) for name, row in self.yields_to.items()),
            persons=tuple(sorted(self.names.persons)),
            watched=tuple(sorted(self.names.watched)),
            proposed=tuple(self.proposed),
        )

    def _indexed(self) -> dict[tuple[str, Direction, str], Link]:
        """Return the active links, each also for those that share it."""
        links: dict[tuple[str, Direction, str], Link] = {}
        for link in self.all_links:
            for analyte in (link.analyte, *self._sharers(link.analyte)):
                own = replace(link, analyte=analyte, band=_moved(link, analyte))
                if link.active:
                    links[analyte, link.direction, link.symptom] = own
        return links

    def _unsettled(self) -> frozenset[tuple[str, Direction, str]]:
        """Return where a link is only proposed."""
        return frozenset(
            (analyte, link.direction, link.symptom)
            for link in self.all_links
            if not link.active and link.grade in LISTED
            for analyte in (link.analyte, *self._sharers(link.analyte))
        )

    def _sharers(self, analyte: str) -> tuple[str, ...]:
        return tuple(one for one, other in self.stands_for.items() if other == analyte)

    def _propose(self, rows: Iterable[tuple[str, bool]]) -> None:
        self.proposed.extend(name for name, active in rows if not active)


def _when(rule: _Conditional) -> Lines:
    return rule.when


def _moved(link: Link, analyte: str) -> str:
    return link.band.replace(f":{link.analyte}:", f":{analyte}:")


def _check_units(row: Table, band: Band, analytes: Mapping[str, Analyte]) -> None:
    for analyte, unit, _ in band.rows:
        if unit not in analytes[analyte].units:
            row.refuse(f"{unit!r} is not a unit of {analyte}")


def _unique(rows: Sequence[tuple[Table, _Row]]) -> dict[str, _Row]:
    found: dict[str, _Row] = {}
    for table, row in rows:
        if row.id in found:
            table.refuse(f"duplicate {row.id!r}")
        found[row.id] = row
    return found

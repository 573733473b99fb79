"""The rows of factors, cautions, patterns and claims, each read to its last key."""

from reference_ranges.knowledge import (
    MISSING,
    CautionRule,
    Claim,
    CommentWords,
    Example,
    Factor,
    FoodRule,
    Pattern,
)
from reference_ranges.loading.clauses import (
    Names,
    analytes_of,
    known_texts,
    read_lines,
    sources_of,
)
from reference_ranges.loading.knowledge_rows import (
    URGENCIES,
    only_reassures,
    standing_of,
)
from reference_ranges.loading.limit_rows import STATUSES
from reference_ranges.loading.tables import Table
from reference_ranges.results import Direction

_DIRECTIONS = tuple(Direction)
_KINDS = ("drug", "supplement", "diet", "habit", "condition", "sample")
_EFFECTS = (
    "explain",
    "soften",
    "ask",
    "raise",
    "suppress_food",
    "alternative",
    "risk",
    "sample",
)
_CAUTION_EFFECTS = ("explain", "soften", "ask", "suppress_food", "sample")


def read_factor(row: Table, names: Names) -> Factor:
    """Take one factor."""
    alternative = row.has("alternative_for")
    withholds = row.has("withholds")
    from_person = row.choice("from_person", ("pregnant", "aged"), "")
    factor_id, effects = row.text("id"), known_texts(row, "effects", _EFFECTS)
    pushes = _pushes(row, "pushes", names)
    alternatives = (
        known_texts(row, "alternative_for", names.symptoms) if alternative else ()
    )
    withheld = analytes_of(row, "withholds", names) if withholds else ()
    if ("alternative" in effects) != alternative or (
        "suppress_food" in effects
    ) != withholds:
        row.refuse("effects and lists do not go together")
    kind, label = row.choice("kind", _KINDS), row.text("label")
    specimen = row.choice("specimen", names.conditions, "")
    years = row.whole("years") if from_person == "aged" else 0
    measured = read_lines(row, "measured", names)
    if not all(_of_results(line) for line in measured):
        row.refuse("only a result that was sent can show a factor")
    sources = sources_of(row, names)
    standing = standing_of(row)
    row.done()
    return Factor(
        id=factor_id,
        kind=kind,
        label=label,
        pushes=tuple((analyte, Direction(side)) for analyte, side in pushes),
        effects=effects,
        alternative_for=frozenset(alternatives),
        withholds=withheld,
        specimen=specimen,
        from_person=from_person,
        years=years,
        measured=measured,
        sources=sources,
        evidence=standing.evidence,
        active=standing.active,
    )


def _of_results(line: frozenset[str]) -> bool:
    shown = (fact.startswith(("result:", "band:")) for fact in line)
    return all(shown) and not any(fact.endswith(f":{MISSING}") for fact in line)


def _pushes(
    row: Table, key: str, names: Names, sides: tuple[str, ...] = _DIRECTIONS
) -> tuple[tuple[str, str], ...]:
    """Take a list such as ``"potassium high"``, groups opened."""
    found: list[tuple[str, str]] = []
    for text in row.texts(key, optional=True):
        name, _, side = text.partition(" ")
        analytes = names.groups.get(name, (name,))
        if side not in sides or not names.analytes.issuperset(analytes):
            row.refuse(f"unknown {key} {text!r}")
        found.extend((analyte, side) for analyte in analytes)
    return tuple(found)


def read_caution(row: Table, names: Names) -> tuple[CautionRule, bool]:
    """Take one caution, and whether it is active."""
    spoils = _pushes(row, "spoils", names, (*_DIRECTIONS, "either"))
    caution_id, effect = row.text("id"), row.choice("effect", _CAUTION_EFFECTS)
    analytes, when = analytes_of(row, "analytes", names), read_lines(row, "when", names)
    sources, standing = sources_of(row, names), standing_of(row)
    row.done()
    if not {analyte for analyte, _ in spoils} <= set(analytes):
        row.refuse("spoils a result that it is not about")
    caution = CautionRule(
        id=caution_id,
        effect=effect,
        analytes=analytes,
        when=when,
        spoils=dict(spoils),
        sources=sources,
        evidence=standing.evidence,
    )
    return caution, standing.active


def read_comments(table: Table, names: Names) -> CommentWords:
    """Take the words of laboratories' comments, those that are active.

    Raises:
        CatalogueError: a row is wrong; the message names it.
    """
    phrases: list[tuple[tuple[str, ...], str]] = []
    negations, between = table.texts("negations"), table.texts("between")
    no_blood = table.texts("no_blood")
    for row in table.rows("comments"):
        condition = row.choice("condition", names.conditions)
        stems = [tuple(words.split()) for words in row.texts("words")]
        row.choice("source", names.sources)
        if row.choice("status", STATUSES) == "active":
            phrases.extend((phrase, condition) for phrase in stems)
        row.done()
    table.done()
    return CommentWords(
        frozenset(negations), frozenset(between), tuple(phrases), no_blood
    )


def read_food(row: Table, names: Names) -> FoodRule:
    """Take one rule that withholds food text."""
    rule = FoodRule(
        id=row.text("id"),
        analytes=analytes_of(row, "analytes", names),
        when=read_lines(row, "when", names),
    )
    row.done()
    if not rule.when:
        row.refuse("a food rule without a condition")
    return rule


def read_pattern(row: Table, names: Names) -> tuple[Pattern, bool]:
    """Take one pattern, and whether it is active; later rules may then name it."""
    when = read_lines(row, "when", names)
    pattern_id, title = row.text("id"), row.text("title")
    supports, unless = (
        read_lines(row, "supports", names),
        read_lines(row, "unless", names),
    )
    settled_by = row.text("settled_by")
    ask = known_texts(row, "ask", names.analytes) if row.has("ask") else ()
    example, counter = (
        _example(row.table(key), names) for key in ("example", "counter")
    )
    urgency, sample = URGENCIES[row.choice("urgency", URGENCIES)], row.flag("sample")
    sources, standing = sources_of(row, names), standing_of(row)
    row.done()
    if not when:
        row.refuse("a pattern without a condition")
    if any(fact.startswith("pattern:") for line in when for fact in line):
        row.refuse("a pattern cannot be made of patterns")
    names.patterns.add(pattern_id)
    pattern = Pattern(
        id=pattern_id,
        title=title,
        settled_by=settled_by,
        ask=ask,
        example=example,
        counter=counter,
        when=when,
        urgent=tuple(line for line in when if not only_reassures(line)),
        supports=supports,
        unless=unless,
        sample=sample,
        urgency=urgency,
        sources=sources,
        evidence=standing.evidence,
    )
    return pattern, standing.active


def _example(row: Table, names: Names) -> Example:
    results = row.texts("results")
    for result in results:
        analyte, *rest = result.split(" ")
        if analyte not in names.analytes or len(rest) != _NUMBER_AND_UNIT:
            row.refuse(f"{result!r} is not an analyte, a number and a unit")
    symptoms, factors, specimen = (
        known_texts(row, key, known) if row.has(key) else ()
        for key, known in (
            ("symptoms", names.symptoms),
            ("factors", names.factors),
            ("specimen", names.conditions),
        )
    )
    row.done()
    return Example(results, symptoms, factors, specimen)


_NUMBER_AND_UNIT = 2


def read_claim(row: Table, rules: frozenset[str]) -> Claim:
    """Take what became of one claim; it is in some rules, or it has a reason."""
    cited = known_texts(row, "cited_by", rules) if row.has("cited_by") else ()
    claim = Claim(row.text("id"), cited, row.text("rejected", ""))
    row.done()
    if bool(claim.cited_by) == bool(claim.rejected):
        row.refuse("a claim is either cited or rejected")
    return claim

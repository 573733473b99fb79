"""Holds results against the earlier ones of the same patient.

A change is real where it is more than the reference change value: the square root of
2, times a standard score, times the square root of CVA squared plus CVI squared.  It
is counted in percent of the mean of the two results, so that it is the same whichever
came first; this follows the log-normal form within a few percent (Fokkema et al.,
Clin Chem 2006).  Squares are compared, as fractions: nothing is rounded.

Nothing here changes an outcome, a code, or an urgency.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from reference_ranges.catalogue import BiologicalVariation, Catalogue
from reference_ranges.deltas import Delta, Doubtful, Movement, Past, Trend
from reference_ranges.near_limits import exact_number
from reference_ranges.panel import Comparator, Earlier, Observation, Panel, Reason
from reference_ranges.partitions import Pregnancy
from reference_ranges.quantities import exact_text
from reference_ranges.results import Caution, Kind, Result, Step

MOST_PAST = 5
"""As many earlier results as stand beside one."""

_DAY = 24 * 60 * 60
_YEAR = 365 * _DAY + _DAY // 4
_PERCENT = 100
_CODES: dict[Movement | Doubtful, str] = {Movement.UP: "U", Movement.DOWN: "D"}


def compared(
    results: Iterable[Result],
    cautions: Sequence[Caution],
    panel: Panel,
    catalogue: Catalogue,
) -> tuple[Result, ...]:
    """Return *results*, each with what it says beside earlier ones.

    *cautions* are those on the panel: a result of a sample that may be at fault is
    not compared.  Independent of the order of ``panel.earlier``; one in a unit that the
    catalogue does not know is left out.
    """
    if not panel.earlier:
        return tuple(results)
    earlier = _by_analyte(panel.earlier)
    case = _Case(panel, catalogue, _spoilt(cautions))
    return tuple([_compared(one, earlier, case) for one in results])


def sound(result: Result, cautions: Sequence[Caution]) -> bool:
    """Say whether *result* was taken at its word, so that it may be compared."""
    return _is_sound(result, _spoilt(cautions))


def squared_change_value(found: BiologicalVariation, z: Decimal) -> Fraction:
    """Return the square of the reference change value, in percent squared."""
    scatter = Fraction(found.cva) ** 2 + Fraction(found.cvi) ** 2
    return 2 * Fraction(z) ** 2 * scatter


@dataclass(frozen=True, slots=True)
class _Case:
    """What all comparisons of one panel share; ``spoilt`` are tests not to compare."""

    panel: Panel
    catalogue: Catalogue
    spoilt: frozenset[str]

    @property
    def fits(self) -> bool:
        """Whether the figures, which are from healthy adults, may be used."""
        person = self.panel.person
        years = self.catalogue.settings["symptom_rules_from_age"]
        grown = person.age is not None and person.age.youngest.years >= years
        return grown and person.pregnancy is not Pregnancy.YES


def _by_analyte(earlier: Iterable[Earlier]) -> dict[str, list[Earlier]]:
    """Return *earlier* results by what they are of, each once, newest first."""
    found: dict[str, list[Earlier]] = {}
    for one in earlier:
        found.setdefault(one.analyte, []).append(one)
    for analyte, several in found.items():
        if len(several) > 1:
            found[analyte] = sorted(set(several), key=_newest)
    return found


def _newest(one: Earlier) -> tuple[int, str, str, str, str, str]:
    told = (one.reading.text, one.unit, one.method, one.laboratory, one.origin)
    return one.seconds_before, *told


def _compared(result: Result, earlier: dict[str, list[Earlier]], case: _Case) -> Result:
    name = result.observation.analyte or ""
    analyte = case.catalogue.analytes.get(name)
    if analyte is None or name not in earlier or result.derived_by:
        return result
    before = [one for one in earlier[name] if one.unit in analyte.units]
    if not before:
        return result
    figures = _figures_of(name, case.catalogue)
    delta = _delta(result, before, figures, case)
    step = _delta_step(delta, result.observation, figures)
    return result._replace(delta=delta, trace=(*result.trace, step))


class _Figures(NamedTuple):
    """What one analyte is compared by; ``active`` is None where no figure may be used.

    ``value`` is the squared reference change value, ``shown`` the lines of the working
    that say where it is from.
    """

    rule: str
    active: BiologicalVariation | None
    value: Fraction
    shown: tuple[tuple[str, str], ...]


@lru_cache(maxsize=256)  # the same for every panel
def _figures_of(analyte: str, catalogue: Catalogue) -> _Figures:
    found = catalogue.analytes[analyte].active_variation
    rule = f"{analyte}/biological_variation"
    if found is None:
        return _Figures(rule, None, Fraction(0), ())
    z = catalogue.settings["change_z"]
    shown = (
        ("cva", f"{found.cva} %"),
        ("cvi", f"{found.cvi} %"),
        ("z", f"{z}"),
        ("real_if", "difference/mean > sqrt(2) * z * sqrt(cva^2 + cvi^2)"),
    )
    return _Figures(rule, found, squared_change_value(found, z), shown)


def _spoilt(cautions: Iterable[Caution]) -> frozenset[str]:
    faults = (one.analytes for one in cautions if one.effect == "sample")
    return frozenset(analyte for analytes in faults for analyte in analytes)


_TAKEN_BACK = {
    Reason.UNIT_QUESTION,
    Reason.SPECIMEN_UNFIT,
    Reason.FLAG_UNREAD,
    Reason.INTERVAL_DOUBTFUL,
}


def _is_sound(result: Result, spoilt: frozenset[str]) -> bool:
    outcome = result.outcome
    if result.observation.analyte in spoilt:
        return False
    if outcome.kind is Kind.NOT_INTERPRETED:
        return outcome.reason is Reason.NO_LIMIT
    return outcome.kind is not Kind.CONFLICT and outcome.reason not in _TAKEN_BACK


def _delta(
    result: Result, before: Sequence[Earlier], figures: _Figures, case: _Case
) -> Delta:
    seen, found = result.observation, figures.active
    past = tuple([_past(one, seen, case) for one in before[:MOST_PAST]])
    steps = _steps(result, past, figures, case)
    first = steps[0]
    doubt = first if isinstance(first, Doubtful) else None
    return Delta(
        past=past,
        movement=Movement.CANNOT_TELL if isinstance(first, Doubtful) else first,
        doubt=doubt,
        difference=_difference(seen, past[0]),
        code=_CODES.get(first),
        trend=_trend(steps),
        rule=figures.rule,
        change_value=found.rcv95 if found else None,
        source=found.source if found else "",
    )


def _past(one: Earlier, seen: Observation, case: _Case) -> Past:
    number = None
    if seen.unit is not None and one.reading.comparator is Comparator.EQUAL:
        sent = (one.reading.number, one.unit)
        number = _number_in(seen.unit, *sent, one.analyte, case.catalogue)
    told = (seen.method, case.panel.laboratory)
    return Past(one, number, _same_method(told, (one.method, one.laboratory)))


@lru_cache(maxsize=8192)  # results come in few different numbers
def _number_in(
    unit: str, number: Decimal, sent: str, analyte: str, catalogue: Catalogue
) -> Fraction:
    """Return *number*, which was *sent* in that unit, as one of *unit*."""
    units = catalogue.analytes[analyte].units
    return Fraction(number) * (units[sent].to_si / units[unit].to_si)


def _same_method(now: tuple[str, str], then: tuple[str, str]) -> bool | None:
    """Say whether two results were measured alike: by method, else by laboratory."""
    (method, place), (old_method, old_place) = (_folded(now), _folded(then))
    if method and old_method:
        return method == old_method
    if method or old_method or not (place and old_place):
        return None
    return place == old_place


def _folded(told: tuple[str, str]) -> tuple[str, str]:
    method, laboratory = told
    return " ".join(method.casefold().split()), " ".join(laboratory.casefold().split())


def _difference(seen: Observation, previous: Past) -> Fraction | None:
    number = exact_number(seen)
    if number is None or previous.number is None:
        return None
    return number - previous.number


class _Point(NamedTuple):
    """One result in a row of them: ``same_method`` is against the newest."""

    number: Fraction | None
    seconds_before: int
    same_method: bool | None


def _steps(
    result: Result, past: Sequence[Past], figures: _Figures, case: _Case
) -> list[Movement | Doubtful]:
    """Return what each result says against the one before it, newest first.

    Where none of them can say anything it is the reason alone.
    """
    if figures.active is None:
        return [Doubtful.NO_ACTIVE_FIGURE]
    if not _is_sound(result, case.spoilt):
        return [Doubtful.RESULT_NOT_USABLE]
    if not case.fits:
        return [Doubtful.OTHER_POPULATION]
    return list(_along(result.observation, past, figures, figures.active.season_days))


def _along(
    seen: Observation,
    past: Sequence[Past],
    figures: _Figures,
    season_days: int | None,
) -> Iterator[Movement | Doubtful]:
    before = [_Point(p.number, p.earlier.seconds_before, p.same_method) for p in past]
    times = [one.seconds_before for one in before]
    points = [_Point(exact_number(seen), 0, same_method=True), *before]
    for new, old in pairwise(points):
        if times.count(old.seconds_before) > 1:
            yield Doubtful.SEVERAL_AT_ONCE
        else:
            yield _step(new, old, season_days, figures.value)


def _step(
    new: _Point, old: _Point, season_days: int | None, value: Fraction
) -> Movement | Doubtful:
    if new.same_method is None or old.same_method is None:
        return Doubtful.METHOD_UNKNOWN
    if not (new.same_method and old.same_method):
        return Doubtful.DIFFERENT_METHOD
    if new.number is None or old.number is None:
        return Doubtful.CENSORED_READING
    if season_days is not None and _apart(new, old) > season_days * _DAY:
        return Doubtful.OTHER_SEASON
    return movement(new.number, old.number, value)


def movement(new: Fraction, old: Fraction, value: Fraction) -> Movement:
    """Say which way *new* differs from *old* by more than chance.

    *value* is the squared reference change value in percent squared.  The change is
    held against the mean of the two: swapped, they give the opposite.
    """
    one, other = new.numerator * old.denominator, old.numerator * new.denominator
    change, both = 2 * _PERCENT * (one - other), one + other  # over one denominator
    if change**2 * value.denominator <= value.numerator * both**2:
        return Movement.WITHIN
    return Movement.UP if new > old else Movement.DOWN


def _apart(new: _Point, old: _Point) -> int:
    """Return how many seconds the two times of the year lie apart."""
    rest = (old.seconds_before - new.seconds_before) % _YEAR
    return min(rest, _YEAR - rest)


_TRENDS: dict[tuple[Movement | Doubtful, ...], Trend] = {
    (Movement.UP, Movement.UP): Trend.RISING,
    (Movement.DOWN, Movement.DOWN): Trend.FALLING,
}


def _trend(steps: Sequence[Movement | Doubtful]) -> Trend | None:
    """Say whether the last two changes were real, and the same way."""
    return _TRENDS.get(tuple(steps[:2]))


def _delta_step(delta: Delta, seen: Observation, figures: _Figures) -> Step:
    previous = delta.previous.earlier
    gave = f"{delta.movement.value}: {delta.doubt.value}" if delta.doubt else ""
    code = f" ({delta.code})" if delta.code else ""
    inputs = [
        ("value", f"{seen.value_text} {seen.unit_text}".strip()),
        ("previous", f"{previous.reading.text} {previous.unit}"),
        ("previous_day", previous.day.isoformat()),
    ]
    if delta.difference is not None:
        inputs.append(("difference", f"{exact_text(delta.difference)} {seen.unit}"))
    inputs.extend(figures.shown)
    if delta.trend is not None:
        inputs.append(("trend", f"{delta.trend.value}: two real changes in a row"))
    return Step(
        f"delta:{delta.rule}",
        gave or f"{delta.movement.value}{code}",
        tuple(inputs),
        delta.source,
    )

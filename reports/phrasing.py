"""How a result, a symptom, a range and a source are named in a sentence."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from reference_ranges.limits import Span
from reference_ranges.panel import ReportedSymptom
from reference_ranges.results import (
    Direction,
    Interpretation,
    Judgement,
    JudgementKind,
    Kind,
    Result,
    Verdict,
)
from reference_ranges.scales import ALTERNATIVES
from reports.said import Said, grounds_of, resting, together
from reports.wording import Wording

_NAMED = 4  # short names of results in one sentence
_LISTED, _LISTED_WORDS = 3, 14  # items and their words in one sentence
_FAR = 3  # severity from which a result is worded as very low or very high
_PLAIN = 2  # low or high, and no more
_VERY = {f"very_{way}" for way in Direction}


def heading_of(result: Result, wording: Wording) -> str:
    """Return the name that stands above a result; the sender's where we have none."""
    analyte = result.observation.analyte
    return wording.say(f"analytes.{analyte}.name") if analyte else result.name


def row_name(result: Result, wording: Wording) -> str:
    """Return the name of a result in a table, where what we worked out says so."""
    own = f"analytes.{result.observation.analyte}.computed"
    if not result.derived_by:
        return heading_of(result, wording)
    if wording.has(own):  # a name that says so already
        return wording.say(own)
    return wording.say("table.computed", name=heading_of(result, wording))


def purpose_of(result: Result, wording: Wording) -> str:
    """Return what the test is for, or nothing for a test that we do not know."""
    analyte = result.observation.analyte
    return wording.say(f"analytes.{analyte}.purpose") if analyte else ""


def short_of(result: Result, wording: Wording) -> str:
    """Return the name of a result inside a sentence."""
    analyte = result.observation.analyte
    return wording.say(f"analytes.{analyte}.short") if analyte else result.name


@lru_cache(maxsize=1024)  # a page asks for the same few again and again
def subject_words(subject: str, wording: Wording) -> str:
    """Return the plainest word for a test, by its id: every calcium is *calcium*."""
    for field in ("plain", "short"):
        if wording.has(f"analytes.{subject}.{field}"):
            return wording.say(f"analytes.{subject}.{field}")
    return subject


def plain_of(result: Result, wording: Wording) -> str:
    """Return the plainest word for the test of *result*."""
    return subject_words(result.observation.analyte or result.name, wording)


def finding_of(result: Result, wording: Wording) -> str:
    """Return the result with its direction: ``low potassium``."""
    way = result.outcome.direction
    if result.outcome.kind is Kind.CONFLICT or way is None:
        way_word = "other"
    else:
        way_word = way.value
    named = wording.say(f"findings_named.{way_word}", name=short_of(result, wording))
    return resting(named, result)


def sentence_start(text: str) -> str:
    """Return *text* with a capital first letter, the rest as it is."""
    return Said(text[:1].upper() + text[1:], grounds_of(text))


def names_of(results: Iterable[Result], wording: Wording) -> str:
    """Return the results' short names as a list, each once, in their order.

    Of many, only the first few are named and the rest is counted: they all stand
    further down on the page.
    """
    found = list(results)
    names = list(dict.fromkeys(short_of(result, wording) for result in found))
    if len(names) > _NAMED:
        shown = names[: _NAMED - 1]
        more = wording.say("lists.more", number=str(len(names) - len(shown)))
        names = [*shown, more]
    return resting(wording.listed(names), *found)


def apart(items: Iterable[str | None], wording: Wording) -> Said:
    """Return *items* as one text in which each stays by itself; empty ones are none."""
    return together(filter(None, items), wording.say("lists.apart"))


def say_all(key: str, slot: str, items: Iterable[str], wording: Wording) -> str:
    """Return the text of *key* with all *items* in *slot*, each once.

    Nobody reads a long list in one sentence: after three, or so many words, a new one
    goes on.
    """
    once = list(dict.fromkeys(items))
    first, *rest = [wording.listed(few) for few in _few_at_a_time(once)]
    also = [wording.say("lists.also", items=few) for few in rest]
    whole = wording.say(key, **{slot: first})
    return together([whole, *also]) if also else whole


def _few_at_a_time(items: Sequence[str]) -> list[list[str]]:
    few: list[list[str]] = []
    for item in items:
        longer = [*few[-1], item] if few else []
        if longer and len(longer) <= _LISTED and len(_words(longer)) <= _LISTED_WORDS:
            few[-1] = longer
        else:
            few.append([item])
    return few


def _words(items: Sequence[str]) -> list[str]:
    return " ".join(items).split()


def told(symptoms: Iterable[ReportedSymptom | str], wording: Wording) -> list[str]:
    """Return reported symptoms as they stand in a sentence: ``muscle cramps``."""
    return [_told(symptom, wording) for symptom in symptoms]


def _told(symptom: ReportedSymptom | str, wording: Wording) -> str:
    if isinstance(symptom, str):
        return wording.say(f"symptoms.{symptom}.told")
    return resting(wording.say(f"symptoms.{symptom.id}.told"), symptom)


def verdict_of(result: Result, wording: Wording, act: str = "") -> str:
    """Return the short verdict on a result, for its chip and its number line.

    *act* is ``now`` or ``today`` where it asks for care then.
    """
    return _verdict("verdicts", result, wording, act)


def verdict_told(result: Result, wording: Wording, act: str = "") -> str:
    """Return the same verdict in whole sentences, for those who hear the page."""
    return _verdict("verdicts_told", result, wording, act)


def _verdict(group: str, result: Result, wording: Wording, act: str) -> str:
    verdict = wording.say(f"{group}.{_verdict_key(result)}")
    if not act or result.outcome.kind is Kind.IN_RANGE:
        return verdict
    return wording.say(f"{group}.{act}", verdict=verdict)


def _verdict_key(result: Result) -> str:
    kind = result.outcome.kind
    if kind is Kind.IN_RANGE:
        return _in_key(result)
    if kind is Kind.CONFLICT:
        return "conflict"
    if kind in {Kind.CRITICAL, Kind.OUT_OF_RANGE}:
        return degree_of(result)
    return "grey" if result.outcome.reason == "grey_zone" else "unclear"


def degree_of(result: Result) -> str:
    """Return which way a result leads, and if that is far: ``low``, ``very_high``.

    What may lie in several categories, as ``>250``, is only far where all of it is
    critical; how soon to act is by the worst that it may be.
    """
    kind, way = result.outcome.kind, result.outcome.direction
    several = any(ALTERNATIVES in one.label for one in result.guidelines)
    far = result.severity >= _FAR and not several
    outside = kind is Kind.OUT_OF_RANGE and far
    return f"very_{way}" if outside or kind is Kind.CRITICAL else f"{way}"


def is_close(result: Result) -> bool:
    """Say whether *result* is in its range, and on a limit of it or close to one."""
    close = result.at_edge or result.near_limit is not None
    return close and result.outcome.kind is Kind.IN_RANGE


def says_very(result: Result) -> bool:
    """Say whether the verdict on *result* is that it is very low or very high."""
    return _verdict_key(result) in _VERY


def _in_key(result: Result) -> str:
    guideline = result.leads is JudgementKind.GUIDELINE
    if result.at_edge:
        return "edge"
    if is_close(result):
        return "near_guideline" if guideline else "near"
    return "in_guideline" if guideline else "usual"


_BETWEEN = {
    (True, True): "between",
    (False, True): "above_to",
    (True, False): "from_below",
    (False, False): "above_below",
}


def range_words(span: Span, wording: Wording, unit: str) -> str:
    """Return a span in words: ``3.5 to 5.3 mmol/L``, ``more than 50, up to 125 mg/L``.

    Which side owns a limit is said where it is not in the range itself.
    """
    low = "" if span.low is None else f"{span.low:f} {unit}".strip()
    high = "" if span.high is None else f"{span.high:f} {unit}".strip()
    if span.low is not None and high:
        way = _BETWEEN[span.low_in, span.high_in]
        return wording.say(f"ranges.{way}", low=f"{span.low:f}", high=high)
    if low:
        return wording.say(f"ranges.{'from' if span.low_in else 'above'}", low=low)
    if high:
        return wording.say(f"ranges.{'to' if span.high_in else 'below'}", high=high)
    return wording.say("ranges.any")


def unit_shown(result: Result, wording: Wording) -> str:
    """Return the unit as it was sent, but as patients read it where nobody writes it.

    That is so for a computed value, for a unit with remarks in braces, and for a code
    that differs from the unit in its capitals alone: ``mosm/kg``.
    """
    seen = result.observation
    known = unit_words(seen.unit or "", wording)
    code = seen.unit_text == seen.unit and known.lower() == seen.unit_text.lower()
    ours = bool(result.derived_by) or "{" in seen.unit_text or code
    return known if ours and known else seen.unit_text or known


def as_reported(result: Result, wording: Wording) -> str:
    """Return the value with its unit, as it was sent."""
    return " ".join(value_and_unit(result, wording)).strip()


def value_and_unit(result: Result, wording: Wording) -> tuple[str, str]:
    """Return the value and its unit, as they were sent; no unit where no value was."""
    value = result.observation.value_text
    if not value.strip():
        return wording.say("header.not_supplied"), ""
    return value, unit_shown(result, wording)


def unit_words(unit: str, wording: Wording) -> str:
    """Return a catalogue unit as patients read it: ``mcg/L`` for ``ug/L``."""
    key = f"units.{unit.replace('.', '_')}"
    return wording.say(key) if wording.has(key) else unit


def source_words(source: str, interpretation: Interpretation) -> str:
    """Return who published a limit and when; the bare id where it is not listed."""
    for ref in interpretation.sources:
        if ref.id == source:
            return Said(f"{ref.org}, {ref.year}", (ref,))
    return source


_PLAIN_LEVELS = {
    (Verdict.IN, JudgementKind.INTERVAL): "usual",
    (Verdict.IN, JudgementKind.GUIDELINE): "in",
    (Verdict.GREY, JudgementKind.GUIDELINE): "grey",
}


def level_words(judgement: Judgement, wording: Wording) -> str:
    """Return what a guideline says of a result, in plain words and never its label.

    An interval grades nothing: what lies outside is low or high, not mild.
    """
    verdict = judgement.verdict
    if verdict in {Verdict.LOW, Verdict.HIGH}:
        most = _FAR - 1 if ALTERNATIVES in judgement.label else _FAR
        least = _PLAIN if judgement.kind is JudgementKind.INTERVAL else 1
        grade = min(max(judgement.severity, least), most)
        key = f"{verdict.value}_{grade}"
    else:
        key = _PLAIN_LEVELS.get((verdict, judgement.kind), "untold")
    return resting(wording.say(f"levels.{key}"), judgement)

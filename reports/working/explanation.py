"""The whole explanation: all statements, and what each printed sentence rests on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reference_ranges.results import Interpretation, Result
from reports.model import Page
from reports.said import SENT, Ground
from reports.wording import Wording
from reports.working.sentences import Sentence, sentences
from reports.working.statements import Statement, judgements_of, statements

WORDING = "wording:"
"""How the name of a node begins that stands for the words alone."""

_OF_THE_RECORD = ("/id", "/status")


@dataclass(frozen=True, slots=True)
class Explained:
    """A printed sentence: ``where`` it stands, and the nodes that it ``rests_on``."""

    where: str
    text: str
    rests_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Nodes and sentences; each sentence rests on nodes that are there."""

    statements: tuple[Statement, ...]
    sentences: tuple[Explained, ...]


def explain(made: Interpretation, page: Page, wording: Wording) -> Explanation:
    """Return why *page* says what it says; it was built from *made* with *wording*.

    What rests on nothing found rests on its words, and names the file that they stand
    in; what repeats what was sent (a name, a birth date) says so.
    """
    found = list(statements(made, wording))
    places = _places(made)
    explained = tuple(_explained(one, places) for one in sentences(page))
    named = dict.fromkeys(node for one in explained for node in one.rests_on)
    return Explanation((*found, *_other_nodes(named, wording)), explained)


def rests_on_the_patient(sentence: Explained) -> bool:
    """Say whether *sentence* repeats who the patient is, or other things as sent."""
    return any(node.startswith(SENT) for node in sentence.rests_on)


def _explained(sentence: Sentence, places: dict[int, str]) -> Explained:
    nodes = dict.fromkeys(_node(ground, places) for ground in sentence.grounds)
    return Explained(sentence.where, sentence.text, tuple(nodes))


def _node(ground: Ground, places: dict[int, str]) -> str:
    if not isinstance(ground, str):
        return places[id(ground)]
    return ground if ground.startswith(("/", SENT)) else f"{WORDING}{ground}"


def _places(made: Interpretation) -> dict[int, str]:
    """Return where each part of *made* stands in the answer, by its identity.

    Judgements may be shared by results of one kind: the first place is as good.
    """
    found: dict[int, str] = {}
    for place, part in _parts(made):
        found.setdefault(id(part), place)
    return found


def _parts(made: Interpretation) -> Iterator[tuple[str, object]]:
    for name, results in (("results", made.results), ("derived", made.derived)):
        for index, result in enumerate(results):
            yield from _parts_of_result(f"/{name}/{index}", result)
    for index, told in enumerate(made.symptoms or ()):
        yield f"/symptoms/{index}", told
        yield f"/symptoms/{index}", told.symptom
    beyond: tuple[tuple[str, Iterable[object]], ...] = (
        ("red_flags", made.red_flags),
        ("findings", made.findings),
        ("cautions", made.cautions),
        ("missing", made.missing),
        ("sources", made.sources),
    )
    for name, parts in beyond:
        for index, part in enumerate(parts):
            yield f"/{name}/{index}", part


def _parts_of_result(at: str, result: Result) -> Iterator[tuple[str, object]]:
    yield at, result
    for place, judgement in judgements_of(result):
        yield f"{at}/judgements/{place}", judgement
    for index, relation in enumerate(result.relations):
        yield f"{at}/relations/{index}", relation
    if result.delta is not None:
        yield f"{at}/delta", result.delta
    if result.near_limit is not None:
        yield f"{at}/near_limit", result.near_limit


def _other_nodes(named: Iterable[str], wording: Wording) -> Iterator[Statement]:
    """Yield the nodes that are no statement of the interpretation."""
    review = wording.review
    signed = (
        ("locale", wording.locale),
        ("drafted_by", review.drafted_by),
        ("reviewed_by", review.reviewed_by),
        ("next_review", str(review.next_review)),
    )
    for node in named:
        if node.startswith(WORDING):
            key = node.removeprefix(WORDING)
            yield Statement(node, "wording", wording.texts[key], key, signed)
        elif node.startswith(SENT):
            yield Statement(node, "sent", "repeated as it was sent", "not_judged")
        elif node in _OF_THE_RECORD:
            yield Statement(node, "record", "of this version", "as_stored")

"""FHIR bodies that went wrong on the way: parts gone, doubled, or something else."""

import copy
import json
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from reference_ranges.interpretation import interpret
from reference_ranges.loading import load_catalogue
from reports.wording import load_wording
from service.evaluation.running import evaluation_door
from service.fhir.bundle import results_bundle
from service.fhir.outcome import outcome_of
from service.intake.fhir.reading import read_pool
from service.intake.fhir.resources import pool_of
from service.intake.reading import read_draft
from service.problems import ProblemError
from service.ranges.fhir.exact_json import compact
from service.store.interpretations import Stored
from tests.conftest import SAMPLES
from tests.fhir.made import bundle, flagged, normal, observation, pregnant, report
from tests.reports.panels import FACTS

KEPT = Path(__file__).parent / "corpus" / "fhir"
_TYPES = ("Bundle", "Observation", "DiagnosticReport")
_ID = "a" * 26


@cache
def _door():
    return evaluation_door(load_catalogue())


@cache
def _seeds():
    own = [
        bundle(
            pregnant(),
            observation(
                referenceRange=[normal("3.5", "5.3")],
                interpretation=flagged("HH"),
                note=[{"text": "haemolysed"}],
                component=[observation("2951-2", "140")],
            ),
            observation("2951-2", None, hasMember=[{"reference": "Observation/o"}]),
        ),
        report(observation(), observation("2951-2", "<140")),
    ]
    files = [path.read_bytes() for path in sorted((SAMPLES / "fhir").glob("*/*.json"))]
    small = [body for body in files if len(body) < 20_000]
    return [*(compact(one).encode() for one in own), *small]


def inputs():
    """Return a body with up to six parts changed, or with bytes gone."""
    return st.one_of(_changed(), st.builds(_cut, _body(), st.floats(0, 1)))


def _body():
    return st.deferred(lambda: st.sampled_from(_seeds()))


def _cut(body, where):
    return body[: int(len(body) * where)]


_NOISE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=80),
    st.sampled_from(
        [[], {}, [[]], [{}], {"reference": "#"}, {"reference": "Observation/o"}]
    ),
    st.sampled_from(
        ["", "#", "\u202e", "9" * 70, "1e9", "٣", "2026-13-40", "x/y", "<"]
    ),
)


@st.composite
def _changed(draw):
    tree = copy.deepcopy(json.loads(draw(_body())))
    for _ in range(draw(st.integers(1, 6))):
        holder, key = _one_place(draw, tree)
        match draw(st.sampled_from(("noise", "gone", "twice", "elsewhere"))):
            case "noise":
                holder[key] = copy.deepcopy(draw(_NOISE))
            case "gone":
                del holder[key]
            case "twice" if isinstance(holder, list):
                holder.append(copy.deepcopy(holder[key]))
            case _:
                other, name = _one_place(draw, tree)
                other[name] = copy.deepcopy(holder[key])
        if not tree:
            break
    return json.dumps(tree).encode()


def _one_place(draw, tree):
    places = list(_places(tree))
    return places[draw(st.integers(0, len(places) - 1))]


def _places(tree):
    keys = tree if isinstance(tree, dict) else range(len(tree))
    for key in list(keys):
        yield tree, key
        if isinstance(tree[key], dict | list):
            yield from _places(tree[key])


def take(body):
    """Read *body* and answer it, as far as there is something to answer with."""
    try:
        found = read_pool(pool_of(body), _TYPES, _door())
    except ProblemError as problem:
        outcome_of(problem, "Bundle")
        return
    for sent in found.documents:
        draft = read_draft(sent.document, body, "fhir", _door())
        if draft.submission is not None:
            _answer(draft.submission)


def _answer(submission):
    made = interpret(submission.panel, _door().catalogue)
    stored = Stored(
        _ID, _ID, 1, "", "", FACTS.issued_at, submission, made, None, escalated=False
    )
    compact(results_bundle(stored, FACTS, load_wording("en-GB")))

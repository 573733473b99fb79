"""A report as a document: the profiles are kept to, and it can be judged again."""

import copy
import json
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reference_ranges.interpretation import interpret
from reference_ranges.panel import Observation, ObservationStatus, Person, Reason
from reference_ranges.partitions import Pregnancy, Sex
from reference_ranges.readings import lab_interval
from reports.identity import Identity
from reports.wording import load_wording, locales
from service.access.keys import Scope
from service.fhir.bundle import resource_bytes
from service.fhir.document import document_bundle
from service.intake.submission import Submission
from service.store.reviews import Review
from tests.api.conftest import bearer, issue
from tests.fhir.made import bundle, normal
from tests.fhir.made import observation as sent_observation
from tests.fhir.oracle import breaches
from tests.fhir.profiles import NEVER, REQUIRED, RULES, both, breaks, only, resources
from tests.fhir.test_writing import ALL, ID, WORDING, potassium, stored_of
from tests.reports.panels import (
    CATALOGUE,
    FACTORS,
    FACTS,
    IDENTITY,
    SYMPTOMS,
    adult,
    observation,
    panel_of,
    random_panel,
)

SEEN = Review("u", "Dr R", datetime(2026, 11, 22, tzinfo=UTC))
BEFORE = "b" * 26
NOBODY = Submission(Identity(), panel_of(potassium()), "json", b"")
UNREAD = Observation(
    None, "Copper", "12.0", "umol/L", refusal=Reason.ANALYTE_NOT_SUPPORTED
)
MISSING = Observation("phosphate", "PO4", "", "", refusal=Reason.VALUE_MISSING)
GALLERY = {
    "ordinary": (stored_of(potassium("4.1")), {}),
    "everything": (stored_of(*ALL, symptoms=["restless_legs"]), {}),
    "emergency": (stored_of(potassium("7.2"), symptoms=["rf_chest_pain"]), {}),
    "nothing usable": (stored_of(UNREAD, MISSING), {}),
    "derived": (
        stored_of(
            observation("sodium", "140", "mmol/L"),
            observation("chloride", "101", "mmol/L"),
            observation("bicarbonate", "24", "mmol/L"),
        ),
        {},
    ),
    "reviewed": (
        stored_of(potassium(), review=SEEN),
        {"reviewed_by": "Dr R", "reviewed_at": SEEN.reviewed_at},
    ),
    "amended": (stored_of(potassium(), supersedes=BEFORE), {"supersedes": BEFORE}),
    "corrected": (
        stored_of(
            potassium(status=ObservationStatus.CORRECTED),
            supersedes=BEFORE,
            review=SEEN,
        ),
        {"supersedes": BEFORE, "reviewed_by": "Dr R", "reviewed_at": SEEN.reviewed_at},
    ),
    "cancelled": (stored_of(potassium(status=ObservationStatus.CANCELLED)), {}),
    "nobody's name": (stored_of(potassium(), sent=NOBODY), {}),
    "collected nobody knows when": (
        stored_of(potassium(), symptoms=None),
        {"collected_at": None},
    ),
    "nothing known": (
        stored_of(potassium(), sent=NOBODY),
        {"collected_at": None, "laboratory": "", "requester": "", "specimen": ""},
    ),
    "pregnant": (
        stored_of(
            observation("haemoglobin", "108", "g/L"),
            person=Person(adult(Sex.FEMALE).age, Sex.FEMALE, Pregnancy.YES, 28),
            factors=["drug_thiazide"],
        ),
        {},
    ),
    "a trial": (stored_of(potassium()), {"watermark": "TEST"}),
    "the laboratory's own": (
        stored_of(
            potassium(lab_interval=lab_interval("<5.3"), sender_flag="H"),
            conditions=frozenset({"haemolysed"}),
        ),
        {},
    ),
}
EACH = pytest.mark.parametrize("case", GALLERY)


def document_of(stored, words=WORDING, **facts):
    facts = replace(FACTS, report_id=ID, **facts)
    return document_bundle(stored, facts, words, b"%PDF")


def plain(made):
    return json.loads(json.dumps(made, default=float))


@EACH
def test_a_document_keeps_to_the_profiles_and_to_r4(case):
    stored, facts = GALLERY[case]
    made = document_of(stored, **facts)

    assert list(breaks(made)) == []
    assert breaches(plain(made)) == []


@pytest.mark.parametrize("locale", locales())
def test_a_document_is_in_the_language_of_its_page(locale):
    made = document_of(GALLERY["everything"][0], load_wording(locale))

    assert list(breaks(made)) == []
    assert both(made)[1]["language"] == locale
    way = "rtl" if locale == "ar" else "ltr"
    for section in both(made)[1]["section"]:
        assert f'dir="{way}"' in section["text"]["div"]


WHOLE = document_of(GALLERY["everything"][0])
PATHS = [
    (kind, path)
    for kind, rules in REQUIRED.items()
    for _, paths in rules
    for path in paths.split()
]


def without(part, path):
    """Take the element away, from every part that a list on the way holds."""
    name, _, rest = path.partition(".")
    for key in [one for one in part if one.lstrip("_").startswith(name)]:
        if not rest:
            del part[key]
            continue
        for inner in part[key] if isinstance(part[key], list) else [part[key]]:
            without(inner, rest)


@pytest.mark.parametrize(("kind", "path"), PATHS)
def test_an_element_that_is_left_out_is_noticed(kind, path):
    spoilt = copy.deepcopy(WHOLE)
    without(spoilt if kind == "Bundle" else only(spoilt, kind), path)

    found = []
    try:
        found.extend(breaks(spoilt))
    except (KeyError, IndexError):
        found.append(f"{kind}.{path}")
    assert any(f"{kind}.{path}" in one for one in found)


def spoil_section(**change):
    return lambda b: both(b)[1]["section"][1].update(change)


TWICE = lambda b, kind: b["entry"].append(  # noqa: E731 - a spoiler like the others
    {"fullUrl": "urn:uuid:x", "resource": only(b, kind)}
)
SPOILERS = {
    "bdl-9, bdl-10, document": lambda b: b.update(type="collection"),
    "bdl-11: a Composition first": lambda b: b["entry"].reverse(),
    "bdl-7: a full URL stands once": lambda b: b["entry"].append(b["entry"][-1]),
    "one-comp": lambda b: TWICE(b, "Composition"),
    "one-dr": lambda b: TWICE(b, "DiagnosticReport"),
    "dr-comp-identifier": lambda b: both(b)[1].update(identifier={"value": "x"}),
    "dr-comp-type": lambda b: both(b)[1].update(type={"text": "x"}),
    "dr-comp-category": lambda b: both(b)[1].update(category=[{"text": "x"}]),
    "dr-comp-subj": lambda b: both(b)[1].update(subject={"reference": "x"}),
    "dr-comp-enc": lambda b: both(b)[1].update(encounter={}),
    "statuses aligned": lambda b: both(b)[1].update(status="final"),
    "author is who interpreted, else who performed": (
        lambda b: both(b)[1].update(author=[{"display": "x"}])
    ),
    "the report leads to its Composition": (
        lambda b: both(b)[0]["extension"][0].update(url="x")
    ),
    "the Composition leads to its report": (
        lambda b: both(b)[1]["extension"][0].update(url="x")
    ),
    "sections": lambda b: both(b)[1]["section"][1].update(
        entry=both(b)[1]["section"][0]["entry"]
    ),
    "txt-1, txt-2": spoil_section(text={"div": "<div><script>x</script></div>"}),
    "nothing is apart": lambda b: b["entry"].append(
        {"fullUrl": "urn:uuid:x", "resource": {"resourceType": "DetectedIssue"}}
    ),
    "nothing is missing": lambda b: b["entry"].pop(),
    "eu-pat-1": lambda b: only(b, "Patient").update(name=[{}]),
    "eu-lab-1, us-core-2": lambda b: only(b, "Observation").pop("valueQuantity"),
    "Quantity-eu-lab, us-core-3": (
        lambda b: only(b, "Observation")["valueQuantity"].update(system="x")
    ),
    "category laboratory": lambda b: only(b, "Observation")["category"].clear(),
    "us-core-1": (lambda b: only(b, "Observation").update(effectiveDateTime="2026-11")),
    "us-core-6": lambda b: only(b, "Patient").update(name=[{"text": "Alex Example"}]),
    "US Core: category LAB": lambda b: both(b)[0]["category"].clear(),
}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_that_is_broken_is_noticed(name):
    spoilt = copy.deepcopy(WHOLE)
    SPOILERS[name](spoilt)

    assert not RULES[name](spoilt)


@pytest.mark.parametrize(
    ("kind", "path"), [(kind, path) for kind, paths in NEVER.items() for path in paths]
)
def test_an_element_that_may_not_be_there_is_noticed(kind, path):
    spoilt = copy.deepcopy(WHOLE)
    holder = spoilt if kind == "Bundle" else only(spoilt, kind)
    first, _, rest = path.partition(".")
    if rest and first in holder:
        holder[first][0][rest] = "x"
    else:
        holder[first] = [{rest: "x"}] if rest else "x"

    assert any(path in one for one in breaks(spoilt))


def test_the_same_record_gives_the_same_bytes():
    stored = GALLERY["everything"][0]
    first, again = (resource_bytes(document_of(stored)) for _ in range(2))

    assert first == again
    assert b"6.80" in first


def test_all_results_are_read_in_the_first_section_as_they_were_sent():
    table = both(WHOLE)[1]["section"][0]["text"]["div"]

    for one in ("6.80 mmol/L", "&lt;1.50 mmol/L", "0,8 mmol/L", "12.0 umol/L"):
        assert f"<td>{one}</td>" in table
    assert table.count("<tr>") == len(resources(WHOLE, "Observation")) + 1


def test_what_is_pressing_is_said_in_words():
    stored, facts = GALLERY["emergency"]
    said = both(document_of(stored, **facts))[1]["section"][1]["text"]["div"]

    assert WORDING.say("alerts.emergency") in said
    assert WORDING.say("red_flags.rf_chest_pain") in said or "chest" in said


def test_nothing_of_a_name_is_taken_for_an_element():
    odd = Observation(None, "<b>Cu & Zn</b>", "1", "", refusal=Reason.UNIT_MISSING)
    made = document_of(stored_of(odd))

    assert (
        "&lt;b&gt;Cu &amp; Zn&lt;/b&gt;" in both(made)[1]["section"][0]["text"]["div"]
    )
    assert list(breaks(made)) == []


def test_a_trial_says_on_every_resource_that_it_is_about_nobody():
    made = document_of(stored_of(potassium()), watermark="TEST")

    labels = [one["meta"]["security"][0]["code"] for one in resources(made)]
    assert set(labels) == {"HTEST"}


def test_who_was_asked_and_has_no_symptoms_is_told_to_have_none():
    told = only(
        document_of(stored_of(potassium(), symptoms=[])), "QuestionnaireResponse"
    )
    none = only(
        document_of(stored_of(potassium(), symptoms=None, person=Person())),
        "QuestionnaireResponse",
    )

    assert told["item"][0]["text"] == WORDING.say("symptom_section.none")
    assert none == {}


def test_there_are_words_for_everything_that_can_be_told():
    stored = stored_of(potassium(), symptoms=SYMPTOMS, factors=FACTORS)
    told = only(document_of(stored), "QuestionnaireResponse")

    assert [len(one["item"]) for one in told["item"][:2]] == [
        len(SYMPTOMS),
        len(FACTORS),
    ]


# ---- sent back ----


def as_sent(seen):
    return f"{seen.value_text} {seen.unit_text}".strip()


def judged(found):
    """What was found of each result; a unit may have come back within its value."""
    results = [
        (
            one.observation.analyte,
            one.observation.value_text and as_sent(one.observation),
            one.observation.status,
            one.observation.sender_flag,
            one.observation.comment,
            one.outcome.kind,
            one.outcome.direction,
            one.outcome.reason,
            one.code,
            one.urgency,
            one.derived_by,
        )
        for one in (*found.results, *found.derived)
    ]
    return found.urgency, results


def random_stored(seed):
    """A random panel as our own reader would have it."""
    panel = random_panel(seed)
    person = panel.person
    read = tuple(replace(o, refusal=None) for o in panel.observations if o.analyte)
    year = FACTS.collected_at.year - person.age.oldest.years
    who = replace(IDENTITY, sex=person.sex.value, birth_date=f"{year}-11-20")
    sent = replace(
        panel, profile="uk", observations=read, factors=panel.factors - {"pregnant"}
    )
    made = stored_of(sent=Submission(who, sent, "json", b""))
    return replace(made, interpretation=interpret(sent, CATALOGUE))


def born(stored):
    """The record, its patient born on the day that makes the age of the panel."""
    who = replace(stored.submission.identity, birth_date="1981-11-20")
    return replace(stored, submission=replace(stored.submission, identity=who))


BACK = {
    **{
        name: (born(GALLERY[name][0]), GALLERY[name][1])
        for name in GALLERY
        if name not in {"nobody's name", "nothing known", "collected nobody knows when"}
    },
    **{f"random {seed}": (random_stored(seed), {}) for seed in range(60)},
}


@pytest.mark.parametrize("case", BACK)
def test_a_document_that_is_sent_back_is_judged_the_same(fhir, case):
    stored, facts = BACK[case]
    made = document_of(stored, **facts)
    numbered = f"{list(BACK).index(case)}"  # each a report of its own
    for one in both(made)[0]["identifier"]:
        one["value"] = numbered
    answer = fhir.post("/fhir", made, Prefer="handling=lenient")

    assert answer.status_code == 201, answer.text
    back = fhir.stored(answer)
    assert judged(back.interpretation) == judged(stored.interpretation)
    assert back.submission.identity == stored.submission.identity
    assert back.submission.laboratory == FACTS.laboratory
    assert back.submission.collected_at == FACTS.collected_at


def test_a_day_of_collection_comes_back_as_a_day(fhir):
    stored, _ = BACK[next(iter(BACK))]
    day = FACTS.collected_at.date()
    made = document_of(stored, collected_at=None, collected_on=day)
    both(made)[0]["identifier"][0]["value"] = "a day"
    sent = fhir.stored(fhir.post("/fhir", made, Prefer="handling=lenient")).submission

    assert (sent.collected_at, sent.collected_on) == (None, day)


def test_what_is_not_known_stays_unknown_when_it_comes_back(fhir):
    stored, facts = GALLERY["nothing known"]
    answer = fhir.post("/fhir", document_of(stored, **facts))

    sent = fhir.stored(answer).submission
    assert (sent.identity, sent.panel.specimen) == (Identity(), "")
    assert (sent.collected_at, sent.laboratory) == (None, "")


def test_a_result_that_we_worked_out_from_results_that_are_not_there_is_read(fhir):
    made = document_of(GALLERY["derived"][0])
    gap = next(one for one in resources(made, "Observation") if "derivedFrom" in one)
    stored = fhir.stored(fhir.post("/fhir", bundle(gap | {"subject": {}})))

    (seen,) = stored.submission.panel.observations
    assert seen.value_text == f"{gap['valueQuantity']['value']:f}"


OURS = {"coding": [{"system": "https://plainlab.example/fhir/CodeSystem/formula"}]}
SODIUM = sent_observation("2951-2", "140", id="na")
FROM_SODIUM = [{"reference": "Observation/na"}]


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ({"method": OURS, "derivedFrom": FROM_SODIUM}, 1),
        ({"method": OURS}, 2),
        ({"method": {"text": "sum"}, "derivedFrom": FROM_SODIUM}, 2),
    ],
)
def test_only_what_we_worked_out_from_what_is_there_is_no_result(rows, more, count):
    assert len(rows(bundle(SODIUM, sent_observation(**more)))) == count


@pytest.mark.parametrize(
    ("questionnaire", "told"),
    [("https://plainlab.example/fhir/Questionnaire/told", "no"), ("urn:x", "unknown")],
)
def test_a_pregnancy_is_denied_by_our_own_answers_alone(read, questionnaire, told):
    answer = {"valueCoding": {"system": "http://loinc.org", "code": "LA26683-5"}}
    response = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": questionnaire,
        "item": [{"linkId": "pregnancy", "answer": [answer]}],
    }
    (sent,) = read(bundle(SODIUM, response)).documents

    assert sent.document["patient"]["pregnancy"] == {"status": told}


def test_a_laboratorys_own_flag_counts_beside_our_judgement(fhir):
    ours = [
        {"coding": [{"system": "https://plainlab.example/fhir/CodeSystem/outcome"}]}
    ]
    theirs = [{"coding": [{"code": "HH"}]}]
    sent = sent_observation(
        interpretation=[*ours, *theirs], referenceRange=[normal("1", "9")]
    )
    (seen,) = fhir.stored(
        fhir.post("/fhir/Observation", sent)
    ).submission.panel.observations

    assert seen.sender_flag == "HH"
    assert seen.lab_interval is None


# ---- over HTTP ----


@pytest.fixture(scope="module")
def kept(fhir):
    sent = bundle(sent_observation(value="6.80"), sent_observation("2951-2", "140"))
    return fhir.stored(fhir.post("/fhir", sent)).id


def test_a_document_can_be_read_by_the_id_of_its_report(fhir, kept):
    first, again = (fhir.get(f"/fhir/Composition/{kept}/$document") for _ in range(2))

    assert (first.status_code, first.content_type) == (200, "application/fhir+json")
    assert first.headers["ETag"] == 'W/"1"'
    assert first.data == again.data
    assert b'"value":6.80' in first.data
    assert list(breaks(first.json)) == []
    assert breaches(first.json) == []


def test_the_patients_page_stands_in_the_document(fhir, kept):
    made = fhir.get(f"/fhir/Composition/{kept}/$document").json

    (form,) = both(made)[0]["presentedForm"]
    page = fhir.get(f"/v1/interpretations/{kept}/report.pdf")
    assert b64decode(form["data"]) == page.data


def test_a_document_as_it_was_answered_can_be_sent_back(fhir, kept):
    sent = fhir.get(f"/fhir/Composition/{kept}/$document").data
    back = fhir.stored(fhir.post("/fhir", sent))

    values = [one.value_text for one in back.submission.panel.observations]
    assert values == ["6.80", "140"]


@pytest.mark.parametrize("name", ["none", "a" * 26])
def test_a_document_that_is_not_there_is_not_found(fhir, name):
    answer = fhir.get(f"/fhir/Composition/{name}/$document")

    assert (answer.status_code, answer.json["resourceType"]) == (
        404,
        "OperationOutcome",
    )


def test_a_document_is_for_who_may_read_and_is_never_in_xml(fhir, fhir_app, kept):
    path = f"/fhir/Composition/{kept}/$document"
    client = fhir_app.test_client()
    writer = bearer(issue(fhir_app, Scope.WRITE))

    assert client.get(path).status_code == 401
    assert client.get(path, headers=writer).status_code == 403
    assert fhir.get(path, Accept="application/fhir+xml").status_code == 406


def test_a_document_is_audited_as_the_report_is(fhir, kept):
    for path in (
        f"/fhir/DiagnosticReport/{kept}",
        f"/fhir/Composition/{kept}/$document",
    ):
        fhir.get(path)
    with fhir.app.extensions["plainlab"].engine.connect() as connection:
        last = connection.exec_driver_sql(
            "SELECT action, object FROM audit ORDER BY sequence DESC LIMIT 2"
        ).all()

    assert set(map(tuple, last)) == {("download", kept)}

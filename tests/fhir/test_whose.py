"""Whose a result is: references, and what contradicts itself, never guessed."""

import pytest

from tests.fhir.made import PATIENT, SERUM, bundle, observation, report

OTHER = PATIENT | {"id": "p2", "identifier": [{"value": "MRN-2"}]}
NAMESAKE = PATIENT | {"identifier": [{"value": "MRN-B"}]}


def body(*entries, kind="collection"):
    """A Bundle of full URLs and resources."""
    made = [
        ({"fullUrl": url} if url else {}) | {"resource": one} for url, one in entries
    ]
    return {"resourceType": "Bundle", "type": kind, "entry": made}


def of(reference, **more):
    return observation(subject={"reference": reference}, specimen=None, **more)


FOUND = {
    "an absolute reference": (
        [("http://a/Patient/p1", PATIENT), ("http://b/x", of("http://a/Patient/p1"))],
        "MRN-1",
    ),
    "an absolute one to somebody who is not there": (
        [("http://a/Patient/p1", PATIENT), ("", of("http://c/Patient/p1"))],
        "p1",
    ),
    "a relative one, from the same server": (
        [
            ("http://a/Patient/p1", PATIENT),
            ("http://b/Patient/p1", NAMESAKE),
            ("http://b/Observation/1", of("Patient/p1", id="1")),
        ],
        "MRN-B",
    ),
    "a relative one, from another server": (
        [
            ("http://a/Patient/p1", PATIENT),
            ("http://b/Observation/1", of("Patient/p1", id="1")),
        ],
        "p1",
    ),
    "a relative one, from nowhere": (
        [("http://a/Patient/p1", PATIENT), ("", of("Patient/p1"))],
        "MRN-1",
    ),
    "a relative one to somebody from nowhere": (
        [("", PATIENT), ("http://b/Observation/1", of("Patient/p1", id="1"))],
        "MRN-1",
    ),
    "a relative full URL": (
        [("Patient/p1", PATIENT), ("Observation/1", of("Patient/p1", id="1"))],
        "MRN-1",
    ),
    "an id that R4 does not allow": (
        [("", PATIENT | {"id": "p_1"}), ("", of("Patient/p_1"))],
        "MRN-1",
    ),
    "one with a version": (
        [("http://a/Patient/p1", PATIENT), ("", of("http://a/Patient/p1/_history/2"))],
        "MRN-1",
    ),
    "a urn": (
        [("urn:uuid:1", PATIENT), ("urn:uuid:2", of("urn:uuid:1"))],
        "MRN-1",
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_result_is_of_whom_the_reference_leads_to(read, case):
    entries, number = FOUND[case]
    (found,) = read(body(*entries)).documents

    assert found.document["patient"]["id"] == number


UNCLEAR = {
    "one of two of that name": [
        ("http://a/Patient/p1", PATIENT),
        ("http://b/Patient/p1", NAMESAKE),
        ("urn:uuid:1", of("Patient/p1")),
    ],
    "two without a full URL": [("", PATIENT), ("", NAMESAKE), ("", of("Patient/p1"))],
    "an absolute one to somebody from nowhere": [
        ("", PATIENT),
        ("", of("http://a/Patient/p1")),
    ],
}


@pytest.mark.parametrize("case", UNCLEAR)
def test_a_reference_that_may_lead_to_two_is_refused(fhir, case):
    entries = UNCLEAR[case]
    place = f"Bundle.entry[{len(entries) - 1}].resource.subject.reference"

    assert fhir.refusals("/fhir", body(*entries)) == [(place, "reference_unclear")]


def test_two_contained_of_one_name_are_refused(fhir):
    sent = report(observation())
    sent["contained"].append(NAMESAKE)

    codes = {code for _, code in fhir.refusals("/fhir/DiagnosticReport", sent)}
    assert codes == {"reference_unclear"}


def test_one_full_url_stands_once(fhir):
    sent = body(("urn:uuid:1", PATIENT), ("urn:uuid:1", OTHER), ("", of("urn:uuid:1")))

    assert fhir.refusals("/fhir", sent) == [
        ("Bundle.entry[0].fullUrl", "duplicate"),
        ("Bundle.entry[1].fullUrl", "duplicate"),
        ("Bundle.entry[2].resource.subject.reference", "reference_unclear"),
    ]


def test_a_full_url_agrees_with_its_resource(fhir):
    sent = body(("http://a/Patient/p9", PATIENT), ("", of("Patient/p9")))

    assert ("Bundle.entry[0].fullUrl", "contradiction") in fhir.refusals("/fhir", sent)


def test_in_a_batch_what_leads_to_a_refused_entry_is_refused_with_it(fhir):
    sent = body(
        ("urn:uuid:1", PATIENT),
        ("urn:uuid:1", OTHER),
        ("", of("urn:uuid:1")),
        ("", observation(subject=None, specimen=None)),
        kind="batch",
    )
    entries = fhir.post("/fhir", sent).json["entry"]

    statuses = [one["response"]["status"][:3] for one in entries]
    assert statuses == ["422", "422", "422", "201"]


def head(subject, *results, **more):
    made = {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "subject": {"reference": subject},
        "result": [{"reference": one} for one in results],
    }
    return made | more


TAKEN = SERUM | {"subject": {"reference": "Patient/p2"}}
CONTRADICTIONS = {
    "a report": [
        OTHER,
        head("Patient/p2", "Observation/o1"),
        observation(id="o1"),
    ],
    "a report of somebody who is not there": [
        head("Patient/p9", "Observation/o1"),
        observation(id="o1"),
    ],
    "a panel": [
        OTHER,
        observation(
            "24326-1",
            None,
            id="o2",
            subject={"reference": "Patient/p2"},
            hasMember=[{"reference": "Observation/o1"}],
        ),
        observation(id="o1"),
    ],
    "a specimen": [
        OTHER,
        TAKEN | {"id": "s2"},
        observation(specimen={"reference": "Specimen/s2"}),
    ],
    "the specimen of a report": [
        OTHER,
        TAKEN | {"id": "s2"},
        observation(id="o1", specimen=None),
        head("Patient/p1", "Observation/o1", specimen=[{"reference": "Specimen/s2"}]),
    ],
}


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_a_result_of_another_patient_than_what_it_belongs_to_is_refused(fhir, case):
    before = fhir.kept()
    found = fhir.refusals("/fhir", bundle(*CONTRADICTIONS[case]))

    assert [code for _, code in found] == ["contradiction"]
    assert found[0][0].endswith(".subject.reference")
    assert fhir.kept() == before


def test_identifiers_of_two_patients_contradict_too(fhir):
    def known(value):
        return {"identifier": {"value": value}}

    sent = bundle(
        head("", "Observation/o1") | {"subject": known("MRN-1")},
        observation(id="o1", subject=known("MRN-2")),
        patient=None,
    )
    assert [code for _, code in fhir.refusals("/fhir", sent)] == ["contradiction"]


def test_a_report_that_says_the_same_otherwise_is_none_the_worse(read):
    sent = body(
        ("http://a/Patient/p1", PATIENT),
        ("http://a/DiagnosticReport/1", head("Patient/p1", "Observation/1", id="1")),
        ("http://a/Observation/1", of("http://a/Patient/p1", id="1")),
    )
    (found,) = read(sent).documents

    assert found.document["patient"]["id"] == "MRN-1"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Patient?identifier=1", "Patient?identifier=2"),
        ("urn:uuid:1", "urn:uuid:2"),
        ("http://a/Patient/1", "http://b/Patient/1"),
    ],
)
def test_two_who_are_not_in_the_body_are_two(read, one, other):
    found = read(body(("", of(one)), ("", of(other)), ("", of(one)))).documents

    assert [len(each.document["results"]) for each in found] == [2, 1]

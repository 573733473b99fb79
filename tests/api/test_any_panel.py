"""Whatever panel is sent: it is stored and drawn, or refused; nothing ever breaks."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reference_ranges.loading import load_catalogue

CATALOGUE = load_catalogue()
RULES = CATALOGUE.rules

texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)
digits = st.decimals(0, 3000, places=2).map(str)
values = st.builds(
    "".join, st.tuples(st.sampled_from(["", "<", ">", "<=", ">="]), digits)
)
intervals = st.one_of(
    st.fixed_dictionaries({}, optional={"low": digits, "high": digits}),
    st.sampled_from(["3.5-5.3", "<5", "0-0", "see note"]),
)
known = st.sampled_from(
    [
        (analyte.id, unit)
        for analyte in CATALOGUE.analytes.values()
        for unit in analyte.units
    ]
)
codes = st.sampled_from([*CATALOGUE.codes, *CATALOGUE.look_alikes, "99999-9"])
details = {
    "flag": st.sampled_from(["", "N", "L", "H", "LL", "HH", "A", "<", "??"]),
    "status": st.sampled_from(["final", "preliminary", "corrected", "cancelled"]),
    "comment": texts,
    "interval": intervals,
}


@st.composite
def rows(draw):
    analyte, unit = draw(known)
    row = {"value": draw(values | texts), "unit": unit}
    if draw(st.booleans()):
        row["analyte"] = analyte
    else:
        row["code"] = {"system": "http://loinc.org", "code": draw(codes)}
    return row | draw(st.fixed_dictionaries({}, optional=details))


patients = st.fixed_dictionaries(
    {"sex": st.sampled_from(["female", "male", "other", "unknown"])},
    optional={
        "id": texts,
        "name": texts,
        "birth_date": st.sampled_from(["1950", "1990-05", "2026-11-01", "2012-02-29"]),
        "pregnancy": st.fixed_dictionaries(
            {"status": st.sampled_from(["yes", "no", "unknown"])},
            optional={"weeks": st.integers(0, 45)},
        ),
    },
)
panels = st.fixed_dictionaries(
    {
        "patient": patients,
        "specimen": st.fixed_dictionaries(
            {},
            optional={
                "collected_at": st.just("2026-11-20T08:40:00+00:00"),
                "conditions": st.lists(
                    st.sampled_from(sorted(RULES.conditions)), max_size=2, unique=True
                ),
            },
        ),
        "results": st.lists(rows(), min_size=1, max_size=6),
        "symptoms": st.none()
        | st.lists(
            st.sampled_from(sorted(RULES.symptoms)).map(lambda one: {"id": one}),
            max_size=4,
            unique_by=lambda one: one["id"],
        ),
        "factors": st.lists(
            st.sampled_from(sorted(RULES.factors)), max_size=4, unique=True
        ),
        "profile": st.sampled_from(sorted(CATALOGUE.profiles)),
        "locale": st.sampled_from(["en-GB", "en-US"]),
        "on_problem": st.sampled_from(["report", "refuse"]),
    }
)


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(panel=panels)
def test_every_panel_is_answered_and_every_stored_one_is_drawn(lab, panel):
    answer = lab.post_bytes(json.dumps(panel).encode())

    assert answer.status_code in {201, 422}
    if answer.status_code == 201:
        assert lab.get(answer.json["links"]["explain"]).status_code == 200
        assert lab.get(answer.json["links"]["report"]).status_code == 200
        assert lab.get(f"{answer.location}/report.html").status_code == 200

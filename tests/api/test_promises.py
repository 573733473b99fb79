"""What Plainlab promises of single panels, as a laboratory system sees it."""

import jsonschema_rs
import pytest

from service.store.instance import mark_demo
from tests.api.conftest import SYSTEM, Client, issue, make_app, panel

LOINC = "http://loinc.org"


def row(analyte, value, unit, **more):
    return {"analyte": analyte, "value": value, "unit": unit, **more}


POTASSIUM = row("potassium", "4.2", "mmol/L")
FERRITIN = row("ferritin", "60", "ug/L")
CALCIUM = row("calcium_total", "2.40", "mmol/L")
IN_RANGE = (row("sodium", "140", "mmol/L"), POTASSIUM)


@pytest.fixture
def interpret(lab):
    """The answer to a panel of some results, which must be stored."""

    def post(*results, **parts):
        answer = lab.post(panel(*results, **parts))
        assert answer.status_code == 201, answer.text
        return answer.json

    return post


def found(answer):
    """The outcome of the first result, in words."""
    first = answer["results"][0]
    words = (first["outcome"], first["direction"], first["reason"])
    return " ".join(word for word in words if word)


def relations(answer):
    return {
        (one["analyte"], one["symptom"]): one["relation"]
        for result in (*answer["results"], *answer["derived"])
        for one in result["relations"]
    }


def codes(answer, part):
    key = "id" if part == "red_flags" else "code"
    return {one[key] for one in answer[part]}


def labels(answer):
    return {one["label"] for one in answer["results"][0]["judgements"]["guidelines"]}


def test_calcium_is_judged_by_the_laboratorys_own_interval(interpret):
    answer = interpret(
        row("calcium_total", "2.35", "mmol/L", interval={"low": "2.20", "high": "2.60"})
    )

    judged = answer["results"][0]["judgements"]["interval"]
    assert found(answer) == "in_range"
    assert (judged["origin"], judged["limits"]["at_least"]) == ("laboratory", "2.20")


def test_potassium_below_3_6_cannot_be_placed_against_3_5(interpret):
    answer = interpret(row("potassium", "<3.6", "mmol/L"))

    assert found(answer) == "indeterminate straddles_limit"


def test_potassium_6_8_flagged_n_is_critical_and_the_conflict_is_told(interpret):
    answer = interpret(row("potassium", "6.8", "mmol/L", flag="N"))

    assert found(answer) == "critical high"
    assert (answer["urgency"], answer["critical"]) == ("emergency", True)
    assert "flag_conflict" in codes(answer, "findings")
    assert answer["results"][0]["flag_agrees"] is False


def test_potassium_4_2_flagged_hh_is_never_in_range(interpret):
    answer = interpret(row("potassium", "4.2", "mmol/L", flag="HH"))

    assert answer["results"][0]["outcome"] == "conflict"
    assert not answer["summary"]["all_in_range"]
    assert "flag_conflict" in codes(answer, "findings")


def test_sodium_134_is_in_range_with_the_guidelines_mild_beside_it(interpret):
    answer = interpret(row("sodium", "134", "mmol/L"), profile="uk")

    assert found(answer) == "in_range"
    assert any("mild" in label for label in labels(answer))


def test_vitamin_d_is_of_one_category_in_both_units(interpret):
    mass = interpret(row("vitamin_d_25oh", "20", "ng/mL"))
    substance = interpret(row("vitamin_d_25oh", "50", "nmol/L"))

    assert labels(mass) == labels(substance)
    assert found(mass) == found(substance)


def test_b12_is_the_same_per_millilitre_and_per_litre(interpret):
    one = interpret(row("vitamin_b12", "200", "pg/mL"))
    other = interpret(row("vitamin_b12", "200", "ng/L"))

    assert (found(one), labels(one)) == (found(other), labels(other))
    assert one["results"][0]["si"] == other["results"][0]["si"]


@pytest.mark.parametrize(
    ("analyte", "value", "si"),
    [("magnesium", "1.6", "0.80"), ("calcium_total", "5.0", "2.50")],
)
def test_milliequivalents_of_divalent_ions_are_halved(interpret, analyte, value, si):
    answer = interpret(row(analyte, value, "mEq/L"))

    assert answer["results"][0]["si"] == {
        "comparator": "=",
        "value": si,
        "unit": "mmol/L",
    }


def test_vitamin_d_without_a_unit_is_refused(lab):
    refused = lab.codes(panel(row("vitamin_d_25oh", "50", "")))

    assert refused == {"/results/0/unit": "unit_missing"}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("5,4", "decimal_comma"),
        ("6.2 H", "trailing_text"),
        ("1e5", "exponent"),
        ("٣", "not_ascii_digits"),
    ],
)
def test_values_that_could_mean_something_else_are_refused_by_name(lab, value, code):
    refused = lab.codes(panel(row("potassium", value, "mmol/L")))

    assert refused == {"/results/0/value": code}


def test_a_json_number_with_an_exponent_is_refused_by_name(lab):
    body = b'{"results": [{"analyte": "potassium", "value": 1e5, "unit": "mmol/L"}]}'

    answer = lab.post_bytes(body)

    assert [one["code"] for one in answer.json["errors"]] == ["exponent"]


def test_a_json_number_keeps_its_trailing_zero(lab):
    body = b'{"results": [{"analyte": "potassium", "value": 6.80, "unit": "mmol/L"}]}'

    answer = lab.post_bytes(body)

    assert answer.json["results"][0]["as_reported"]["value"] == "6.80"


def test_ferritin_60_with_restless_legs_is_in_range_and_below_the_target(interpret):
    answer = interpret(FERRITIN, symptoms=[{"id": "restless_legs"}])

    assert found(answer) == "in_range"
    assert relations(answer)[("ferritin", "restless_legs")] == "below_condition_target"


def test_cramps_with_everything_in_range_invent_nothing(interpret):
    answer = interpret(*IN_RANGE, symptoms=[{"id": "muscle_cramp"}])

    (symptom,) = answer["symptoms"]
    assert answer["summary"]["all_in_range"]
    assert symptom["candidates"] == []
    assert symptom["other_causes"]
    assert not {"consistent_with", "may_contribute"} & set(relations(answer).values())


def test_chest_pain_with_everything_in_range_is_an_emergency(interpret):
    answer = interpret(*IN_RANGE, symptoms=[{"id": "rf_chest_pain"}])

    assert answer["urgency"] == "emergency"
    assert "rf_chest_pain" in codes(answer, "red_flags")


@pytest.mark.parametrize("symptom", ["tingling_limbs", "tingling_mouth_fingers"])
def test_calcium_without_albumin_never_speaks_against_tingling(interpret, symptom):
    answer = interpret(CALCIUM, symptoms=[{"id": symptom}])

    assert relations(answer)[("calcium_total", symptom)] != "does_not_explain"
    assert any(missing["fact"] == "albumin" for missing in answer["missing"])


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("100", "in_range"),
        ("250", "indeterminate sex_needed"),
        ("5", "out_of_range low"),
    ],
)
def test_ferritin_for_an_unknown_sex_is_judged_only_where_all_agree(
    lab, value, outcome
):
    document = panel(row("ferritin", value, "ug/L"))
    document["patient"] = {
        "birth_date": "1990-01-01",
        "sex": "unknown",
        "pregnancy": {"status": "no"},
    }

    assert found(lab.post(document).json) == outcome


def test_a_panel_of_unknown_tests_is_never_all_in_range(interpret):
    answer = interpret(row("lipase", "30", "U/L"), row("ALT", "22", "U/L"))

    assert answer["summary"]["unsupported"] == 2
    assert not answer["summary"]["all_in_range"]
    assert found(answer) == "not_interpreted analyte_not_supported"


def test_the_wrong_molecule_is_refused_by_name(interpret):
    code = {"system": LOINC, "code": "2828-2"}

    answer = interpret({"code": code, "value": "40", "unit": "mmol/L"})

    (result,) = answer["results"]
    assert (result["reason"], result["detail"]) == ("wrong_measurand", "2828-2")
    assert "Urine" in result["name"]


def test_a_mass_code_with_a_substance_unit_is_a_finding_and_no_crash(interpret):
    code = {"system": LOINC, "code": "62292-8"}

    answer = interpret({"code": code, "value": "50", "unit": "nmol/L"})

    assert found(answer) == "not_interpreted unit_property_mismatch"


def test_the_order_in_which_things_are_sent_changes_nothing(interpret):
    results = [*IN_RANGE, FERRITIN, CALCIUM]

    one = interpret(*results, factors=["drug_ppi", "alcohol"])
    other = interpret(*reversed(results), factors=["alcohol", "drug_ppi"])

    apart = ("id", "links", "made_at")
    assert [one[key] for key in one if key not in apart] == [
        other[key] for key in other if key not in apart
    ]


def test_a_trial_message_is_marked_on_every_sheet(lab):
    answer = lab.post(panel(POTASSIUM, test=True))

    assert "TEST" in lab.get(f"{answer.location}/report.html").text


def test_a_demo_is_marked_on_every_sheet(tmp_path, clock):
    app = make_app(tmp_path, clock, PLAINLAB_DEMO="true")
    mark_demo(app.extensions["plainlab"].engine, SYSTEM)
    lab = Client(app, issue(app))

    answer = lab.post(panel(POTASSIUM))

    assert "DEMO" in lab.get(f"{answer.location}/report.html").text
    app.extensions["plainlab"].engine.dispose()


@pytest.mark.parametrize(
    ("results", "parts"),
    [
        (IN_RANGE, {}),
        ((CALCIUM, row("albumin", "30", "g/L")), {"symptoms": None}),
        ((row("potassium", "6.8", "mmol/L", flag="N", interval="3.5-5.3"),), {}),
        ((row("potassium", "<3.6", "mmol/L", interval="see note"),), {}),
        (
            (FERRITIN, row("vitamin_b12", "150", "ng/L"), row("lipase", "3", "U/L")),
            {"symptoms": [{"id": "restless_legs"}, {"id": "rf_chest_pain"}]},
        ),
        ((row("potassium", "6.2 H", "stone"),), {"on_problem": "report"}),
        (
            (row("magnesium", "0.45", "mmol/L"), row("potassium", "2.4", "mmol/L")),
            {"factors": ["drug_ppi"], "profile": "us", "locale": "en-US"},
        ),
    ],
    ids=["plain", "derived", "critical", "censored", "symptoms", "unread", "us"],
)
@pytest.mark.parametrize("link", ["self", "explain"])
def test_every_answer_is_of_the_documented_shape(lab, interpret, results, parts, link):
    answer = interpret(*results, **parts)
    shape = {"self": "Interpretation", "explain": "Explanation"}[link]
    components = lab.plain.get("/openapi.json").json["components"]

    document = lab.get(answer["links"][link]).json

    schema = {"$ref": f"#/components/schemas/{shape}", "components": components}
    jsonschema_rs.validate(schema, document)


def test_a_converted_number_keeps_its_comparator(interpret):
    answer = interpret(row("ferritin", "<15", "ng/mL"))

    assert answer["results"][0]["si"]["comparator"] == "<"

"""Each operation of the interface, once, as it is meant to go."""

import json

import pytest

from service.reporting import ReportOptions, printable_page, report_page
from service.store.interpretations import get
from tests.api.conftest import panel, rows_of
from tests.test_reports_archive import files_inside

RUNES = "ᚠᚢᚦᚨᚱᚲ"


@pytest.fixture(scope="module")
def stored(lab):
    """The answer to a panel that was stored."""
    symptoms = [{"id": "restless_legs", "when": "night"}]
    ferritin = {"analyte": "ferritin", "value": "9.0", "unit": "ng/mL", "flag": "L"}
    answer = lab.post(panel(ferritin, symptoms=symptoms))
    assert answer.status_code == 201, answer.text
    return answer


def test_a_panel_is_stored_and_can_be_read_where_the_answer_says(lab, stored):
    again = lab.get(stored.location)

    assert stored.location == stored.json["links"]["self"]
    assert again.status_code == 200
    assert again.json == stored.json


def test_the_answer_says_what_was_promised(stored):
    assert list(stored.json) == [
        "id",
        "version",
        "status",
        "supersedes",
        "superseded_by",
        "earlier_unknown",
        "made_at",
        "urgency",
        "critical",
        "summary",
        "results",
        "derived",
        "symptoms",
        "red_flags",
        "findings",
        "cautions",
        "missing",
        "factors",
        "withheld_food",
        "sources",
        "catalogue",
        "engine",
        "links",
    ]
    assert (stored.json["version"], stored.json["status"]) == (1, "unreviewed")
    assert set(stored.json["catalogue"]) == {
        "version",
        "sha256",
        "profile",
        "reviewed_by",
    }


def test_a_result_is_shown_as_it_was_reported_and_converted_beside_it(stored):
    (result,) = stored.json["results"]

    assert result["as_reported"]["value"] == "9.0"
    assert result["as_reported"]["unit"] == "ng/mL"
    assert result["si"] == {"comparator": "=", "value": "9.0", "unit": "ug/L"}
    assert result["conventional"] == {
        "comparator": "=",
        "value": "9.0",
        "unit": "ng/mL",
    }
    assert (result["sender_flag"], result["flag_agrees"]) == ("L", True)
    assert (result["outcome"], result["direction"]) == ("out_of_range", "low")
    (limits, *_) = [one["limits"] for one in result["judgements"]["guidelines"]]
    assert set(limits) == {"at_least", "above", "at_most", "below"}
    assert any(limits.values())


def test_symptoms_that_were_not_asked_are_null_and_none_are_empty(lab, document):
    asked = lab.post(document)
    document["symptoms"] = None
    not_asked = lab.post(document)

    assert asked.json["symptoms"] == []
    assert not_asked.json["symptoms"] is None
    assert [one.json["summary"]["symptoms_asked"] for one in (asked, not_asked)] == [
        True,
        False,
    ]


def test_every_statement_is_explained_with_rule_limit_factor_and_source(lab, stored):
    explained = lab.get(stored.json["links"]["explain"]).json

    judged = [one for one in explained["statements"] if one["limit"]]
    assert explained["catalogue"] == stored.json["catalogue"]
    assert all(one["rule"] for one in explained["statements"])
    assert judged[0]["about"].startswith("/results/0/judgements/")
    assert {"name": "value", "text": "9.0"} in judged[0]["inputs"]
    assert judged[0]["side"] in {"below", "inside", "above", "straddles"}
    assert "/" in judged[0]["factor"] or judged[0]["factor"].isdigit()
    assert all(
        source["year"] and source["where"]
        for one in judged
        for source in one["sources"]
    )


def test_a_correction_of_nothing_known_says_in_each_version_that_another_may_stand(lab):
    potassium = {"analyte": "potassium", "value": "4.2", "unit": "mmol/L"}
    first = lab.post(panel(potassium | {"status": "corrected"})).json
    second = lab.post(panel(potassium) | {"supersedes": first["id"]}).json

    assert first["earlier_unknown"] is True
    assert second["earlier_unknown"] is True
    assert lab.get(first["links"]["self"]).json["earlier_unknown"] is True


def test_a_correction_of_what_it_names_leaves_nothing_standing(lab):
    potassium = {"analyte": "potassium", "value": "4.2", "unit": "mmol/L"}
    first = lab.post(panel(potassium)).json
    corrected = panel(potassium | {"status": "corrected"})
    second = lab.post(corrected | {"supersedes": first["id"]}).json

    assert (first["earlier_unknown"], second["earlier_unknown"]) == (False, False)


def test_a_pattern_says_what_would_settle_it_and_what_was_sent_in_vain(lab):
    low = {"analyte": "potassium", "value": "3.2", "unit": "mmol/L"}
    lost = {"analyte": "magnesium", "value": "0.8", "unit": "mmol/L"}
    answer = lab.post(panel(low, lost | {"status": "cancelled"})).json
    explained = lab.get(answer["links"]["explain"]).json["statements"]
    inputs = {one["about"]: one["inputs"] for one in explained}

    assert [one["settled_by"] for one in answer["findings"]] == ["a magnesium"]
    assert {"name": "settled_by", "text": "a magnesium"} in inputs["/findings/0"]
    assert {one["fact"]: one["sent"] for one in answer["missing"]} == {
        "magnesium": True,
        "new_result": False,
    }


def test_a_source_says_how_its_figures_were_read(lab):
    low = {"analyte": "vitamin_b12", "value": "150", "unit": "ng/L"}
    answer = lab.post(panel(low)).json
    explained = lab.get(answer["links"]["explain"]).json["statements"]
    (judged,) = [
        one
        for one in explained
        if one["rule"] == "vitamin_b12/uk/guideline/ng239_total" and one["limit"]
    ]

    said = {one["id"]: one["via"] for one in answer["sources"]}

    assert said["nice_ng239"].startswith("table wording seen in secondary copies")
    assert judged["sources"][0]["via"] == said["nice_ng239"]


@pytest.mark.parametrize("query", ["", "?locale=en-US"])
def test_every_printed_sentence_rests_on_statements_of_the_answer(lab, stored, query):
    explained = lab.get(f"{stored.json['links']['explain']}{query}").json

    nodes = {one["about"] for one in explained["statements"]}
    rests = {one["where"]: one["rests_on"] for one in explained["sentences"]}
    assert len(nodes) == len(explained["statements"])
    assert all(found and nodes.issuperset(found) for found in rests.values())
    assert "/results/0" in rests["/cards/0/heading"]
    assert "wording:how.band" in rests["/how_to_read/texts/0"]


def test_every_pointer_of_a_statement_leads_into_the_answer(lab, stored):
    explained = lab.get(stored.json["links"]["explain"]).json

    pointers = [
        one["about"] for one in explained["statements"] if one["about"].startswith("/")
    ]

    assert {at(stored.json, pointer) is not None for pointer in pointers} == {True}


def at(document, pointer):
    for name in pointer.split("/")[1:]:
        document = document[int(name) if name.isdigit() else name]
    return document


def test_who_the_patient_is_stays_out_of_the_explanation(lab):
    document = panel({"analyte": "ferritin", "value": "9", "unit": "ug/L"})
    document["patient"] |= {"id": "MRN-CANARY", "name": "Canary Person"}
    document["patient"] |= {"birth_date": "1971-03-04"}
    made = lab.post(document).json

    explained = lab.get(made["links"]["explain"]).text

    assert "anary" not in explained
    assert "CANARY" not in explained
    assert "1971" not in explained


def test_the_working_sheet_is_a_pdf_of_its_own_the_same_each_time(lab, stored):
    path = stored.json["links"]["working"]

    answer = lab.get(path)

    assert answer.data.startswith(b"%PDF-")
    assert answer.data == lab.get(path).data
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="working-{stored.json["id"]}.pdf"'
    )
    assert answer.data != lab.get(f"{path}?paper=Letter").data


def test_every_judgement_of_the_catalogue_names_its_source(lab, stored):
    explained = lab.get(stored.json["links"]["explain"]).json

    judged = [one for one in explained["statements"] if one["limit"]]
    ours = [
        one
        for one in judged
        if {"name": "origin", "text": "catalogue"} in one["inputs"]
    ]
    assert ours
    assert all(one["sources"] for one in ours)


def test_the_report_is_a_pdf_whose_file_name_holds_no_identity(lab, stored):
    answer = lab.get(stored.json["links"]["report"])

    assert answer.content_type == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="report-{stored.json["id"]}.pdf"'
    )


def test_the_same_report_is_drawn_byte_for_byte(lab, stored):
    path = stored.json["links"]["report"]

    assert lab.get(path).data == lab.get(path).data


@pytest.mark.parametrize(
    "query",
    ["locale=en-US", "size=large", "paper=Letter", "attach=none", "for=clinician"],
)
def test_the_report_is_drawn_as_it_is_wanted(lab, stored, query):
    path = stored.json["links"]["report"]

    wanted = lab.get(f"{path}?{query}")

    assert wanted.status_code == 200
    assert wanted.data != lab.get(path).data


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("locale=tlh", ("locale", "not_allowed")),
        ("size=huge", ("size", "not_allowed")),
        ("paper=a4", ("paper", "not_allowed")),
        ("paper=", ("paper", "not_allowed")),
        ("paper=A4&paper=A4", ("paper", "not_allowed")),
        ("colour=red", ("colour", "unknown_field")),
    ],
)
@pytest.mark.parametrize("ending", ["pdf", "html"])
def test_a_report_that_cannot_be_had_is_refused_by_name(
    lab, stored, ending, query, error
):
    answer = lab.get(f"{stored.json['links']['self']}/report.{ending}?{query}")

    assert (answer.status_code, answer.json["code"]) == (400, "invalid_parameter")
    errors = {(one["pointer"], one["code"]) for one in answer.json["errors"]}
    assert errors == {error}


@pytest.mark.parametrize("name", ["attach", "for"])
def test_what_is_for_paper_alone_is_refused_on_a_screen(lab, stored, name):
    answer = lab.get(f"{stored.json['links']['self']}/report.html?{name}=none")

    (error,) = answer.json["errors"]
    assert (error["pointer"], error["code"]) == (name, "unknown_field")


def test_the_results_stand_inside_the_report_as_fhir(lab, stored):
    path = stored.json["links"]["report"]

    (bundle,) = [json.loads(one) for one in files_inside(lab.get(path).data)]

    kinds = {entry["resource"]["resourceType"] for entry in bundle["entry"]}
    assert {"DiagnosticReport", "Observation", "Patient"} <= kinds
    assert files_inside(lab.get(f"{path}?attach=none").data) == []


def test_the_report_can_be_read_on_a_screen(lab, stored):
    answer = lab.get(f"{stored.json['links']['self']}/report.html?locale=en-US")

    assert answer.mimetype == "text/html"
    assert '<html lang="en-US"' in answer.text
    assert "Alex Example" in answer.text


def test_large_letters_are_given_on_a_screen_too_and_other_sizes_refused(lab, stored):
    path = f"{stored.json['links']['self']}/report.html"

    assert 'class="standard"' in lab.get(path).text
    assert 'class="large"' in lab.get(f"{path}?size=large").text
    assert lab.get(f"{path}?size=huge").status_code == 400


def test_a_panel_can_be_answered_by_its_report(lab, document):
    answer = lab.post(document, Accept="application/pdf")

    assert (answer.status_code, answer.mimetype) == (201, "application/pdf")
    assert answer.data == lab.get(f"{answer.location}/report.pdf").data


def test_a_name_in_a_script_without_a_font_still_gives_a_report(lab, document):
    document["patient"]["name"] = RUNES

    answer = lab.get(lab.post(document).json["links"]["report"])

    assert answer.data.startswith(b"%PDF-")


def test_a_report_says_where_it_cannot_print_a_text_and_keeps_the_rest(
    shared, lab, document
):
    document["patient"]["name"] = RUNES
    app = shared.extensions["plainlab"]
    stored = get(app.engine, lab.post(document).json["id"])

    page = report_page(app, stored, ReportOptions())
    told = printable_page(page)

    assert told.header.name == page.unprintable
    assert told.summary == page.summary
    assert RUNES not in repr(told)
    assert "MRN-1" in repr(told.footer)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("2026-11-20T10:05:00+00:00", "Reached the lab: 20 November 2026, 10:05"),
        ("", "Reached the lab: not supplied"),
    ],
)
def test_a_report_says_when_the_laboratory_had_the_specimen(
    shared, lab, document, sent, said
):
    document["specimen"]["received_at"] = sent
    app = shared.extensions["plainlab"]
    stored = get(app.engine, lab.post(document).json["id"])

    assert said in report_page(app, stored, ReportOptions()).header.facts


def test_reading_changes_nothing_that_was_stored(own, own_lab, document):
    made = own_lab.post(document).json

    own_lab.get(made["links"]["self"])
    own_lab.get(made["links"]["explain"])
    own_lab.get(made["links"]["report"])

    assert own_lab.get(made["links"]["self"]).json == made
    counts = [rows_of(own, table) for table in ("submission", "interpretation")]
    assert counts == [1, 1]


def test_reads_and_downloads_are_written_down(own, own_lab, document):
    made = own_lab.post(document).json
    own_lab.get(made["links"]["self"])
    own_lab.get(made["links"]["explain"])
    own_lab.get(made["links"]["report"])
    own_lab.get(f"{made['links']['self']}/report.html")

    with own.extensions["plainlab"].engine.connect() as connection:
        audit = connection.exec_driver_sql(
            "SELECT action FROM audit WHERE object = ? ORDER BY sequence", (made["id"],)
        )
        actions = audit.scalars().all()

    assert actions == ["store", "read", "read", "download", "download"]


def test_the_catalogue_can_be_read(lab):
    listed = lab.get("/v1/analytes").json["analytes"]
    ferritin = lab.get("/v1/analytes/ferritin").json

    assert {"sodium", "potassium", "ferritin"} <= {one["id"] for one in listed}
    assert ferritin["review"]["reviewed_by"] == "nobody yet"
    assert all(row["source"] for row in ferritin["intervals"])
    assert ferritin["decision_sets"][0]["scales"]


def test_what_can_be_stated_can_be_read(lab):
    symptoms = lab.get("/v1/symptoms").json["symptoms"]
    stated = lab.get("/v1/factors").json

    assert {"restless_legs", "rf_chest_pain"} <= {one["id"] for one in symptoms}
    assert "drug_ppi" in {one["id"] for one in stated["factors"]}
    assert "haemolysed" in stated["specimen_conditions"]
    assert "serum" in stated["specimen_types"]


@pytest.mark.parametrize("path", ["/v1/analytes/unobtainium", "/v1/interpretations/x"])
def test_what_is_not_there_is_not_found(lab, path):
    assert lab.get(path).json["code"] == "not_found"


def test_head_is_get_without_a_body(lab, stored):
    answer = lab.plain.head(stored.location, headers=lab.headers)

    assert (answer.status_code, answer.data) == (200, b"")
    assert lab.plain.head(stored.location).status_code == 401


def test_options_lists_the_methods(lab):
    answer = lab.plain.options("/v1/interpretations")

    assert answer.status_code == 200
    assert set(answer.allow) == {"POST", "OPTIONS"}


def test_the_process_says_that_it_lives_and_can_store(lab):
    assert lab.plain.get("/healthz").json == {"status": "ok"}
    ready = lab.plain.get("/readyz")
    assert (ready.status_code, ready.json["reasons"]) == (200, [])


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/docs", "text/html"),
        ("/docs/problems", "text/html"),
        ("/docs/static/docs.js", "text/javascript"),
        ("/docs/static/docs.css", "text/css"),
        ("/openapi.json", "application/json"),
    ],
)
def test_the_documentation_is_served_from_here(lab, path, kind):
    answer = lab.plain.get(path)

    assert (answer.status_code, answer.mimetype) == (200, kind)
    assert "//" not in answer.text.replace("// ", "").replace("http://loinc.org", "")


def test_every_problem_leads_to_its_meaning(lab):
    problem = lab.plain.get("/v1/analytes").json

    path, _, anchor = problem["type"].partition("#")
    assert f'id="{anchor}"' in lab.plain.get(path).text

"""The worklist and the result page: found, read, reviewed, handed out."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from reference_ranges.panel import Reason
from reference_ranges.relations import SymptomSummary, Token
from reference_ranges.results import Kind, Urgency, Verdict
from service.access.audit import Stamp
from service.access.users import Role
from service.store import tables
from service.store.engine import reading
from service.store.escalations import escalate
from tests.desk.conftest import signed_in
from tests.desk.pages import Page
from tests.desk.panels import PATIENT, commit, id_of, potassium, preview

UNKNOWN = "a" * 26


@pytest.fixture(autouse=True)
def later(clock):
    """Each test happens after the one before, so that newest first is known."""
    clock.now += timedelta(hours=1)


def store(client, changes):
    return id_of(commit(client, preview(client, changes)))


def who(number, name):
    return {"record_number": [number], "name": [name]}


def results_in(page):
    return [link.rsplit("/", 1)[1] for link in page.links if "/desk/results/" in link]


def search(client, query):
    return (
        Page(client.get("/desk/worklist"))
        .form("/desk/worklist")
        .send(client, {"query": [query]})
    )


def test_emergency_and_today_stand_above_what_is_newer(staff):
    urgent = store(staff, potassium("6.8") | who("W-1", "Worklist One"))
    calm = store(staff, potassium("4.1") | who("W-2", "Worklist Two"))

    listed = results_in(search(staff, "Worklist"))

    assert listed.index(urgent) < listed.index(calm)


def test_an_escalated_result_says_so(staff, clinician, clock, engine, see):
    made = store(staff, potassium("7.1") | who("W-9", "Escalated Nine"))
    waits = "Escalated: nobody has looked at this critical result in time"
    before = search(staff, "W-9").text

    clock.now += timedelta(minutes=5)
    escalate(engine, timedelta(minutes=5), Stamp("system:test", clock()))
    after = search(staff, "W-9").text
    address = f"/desk/results/{made}"
    see(clinician, address).form(f"{address}/review").send(clinician)

    told = [waits in text for text in (before, after, search(staff, "W-9").text)]
    assert told == [False, True, False]


def test_urgency_is_a_word_and_a_shape(staff, see):
    store(staff, potassium("6.8") | who("W-3", "Worklist Three"))

    page = see(staff, "/desk/worklist")

    assert "Emergency" in page.text
    assert "mark-urgent" in page.source


@pytest.mark.parametrize("query", ["W-44", "w-44", "garcía", "GARCIA", "ana w-44"])
def test_a_search_finds_by_number_or_name(staff, query):
    made = store(staff, potassium() | who("W-44", "Ana García"))

    page = search(staff, query)

    assert made in results_in(page)
    assert page.form("/desk/worklist").fields["query"] == [query]


@pytest.mark.parametrize("query", ["nobody-of-it", "MRN%77", "MRN_77", "' OR 2=2 --"])
def test_a_search_that_matches_nothing_says_so(staff, query):
    assert "Nothing matches." in search(staff, query).text


def test_a_search_answers_at_once_and_keeps_the_text_out_of_the_address(staff):
    page = search(staff, "Canary-Search")

    assert page.status == 200
    assert not [link for link in page.links if "Canary" in link]
    assert not [form for form in page.forms if "Canary" in form.action]


def test_the_list_goes_on_page_by_page_without_losing_a_line(staff, monkeypatch):
    monkeypatch.setattr("service.desk.worklist.PER_PAGE", 2)
    made = [store(staff, potassium() | who(f"P-{n}", "Page Turner")) for n in range(5)]
    first = search(staff, "Page Turner")
    second = first.forms[-1].send(staff)
    third = second.forms[-1].send(staff)

    listed = results_in(first) + results_in(second) + results_in(third)

    assert listed == made[::-1]
    assert third.forms[-1].fields.get("after") is None


@pytest.mark.parametrize("after", ["x", "1", "1-", "-1", "9" * 30 + "-1"])
def test_a_cursor_that_is_none_is_refused(staff, see, after):
    form = see(staff, "/desk/worklist").form("/desk/worklist")

    assert form.send(staff, {"after": [after]}).status == 400


# -- the result page


@pytest.fixture
def made(staff):
    """A panel with a critical result, which staff have read."""
    kept = store(staff, PATIENT | who("MRN-1", "Alex Example Made") | {
        "value.potassium": ["6.8"], "unit.potassium": ["mmol/L"],
        "flag.potassium": ["N"],
        "value.sodium": ["134"], "unit.sodium": ["mmol/L"],
        "value.ferritin": ["60"], "unit.ferritin": ["ug/L"],
        "asked": ["some"], "symptom": ["restless_legs"],
    })  # fmt: skip
    Page(staff.get(f"/desk/results/{kept}")).form("/read").send(staff)
    return kept


@pytest.fixture
def page(staff, see, made):
    return see(staff, f"/desk/results/{made}")


def test_danger_comes_first_on_the_page(page):
    places = [
        page.text.index(words) for words in ("Emergency", "Findings", "Results as")
    ]

    assert places == sorted(places)


def test_three_judgements_stand_side_by_side(page):
    assert "mild hyponatraemia" in page.text
    assert re.search(r"133 to 146 mmol/L", page.text)
    assert "Critical limit" in page.text


def test_a_flag_that_disagrees_is_shown_and_found(page):
    assert "N disagrees" in page.text
    assert "flag and ours disagree" in page.text


def test_relations_say_how_a_result_stands_to_a_symptom(page):
    assert "in range, but below the target used in this" in page.text


def test_the_working_lists_rules_inputs_and_sources(page):
    assert "Show the working" in page.text
    assert page.source.count("<details") == 5  # how soon, three results, the rest
    assert "How soon to act" in page.text
    assert "What leads, and why" in page.text
    assert "SHA-256" in page.text


def test_the_working_can_be_printed(staff, see, made):
    page = see(staff, f"/desk/results/{made}")
    (link,) = [one for one in page.links if one.endswith("/working.pdf")]

    answer = staff.get(link)

    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="working-{made}.pdf"'
    )


def test_our_interval_stands_beside_the_laboratorys_where_they_differ(staff, see):
    changes = potassium("5.4") | {"interval.potassium": ["3.5-5.6"]}

    page = see(staff, f"/desk/results/{store(staff, changes)}")

    assert "Not used, and says otherwise" in page.text
    assert "The laboratory\u2019s interval and ours differ" in page.text
    assert "3.5 to 5.6 mmol/L" in page.text
    assert "3.5 to 5.3 mmol/L" in page.text


def test_a_fault_of_the_sample_is_said_before_anything_that_rests_on_it(staff, see):
    changes = potassium("6.8") | {"condition": ["haemolysed"], "flag.potassium": ["N"]}

    text = see(staff, f"/desk/results/{store(staff, changes)}").text

    assert text.index("The sample") < text.index("Findings")
    assert text.index("The blood cells in the sample") < text.index(
        "Results as reported"
    )
    assert text.index("Emergency") < text.index("The sample")


def test_what_would_settle_an_open_result_stands_beside_it(staff, see):
    page = see(staff, f"/desk/results/{store(staff, potassium('<3.6'))}")

    assert "Settled by: The exact value, from the laboratory" in page.text


def test_reading_and_handing_out_are_written_down(staff, engine, made):
    staff.get(f"/desk/results/{made}")
    staff.get(f"/desk/results/{made}/report.pdf")
    with reading(engine) as connection:
        audit = tables.audit
        actions = connection.scalars(
            select(audit.c.action).where(audit.c.object == made)
        ).all()

    assert {"store", "read", "download"} <= set(actions)


@pytest.mark.parametrize("options", ["", "?paper=Letter", "?size=large"])
def test_the_pdf_is_handed_out_under_a_name_that_says_nothing(staff, made, options):
    answer = staff.get(f"/desk/results/{made}/report.pdf{options}")

    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="report-{made}.pdf"'
    )
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("options", ["?paper=A0", "?size=huge"])
@pytest.mark.parametrize("kind", ["report.pdf", "report.html"])
def test_a_report_in_no_known_shape_is_refused(staff, made, kind, options):
    assert staff.get(f"/desk/results/{made}/{kind}{options}").status_code == 400


def test_the_web_report_is_the_patients_page(staff, see, made):
    page = see(staff, f"/desk/results/{made}/report.html")

    assert "Your blood test results" in page.text
    assert "Alex Example" in page.text


@pytest.mark.parametrize("unknown", [UNKNOWN, "x", "..%2f..%2fetc", "A" * 26])
@pytest.mark.parametrize("end", ["", "/report.pdf", "/report.html"])
def test_unknown_and_malformed_ids_are_answered_alike(staff, unknown, end):
    assert staff.get(f"/desk/results/{unknown}{end}").status_code == 404


def test_only_clinicians_are_offered_the_review(staff, clinician, see, made):
    theirs = see(staff, f"/desk/results/{made}")
    ours = see(clinician, f"/desk/results/{made}")

    assert "Mark as reviewed" not in theirs.text
    assert "Mark as reviewed" in ours.text


def test_after_a_review_every_page_says_by_whom_and_when(
    staff, clinician, see, made, clock
):
    before = staff.get(f"/desk/results/{made}/report.pdf").data
    see(clinician, f"/desk/results/{made}").form("/review").send(clinician)

    page = see(staff, f"/desk/results/{made}")
    report = see(staff, f"/desk/results/{made}/report.html")
    listed = search(staff, "Example Made")

    when = clock.now.strftime("%-d %b %Y")
    assert f"Reviewed by Dr Clinician Person on {when}" in page.text
    assert "Dr Clinician Person" in report.text
    assert "Reviewed by Dr Clinician Person" in listed.text
    assert staff.get(f"/desk/results/{made}/report.pdf").data != before


def test_a_review_is_never_made_by_a_get(clinician, made):
    assert clinician.get(f"/desk/results/{made}/review").status_code == 405


def test_a_reviewed_emergency_leaves_the_top(staff, clinician, see):
    urgent = store(staff, potassium("6.8") | who("R-1", "Reviewed Away"))
    calm = store(staff, potassium("4.1") | who("R-2", "Still Here"))
    see(clinician, f"/desk/results/{urgent}").form("/review").send(clinician)

    listed = results_in(search(staff, "R- e"))

    assert listed == [calm, urgent]


def test_nobody_asked_and_none_are_two_sentences(staff, see):
    asked = store(staff, potassium() | {"asked": ["none"]})
    unasked = store(staff, potassium())

    assert "has none of the listed" in see(staff, f"/desk/results/{asked}").text
    assert "Nobody asked" in see(staff, f"/desk/results/{unasked}").text


def test_the_admin_reads_too(app, made):
    assert signed_in(app, Role.ADMIN).get(f"/desk/results/{made}").status_code == 200


# -- words


@pytest.mark.parametrize(
    ("table", "tokens"),
    [
        ("urgencies", {one.value for one in Urgency}),
        ("urgency_tones", {one.value for one in Urgency}),
        ("urgency_advice", {one.value for one in Urgency}),
        ("verdicts", set(Verdict)),
        ("verdict_tones", set(Verdict)),
        ("reasons", set(Reason)),
        ("relations", set(Token)),
        ("symptom_summaries", set(SymptomSummary)),
    ],
)
def test_every_token_has_words_and_no_word_is_left_over(app, table, tokens):
    words = app.jinja_env.get_template("_words.html").module

    assert set(getattr(words, table)) == tokens


@pytest.mark.parametrize("kind", Kind)
def test_every_outcome_has_a_text_and_a_tone(app, kind):
    words = app.jinja_env.get_template("_words.html").module
    outcome = type(
        "Outcome", (), {"kind": kind, "direction": "low", "reason": "no_limit"}
    )

    assert str(words.outcome_text(outcome)).strip()
    assert str(words.outcome_tone(outcome)).strip() in {
        "usual", "low", "high", "edge", "urgent", "unknown",
    }  # fmt: skip


def test_the_clinician_s_page_is_a_paper_of_its_own(staff, see, made):
    page = see(staff, f"/desk/results/{made}")
    theirs = staff.get(f"/desk/results/{made}/report.pdf?for=patient").data

    ours = staff.get(f"/desk/results/{made}/report.pdf?for=clinician").data

    assert "Clinician\u2019s page (PDF)" in page.text
    assert b"Results for the clinician" in ours
    assert theirs == staff.get(f"/desk/results/{made}/report.pdf").data != ours
    assert staff.get(f"/desk/results/{made}/report.pdf?for=all").status_code == 400

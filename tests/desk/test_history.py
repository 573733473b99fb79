"""What the desk shows of earlier results, and of feeds that are held."""

import re

import pytest

from service.access.audit import Stamp
from service.services import NAME
from service.store import feeds
from service.store.engine import writing
from tests.desk.conftest import signed_in  # noqa: F401 - the fixtures' own helper
from tests.desk.pages import Page
from tests.desk.panels import PATIENT, commit, id_of, preview
from tests.test_core_feeds import MAGNESIUM


def ferritin(number, value, day, laboratory="North Lab"):
    return PATIENT | {
        "record_number": [number],
        "laboratory": [laboratory],
        "collected_date": [day],
        "value.ferritin": [value],
        "unit.ferritin": ["ug/L"],
    }


def store(client, changes):
    return commit(client, preview(client, changes))


def result_page(client, answer):
    return client.get(answer.headers["Location"])


def test_the_result_page_has_the_number_before_and_what_the_change_means(staff):
    store(staff, ferritin("H-1", "70", "2026-05-03"))
    answer = store(staff, ferritin("H-1", "9", "2026-11-20"))

    text = Page(result_page(staff, answer)).text

    assert "Before: 70 mcg/L on 3 May 2026" in text
    assert "Down by more than chance (D)" in text
    assert "difference -61 mcg/L" in text
    assert "47.8 %" in text


def test_a_sparkline_never_stands_without_number_interval_and_flag(staff):
    store(staff, ferritin("H-2", "70", "2026-05-03"))
    answer = store(staff, ferritin("H-2", "9", "2026-11-20"))

    html = result_page(staff, answer).text
    (row,) = [
        one
        for one in re.findall(r"<tr>.*?</tr>", html, re.DOTALL)
        if "sparkline" in one
    ]

    assert 'role="img"' in row
    assert "70 ug/L on 2026-05-03" in row
    assert "now 9 ug/L" in row
    for column in ("As reported", "Outcome", "Reference interval", "Critical limit"):
        assert f'data-label="{column}"' in row


def test_results_that_were_measured_alike_are_joined_and_others_stand_alone(staff):
    store(staff, ferritin("H-3", "70", "2026-05-03"))
    store(staff, ferritin("H-3", "60", "2026-06-03", "South Lab"))
    answer = store(staff, ferritin("H-3", "9", "2026-11-20"))

    html = result_page(staff, answer).text
    (drawing,) = re.findall(r'<svg class="sparkline".*?</svg>', html, re.DOTALL)

    joined = re.search(r'polyline class="joined" points="([^"]*)"', drawing)[1]
    assert len(joined.split()) == 2
    assert drawing.count('class="past"') == 1
    assert drawing.count('class="same"') == 2
    assert "not known to be measured in the same way" in drawing


def test_a_preview_shows_the_change_that_is_then_stored(staff, stored):
    store(staff, ferritin("H-4", "70", "2026-05-03"))

    page = preview(staff, ferritin("H-4", "9", "2026-11-20"))
    answer = commit(staff, page)

    assert "Down by more than chance (D)" in page.text
    assert stored(answer).interpretation.results[0].delta.code == "D"


def test_a_preview_is_refused_where_an_earlier_result_has_come_between(staff):
    page = preview(staff, ferritin("H-5", "9", "2026-11-20"))
    store(staff, ferritin("H-5", "70", "2026-05-03"))

    assert commit(staff, page).status == 409


def test_a_value_close_to_a_limit_is_said_to_be(staff):
    page = preview(
        staff, PATIENT | {"value.vitamin_b12": ["345"], "unit.vitamin_b12": ["ng/L"]}
    )

    assert "scatter) of 350 ng/L." in page.text


# ---- Held feeds ------------------------------------------------------------------


@pytest.fixture
def hold(app, engine, staff):
    """A hold on what comes by the form."""
    services = app.extensions[NAME]
    saved = id_of(store(staff, ferritin("F-1", "70", "2026-05-03")))
    with writing(engine) as connection:
        stamp = Stamp("key:abc", services.clock())
        feeds.hold(connection, "key:abc", (MAGNESIUM,), saved, stamp)
    made = feeds.holds(engine)[0]
    yield made
    if made.id in {one.id for one in feeds.holds(engine)}:
        feeds.release(engine, made.id, "the test is over", stamp)


def test_the_worklist_says_that_a_feed_is_held(staff, see, hold):
    page = see(staff, "/desk/worklist")

    assert hold.holds
    assert "1 feed is held" in page.text


def test_a_held_feed_is_shown_with_its_test_and_sender(staff, see, hold):
    page = see(staff, "/desk/feeds")

    assert "Magnesium" in page.text
    assert hold.sender in page.text
    assert "About 2.43 times" in page.text
    assert "Let it go" not in page.text


def test_a_clinician_lets_a_feed_go_with_a_reason(clinician, engine, see, hold):
    page = see(clinician, "/desk/feeds")
    form = page.form(f"/desk/feeds/{hold.id}")

    answer = form.send(clinician, {"reason": ["they asked the machine"]})

    assert answer.status == 303
    assert feeds.holds(engine) == ()
    assert "Nothing is held." in see(clinician, "/desk/feeds").text


def test_without_a_reason_nothing_is_let_go(clinician, engine, see, hold):
    form = see(clinician, "/desk/feeds").form(f"/desk/feeds/{hold.id}")

    assert form.send(clinician, {"reason": [" "]}).status == 400
    assert len(feeds.holds(engine)) == 1


def test_a_hold_that_nobody_knows_is_not_found(clinician, see, hold):
    form = see(clinician, "/desk/feeds").form(f"/desk/feeds/{hold.id}")
    form.action = "/desk/feeds/99999"

    assert form.send(clinician, {"reason": ["why not"]}).status == 404


def test_only_a_clinician_lets_a_feed_go(staff, clinician, engine, see, hold):
    form = see(clinician, "/desk/feeds").form(f"/desk/feeds/{hold.id}")
    form.fields["form_token"] = see(staff, "/desk/worklist").token

    assert form.send(staff, {"reason": ["let me"]}).status == 403
    assert len(feeds.holds(engine)) == 1


@pytest.mark.parametrize(("now", "before"), [("9", "<70"), ("<9", "70"), ("9", "70")])
def test_only_whole_numbers_are_drawn(staff, now, before):
    number = f"H-6 {now} {before}"
    store(staff, ferritin(number, before, "2026-05-03"))

    html = result_page(staff, store(staff, ferritin(number, now, "2026-11-20"))).text

    assert ("sparkline" in html) == ("<" not in now + before)

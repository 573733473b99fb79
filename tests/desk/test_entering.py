"""Enter, preview, mend, store: nothing is kept that was not shown."""

import json
import re
from dataclasses import replace
from datetime import date

import pytest
from flask import g

from service.access.users import Role
from service.desk.sealing import LIFETIME, seal, unseal
from service.services import NAME
from tests.desk.conftest import signed_in
from tests.desk.pages import Page
from tests.desk.panels import PATIENT, commit, id_of, potassium, preview, work_on


def test_a_preview_writes_nothing(staff, counts):
    before = counts()

    page = preview(staff, potassium())

    assert page.status == 200
    assert counts() == before


def test_a_preview_shows_what_was_reported_beside_what_was_read(staff):
    page = preview(
        staff,
        PATIENT | {"value.vitamin_d_25oh": ["20"], "unit.vitamin_d_25oh": ["ng/mL"]},
    )

    assert "20 ng/mL = 50 nmol/L" in page.text
    assert "Alex Example" in page.text
    assert "Nothing is stored yet." in page.text


def test_storing_leads_to_the_result_page(staff, stored):
    answer = commit(staff, preview(staff, potassium()))

    assert answer.status == 303
    found = stored(answer)
    assert found.submission.identity.record_number == "MRN-77"
    assert found.submission.source == "form"
    assert found.interpretation.results[0].outcome.kind == "in_range"


def test_what_is_stored_is_what_was_shown(staff, stored):
    page = preview(staff, potassium("2.9"))
    found = stored(commit(staff, page))

    kept = json.loads(found.submission.raw)
    assert kept["document"]["results"] == [
        {"analyte": "potassium", "value": "2.9", "unit": "mmol/L"}
    ]
    assert f"Potassium {found.submission.panel.observations[0].value_text}" in page.text


@pytest.mark.parametrize("place", [0, 10, -1])
def test_a_preview_that_was_tampered_with_is_refused(staff, counts, place):
    form = preview(staff, potassium()).form("/desk/commit")
    sealed = form.fields["preview"][0]
    other = "A" if sealed[place] != "A" else "Q"  # the last one's low bits say nothing
    changed = sealed[:place] + other + (sealed[place:][1:] if place >= 0 else "")
    before = counts()

    answer = form.send(staff, {"preview": [changed]})

    assert answer.status == 409
    assert counts() == before


@pytest.mark.parametrize(("seconds", "status"), [(LIFETIME, 303), (LIFETIME + 1, 409)])
def test_a_preview_may_be_stored_for_an_hour(app, clock, counts, seconds, status):
    lasting = signed_in(app, Role.STAFF)
    form = preview(lasting, potassium()).form("/desk/commit")
    before = counts()

    work_on(lasting, clock, LIFETIME // 3)
    work_on(lasting, clock, LIFETIME // 3)
    work_on(lasting, clock, seconds - 2 * (LIFETIME // 3))
    answer = form.send(lasting)

    assert answer.status == status
    assert (counts() == before) == (status == 409)


def test_a_preview_of_another_session_is_refused(app, staff, counts):
    sealed = preview(staff, potassium()).form("/desk/commit").fields["preview"]
    other = signed_in(app, Role.STAFF)
    before = counts()

    answer = (
        preview(other, potassium())
        .form("/desk/commit")
        .send(other, {"preview": sealed})
    )

    assert answer.status == 409
    assert counts() == before


def test_a_preview_of_what_would_be_read_differently_now_is_refused(app, staff, counts):
    form = preview(staff, potassium()).form("/desk/commit")
    before = counts()
    with app.test_request_context():
        name = app.extensions[NAME].settings.cookie_name
        g.binding = staff.get_cookie(name).value
        shown = unseal(form.fields["preview"][0])
        other = seal(replace(shown, digest="0" * 64))

    answer = form.send(staff, {"preview": [other]})

    assert answer.status == 409
    assert counts() == before


def test_storing_one_preview_twice_makes_one_interpretation(staff, counts):
    page = preview(staff, potassium())
    first = commit(staff, page)
    between = counts()
    second = commit(staff, page)

    assert id_of(first) == id_of(second)
    assert counts() == between


def test_entering_the_same_panel_again_on_purpose_makes_two(staff):
    first = commit(staff, preview(staff, potassium()))
    second = commit(staff, preview(staff, potassium()))

    assert id_of(first) != id_of(second)


@pytest.mark.parametrize(
    ("changes", "where", "why"),
    [
        ({"value.potassium": ["5,4"]}, "Potassium: value", "“5,4”"),
        ({"value.potassium": ["6.2 H"]}, "Potassium: value", "“6.2 H”"),
        ({"value.potassium": ["1e5"]}, "Potassium: value", "“1e5”"),
        ({"value.potassium": ["٣"]}, "Potassium: value", "“٣”"),
        ({"value.potassium": [""], "flag.potassium": ["H"]}, "Potassium: value", "lue"),
        ({"unit.potassium": [""]}, "Potassium: unit", "Allowed: mmol/L"),
        ({"unit.potassium": ["furlong"]}, "Potassium: unit", "“furlong”"),
        ({"birth_date": ["04/03/1971"]}, "Birth date", "“04/03/1971”"),
        ({"birth_date": ["2026-11-21"]}, "Birth date", "before the birth date"),
        ({"collected_date": [""]}, "Collected", "time"),
        ({"collected_date": ["2026-02-30"], "collected_time": [""]}, "Collected",
         "“2026-02-30”"),
        ({"collected_date": ["2026-11-24"], "collected_time": [""]}, "Collected",
         "future"),
        ({"collected_date": ["2026-11-24"]}, "Collected", "future"),
        ({"collected_date": ["2026-02-30"]}, "Collected", "“2026-02-30T08:40”"),
        ({"pregnancy_weeks": ["12"]}, "Weeks of pregnancy", "both be true"),
        ({"sex": ["male"], "pregnancy": ["yes"]}, "Pregnancy", "both be true"),
        ({"asked": ["none"], "symptom": ["fatigue"]}, "Symptoms", "both be true"),
        ({"asked": [""], "symptom": ["fatigue"]}, "Symptoms", "both be true"),
        ({"asked": ["some"]}, "Symptoms", "both be true"),
        (
            {"low.potassium": ["3.5"], "interval.potassium": ["3.5-5.3"]},
            "Potassium: interval",
            "both be true",
        ),
        ({"profile": ["moon"]}, "Limits", "“moon”"),
        ({"name": ["x" * 301]}, "Name", "longer"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_kept_as_typed_and_not_stored(
    staff, counts, changes, where, why
):
    before = counts()
    page = preview(staff, potassium() | changes)

    assert page.status == 422
    assert f"{where}" in page.text
    assert why in page.text
    assert counts() == before
    assert not [form for form in page.forms if form.action.endswith("/commit")]
    fields = page.form("/desk/preview").fields
    assert {name: fields.get(name, [""]) for name in changes} == changes


def test_each_complaint_leads_to_its_field(staff):
    page = preview(staff, potassium("5,4"))

    assert "#value.potassium" in page.links
    assert "value.potassium" in page.ids


def test_every_complaint_is_shown_not_only_the_first(staff):
    changes = potassium("5,4") | {"value.sodium": ["1e2"], "unit.sodium": ["mmol/L"]}

    page = preview(staff, changes)

    assert "2 to mend" in page.text


def test_what_can_be_read_is_shown_beside_what_cannot(staff):
    changes = potassium("6.8") | {"value.sodium": ["1e2"], "unit.sodium": ["mmol/L"]}

    page = preview(staff, changes)

    assert "Emergency" in page.text
    assert "What can be read so far" in page.text


def test_mending_in_place_leads_to_storing(staff, stored):
    wrong = preview(staff, potassium("4,1") | {"asked": ["none"]})
    right = wrong.form("/desk/preview").send(staff, {"value.potassium": ["4.1"]})
    found = stored(commit(staff, right))

    assert found.submission.identity.name == "Alex Example"
    assert found.submission.panel.symptoms == ()


def test_rows_that_cannot_be_read_are_kept_only_when_that_is_ticked(staff, stored):
    changes = potassium("6.2 H") | {"keep_unread": ["yes"]}

    page = preview(staff, changes)
    found = stored(commit(staff, page))

    assert "1 kept as not judged" in page.text
    outcome = found.interpretation.results[0].outcome
    assert (outcome.kind, outcome.reason) == ("not_interpreted", "value_not_read")


def test_a_wrong_birth_date_is_never_kept_whatever_is_ticked(staff):
    changes = potassium() | {"birth_date": ["never"], "keep_unread": ["yes"]}

    page = preview(staff, changes)

    assert page.status == 422
    assert not [form for form in page.forms if form.action.endswith("/commit")]


@pytest.mark.parametrize(
    ("changes", "symptoms"),
    [
        ({}, None),
        ({"asked": ["none"]}, []),
        ({"asked": ["some"], "symptom": ["fatigue"], "when.fatigue": ["night"]},
         [("fatigue", "night")]),
    ],
)  # fmt: skip
def test_not_asked_none_and_some_stay_apart(staff, stored, changes, symptoms):
    found = stored(commit(staff, preview(staff, potassium() | changes)))
    kept = found.submission.panel.symptoms

    assert (None if kept is None else [(one.id, one.when) for one in kept]) == symptoms


def test_danger_stands_before_everything_else(staff):
    changes = potassium("4.1") | {"asked": ["some"], "symptom": ["rf_chest_pain"]}

    page = preview(staff, changes)

    assert page.text.index("Emergency") < page.text.index("What will be stored")


def test_a_collection_time_is_the_clinics(staff, stored):
    found = stored(commit(staff, preview(staff, potassium() | {
        "collected_date": ["2026-07-01"], "collected_time": ["08:40"],
    })))  # fmt: skip

    assert found.submission.collected_at.isoformat() == "2026-07-01T08:40:00+01:00"


def test_a_day_alone_is_a_day_on_the_desk_and_on_the_page(staff, stored, see):
    page = preview(staff, potassium() | {"collected_time": [""]})
    answer = commit(staff, page)
    found = stored(answer)

    assert "20 Nov 2026 (no time given)" in page.text
    assert "20 Nov 2026 (no time given)" in see(staff, f"/desk/results/{found.id}").text
    assert (found.submission.collected_at, found.submission.collected_on) == (
        *(None, date(2026, 11, 20)),
    )
    report = see(staff, f"/desk/results/{found.id}/report.html").text
    assert "Blood taken: 20 November 2026" in report
    assert "20 November 2026," not in report


def test_a_corrected_result_that_replaces_no_report_says_so_at_the_desk(
    staff, stored, see
):
    table = b"test,value,unit,status\npotassium,4.1,mmol/L,corrected\n"
    found = stored(commit(staff, preview(staff, PATIENT, file=table)))
    plain = stored(commit(staff, preview(staff, potassium())))

    said = "It is not certain which report that was"
    assert said in see(staff, f"/desk/results/{found.id}").text
    assert said not in see(staff, f"/desk/results/{plain.id}").text


def test_an_hour_that_the_clocks_skipped_is_refused(staff):
    page = preview(
        staff,
        potassium() | {"collected_date": ["2026-03-29"], "collected_time": ["01:30"]},
    )

    assert page.status == 422
    assert "Collected" in page.text


def test_a_form_that_is_too_large_is_refused(staff, see):
    token = see(staff, "/desk/new").form("/desk/preview").fields["form_token"]
    data = {"form_token": token, "table": "x" * 1_100_000}

    answer = Page(staff.post("/desk/preview", data=data))

    assert answer.status == 413
    assert "Too large" in answer.text


def test_an_empty_form_asks_for_a_result(staff):
    page = preview(staff, {})

    assert page.status == 422
    assert "Results" in page.text


def test_no_page_of_entering_names_one_id_twice_or_points_nowhere(staff):
    page = preview(
        staff, potassium("5,4") | {"asked": ["some"], "symptom": ["fatigue"]}
    )
    targets = {link[1:] for link in page.links if link.startswith("#")}

    assert len(page.ids) == len(set(page.ids))
    assert targets <= set(page.ids)


def test_every_field_has_a_label(staff):
    page = preview(staff, potassium("5,4"))
    labelled = {names.get("for") for tag, names in page.tags if tag == "label"}
    fields = [
        names.get("id")
        for tag, names in page.tags
        if tag in {"input", "select", "textarea"} and names.get("type") != "hidden"
    ]

    assert set(fields) <= labelled


def test_the_clinics_zone_is_named_beside_the_time(app, staff, see):
    page = see(staff, "/desk/new")

    assert re.search(str(app.extensions[NAME].settings.time_zone), page.text)


def test_staff_see_why_a_value_was_not_computed_and_what_would_settle_a_pattern(staff):
    entered = PATIENT | {
        "value.calcium_total": ["2.30"],
        "unit.calcium_total": ["mmol/L"],
        "value.albumin": ["18"],
        "unit.albumin": ["g/L"],
        "value.potassium": ["3.2"],
        "unit.potassium": ["mmol/L"],
    }

    page = preview(staff, entered).text

    assert "because albumin: the formula does not hold there" in page
    assert "valid at least 20 and at most 50 g/L" in page
    assert "What would settle it: a magnesium." in page
    assert "low potassium, magnesium not measured" in page


def test_staff_read_whom_a_limit_is_for_and_units_without_codes(staff):
    entered = PATIENT | {
        "value.creatinine": ["62"],
        "unit.creatinine": ["umol/L"],
        "value.ferritin": ["9"],
        "unit.ferritin": ["ug/L"],
    }

    page = preview(staff, entered).text
    page = page[: page.index("Store exactly this")]

    assert "from 16 years, female, not pregnant" in page
    assert "mL/min/1.73 m\u00b2" in page
    assert "mcg/L" in page
    assert not re.search(r"\d+y\+|pregnancy no|[{}_]", page)


def test_staff_are_told_which_test_that_would_settle_it_was_sent_already(staff):
    entered = PATIENT | {
        "value.calcium_adjusted": ["2.80"],
        "unit.calcium_adjusted": ["mmol/L"],
        "value.pth": ["9.0"],
        "unit.pth": ["pmol/L"],
        "value.phosphate": ["1.0"],
        "unit.phosphate": ["mmol/L"],
    }

    with_phosphate = preview(staff, entered).text
    without = preview(staff, entered | {"value.phosphate": [""]}).text

    assert "What would settle it: a phosphate" in with_phosphate
    assert "Sent already: Phosphate (inorganic)." in with_phosphate
    assert "Sent already" not in without


def test_staff_are_told_that_a_test_was_sent_in_vain(staff):
    entered = PATIENT | {
        "value.potassium": ["3.2"],
        "unit.potassium": ["mmol/L"],
        "value.magnesium": ["0.8"],
        "unit.magnesium": ["mmol/L"],
        "status.magnesium": ["cancelled"],
    }

    page = preview(staff, entered).text

    assert "What would settle it: a magnesium. Sent, but of no use: Magnesium." in page
    assert "Magnesium again, for what was sent is of no use: would settle Pota" in page
    assert "Sent already" not in page


def test_the_result_page_says_how_a_figure_was_read_and_by_which_limits(staff):
    entered = PATIENT | {
        "value.calcium_total": ["2.00"],
        "unit.calcium_total": ["mmol/L"],
        "value.albumin": ["38"],
        "unit.albumin": ["g/L"],
        "value.creatinine": ["300"],
        "unit.creatinine": ["umol/L"],
        "value.vitamin_b12": ["150"],
        "unit.vitamin_b12": ["ng/L"],
    }
    made = id_of(commit(staff, preview(staff, entered)))

    text = Page(staff.get(f"/desk/results/{made}")).text

    assert "how it was read: table wording seen in secondary copies" in text
    assert "valid at least 60 mL/min/1.73 m\u00b2" in text
    assert "(Reference interval: from 16 years, not pregnant)" in text
    assert "{" not in text


def test_rarer_tests_are_folded_until_one_of_them_is_filled_in(staff):
    calm = Page(staff.get("/desk/new"))
    filled = preview(staff, PATIENT | {"value.zinc": ["9"], "unit.zinc": ["umol/L"]})

    assert _rarer(calm) == [("details", {"class": "rarer"})]
    assert _rarer(filled) == [("details", {"class": "rarer", "open": None})]
    assert "Folate" in calm.text


def _rarer(page):
    return [one for one in page.tags if one[1].get("class") == "rarer"]


def test_the_result_page_names_limits_of_another_profile(staff):
    changes = {"value.albumin": ["30"], "unit.albumin": ["g/L"], "profile": ["anz"]}
    made = id_of(commit(staff, preview(staff, PATIENT | changes)))

    text = Page(staff.get(f"/desk/results/{made}")).text

    assert "Limits of another profile were used: Albumin" in text
    assert "profile: anz; from: uk" in text


def test_the_result_page_names_both_guidelines_that_differ(staff):
    changes = {
        "value.vitamin_d_25oh": ["25"],
        "unit.vitamin_d_25oh": ["ng/mL"],
        "profile": ["us_es2011"],
    }
    made = id_of(commit(staff, preview(staff, PATIENT | changes)))

    text = Page(staff.get(f"/desk/results/{made}")).text

    assert "Two guidelines differ: 25-hydroxyvitamin D" in text
    assert "Endocrine Society 2011" in text
    assert "Institute of Medicine 2011" in text

"""Two people under one record number: seen on the desk, and let go with a reason."""

import pytest

from tests.desk.panels import commit, id_of, potassium, preview


@pytest.fixture
def pair(staff, request):
    """A panel of Alex, and one of Robin under the same record number."""
    number = {"record_number": [f"MRN-{request.node.name}"]}
    alex = potassium() | number
    robin = potassium("6.8") | number | {"name": ["Robin Other"], "sex": ["male"]}
    return [id_of(commit(staff, preview(staff, one))) for one in (alex, robin)]


def test_a_held_panel_is_told_of_on_the_worklist_and_on_its_page(staff, see, pair):
    first, second = pair

    listed = see(staff, "/desk/worklist")
    page = see(staff, f"/desk/results/{second}")

    assert "Held: was another person" in listed.text
    assert "the record number came with another birth date, sex or name" in listed.text
    assert "This record number came with another sex or name before." in page.text
    assert "Critical" in page.text
    assert "Whose is this?" not in see(staff, f"/desk/results/{first}").text


def test_both_are_shown_side_by_side(staff, see, pair):
    page = see(staff, "/desk/identities")

    assert all(f"/desk/results/{one}" in page.links for one in pair)
    assert "Alex Example" in page.text
    assert "Robin Other" in page.text
    assert "Let it be reviewed" not in page.text  # staff may look


def test_a_clinician_cannot_review_it_before_it_is_released(clinician, see, pair):
    _, second = pair
    page = see(clinician, f"/desk/results/{second}")
    token = {"form_token": page.token}

    early = clinician.post(f"/desk/results/{second}/review", data=token)
    form = see(clinician, "/desk/identities").form(f"/desk/identities/{second}")
    empty = form.send(clinician, {"reason": [""]})
    released = form.send(clinician, {"reason": ["changed name, asked the ward"]})
    again = form.send(clinician, {"reason": ["once more"]})

    assert "Mark as reviewed" not in page.text
    assert early.status_code == 409
    assert [one.status for one in (empty, released, again)] == [400, 303, 404]
    page = see(clinician, f"/desk/results/{second}")
    assert "Whose is this?" not in page.text
    assert page.form("/review").send(clinician).status == 303
    assert second not in see(clinician, "/desk/identities").source


def test_staff_cannot_release_it(staff, see, pair):
    token = see(staff, "/desk/worklist").token
    data = {"form_token": token, "reason": "because"}

    answer = staff.post(f"/desk/identities/{pair[1]}", data=data)

    assert answer.status_code == 403

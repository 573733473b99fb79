"""Senders on the desk: for administrators only, each value checked, none lost."""

from dataclasses import replace

import pytest

from service.access import senders
from service.access.audit import Stamp
from service.access.setups import Setup
from service.access.users import Role
from tests.desk.conftest import signed_in

HOSTILE = '<img src="x" onerror="alert(1)">'
CODES = {"code": ["Fe", "", "K+"], "analyte": ["iron", "", "potassium"]}
UNITS = {"spelling": ["MMOLL ", "", ""], "unit": ["mmol/L", "", ""]}


@pytest.fixture
def admin(app):
    return signed_in(app, Role.ADMIN)


@pytest.fixture
def by(app):
    return Stamp("system:test", app.extensions["plainlab"].clock())


@pytest.fixture
def known(engine, by, request):
    """A sender of this test's own."""
    name = request.node.name[-60:]
    setup = Setup(name, zone="Europe/Berlin", aliases={"fe": "iron"})
    return senders.add(engine, setup, by)


@pytest.fixture
def save(admin, see):
    """Fill in the form of a page as it stands, with changes, and send it."""

    def send(address, **changes):
        return see(admin, address).form(address).send(admin, changes)

    return send


def address_of(known):
    return f"/desk/senders/{known.id}"


def test_an_administrator_adds_a_sender_and_sees_it_listed(engine, admin, see, save):
    added = save(
        "/desk/senders/new",
        name="Praxislabor Nord",
        laboratory="Praxislabor Nord, Kiel",
        zone="Europe/Berlin",
        profile="eu",
        decimal_comma="on",
        **CODES,
        **UNITS,
    )

    assert added.status == 303
    made = senders.by_name(engine, "praxislabor nord")
    assert made.setup == Setup(
        "Praxislabor Nord",
        laboratory="Praxislabor Nord, Kiel",
        zone="Europe/Berlin",
        profile="eu",
        decimal_comma=True,
        aliases={"fe": "iron", "k+": "potassium"},
        units={"MMOLL": "mmol/L"},
    )
    listed = see(admin, "/desk/senders")
    assert "Praxislabor Nord, Kiel Europe/Berlin decimal comma 2 codes" in listed.text
    assert address_of(made) in listed.links


def test_a_change_is_a_new_version_with_its_history(engine, known, admin, see, save):
    changed = save(address_of(known), hl7_errors="on", **CODES)

    assert changed.status == 303
    made = senders.by_id(engine, known.id)
    assert (made.version, made.setup.hl7_errors) == (2, True)
    assert made.setup.aliases == {"fe": "iron", "k+": "potassium"}
    history = see(admin, address_of(known)).text.partition("History")[2]
    assert history.count(", zone Europe/Berlin") == 2


def test_what_is_saved_unchanged_is_no_new_version(engine, known, save):
    save(address_of(known), code=["fe"], analyte=["iron"])

    assert senders.by_id(engine, known.id).version == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"zone": "Mars/Olympus"}, "Time zone “Mars/Olympus”"),
        ({"name": "x" * 65}, "Name"),
        ({"laboratory": "a\u202eb"}, "Laboratory"),
        ({"profile": "mars"}, "Limits “mars”"),
        ({"code": ["x"], "analyte": ["feritin"]}, "Codes “x”"),
        ({"code": ["K", "k"], "analyte": ["iron", "potassium"]}, "Codes “k”"),
    ],
)
def test_what_is_not_known_is_said_and_nothing_is_saved(
    engine, known, save, changes, said
):
    answer = save(address_of(known), **changes)

    assert answer.status == 422
    assert said in answer.text
    assert senders.by_id(engine, known.id) == known


def test_a_name_that_is_taken_is_said(known, save):
    answer = save("/desk/senders/new", name=known.setup.name.upper())

    assert answer.status == 422
    assert "There is a sender of this name" in answer.text


def test_a_change_beside_another_is_refused(engine, known, admin, see, by):
    form = see(admin, address_of(known)).form(address_of(known))
    other = senders.change(engine, known, replace(known.setup, zone="UTC"), by)

    answer = form.send(admin, {"zone": "Asia/Tokyo"})

    assert answer.status == 422
    assert "changed this sender meanwhile" in answer.text
    assert senders.by_id(engine, known.id) == other


def test_hostile_text_is_text(known, admin, see, save):
    save(address_of(known), laboratory=HOSTILE)

    for address in ("/desk/senders", address_of(known)):
        assert HOSTILE not in see(admin, address).source
        assert "&lt;img" in see(admin, address).source


@pytest.mark.parametrize("role", [Role.STAFF, Role.CLINICIAN])
def test_nobody_else_sees_or_changes_a_sender(app, engine, known, see, role):
    client = signed_in(app, role)
    token = see(client, "/desk/worklist").token

    asked = [
        client.get("/desk/senders"),
        client.get("/desk/senders/new"),
        client.get(address_of(known)),
        client.post("/desk/senders/new", data={"form_token": token, "name": "mine"}),
        client.post(address_of(known), data={"form_token": token, "name": "mine"}),
    ]

    assert {answer.status_code for answer in asked} == {403}
    assert "/desk/senders" not in see(client, "/desk/worklist").links
    assert senders.by_id(engine, known.id) == known


def test_a_form_from_elsewhere_and_an_unknown_sender_are_refused(admin, see):
    token = see(admin, "/desk/senders").token

    forged = admin.post("/desk/senders/new", data={"name": "forged"})
    unknown = admin.post("/desk/senders/none", data={"form_token": token})

    assert (forged.status_code, unknown.status_code) == (400, 404)

"""Keys of a sender on the desk: shown once, kept as a hash, closed for good."""

import pytest

from service.access import audit, keys, senders
from service.access.audit import Stamp
from service.access.setups import Setup
from service.access.users import Role
from service.store import tables
from tests.desk.conftest import signed_in
from tests.desk.pages import Page


class Lab:
    """A sender of one test's own, as an administrator sees its keys."""

    def __init__(self, app, name):
        self.engine = app.extensions["plainlab"].engine
        self.now = app.extensions["plainlab"].clock()
        self.admin = signed_in(app, Role.ADMIN)
        self.known = self.add(name)
        self.address = f"/desk/senders/{self.known.id}/keys"

    def add(self, name):
        return senders.add(self.engine, Setup(name), Stamp("system:test", self.now))

    def see(self):
        return Page(self.admin.get(self.address))

    def issue(self, label="analyser"):
        return self.see().form(self.address).send(self.admin, {"label": label})

    def opens(self, plain):
        return keys.check(self.engine, plain, self.now)


@pytest.fixture
def lab(app, request):
    return Lab(app, request.node.name[-60:])


def key_in(page):
    return next(word for word in page.text.split() if word.startswith("pl_"))


def test_a_key_is_shown_once_and_opens_what_a_laboratory_needs(lab):
    page = lab.issue("  the   analyser ")

    plain = key_in(page)
    opened = lab.opens(plain)
    assert page.status == 201
    assert page.headers["Cache-Control"] == "no-store"
    assert (opened.sender, opened.label) == (lab.known.id, "the analyser")
    assert opened.scopes == keys.LABORATORY
    again = lab.see()
    assert plain not in again.source
    assert opened.prefix in again.text
    assert "opens until 23 Nov 2027" in again.text


def test_a_key_is_closed_for_good_and_the_audit_names_it(lab):
    plain = key_in(lab.issue())
    prefix = lab.opens(plain).prefix

    done = lab.see().form(f"{prefix}/revoke").send(lab.admin)

    assert done.status == 303
    assert lab.opens(plain) is None
    assert "closed 23 Nov 2026" in lab.see().text
    with lab.engine.connect() as connection:
        rows = connection.execute(tables.audit.select()).all()
    assert ("revoke_key", prefix) in {(row.action, row.object) for row in rows}
    assert audit.verify(lab.engine) is None


@pytest.mark.parametrize("label", ["", "   ", "x" * 65, "a\u202eb"])
def test_a_key_without_a_fit_name_is_not_issued(lab, label):
    page = lab.issue(label)

    assert page.status == 422
    assert "A key needs a name" in page.text
    assert lab.known.id not in {one.sender for one in keys.every_key(lab.engine)}


def test_a_key_of_another_sender_is_not_closed_here(lab):
    plain = key_in(lab.issue())
    form = lab.see().form("/revoke")
    form.action = form.action.replace(lab.known.id, lab.add("another").id)

    assert form.send(lab.admin).status == 404
    assert lab.opens(plain)


@pytest.mark.parametrize("role", [Role.STAFF, Role.CLINICIAN])
def test_nobody_else_sees_or_issues_keys(app, lab, role):
    assert signed_in(app, role).get(lab.address).status_code == 403


def test_an_unknown_sender_has_no_keys(lab):
    assert lab.admin.get("/desk/senders/nobody/keys").status_code == 404

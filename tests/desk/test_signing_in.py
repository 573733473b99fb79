"""Who gets in, how, and what is answered to everyone else."""

import re

import pytest

from service.access import signin, users
from service.access.audit import Stamp
from service.access.users import Role
from service.desk.guard import POLICY
from service.services import NAME
from tests.desk.conftest import PASSWORD, SOON, add_user, signed_in
from tests.desk.pages import Page

UNKNOWN = "a" * 26


def try_password(client, username, password):
    form = Page(client.get("/sign-in")).form("/sign-in")
    return form.send(client, {"username": [username], "password": [password]})


def test_a_password_opens_the_worklist(visitor, see):
    answer = try_password(visitor, "staff.person", PASSWORD)

    assert answer.status == 303
    assert answer.headers["Location"] == "/desk/worklist"
    assert see(visitor, "/desk/worklist").status == 200


@pytest.mark.parametrize(
    ("username", "password"),
    [("staff.person", "wrong password here"), ("nobody.at.all", PASSWORD), ("", "")],
)
def test_wrong_name_and_wrong_password_are_refused_alike(visitor, username, password):
    answer = try_password(visitor, username, password)

    assert answer.status == 401
    assert "The name or the password is wrong." in answer.text
    assert visitor.get("/desk/worklist").status_code == 303


def test_too_many_attempts_are_told_to_wait(app, visitor):
    add_user(app, "often.wrong", Role.STAFF)
    answers = [try_password(visitor, "often.wrong", f"wrong {n}") for n in range(6)]

    assert [answer.status for answer in answers] == [401] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_signing_in_gives_a_new_session_and_ends_the_old_one(app, visitor):
    name = app.extensions[NAME].settings.cookie_name
    try_password(visitor, "staff.person", PASSWORD)
    first = visitor.get_cookie(name).value
    try_password(visitor, "staff.person", PASSWORD)
    second = visitor.get_cookie(name).value

    visitor.set_cookie(name, first)

    assert first != second
    assert visitor.get("/desk/worklist").status_code == 303


def test_signing_out_ends_the_session_on_the_server(app, staff, see):
    name = app.extensions[NAME].settings.cookie_name
    token = staff.get_cookie(name).value
    answer = see(staff, "/desk/worklist").form("/sign-out").send(staff)
    staff.set_cookie(name, token)

    assert answer.status == 303
    assert staff.get("/desk/worklist").status_code == 303


def test_the_session_cookie_cannot_be_read_by_scripts_or_sent_by_other_sites(visitor):
    answer = try_password(visitor, "staff.person", PASSWORD)
    cookies = [
        text for text in answer.headers.getlist("Set-Cookie") if "plainlab=" in text
    ]

    assert "HttpOnly" in cookies[-1]
    assert "SameSite=Lax" in cookies[-1]
    assert "Path=/" in cookies[-1]


@pytest.mark.parametrize("lifetime", ["session_idle", "session_absolute"])
def test_a_session_ends_by_itself(app, clock, lifetime):
    client = signed_in(app, Role.STAFF)
    assert client.get("/desk/worklist").status_code == 200

    clock.now += getattr(app.extensions[NAME].settings, lifetime) + SOON

    assert client.get("/desk/worklist").status_code == 303


def test_closing_an_account_ends_its_sessions(app, engine):
    user = add_user(app, "leaver.person", Role.STAFF)
    client = app.test_client()
    try_password(client, "leaver.person", PASSWORD)

    users.disable(engine, user.id, Stamp("system:test", app.extensions[NAME].clock()))

    assert client.get("/desk/worklist").status_code == 303


@pytest.fixture
def link(app, engine):
    user = users.by_username(engine, "staff.person")
    stamp = Stamp("system:test", app.extensions[NAME].clock())
    return f"/sign-in/link/{signin.issue_link(engine, user.id, SOON, stamp)}"


def test_a_link_works_once_and_only_when_the_button_is_pressed(visitor, see, link):
    see(visitor, link)
    page = see(visitor, link)
    assert visitor.get("/desk/worklist").status_code == 303

    first = page.form(link).send(visitor)
    signed_in_now = visitor.get("/desk/worklist").status_code
    again = see(visitor, link).form(link).send(visitor)

    assert (first.status, signed_in_now, again.status) == (303, 200, 401)


def test_a_link_that_is_too_old_opens_nothing(visitor, see, link, clock):
    clock.now += SOON * 2

    answer = see(visitor, link).form(link).send(visitor)

    assert answer.status == 401
    assert "does not work any more" in answer.text


CLOSED = [
    ("GET", "/"),
    ("GET", "/desk/worklist"),
    ("POST", "/desk/worklist"),
    ("GET", "/desk/new"),
    ("GET", "/desk/template.csv"),
    ("GET", "/desk/files"),
    ("GET", "/desk/files/template.csv"),
    ("POST", "/desk/files/columns"),
    ("POST", "/desk/files/preview"),
    ("POST", "/desk/files/commit"),
    ("POST", "/desk/files/report"),
    ("POST", "/desk/files/<file_id>/go-on"),
    ("POST", "/desk/files/<file_id>/report"),
    ("GET", "/desk/feeds"),
    ("POST", "/desk/feeds/1"),
    ("GET", "/desk/identities"),
    ("POST", f"/desk/identities/{UNKNOWN}"),
    ("GET", "/desk/senders"),
    ("GET", "/desk/senders/new"),
    ("POST", "/desk/senders/new"),
    ("GET", "/desk/senders/1"),
    ("POST", "/desk/senders/1"),
    ("GET", "/desk/senders/1/keys"),
    ("POST", "/desk/senders/1/keys"),
    ("POST", "/desk/senders/1/keys/a/revoke"),
    ("POST", "/desk/preview"),
    ("POST", "/desk/commit"),
    ("POST", "/sign-out"),
    ("GET", f"/desk/results/{UNKNOWN}"),
    ("GET", f"/desk/results/{UNKNOWN}/report.pdf"),
    ("GET", f"/desk/results/{UNKNOWN}/report.html"),
    ("GET", f"/desk/results/{UNKNOWN}/working.pdf"),
    ("POST", f"/desk/results/{UNKNOWN}/read"),
    ("POST", f"/desk/results/{UNKNOWN}/review"),
]


@pytest.mark.parametrize(("method", "address"), CLOSED)
def test_every_page_is_closed_to_those_who_have_not_signed_in(visitor, method, address):
    answer = visitor.open(address, method=method)

    assert answer.status_code == (303 if method == "GET" else 401)


def test_the_list_of_closed_pages_is_whole(app):
    rules = {
        (
            method,
            re.sub("<(int:hold|sender)_id>", "1", rule.rule)
            .replace("<interpretation_id>", UNKNOWN)
            .replace("<prefix>", "a"),
        )
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("desk.") and rule.endpoint != "desk.static"
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if "/sign-in" not in rule.rule
    }

    assert rules == set(CLOSED)


STATE_CHANGING = [
    "/sign-in",
    "/sign-in/link/unknown",
    "/sign-out",
    "/desk/worklist",
    "/desk/preview",
    "/desk/commit",
    f"/desk/results/{UNKNOWN}/review",
    "/desk/feeds/1",
]


@pytest.mark.parametrize("address", STATE_CHANGING)
@pytest.mark.parametrize("token", [None, "", "0" * 64, "ü"])
def test_a_forged_form_is_refused(clinician, address, token):
    data = {} if token is None else {"form_token": token}

    assert clinician.post(address, data=data).status_code == 400


def test_another_sessions_form_token_is_refused(app, staff, see):
    theirs = see(signed_in(app, Role.STAFF), "/desk/new").form("/desk/preview")

    assert theirs.send(staff).status == 400


@pytest.mark.parametrize(
    ("role", "status"), [(Role.STAFF, 403), (Role.ADMIN, 403), (Role.CLINICIAN, 404)]
)
def test_only_a_clinician_gets_as_far_as_a_review(app, see, role, status):
    client = signed_in(app, role)
    token = see(client, "/desk/new").form("/desk/preview").fields["form_token"]

    answer = client.post(
        f"/desk/results/{UNKNOWN}/review", data={"form_token": token[0]}
    )

    assert answer.status_code == status


@pytest.mark.parametrize("address", ["/sign-in", "/desk/worklist", "/desk/new"])
def test_every_page_tells_the_browser_to_keep_and_run_nothing(staff, address):
    headers = staff.get(address).headers

    assert headers["Content-Security-Policy"] == POLICY
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_policy_allows_no_script_and_no_inline_style():
    assert "unsafe" not in POLICY
    assert "script-src" not in POLICY
    assert POLICY.startswith("default-src 'none';")


@pytest.mark.parametrize("address", ["/sign-in", "/desk/worklist", "/desk/new"])
def test_no_page_has_a_script_an_inline_style_or_a_foreign_address(staff, address):
    page = Page(staff.get(address))

    assert not [tag for tag, _ in page.tags if tag in {"script", "style"}]
    assert not [names for _, names in page.tags if "style" in names]
    assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", page.source)
    assert not [name for _, names in page.tags for name in names if name[:2] == "on"]


@pytest.mark.parametrize("address", ["/sign-in", "/desk/worklist", "/desk/new"])
def test_no_page_names_one_id_twice(staff, address):
    page = Page(staff.get(address))

    assert len(page.ids) == len(set(page.ids))


def test_styles_are_open_to_all_and_leave_no_cookie(visitor):
    with visitor.get("/desk/static/desk.css") as answer:
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Content-Security-Policy"] == POLICY

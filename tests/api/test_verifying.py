"""A printed report against the record: its code, its bytes, what it has become."""

import re

import pytest
from click.testing import CliRunner

from service import cli
from service.access import users
from service.access.users import NewUser, Role
from service.reporting import ReportOptions, code_of, report_pdf
from service.settings import load_settings
from service.store import reviews
from service.store.engine import open_engine
from service.store.interpretations import get
from service.verifying import Mark, is_of, mark_of
from tests.api.conftest import NOW, SYSTEM, Client, issue, make_app
from tests.test_cli import PANEL

CODE = re.compile(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}")


@pytest.fixture
def verify(tmp_path, monkeypatch):
    """Run ``plainlab verify`` on the database of *own*: how it ended, what it said."""
    monkeypatch.setenv("PLAINLAB_VAR", str(tmp_path))

    def run(*words):
        done = CliRunner().invoke(cli.plainlab, ["verify", *map(str, words)])
        return done.exit_code, done.output

    return run


def with_sodium(value, **more):
    (sodium, *others) = PANEL["results"]
    return PANEL | {"results": [sodium | {"value": value}, *others], **more}


def made_of(app, made):
    return get(app.extensions["plainlab"].engine, made.json["id"])


@pytest.fixture
def paper(own_lab, tmp_path):
    """Keep the report of a stored panel in a file, drawn as it is wanted."""

    def keep(made, query=""):
        file = tmp_path / "report.pdf"
        file.write_bytes(own_lab.get(made.json["links"]["report"] + query).data)
        return file

    return keep


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "for the patient, standard, A4, with data"),
        ("?attach=none&size=large", "for the patient, large, A4, without data"),
        ("?for=clinician&paper=Letter", "for the clinician, standard, Letter, with"),
        ("?locale=en-US", "for the patient, standard, A4, with data"),
    ],
)
def test_a_report_is_verified_byte_for_byte(own_lab, paper, verify, query, said):
    file = paper(own_lab.post(PANEL), query)

    code, told = verify(file)

    assert code == 0
    assert f"byte for byte: {said}" in told


def test_one_changed_byte_is_seen(own_lab, paper, verify):
    file = paper(own_lab.post(PANEL))
    data = bytearray(file.read_bytes())
    data[data.index(b"/MediaBox") + 12] ^= 1
    file.write_bytes(data)

    code, told = verify(file)

    assert code == 1
    assert "not verified: the record draws no such file" in told


def test_a_report_that_was_replaced_is_verified_and_said_to_be(own_lab, paper, verify):
    made = own_lab.post(PANEL)
    file = paper(made)
    newer = own_lab.post(with_sodium("140", supersedes=made.json["id"]))

    code, told = verify(file)

    assert code == 0
    assert f"it has been replaced by report {newer.json['id']}" in told
    assert verify(paper(newer))[0] == 0


def test_the_code_alone_is_enough(own, own_lab, verify):
    stored = made_of(own, own_lab.post(PANEL))
    code = code_of(stored)

    assert CODE.fullmatch(code)
    assert verify("--report", stored.id, "--code", code.lower())[0] == 0


@pytest.mark.parametrize("wrong", ["code", "report"])
def test_a_wrong_code_or_number_is_nobody_s(own, own_lab, verify, wrong):
    stored = made_of(own, own_lab.post(PANEL))
    given = {"report": stored.id, "code": code_of(stored)}
    given[wrong] = "a" * 26 if wrong == "report" else "AAAA-AAAA-AAAA-AAAA"

    code, told = verify("--report", given["report"], "--code", given["code"])

    assert code == 1
    assert "no record of ours" in told


def test_a_file_that_is_no_report_is_nobody_s(own_lab, verify, tmp_path):
    own_lab.post(PANEL)
    other = tmp_path / "other.pdf"
    other.write_bytes(b"%PDF-1.7 of somebody else")

    assert verify(other)[0] == 1


def test_with_nothing_to_check_the_command_says_what_it_needs(verify):
    code, told = verify("--report", "a" * 26)

    assert code == 2
    assert "name a FILE, or give --report and --code" in told


def test_two_reports_never_share_a_code(own, own_lab):
    made = [own_lab.post(with_sodium(f"13{n}")) for n in range(5)]

    assert len({code_of(made_of(own, one)) for one in made}) == 5


def test_the_code_stands_on_every_sheet_and_in_the_document(own, own_lab):
    app = own.extensions["plainlab"]
    stored = made_of(own, own_lab.post(PANEL))

    data = report_pdf(app, stored, ReportOptions())

    assert mark_of(data) == Mark(stored.id, code_of(stored))
    assert is_of(mark_of(data), stored)


def test_an_issued_report_is_drawn_again_after_a_restart(own_lab, tmp_path, clock):
    made = own_lab.post(PANEL)
    before = own_lab.get(made.json["links"]["report"]).data

    again = make_app(tmp_path, clock)
    after = Client(again, issue(again)).get(made.json["links"]["report"]).data

    again.extensions["plainlab"].engine.dispose()
    assert after == before


def test_a_review_changes_the_paper_and_not_the_code(own_lab, paper, verify):
    made = own_lab.post(PANEL)
    file = paper(made)
    engine = open_engine(load_settings({"PLAINLAB_VAR": str(file.parent)}).database_url)
    reviewed(engine, made.json["id"])

    later = own_lab.get(made.json["links"]["report"]).data

    assert later != file.read_bytes()
    assert verify(file)[0] == 0
    file.write_bytes(later)
    assert verify(file)[0] == 0


def reviewed(engine, interpretation_id):
    new = NewUser("kim.keys", "Dr Kim Keys", Role.CLINICIAN, "a long enough passphrase")
    reviews.review(engine, interpretation_id, users.add(engine, new, SYSTEM), NOW)

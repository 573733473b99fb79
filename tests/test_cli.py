"""The command line: what each command does, says and ends with."""

import csv
import io
import json
import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from service import cli
from service.access.audit import Action, Stamp, note, verify
from service.commands.interpreting import summary
from service.commands.surroundings import stamp
from service.demo.seeding import prepare
from service.settings import load_settings
from service.store import feeds
from service.store.engine import open_engine, writing
from service.store.errors import DemoRefused
from service.store.instance import is_demo
from service.store.interpretations import Entry, save
from service.store.worklist import worklist
from tests.databases import shape
from tests.store.values import interpretation, submission
from tests.test_cases import DOOR, interpret, read_submission
from tests.test_core_feeds import MAGNESIUM
from tests.test_reports_archive import files_inside

PANEL = {
    "patient": {
        "id": "MRN-1",
        "name": "Alex Example",
        "birth_date": "1971-03-04",
        "sex": "female",
        "pregnancy": {"status": "no"},
    },
    "specimen": {"collected_at": "2026-10-05T08:40:00+00:00"},
    "results": [
        {"analyte": "sodium", "value": "134", "unit": "mmol/L"},
        {"analyte": "ferritin", "value": "9", "unit": "ug/L"},
    ],
    "symptoms": [{"id": "restless_legs"}],
}
TABLE = (
    "record_number;name;birth_date;sex;pregnancy;collected_at;symptoms;"
    "test;value;unit\n"
    "MRN-1;Alex Example;1971-03-04;female;no;2026-10-05T08:40:00+00:00;restless_legs;"
    "sodium;134;mmol/L\n"
    ";;;;;;;ferritin;9;ug/L\n"
)


@pytest.mark.parametrize("name", cli.plainlab.list_commands(None))
def test_every_command_is_found_under_its_name(name):
    assert cli.plainlab.get_command(None, name).name == name


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLAINLAB_VAR", str(tmp_path / "var"))


@pytest.fixture
def run():
    """Run one command; its exit code and what it printed."""

    def invoke(*words):
        done = CliRunner().invoke(cli.plainlab, [str(word) for word in words])
        return done.exit_code, done.output

    return invoke


@pytest.fixture
def panel_file(tmp_path):
    file = tmp_path / "panel.json"
    file.write_text(json.dumps(PANEL), "utf-8")
    return file


def test_a_panel_in_a_file_is_interpreted_without_a_server(run, panel_file):
    code, said = run("interpret", panel_file)

    assert code == 0
    assert "Sodium: 134 mmol/L: in range [N]" in said
    assert "Ferritin: 9 ug/L: out of range low [L]" in said
    assert "reviewed by nobody yet" in said


def test_a_table_says_the_same_as_json(run, panel_file, tmp_path):
    table = tmp_path / "panel.csv"
    table.write_text(TABLE, "utf-8")

    assert run("interpret", table) == run("interpret", panel_file)


def test_the_patients_page_is_written(run, panel_file, tmp_path):
    out = tmp_path / "new" / "report.pdf"

    code, _ = run("interpret", panel_file, "--pdf", out)

    assert code == 0
    assert out.read_bytes().startswith(b"%PDF-")


def test_the_working_sheet_is_written_beside_it(run, panel_file, tmp_path):
    page, sheet = tmp_path / "report.pdf", tmp_path / "working.pdf"

    code, said = run("interpret", panel_file, "--pdf", page, "--working", sheet)

    assert code == 0
    assert f"wrote {sheet}" in said
    assert sheet.read_bytes().startswith(b"%PDF-")
    assert sheet.read_bytes() != page.read_bytes()


@pytest.mark.parametrize("option", ["--pdf", "--working"])
def test_a_name_without_a_font_still_gives_a_page(run, tmp_path, option):
    file, out = tmp_path / "panel.json", tmp_path / "report.pdf"
    patient = {**PANEL["patient"], "name": "\u0645\u0631\u064a\u0645"}
    file.write_text(json.dumps({**PANEL, "patient": patient}), "utf-8")

    code, _ = run("interpret", file, option, out)

    assert code == 0
    assert out.read_bytes().startswith(b"%PDF-")


def test_another_profile_and_locale_can_be_asked_for(run, panel_file):
    code, said = run("interpret", panel_file, "--profile", "us", "--locale", "en-US")

    assert code == 0
    assert "Sodium: 134 mmol/L: out of range low [L]" in said


def test_a_file_larger_than_a_body_may_be_is_refused(run, tmp_path):
    file = tmp_path / "large.json"
    file.write_bytes(b" " * 1_000_001)

    code, said = run("interpret", file)

    assert code == 2
    assert "larger than 1 MB" in said


def test_the_summary_says_what_would_settle_a_pattern_and_what_was_sent_in_vain():
    low = {"analyte": "potassium", "value": "3.2", "unit": "mmol/L"}
    lost = {"analyte": "magnesium", "value": "0.8", "unit": "mmol/L"}
    document = PANEL | {"results": [low, lost | {"status": "cancelled"}]}
    submission, _ = read_submission(document, b"", "json", DOOR)

    lines = summary(interpret(submission.panel, DOOR.catalogue)).splitlines()

    assert (
        "finding: low_k_no_mg (potassium, magnesium); settled by: a magnesium" in lines
    )
    assert "missing: magnesium (potassium): it was sent, and is of no use" in lines


def test_where_nobody_was_asked_the_summary_says_so():
    document = {**PANEL, "symptoms": None}
    submission, _ = read_submission(document, b"", "json", DOOR)

    said = summary(interpret(submission.panel, DOOR.catalogue))

    assert "symptoms: not asked" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"results": []}', "/results: too_short"),
        ("{", "invalid_json"),
        (
            json.dumps({"results": [{"analyte": "potassium", "value": "5,4"}]}),
            "/results/0/value: decimal_comma",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_by_name_without_a_traceback(
    text, said, tmp_path, monkeypatch, capsys
):
    file = tmp_path / "panel.json"
    file.write_text(text, "utf-8")
    monkeypatch.setattr(sys, "argv", ["plainlab", "interpret", str(file)])

    with pytest.raises(SystemExit) as ended:
        cli.main()

    printed = capsys.readouterr().err
    assert ended.value.code == 2
    assert said in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"a,b\n1,2\n"])
def test_a_table_that_is_not_sound_is_refused_by_line(
    raw, tmp_path, monkeypatch, capsys
):
    file = tmp_path / "panel.csv"
    file.write_bytes(raw)
    monkeypatch.setattr(sys, "argv", ["plainlab", "interpret", str(file)])

    with pytest.raises(SystemExit) as ended:
        cli.main()

    assert ended.value.code == 2
    assert "plainlab: line " in capsys.readouterr().err


def test_a_setting_that_is_not_ours_is_one_line(monkeypatch, capsys):
    monkeypatch.setenv("PLAINLAB_COLOUR", "red")
    monkeypatch.setattr(sys, "argv", ["plainlab", "db", "check"])

    with pytest.raises(SystemExit) as ended:
        cli.main()

    assert ended.value.code == 2
    assert capsys.readouterr().err == "plainlab: unknown: PLAINLAB_COLOUR\n"


def test_the_shipped_limits_are_checked_and_counted(run):
    code, said = run("ranges", "check")

    assert code == 0
    assert re.search(r"40 analytes, \d+ limits in use, \d+ proposed", said)


def test_proposed_limits_are_listed_as_switched_off(run):
    code, said = run("ranges", "show", "magnesium")

    assert code == 0
    assert "reviewed by nobody yet" in said
    assert "[proposed: switched off]" in said


def test_an_analyte_that_is_not_there_is_refused_with_those_that_are(run):
    code, said = run("ranges", "show", "unobtainium")

    assert code == 2
    assert "ferritin" in said


def test_every_limit_is_in_the_table_with_its_source(run, tmp_path):
    code, said = run("ranges", "table")
    rows = list(csv.DictReader(io.StringIO(said)))
    saved_code, _ = run("ranges", "table", "--out", tmp_path / "limits.csv")

    assert (code, saved_code) == (0, 0)
    assert (tmp_path / "limits.csv").read_text("utf-8") == said
    assert all(row["source"] and row["year"] for row in rows)
    assert {"interval", "main", "critical"} <= {row["kind"] for row in rows}
    assert any("3.5 to 5.3" in row["limits"] for row in rows)


def test_a_database_is_made_checked_and_its_audit_verified(run):
    before, _ = run("db", "check")
    made, _ = run("db", "upgrade")
    after, _ = run("db", "check")
    audit, said = run("audit", "verify")

    assert (before, made, after, audit) == (1, 0, 0, 0)
    assert said == "the audit is intact\n"


def test_who_downloaded_what_was_replaced_is_listed(run, tmp_path):
    run("db", "upgrade")
    engine = open_engine(f"sqlite:///{tmp_path}/var/plainlab.db")
    first = save(engine, Entry(submission(), interpretation()), stamp()).id
    second = save(engine, Entry(submission(), interpretation(), first), stamp()).id
    note(engine, stamp(), Action.DOWNLOAD, first)

    code, said = run("audit", "downloads", second)
    unknown, _ = run("audit", "downloads", "nothing")

    line, total = said.splitlines()
    assert code == 0
    assert unknown != 0
    assert line.endswith(f"Z  system:cli  version 1  {first}")
    assert total == "1 downloads of replaced versions"
    engine.dispose()


def test_keys_are_issued_listed_and_revoked(run):
    run("db", "upgrade")
    _, plain = run("key", "issue", "Analyser feed", "--scope", "interpretations:write")
    prefix = plain.split("_")[1]

    _, listed = run("key", "list")
    revoked, _ = run("key", "revoke", prefix)
    _, afterwards = run("key", "list")

    assert prefix in listed
    assert plain.split("_", 2)[2].strip() not in listed
    assert revoked == 0
    assert "revoked" in afterwards


def test_a_sender_is_set_up_changed_shown_and_given_a_key(run):
    run("db", "upgrade")

    added = run("sender", "add", "Lab A", "--zone", "Europe/Berlin", "--decimal-comma")
    named = run("sender", "alias", "Lab A", "FER.", "ferritin")
    changed = run("sender", "set", "lab a", "--name", "Lab B", "--profile", "us")
    again = run("sender", "set", "Lab B", "--profile", "us")
    spelt = run("sender", "unit", "Lab B", "MMOLL", "mmol/L")
    _, shown = run("sender", "show", "Lab B")
    _, listed = run("sender", "list")
    run("key", "issue", "feed", "--sender", "Lab B")
    _, keys = run("key", "list")
    dropped = run("sender", "alias", "Lab B", "fer.", "--remove")
    unspelt = run("sender", "unit", "Lab B", "MMOLL", "--remove")

    done = [(0, f"{word}\n") for word in ("added", "changed", "changed", "as before")]
    assert [added, named, changed, again] == done
    assert spelt == dropped == unspelt == (0, "changed\n")
    assert json.loads(shown) == {
        "version": 4,
        "name": "Lab B",
        "laboratory": "",
        "zone": "Europe/Berlin",
        "profile": "us",
        "locale": "",
        "decimal_comma": True,
        "hl7_errors": False,
        "aliases": {"fer.": "ferritin"},
        "units": {"MMOLL": "mmol/L"},
    }
    assert "Lab B  version 4  1 aliases" in listed
    assert keys.strip().endswith("feed  of Lab B")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["set", "Lab A", "--zone", "Berlin"], "zone: not_allowed: Berlin"),
        (["alias", "Lab A", "x", "feritin"], "aliases/x: not_allowed: feritin"),
        (["show", "Lab C"], "there is no such sender"),
        (["add", "lab a"], "there is a sender of this name"),
        (["alias", "Lab A", "x", "--remove"], "there is no such code"),
        (["alias", "Lab A", "x"], "name an ANALYTE"),
        (["unit", "Lab A", "mg/dl", "g/L"], "units/mg/dl: not_allowed: g/L; allowed:"),
        (["unit", "Lab A", "x", "--remove"], "there is no such spelling"),
        (["unit", "Lab A", "x"], "name the unit"),
    ],
)
def test_what_cannot_be_set_up_of_a_sender_is_refused_by_name(
    run, monkeypatch, capsys, words, said
):
    run("db", "upgrade")
    run("sender", "add", "Lab A")
    monkeypatch.setattr(sys, "argv", ["plainlab", "sender", *words])

    with pytest.raises(SystemExit) as ended:
        cli.main()

    assert ended.value.code in {1, 2}
    assert said in capsys.readouterr().err


def test_a_webhook_is_added_listed_and_removed_and_nothing_is_lost(run):
    run("db", "upgrade")

    _, told = run("webhook", "add", "https://a.example/hook")
    one, secret = told.split()
    _, listed = run("webhook", "list")
    given_up, replayed = run("webhook", "dead"), run("webhook", "replay", "--all")
    removed = run("webhook", "remove", one)
    _, afterwards = run("webhook", "list")

    assert secret.startswith("whsec_")
    assert secret not in listed
    assert f"{one}  https://a.example/hook  interpretation.completed" in listed
    assert (given_up, replayed) == ((0, ""), (0, ""))
    assert (removed, afterwards) == ((0, "removed\n"), "")


@pytest.mark.parametrize(
    "words",
    [
        ["add", "ftp://a.example"],
        ["add", "http://169.254.169.254/"],
        ["add", "https://[::1]/"],
        ["add", "http://8.8.8.8/"],  # public, without TLS
        ["replay"],
    ],
)
def test_what_a_webhook_cannot_do_is_refused(run, words):
    run("db", "upgrade")

    assert run("webhook", *words)[0] == 2


def test_an_account_is_added_with_a_password_that_is_asked_for(run):
    run("db", "upgrade")
    words = ("user", "add", "sam", "--name", "Dr S. Sample", "--role", "clinician")

    code, said = run(*words, "--password", "correct horse battery")

    assert (code, said) == (0, "added\n")


def test_an_account_is_listed_given_a_new_password_and_closed(run):
    run("db", "upgrade")
    words = ("user", "add", "sam", "--name", "Dr S. Sample", "--role", "clinician")
    run(*words, "--password", "correct horse battery")

    changed = run("user", "password", "sam", "--password", "another long password")
    _, before = run("user", "list")
    closed = run("user", "disable", "sam")
    _, after = run("user", "list")

    assert (changed, closed) == ((0, "changed\n"), (0, "closed\n"))
    assert before == "sam  clinician  open  Dr S. Sample\n"
    assert after == "sam  clinician  closed  Dr S. Sample\n"


def test_an_account_that_is_not_there_cannot_be_closed(run, monkeypatch, capsys):
    run("db", "upgrade")
    monkeypatch.setattr(sys, "argv", ["plainlab", "user", "disable", "nobody"])

    with pytest.raises(SystemExit) as ended:
        cli.main()

    assert ended.value.code == 2
    assert "there is no such account" in capsys.readouterr().err


def test_serving_asks_for_a_database_that_is_up_to_date(run):
    code, said = run("serve", "--port", "1")

    assert code == 1
    assert "plainlab db upgrade" in said


def test_serving_the_world_asks_for_production(run):
    code, said = run("serve", "--host", "0.0.0.0")  # noqa: S104  it is refused

    assert code == 2
    assert "PLAINLAB_PRODUCTION" in said


@pytest.fixture
def demo_store(tmp_path):
    settings = load_settings({"PLAINLAB_VAR": str(tmp_path / "var")})
    return open_engine(settings.database_url), settings


def test_a_demo_is_seeded_once_and_opens_again(demo_store):
    engine, settings = demo_store

    first = prepare(engine, settings)
    again = prepare(engine, settings)

    assert is_demo(engine)
    assert len(worklist(engine).lines) == 9
    assert first.link != again.link
    assert verify(engine) is None


def test_a_demo_never_enters_a_database_that_holds_real_data(demo_store):
    engine, settings = demo_store
    shape(engine)
    submission, _ = read_submission(PANEL, b"{}", "json", DOOR)
    made = interpret(submission.panel, DOOR.catalogue)
    save(engine, Entry(submission, made), Stamp("system:test", stamp().at))

    with pytest.raises(DemoRefused):
        prepare(engine, settings)


def test_every_command_has_help(run):
    commands = (["--help"], ["ranges", "--help"], ["key", "issue", "--help"])

    assert [run(*words)[0] for words in commands] == [0, 0, 0]


def test_the_example_of_the_readme_is_read(run):
    example = Path(cli.__file__).parent.parent / "docs" / "example.json"

    code, said = run("interpret", example)

    assert code == 0
    assert "urgency" in said


def test_a_held_feed_is_listed_and_let_go_with_a_reason(run, tmp_path):
    run("db", "upgrade")
    engine = open_engine(f"sqlite:///{tmp_path}/var/plainlab.db")
    with writing(engine) as connection:
        feeds.hold(connection, "key:abc", (MAGNESIUM,), None, stamp())

    _, listed = run("feeds", "list")
    without = run("feeds", "release", "1", "--reason", " ")
    done = run("feeds", "release", "1", "--reason", "the analyser was set right")

    assert "1  key:abc  magnesium  x2.43  since" in listed
    assert without[0] == 2
    assert done == (0, "released\n")
    assert run("feeds", "list") == (0, "")
    engine.dispose()


def test_a_hold_that_is_not_there_is_refused_by_name(run, monkeypatch, capsys):
    run("db", "upgrade")
    words = ["plainlab", "feeds", "release", "7", "--reason", "because"]
    monkeypatch.setattr(sys, "argv", words)

    with pytest.raises(SystemExit) as ended:
        cli.main()

    assert ended.value.code == 2
    assert "no hold with this number" in capsys.readouterr().err


def test_biological_variation_is_printed_with_its_source(run):
    _, active = run("ranges", "show", "ferritin")
    _, proposed = run("ranges", "show", "sodium")

    assert "CVI 16.9 %" in active
    assert "change real above 47.8 %" in active
    assert "[proposed: switched off]" in proposed.splitlines()[-1]


def test_the_page_in_a_file_holds_the_results_unless_they_are_not_wanted(
    run, panel_file, tmp_path
):
    run("interpret", panel_file, "--pdf", tmp_path / "with.pdf")
    run("interpret", panel_file, "--pdf", tmp_path / "less.pdf", "--attach", "none")

    (bundle,) = files_inside((tmp_path / "with.pdf").read_bytes())
    assert json.loads(bundle)["resourceType"] == "Bundle"
    assert files_inside((tmp_path / "less.pdf").read_bytes()) == []


def test_the_page_in_a_file_can_be_for_the_clinician(run, panel_file, tmp_path):
    code, _ = run(
        "interpret", panel_file, "--pdf", tmp_path / "c.pdf", "--for", "clinician"
    )

    assert code == 0
    assert b"Results for the clinician" in (tmp_path / "c.pdf").read_bytes()

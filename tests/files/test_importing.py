"""A drop folder: every file once, moved, told what became of it; half files left."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from service import cli
from service.access import senders
from service.access.audit import Stamp
from service.access.setups import Setup
from service.commands.surroundings import stamp
from service.importing import QUIET
from service.intake.files.heads import Meaning, exact
from service.ranges.fhir.exact_json import compact
from service.store.engine import open_engine
from service.store.mappings import confirm
from tests.databases import shape
from tests.fhir.made import bundle, observation
from tests.files.books import HEADS, ROWS, book, table
from tests.hl7.conftest import ORDER, PATIENT, POTASSIUM, obx, oru
from tests.long import LONG, SHORT
from tests.server import PLAINLAB, panel

NOBODY = Stamp("system:test", stamp().at)


@pytest.fixture
def database(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAINLAB_VAR", str(tmp_path / "var"))
    engine = open_engine(f"sqlite:///{tmp_path}/var/plainlab.db")
    shape(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "drop"
    made.mkdir()
    return made


def drop(folder, name, body, age=QUIET + 5):
    file = folder / name
    file.write_bytes(body)
    os.utime(file, (time.time() - age,) * 2)
    return file


def run(*words):
    done = CliRunner().invoke(cli.plainlab, ["import", *map(str, words)])
    return done.exit_code, done.output


def names(folder):
    return sorted(
        str(one.relative_to(folder))
        for one in folder.rglob("*")
        if one.is_file() and one.name != ".plainlab.lock"
    )


def patients(engine):
    with engine.connect() as connection:
        return [
            number
            for (number,) in connection.exec_driver_sql(
                "SELECT record_number FROM submission ORDER BY record_number"
            )
        ]


def report(file):
    text = file.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_each_file_is_stored_moved_and_given_back_with_what_became_of_it(
    database, folder
):
    drop(folder, "monday.csv", table(*ROWS))
    drop(folder, "tuesday.xlsx", book(*ROWS))
    drop(folder, "one.json", json.dumps(panel(1)).encode())
    drop(
        folder,
        "many.ndjson",
        b"".join(json.dumps(panel(n)).encode() + b"\n" for n in (2, 3)),
    )

    code, said = run(folder)

    assert code == 0, said
    assert patients(database) == ["M1", "M1", "M2", "M2", "T-1", "T-2", "T-3"]
    assert names(folder) == [
        "done/many.ndjson", "done/many.ndjson.report.ndjson", "done/monday.csv",
        "done/monday.report.csv", "done/one.json", "done/one.json.report.ndjson",
        "done/tuesday.report.xlsx", "done/tuesday.xlsx",
    ]  # fmt: skip
    rows = report(folder / "done/monday.report.csv")
    assert [one["plainlab_code"] for one in rows] == ["HH", "L", "L"]
    assert all(len(one["plainlab_interpretation"]) == 26 for one in rows)


def test_a_faulty_file_is_not_stored_at_all_and_says_why_beside_it(database, folder):
    wrong = ("M9", "1990-01-01", "F", "2026-11-20 10:00", "potassium", "4.1", "stone")
    drop(folder, "wrong.csv", table(*ROWS, wrong))
    drop(folder, "none.pdf", b"%PDF")
    drop(folder, "broken.json", b"{")

    code, said = run(folder)

    assert code == 1
    assert "failed  wrong.csv: unit_not_allowed" in said
    assert patients(database) == []
    assert names(folder) == [
        "failed/broken.json", "failed/broken.json.reason.txt",
        "failed/none.pdf", "failed/none.pdf.reason.txt",
        "failed/wrong.csv", "failed/wrong.csv.reason.txt", "failed/wrong.report.csv",
    ]  # fmt: skip
    reason = (folder / "failed/wrong.csv.reason.txt").read_text()
    assert reason.startswith("line 5, unit: unit_not_allowed: ")
    assert "mmol/L" in reason
    assert report(folder / "failed/wrong.report.csv")[3]["plainlab_reason"] == (
        "unit: unit_not_allowed"
    )


def test_a_file_that_is_still_written_or_is_no_file_is_left_alone(database, folder):
    drop(folder, "fresh.csv", table(*ROWS), age=0)
    drop(folder, "half.csv.part", table(*ROWS))
    drop(folder, ".hidden.csv", table(*ROWS))
    (folder / "link.csv").symlink_to("/etc/hostname")
    (folder / "deeper").mkdir()

    code, _ = run(folder)

    assert code == 0
    assert patients(database) == []
    assert names(folder) == [".hidden.csv", "fresh.csv", "half.csv.part", "link.csv"]


def test_the_same_file_again_stores_nothing_and_another_of_its_name_is_kept_apart(
    database, folder
):
    drop(folder, "daily.csv", table(*ROWS))
    run(folder)
    drop(folder, "daily.csv", table(*ROWS))
    _, again = run(folder)
    drop(folder, "daily.csv", table(ROWS[0]))
    run(folder)

    assert "2 panels, 2 of them stored before" in again
    assert patients(database) == ["M1", "M1", "M2"]
    assert len(list((folder / "done").glob("daily*.csv"))) == 6


@pytest.mark.usefixtures("database")
def test_a_second_run_waits_for_nobody_and_touches_nothing(folder):
    drop(folder, "daily.csv", table(*ROWS))
    code = (
        "import fcntl, sys, time; lock = open(sys.argv[1], 'w');"
        "fcntl.flock(lock, fcntl.LOCK_EX); print('held', flush=True); time.sleep(60)"
    )
    held = subprocess.Popen(
        [sys.executable, "-c", code, folder / ".plainlab.lock"], stdout=subprocess.PIPE
    )
    held.stdout.readline()

    done = run(folder)
    held.kill()
    held.communicate()

    assert done[0] == 1
    assert "another import" in done[1]
    assert names(folder) == ["daily.csv"]


def test_heads_are_read_as_they_were_confirmed_for_the_sender(database, folder):
    known = senders.add(database, Setup("Lab North", decimal_comma=True), NOBODY)
    body = b"Nummer;Assay;Wert;Einheit\nM5;NA-S;139,5;mmol/L\n"
    drop(folder, "north.csv", body)
    before = run(folder, "--sender", "Lab North")
    told = ("record_number", "test", "value", "unit")
    heads = ("Nummer", "Assay", "Wert", "Einheit")
    meanings = dict(zip(heads, map(Meaning, told), strict=True))
    confirm(database, known.id, meanings, NOBODY)
    senders.change(
        database,
        known,
        Setup("Lab North", decimal_comma=True, aliases={"na-s": "sodium"}),
        NOBODY,
    )
    drop(folder, "north.csv", body)

    after = run(folder, "--sender", "lab north")

    assert "unknown_column" in before[1]
    assert after == (0, "done    north.csv: 1 panels\n")
    with database.connect() as connection:
        feeds = connection.exec_driver_sql("SELECT DISTINCT sender FROM measurement")
        assert [one for (one,) in feeds] == [f"sender:{known.id}"]


def test_messages_in_the_folder_are_part_of_their_senders_feed(database, folder):
    known = senders.add(database, Setup("Lab South"), NOBODY)
    drop(folder, "first.hl7", oru(PATIENT, ORDER, POTASSIUM))
    run(folder, "--sender", "Lab South")

    with database.connect() as connection:
        feeds = connection.exec_driver_sql("SELECT DISTINCT sender FROM measurement")
        assert [one for (one,) in feeds] == [f"sender:{known.id}"]
        sent = connection.exec_driver_sql("SELECT sender FROM message").scalar_one()
        assert sent.startswith(f"sender:{known.id}\n")


def test_hl7_goes_by_its_own_door_and_is_acknowledged_beside_it(database, folder):
    drop(folder, "good.hl7", oru(PATIENT, ORDER, POTASSIUM))
    drop(folder, "bad.hl7", oru(PATIENT, ORDER, obx("4.1", "stone"), control="M-2"))

    code, said = run(folder)
    drop(folder, "again.hl7", oru(PATIENT, ORDER, POTASSIUM))
    run(folder)

    assert code == 1
    assert "done    good.hl7: 1 messages" in said
    assert "failed  bad.hl7: AE" in said
    assert patients(database) == ["MRN-1", "MRN-1"]
    good, again = (folder / "done" / f"{name}.hl7.ack" for name in ("good", "again"))
    assert b"MSA|AA|M-1" in good.read_bytes()
    assert again.read_bytes() == good.read_bytes()
    assert b"MSA|AE|M-2" in (folder / "failed/bad.hl7.ack").read_bytes()


def test_fhir_in_a_file_is_sent_to_its_door(database, folder):
    drop(folder, "bundle.json", compact(bundle(observation())).encode())

    _, said = run(folder)

    assert said == "failed  bundle.json: fhir_file\n"
    assert patients(database) == []


def test_a_database_that_is_not_up_to_date_is_told(tmp_path, folder, monkeypatch):
    monkeypatch.setenv("PLAINLAB_VAR", str(tmp_path / "other"))

    assert run(folder) == (1, "the database needs: plainlab db upgrade\n")


@pytest.mark.skipif(SHORT, reason="kills of an import: .ci/run does")
def test_kill_9_at_any_moment_leaves_every_panel_once(tmp_path, database, folder):
    trials, random = (15 if LONG else 2), Random(2026)  # noqa: S311 - moments
    wanted = []
    for number in range(2):
        rows = [(f"K{number}-{n:03}", *ROWS[0][1:]) for n in range(200 if LONG else 40)]
        wanted += [row[0] for row in rows]
        drop(folder, f"file{number}.csv", table(*rows))
    env = {**os.environ, "PLAINLAB_VAR": str(tmp_path / "var")}
    command = [PLAINLAB, "import", folder]

    for _ in range(trials):
        _kill_at_work(command, env, folder, random.uniform(0, 0.8))
    last = subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    assert last.returncode == 0, last.stderr
    assert patients(database) == sorted(wanted)
    assert [one for one in names(folder) if not one.startswith("done/")] == []
    assert len(list(folder.glob("done/*.report.csv"))) == 2


def _kill_at_work(command, env, folder, later):
    """Kill a run so many seconds after it took hold of the folder."""
    (folder / ".plainlab.lock").unlink(missing_ok=True)
    worker = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    until = time.monotonic() + 30
    while not (folder / ".plainlab.lock").exists() and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(later)
    worker.send_signal(signal.SIGKILL)
    worker.wait()


def test_a_crash_between_storing_and_moving_is_made_good(database, folder, monkeypatch):
    drop(folder, "daily.csv", table(*ROWS))

    def power_cut(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("service.importing._move", power_cut)
        run(folder)
    stored = patients(database)
    code, said = run(folder)

    assert stored == patients(database) == ["M1", "M2"]
    assert (code, said) == (0, "done    daily.csv: 2 panels, 2 of them stored before\n")
    rows = report(Path(folder, "done/daily.report.csv"))
    assert [one["plainlab_code"] for one in rows] == ["HH", "L", "L"]


def test_a_file_met_again_after_its_senders_set_up_changed_is_told_as_it_was_stored(
    database, folder
):
    first = Setup("Lab East", aliases={"own": "potassium"})
    known = senders.add(database, first, NOBODY)
    said = ("1971-03-04", "F", "2026-11-20 08:40", "own", "4.1", "mmol/L")
    rows = [(number, *said) for number in ("E1", "E2")]
    one_patient = {name: Meaning(exact(name)) for name in HEADS}
    one_patient["patient_id"] = Meaning("ignore")
    outcomes = []
    for setup in (first, Setup("Lab East", aliases={"own": "sodium"})):
        known = senders.change(database, known, setup, NOBODY)
        drop(folder, "east.csv", table(*rows))
        outcomes.append(run(folder, "--sender", "Lab East"))
    confirm(database, known.id, one_patient, NOBODY)
    drop(folder, "east.csv", table(*rows))
    outcomes.append(run(folder, "--sender", "Lab East"))

    assert [code for code, _ in outcomes] == [0, 0, 0]
    reports = [one.read_bytes() for one in folder.glob("done/*.report.csv")]
    assert len(reports) == 2
    assert reports[0] == reports[1]
    (by_panel,) = folder.glob("done/*.report.ndjson")
    assert json.loads(by_panel.read_text())["panel"] == 1

"""What docs/files.md shows is what happens."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from service import cli
from service.access import senders
from service.access.audit import Stamp
from service.access.setups import Setup
from service.commands.surroundings import stamp
from service.intake.files.reading import read_file
from service.store.engine import open_engine
from tests.databases import shape
from tests.server import panel

TEXT = Path(__file__).parents[2].joinpath("docs", "files.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)
CSV = [body for kind, body in BLOCKS if kind == "csv"]
SHELL = [body for kind, body in BLOCKS if kind == "sh"]


@pytest.mark.parametrize("body", CSV, ids=["a row to a result", "a row to a patient"])
def test_a_documented_table_reads_whole(manner, body):
    read = read_file("example.csv", body.encode(), manner)

    assert read.faults == ()
    assert len(read.panels) == 2


def test_the_documented_commands_do_what_they_say(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLAINLAB_VAR", str(tmp_path / "var"))
    engine = open_engine(f"sqlite:///{tmp_path}/var/plainlab.db")
    shape(engine)
    senders.add(engine, Setup("Lab North"), Stamp("system:test", stamp().at))
    engine.dispose()
    for name in ("monday.csv", "tuesday.csv", "drop/daily.csv"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(CSV[0], "utf-8")
        os.utime(file, (0, 0))

    said = {}
    for line in SHELL[:2]:
        words = line.strip().replace('"Lab North"', "Lab_North").split()[1:]
        words = [word.replace("_", " ") for word in words]
        done = CliRunner().invoke(cli.plainlab, words)
        assert done.exit_code == 0, done.output
        said[words[0]] = done.output

    assert said["import"] == "done    daily.csv: 2 panels\n"
    assert said["feed"].startswith("4 panels, 6 results; nothing was stored")
    assert Path("drop/done/daily.report.csv").exists()


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_documented_batch_is_answered(served, tmp_path):
    wrong = panel(2) | {"results": [{"name": "sodium", "value": "1", "unit": "g"}]}
    lines = [json.dumps(one) + "\n" for one in (panel(1), wrong)]
    tmp_path.joinpath("panels.ndjson").write_text("".join(lines), "utf-8")
    told = {
        "PLAINLAB_KEY": served.key,
        "PLAINLAB_URL": f"http://127.0.0.1:{served.port}",
    }
    done = subprocess.run(
        [shutil.which("bash"), "-c", SHELL[2]],
        cwd=tmp_path,
        env=os.environ | told,
        capture_output=True,
        check=True,
    )
    shown = json.loads(BLOCKS[-1][1].splitlines()[1])

    first, second = map(json.loads, done.stdout.splitlines())
    assert (first["line"], first["status"], len(first["id"])) == (1, 201, 26)
    assert (second["line"], second["status"]) == (shown["line"], shown["status"])
    error, expected = second["problem"]["errors"][0], shown["problem"]["errors"][0]
    assert {name: error[name] for name in expected} == expected

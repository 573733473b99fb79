"""Every command of the README does what the README says."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.server import PLAINLAB, running

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
COMMANDS = [
    line
    for block in BLOCKS
    for line in block.replace("\\\n", " ").strip().splitlines()
    if "curl" not in block
]
CURL = next(block for block in BLOCKS if block.startswith("curl"))
QUIET_CURL = "curl -sS -w '\\n%{http_code}' "
# The suite itself, and the start that .ci/first_start tries from the outside.
BY_OTHERS = {"make run", "make test"}


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - BY_OTHERS))
def test_a_command_of_the_readme_works(command, tmp_path):
    assert command.startswith(".venv/bin/plainlab ")
    words = command.removeprefix(".venv/bin/").replace("out/", f"{tmp_path}/").split()

    done = subprocess.run(
        [PLAINLAB, *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_the_readme_names_what_is_tried_elsewhere():
    assert set(COMMANDS) >= BY_OTHERS


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not on this machine")
def test_the_curl_line_of_the_readme_is_answered(tmp_path):
    with running(tmp_path) as server:
        line = CURL.replace("127.0.0.1:8000", f"127.0.0.1:{server.port}")

        done = subprocess.run(
            ["bash", "-c", line.replace("curl ", QUIET_CURL, 1)],  # noqa: S607  any bash
            env={"KEY": server.key, "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=True,
        )

    answer, status = done.stdout.rsplit("\n", 1)
    assert status == "201"
    assert '"below_condition_target"' in answer or '"consistent_with"' in answer


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#]+)", TEXT))
def test_every_link_of_the_readme_leads_somewhere(target):
    assert (ROOT / target).exists()


def test_every_folder_of_the_map_is_there():
    folders = re.findall(r"^\| `(\w+)/`", TEXT, re.MULTILINE)

    assert folders
    assert all((ROOT / folder).is_dir() for folder in folders)


def test_make_lists_what_the_readme_promises():
    listed = subprocess.run(
        ["make", "help"],  # noqa: S607  whichever make this machine has
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert all(f"make {name} " in listed.stdout for name in ("run", "test", "bench"))

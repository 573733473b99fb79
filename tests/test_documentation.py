"""Every example of the documentation runs, against a real server and in order."""

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.api.curl_pages import curl_markdown
from service.api.example_requests import example_requests
from service.api.postman import postman_json
from service.api.routes import ROUTES
from service.cli import plainlab
from tests.server import PLAINLAB, running

ROOT = Path(__file__).parent.parent
PAGES = {
    page.name: page for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))
}
TEXTS = {name: page.read_text("utf-8") for name, page in PAGES.items()}
BLOCKS = {
    name: re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    for name, text in TEXTS.items()
}
# test_readme.py runs the other commands of the README, each for itself
BLOCKS["README.md"] = [block for block in BLOCKS["README.md"] if "curl" in block]
# run by a test of its own, which puts the files there that it speaks of
ELSEWHERE = {"files.md": "tests/files/test_documentation.py"}
RUN = sorted({name for name, blocks in BLOCKS.items() if blocks} - set(ELSEWHERE))
CURLS = " ".join(block for blocks in BLOCKS.values() for block in blocks)
CURLS = CURLS.replace(r"\$", "$")  # a shell's: $interpret is no variable

# Statuses go to a file; what would serve for ever is tried by other tests; what a
# block sets is there in the next one.
PRELUDE = """
set -aeo pipefail
if [ -f state ]; then . ./state; fi
curl() { command curl -sS -w '%{stderr}%{http_code}\\n' "$@" 2>> statuses; }
make() { :; }
plainlab() {
  case "$1 $2" in
    serve*|demo*|mllp*|"webhook run") ;;
    *) command plainlab "$@" ;;
  esac
}
.venv/bin/plainlab() { plainlab "$@"; }
"""
POSTLUDE = "\nexport -p > state\n"
NEWMAN = ROOT / "build" / "newman" / "node_modules" / ".bin" / "newman"
SHELL = re.compile(r"[$|<>;&#]|curl |make |(serve|demo|mllp|webhook run)\b")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("documented")) as server:
        yield server


@pytest.fixture
def run(server, tmp_path, monkeypatch):
    """Run a block: as a shell does, or, where it needs none, in this process."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    environment = {
        "PATH": f"{PLAINLAB.parent}:{os.environ['PATH']}",
        "LANG": "C.UTF-8",
        "KEY": server.key,
        "PLAINLAB_VAR": str(server.folder),
    }

    def in_a_shell(block):
        script = f"{PRELUDE}{block}{POSTLUDE}"
        done = subprocess.run(
            ["bash", "-c", script.replace(":8000", f":{server.port}")],  # noqa: S607  any bash
            env=environment,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()

    def here(block):
        for line in block.replace("\\\n", " ").strip().splitlines():
            words = shlex.split(line)
            assert words[0].endswith("plainlab")
            done = CliRunner(env=environment).invoke(plainlab, words[1:])
            assert done.exit_code == 0, done.output

    return lambda block: (in_a_shell if SHELL.search(block) else here)(block)


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not on this machine")
@pytest.mark.parametrize("name", RUN)
def test_every_example_of_a_page_runs_and_is_answered_as_it_says(name, run, tmp_path):
    for block in BLOCKS[name]:
        run(block)

    text = " ".join(BLOCKS[name])
    statuses = tmp_path / "statuses"
    told = statuses.read_text("ascii").split() if statuses.exists() else []
    refused = [one for one in told if not one.startswith("2")]
    assert refused == re.findall(r"# answered with (\d+)", text)
    assert len(told) == len(re.findall(r"\bcurl ", text))


@pytest.mark.parametrize("route", ROUTES, ids=lambda one: f"{one.method} {one.rule}")
def test_there_is_an_example_of_every_route(route):
    path = re.sub(
        r"<[^>]+>", r"[^/\\s\"'?]+", re.escape(route.rule).replace(r"\ ", " ")
    )

    assert re.search(rf"127\.0\.0\.1:8000{path}[\s\"'?]", f"{CURLS} ")


def test_what_is_run_elsewhere_is():
    assert all((ROOT / test).is_file() for test in ELSEWHERE.values())


def test_the_page_of_requests_is_current():
    assert TEXTS["curl.md"] == curl_markdown()


def test_the_collection_of_requests_is_current():
    assert (ROOT / "docs" / "postman.json").read_text("utf-8") == postman_json(
        ROOT / "docs"
    )


@pytest.mark.skipif(not NEWMAN.exists(), reason="newman is not in build/newman")
def test_every_request_of_the_collection_is_answered(server, tmp_path):
    variables = {"base": f"http://127.0.0.1:{server.port}", "key": server.key}
    told = tmp_path / "told.json"
    done = subprocess.run(
        [NEWMAN, "run", ROOT / "docs" / "postman.json", "--reporters", "json"]
        + ["--reporter-json-export", told]
        + [
            word for pair in variables.items() for word in ("--env-var", "=".join(pair))
        ],
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout.decode()
    answered = json.loads(told.read_text("utf-8"))["run"]["stats"]["assertions"]
    assert answered == {
        "total": len(list(example_requests())),
        "pending": 0,
        "failed": 0,
    }


def test_every_example_file_is_used_by_an_example():
    files = [one for one in (ROOT / "docs").glob("example*") if one.is_file()]
    files += (ROOT / "docs" / "examples").glob("*")

    unused = [one.name for one in files if one.name not in " ".join(TEXTS.values())]
    assert unused == []


def test_links_between_pages_lead_somewhere():
    for page in PAGES.values():
        targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8"))

        assert [one for one in targets if not (page.parent / one).exists()] == []

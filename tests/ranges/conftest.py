"""What the tests of ``plainlab ranges`` share: files to break, commands to run."""

import shutil
import sys

import pytest

from reference_ranges.loading import DATA
from service import cli
from tests.catalogue.conftest import DataFiles, parsed_once

__all__ = ["files", "parsed_once", "run"]


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    return DataFiles(folder)


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run one command as a shell would: its exit code, its output, its errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLAINLAB_VAR", str(tmp_path / "var"))

    def invoke(*words):
        monkeypatch.setattr(sys, "argv", ["plainlab", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code, said.out, said.err

    return invoke

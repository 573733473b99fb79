"""A copy of the shipped data files that a test may break."""

import pickle
import shutil
import tomllib
from functools import cache

import pytest

from reference_ranges.errors import CatalogueError
from reference_ranges.loading import DATA, read_catalogue

_loads = tomllib.loads


@cache
def _parsed(text, parse_float):
    return pickle.dumps(_loads(text, parse_float=parse_float))


def loads_once(text, /, *, parse_float=float):
    """Parse as ``tomllib.loads`` does, the same text once; give a copy of its own."""
    return pickle.loads(_parsed(text, parse_float))  # noqa: S301  made above


@pytest.fixture(autouse=True)
def parsed_once(monkeypatch):
    """Parse once what a test leaves as it is: that is half of loading sixty files."""
    monkeypatch.setattr(tomllib, "loads", loads_once)


class DataFiles:
    """The data files in a folder of their own."""

    def __init__(self, folder):
        self.folder = folder

    def edit(self, name, old, new):
        """Replace the first *old* of a file; it must be there."""
        path = self.folder / name
        text = path.read_text("utf-8")
        assert old in text, f"{name} no longer says {old!r}"
        path.write_text(text.replace(old, new, 1), "utf-8")

    def load(self):
        return read_catalogue(self.folder, versioned=False)

    def refusal(self):
        """Return what the loader says in refusing these files."""
        with pytest.raises(CatalogueError) as refused:
            self.load()
        return str(refused.value)


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    return DataFiles(folder)

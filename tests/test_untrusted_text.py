"""No text from outside has a way to where it could act: read off the code itself."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = [
    pytest.param(file, id=str(file.relative_to(ROOT)))
    for package in ("reference_ranges", "reports", "service")
    for file in sorted((ROOT / package).rglob("*.py"))
]
NEVER_CALLED = {"eval", "exec", "__import__", "system", "popen", "Paragraph"}
NEVER_IMPORTED = {
    "pickle",
    "marshal",
    "shelve",
    "yaml",
    "subprocess",
    "xml",
    "reportlab.platypus",
}
ONE_PLACE = {"pint": "reference_ranges/quantities.py"}


def names_imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def names_called(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            yield (
                called.attr
                if isinstance(called, ast.Attribute)
                else getattr(called, "id", "")
            )


def sql_texts(tree):
    """What is handed to SQLAlchemy as SQL in words, other than a fixed text."""
    if not any(name.startswith("sqlalchemy") for name in names_imported(tree)):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            made = [
                one for one in node.args if isinstance(one, ast.JoinedStr | ast.BinOp)
            ]
            if name in {"text", "exec_driver_sql", "executescript"} and made:
                yield ast.unparse(node)


@pytest.mark.parametrize("file", FILES)
def test_nothing_that_runs_or_unpacks_text_is_used(file):
    tree = ast.parse(file.read_text("utf-8"))

    used = NEVER_IMPORTED.intersection(names_imported(tree))
    used |= NEVER_CALLED.intersection(names_called(tree))

    assert used == set()


@pytest.mark.parametrize("file", FILES)
def test_no_sql_is_put_together_from_text(file):
    assert list(sql_texts(ast.parse(file.read_text("utf-8")))) == []


@pytest.mark.parametrize("file", FILES)
def test_pint_is_asked_in_one_place_only(file):
    tree = ast.parse(file.read_text("utf-8"))

    asked = {name.split(".")[0] for name in names_imported(tree)}.intersection(
        ONE_PLACE
    )

    assert asked <= {name for name, place in ONE_PLACE.items() if ROOT / place == file}

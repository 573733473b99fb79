"""No text from outside has a way to where it could act: read off the code itself."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("reference_ranges", "reports", "service")
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


@pytest.fixture(scope="module")
def trees():
    """Every file of the product, parsed, by its path."""
    files = [file for package in PACKAGES for file in (ROOT / package).rglob("*.py")]
    assert len(files) > 300
    return {
        file.relative_to(ROOT).as_posix(): ast.parse(file.read_text("utf-8"))
        for file in sorted(files)
    }


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


def test_nothing_that_runs_or_unpacks_text_is_used(trees):
    used = {
        name: NEVER_IMPORTED.intersection(names_imported(tree))
        | NEVER_CALLED.intersection(names_called(tree))
        for name, tree in trees.items()
    }

    assert {name: found for name, found in used.items() if found} == {}


def test_no_sql_is_put_together_from_text(trees):
    made = {name: list(sql_texts(tree)) for name, tree in trees.items()}

    assert {name: found for name, found in made.items() if found} == {}


def test_pint_is_asked_in_one_place_only(trees):
    asked = {
        (package, name)
        for name, tree in trees.items()
        for package in {one.split(".")[0] for one in names_imported(tree)}
        if package in ONE_PLACE
    }

    assert asked == set(ONE_PLACE.items())

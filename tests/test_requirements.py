"""Every requirement that we say is met names proofs that exist and can fail."""

import ast
from functools import cache

import pytest

from tests.proofs import ROOT, Ledger, promised, requirements

PROOFS = sorted({proof for _, proof in promised()})
MET = {*range(1, 18), *range(19, 30), *range(31, 39)}
MET |= {*range(40, 45), 46, 47, 49, 50, *range(55, 59), 60, 61, 63}
MET |= {*range(66, 73), 74}


def test_the_requirements_of_this_release_are_all_there():
    assert {one["number"] for one in requirements()} == MET


@pytest.mark.parametrize("one", requirements(), ids=lambda one: str(one["number"]))
def test_each_requirement_has_a_sentence_and_a_proof(one):
    assert one["sentence"].endswith(".")
    assert one["proofs"]


@cache
def functions_of(file):
    """The text of each function of a file of tests, by its name."""
    return {
        node.name: ast.unparse(node)
        for node in ast.parse((ROOT / file).read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }


@pytest.mark.parametrize("proof", PROOFS)
def test_each_proof_is_a_test_that_asserts_something(proof):
    file, name = proof.split("::")
    functions = functions_of(file)
    asserting = [one for one, text in functions.items() if "assert " in text]
    helpers = [f"{one}(" for one in asserting if not one.startswith("test_")]

    assert any(
        mark in functions[name] for mark in ("assert ", "pytest.raises", *helpers)
    )


def test_a_proof_that_was_skipped_or_never_run_is_missing():
    ledger = Ledger(strict=True)
    ledger.passed = set(PROOFS) - {PROOFS[0]}
    ledger.unwell = {PROOFS[1]}

    missing = " ".join(ledger.missing())

    assert PROOFS[0] in missing
    assert PROOFS[1] in missing


def test_with_every_proof_passed_nothing_is_missing():
    ledger = Ledger(strict=True)
    ledger.passed = set(PROOFS)

    assert ledger.missing() == []

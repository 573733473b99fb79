"""The ledger of proofs: in CI, a requirement whose proof did not run fails the run."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
REQUIREMENTS = ROOT / "service" / "safety" / "requirements.toml"


def requirements():
    """The requirements in order, each with its number, sentence and proofs."""
    return tomllib.loads(REQUIREMENTS.read_text("utf-8"))["requirement"]


class Ledger:
    """Notes how each test ended, and compares that with what is promised."""

    def __init__(self, *, strict):
        self.strict = strict
        self.passed = set()
        self.unwell = set()

    def pytest_runtest_logreport(self, report):
        test = report.nodeid.split("[")[0]
        if report.when == "call" and report.passed:
            self.passed.add(test)
        elif not report.passed:
            self.unwell.add(test)

    def pytest_sessionfinish(self, session):
        whole = session.config.args == ["tests"] and not session.config.option.keyword
        if not (self.strict and whole and REQUIREMENTS.is_file()):
            return
        missing = self.missing()
        if missing:
            session.exitstatus = 1
            print("\nRequirements without a passing proof:", *missing, sep="\n  ")

    def missing(self):
        """Each proof that did not pass, with its requirement's number."""
        return [
            f"{requirement['number']}: {proof}"
            for requirement in requirements()
            for proof in requirement["proofs"]
            if proof not in self.passed or proof in self.unwell
        ]

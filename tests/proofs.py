"""The ledger of proofs: in CI, a promise whose proof did not run fails the run."""

import json
import subprocess
import tomllib
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
SAFETY = ROOT / "service" / "safety"
RECORD = ROOT / "build" / "proofs.json"


def requirements():
    """The requirements in order, each with its number, sentence and proofs."""
    text = (SAFETY / "requirements.toml").read_text("utf-8")
    return tomllib.loads(text)["requirement"]


def hazards():
    """The hazards in order, each with its id, control and proofs."""
    return tomllib.loads((SAFETY / "hazards.toml").read_text("utf-8"))["hazard"]


def promised():
    """Every (number or id, proof) of requirements and hazards."""
    for one in (*requirements(), *hazards()):
        name = one.get("number") or one["id"]
        yield from ((name, proof) for proof in one["proofs"])


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
        if not (self.strict and whole):
            return
        missing = self.missing()
        if missing:
            session.exitstatus = 1
            print("\nPromises without a passing proof:", *missing, sep="\n  ")
        else:
            self.record()

    def missing(self):
        """Each proof that did not pass, with the number or id of what it is for."""
        return [
            f"{name}: {proof}"
            for name, proof in promised()
            if proof not in self.passed or proof in self.unwell
        ]

    def record(self, file=RECORD):
        """Keep when and of what commit all proofs passed, for the safety case."""
        asked = ["git", "rev-parse", "HEAD"]
        commit = subprocess.run(
            asked, cwd=ROOT, capture_output=True, text=True, check=False
        )
        kept = {
            "day": datetime.now(UTC).date().isoformat(),
            "commit": commit.stdout.strip(),
            "passed": sorted({proof for _, proof in promised()}),
        }
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(kept, indent=2) + "\n", "utf-8")

"""The hazards: each has a control, a proof and what is left; all of it is printed."""

import json
import re

import pytest
from click.testing import CliRunner

from service import cli
from service.safety.case import SafetyError, Severity, Status, load_case
from tests.proofs import ROOT, SAFETY, Ledger, hazards

NO_RECORD = ROOT / "build" / "there-is-no-such-record.json"
CASE = load_case(NO_RECORD)


def test_the_hazards_are_those_of_the_list():
    assert [one.id for one in CASE.hazards] == [f"H{n:02}" for n in range(1, 41)]


@pytest.mark.parametrize("hazard", CASE.hazards, ids=lambda one: one.id)
def test_every_hazard_has_a_control_and_a_proof(hazard):
    assert hazard.proofs
    assert all(
        text.endswith(".")
        for text in (hazard.hazard, hazard.cause, hazard.control, hazard.residual)
    )
    assert bool(hazard.missing) is (hazard.status is Status.OPEN)
    assert hazard.risk[0] <= list(Severity).index(hazard.severity) + 1


@pytest.mark.parametrize("hazard", CASE.hazards, ids=lambda one: one.id)
def test_a_control_is_where_it_is_said_to_be(hazard):
    named = re.findall(r"[\w/]+\.(?:py|toml)", hazard.control)
    rooms = [ROOT, *(ROOT / one for one in ("reference_ranges", "reports", "service"))]

    lost = [
        file for file in named if not any((room / file).is_file() for room in rooms)
    ]

    assert lost == []


def printed(*words):
    done = CliRunner().invoke(cli.plainlab, ["safety", *map(str, words)])
    return done.exit_code, done.output


def test_the_safety_case_is_printed_whole():
    code, text = printed("--run", NO_RECORD)

    assert code == 0
    assert "No run of the proofs is recorded here" in text
    still_open = [one for one in CASE.hazards if one.status is Status.OPEN]
    assert f"{len(still_open)} open" in text
    assert all(f"{one.id} is open: {one.missing}" in text for one in still_open)
    for one in CASE.hazards:
        assert {one.hazard, one.cause, one.residual} <= {
            line.split(": ", 1)[-1].strip() for line in text.splitlines()
        }
    assert all(one.sentence in text for one in CASE.requirements)
    assert all(
        f"proof: {proof}" in text for one in hazards() for proof in one["proofs"]
    )
    assert [name for name in CASE.top_risks if f"  {name}: " in text] == [
        "H22",
        "H26",
        "H03",
    ]


def test_the_safety_case_is_printed_as_json_too():
    code, text = printed("--json", "--run", NO_RECORD)

    document = json.loads(text)
    assert code == 0
    assert len(document["hazards"]) == 40
    assert document["open"] == [one.id for one in CASE.open]
    assert (document["run"], document["unproven"]) == (None, None)


def test_the_last_run_is_in_the_safety_case(tmp_path):
    record = tmp_path / "build" / "proofs.json"
    Ledger(strict=True).record(record)
    kept = json.loads(record.read_text("utf-8"))

    _, text = printed("--run", record)
    _, document = printed("--json", "--run", record)

    assert f"last passed on {kept['day']}, at commit {kept['commit']}" in text
    assert "not in the record" not in text
    assert json.loads(document)["unproven"] == []


def test_a_proof_that_the_record_lacks_is_said_to_be_missing(tmp_path):
    record = tmp_path / "proofs.json"
    lacking = CASE.hazards[0].proofs[0]
    Ledger(strict=True).record(record)
    kept = json.loads(record.read_text("utf-8"))
    kept["passed"].remove(lacking)
    record.write_text(json.dumps(kept), "utf-8")

    _, text = printed("--run", record)
    _, document = printed("--json", "--run", record)

    assert f"{lacking} (not in the record)" in text
    assert json.loads(document)["unproven"] == [lacking]


def test_a_record_that_is_none_is_refused(tmp_path):
    record = tmp_path / "proofs.json"
    record.write_text("[]", "utf-8")

    assert printed("--run", record) == (
        2,
        "plainlab: proofs.json: not a record of a run\n",
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("top_risks = [", "top_risks = ", "hazards.toml"),
        ('"H22", "H26"', '"H99", "H26"', "unknown, twice or out of order"),
        ('id       = "H02"', 'id       = "H01"', "unknown, twice or out of order"),
        ('severity = "major"', 'severity = "bad"', "H01: 'bad' is not a valid"),
        ("risk     = [4, 2]", "risk     = [2, 4]", "H01: a risk is"),
        ("risk     = [4, 2]", "risk     = [4]", "H01: "),
        ("residual =", "rest     =", "H01: "),
        ('status   = "controlled"', 'status   = "open"', "H01: open hazards say"),
        (
            'residual = "None',
            'missing = "it"\nresidual = "None',
            "H04: open hazards say",
        ),
    ],
)
def test_a_hazard_that_does_not_hold_together_is_refused_by_name(
    tmp_path, old, new, said
):
    for file in SAFETY.glob("*.toml"):
        text = file.read_text("utf-8")
        if file.name == "hazards.toml":
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / file.name).write_text(text, "utf-8")

    with pytest.raises(SafetyError, match=re.escape(said)):
        load_case(NO_RECORD, tmp_path)


def test_a_hazard_without_a_proof_is_refused(tmp_path):
    for file in SAFETY.glob("*.toml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    text = (tmp_path / "hazards.toml").read_text("utf-8")
    without = re.sub(r"proofs   = \[.*?\]", "proofs   = []", text, flags=re.DOTALL)
    (tmp_path / "hazards.toml").write_text(without, "utf-8")

    with pytest.raises(SafetyError, match="H01: no proof"):
        load_case(NO_RECORD, tmp_path)

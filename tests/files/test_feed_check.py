"""A new sender's files before it goes live: understood, refused or suspicious."""

import json

import pytest
from click.testing import CliRunner

from service import cli
from service.access import senders
from service.access.audit import Stamp
from service.access.setups import Setup
from service.commands.surroundings import stamp
from service.ranges.fhir.exact_json import compact
from service.store.engine import open_engine
from tests.databases import shape
from tests.fhir.made import bundle, observation
from tests.files.books import HEADS, book, table
from tests.hl7.conftest import ORDER, PATIENT, POTASSIUM, obx, oru

PERSON = ("1971-03-04", "F", "2026-11-20 08:40")


def rows(*results):
    return [(f"M{n}", *PERSON, *one) for n, one in enumerate(results)]


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLAINLAB_VAR", str(tmp_path / "var"))


@pytest.fixture
def check(tmp_path):
    """Check files given by name and content; the code it ends with, and its lines."""

    def run(*words, **files):
        paths = []
        for name, body in files.items():
            paths.append(tmp_path / name.replace("_", "."))
            paths[-1].write_bytes(body)
        done = CliRunner().invoke(
            cli.plainlab, ["feed", "check", *map(str, paths), *words]
        )
        return done.exit_code, [
            " ".join(line.split()) for line in done.output.splitlines()
        ]

    return run


def test_a_feed_that_is_understood_is_counted_and_nothing_is_stored(check, tmp_path):
    code, said = check(feed_csv=table(*rows(*[("sodium", "140", "mmol/L")] * 3)))

    assert code == 0
    assert said == [
        "3 panels, 3 results; nothing was stored",
        "understood 3 Sodium, mmol/L -> sodium",
    ]
    assert not (tmp_path / "var" / "plainlab.db").exists()


SHIFTED = [("magnesium", f"{17 + n % 5 / 10}", "mmol/L") for n in range(20)]


@pytest.mark.parametrize(
    ("results", "state", "said"),
    [
        (
            [("NA-S", "140", "mmol/L")],
            "refused",
            [
                "analyte_not_supported: 1",
                'proposal: plainlab sender alias SENDER "NA-S" sodium',
            ],
        ),
        ([("Copper", "12", "umol/L")], "refused", ["analyte_not_supported: 1"]),
        (
            [("sodium", "140", "MMOL / L")],
            "refused",
            [
                "unit_not_allowed: 1",
                'proposal: plainlab sender unit SENDER "MMOL / L" "mmol/L"',
            ],
        ),
        (
            [("sodium", "140", "MMOLL")],
            "refused",
            [
                "unit_not_allowed: 1",
                'proposal: plainlab sender unit SENDER "MMOLL" "mmol/L"',
            ],
        ),
        (
            [("sodium", "140", "stone")],
            "refused",
            [
                "unit_not_allowed: 1",
                "proposal: write the unit as one of: mmol/L, meq/L, mg/dL",
            ],
        ),
        (
            [("ferritin", "9", "")],
            "refused",
            [
                "unit_missing: 1",
                "proposal: send the unit, one of: ug/L, ng/mL, ng/dL, mg/L",
            ],
        ),
        (
            [("potassium", "5,4", "mmol/L")],
            "refused",
            [
                "decimal_comma: 1",
                "proposal: plainlab sender set SENDER --decimal-comma",
            ],
        ),
        ([("1649-3", "50", "ng/L")], "refused", ["wrong_measurand: 1"]),
        ([("2601-3", "1.9", "mg/dL")], "refused", ["unit_property_mismatch: 1"]),
        (
            [("calcium_total", "9.2", "mmol/L")],
            "suspicious",
            ["suspected_unit_mix_up: 1"],
        ),
        ([("sodium", "175", "mmol/L")] * 5, "suspicious", ["median_far_off: 5"]),
        (
            SHIFTED,
            "suspicious",
            [
                "implausible: 20",
                "unit_shifted: 20",
                "proposal: ask whether the unit is mg/L",
            ],
        ),
    ],
)
def test_what_is_refused_or_suspicious_says_why_and_what_could_be_done(
    check, results, state, said
):
    code, lines = check(feed_csv=table(*rows(*results)))

    assert code == 1
    assert lines[1].startswith(f"{state} {len(results)} ")
    assert lines[2:] == said


def test_an_interval_in_another_unit_is_suspicious(check):
    body = table(
        (*rows(("Vitamin D", "30", "ng/mL"))[0], "50-125"), heads=(*HEADS, "ref_text")
    )

    code, lines = check(feed_csv=body)

    assert code == 1
    assert "suspected_unit_mix_up: 1" in " ".join(lines)


def test_heads_that_nobody_confirmed_are_suggested(check):
    heads = ("Patient no", "Assay", "Wert", "Einheit", "Ward")
    body = book(("M1", "sodium", 140, "mmol/L", "3B"), heads=heads)

    code, lines = check(feed_xlsx=body)

    assert code == 1
    assert "understood 1 Sodium, mmol/L -> sodium" in lines
    assert "to confirm column 'Assay': test" in lines
    assert "to confirm column 'Ward': not known" in lines


def test_hl7_and_fhir_are_checked_by_the_documents_that_their_doors_make(check):
    wrong = oru(PATIENT, ORDER, POTASSIUM, obx("4.1", "stone", number=2))

    code, lines = check(
        feed_hl7=wrong, feed_json=compact(bundle(observation())).encode()
    )

    assert code == 1
    assert lines[0] == "2 panels, 3 results; nothing was stored"
    states = [line.split()[:2] for line in lines[1:] if "[2823-3]" in line]
    assert states == [["refused", "1"], ["understood", "2"]]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"kind": "ED"}, "value_type"),
        ({"kind": ""}, "required"),
        ({"f11": ""}, "required"),
        ({"value": "4.1~7.1"}, "value_type"),
        ({"value": "6^8", "kind": "SN"}, "value_type"),
    ],
)
def test_what_the_door_of_hl7_would_refuse_is_refused_here(check, fields, reason):
    sent = oru(PATIENT, ORDER, obx(**{"value": "4.1", **fields}))

    code, lines = check(feed_hl7=sent)

    assert code == 1
    assert lines[1].split()[:2] == ["refused", "1"]
    assert any(f"{reason}: 1" in line for line in lines)


def test_a_range_that_is_not_read_is_suspicious(check):
    sent = oru(PATIENT, ORDER, obx("4.1", f7="4.5-5.3 (adult)"))

    code, lines = check(feed_hl7=sent)

    assert code == 1
    assert lines[1].split()[:2] == ["suspicious", "1"]
    assert "interval_unread: 1" in lines


def test_a_message_that_is_not_for_us_or_of_nobody_is_told(check):
    other = oru(PATIENT, ORDER, POTASSIUM).replace(b"|2.5.1", b"|2.1")
    nobody = oru("PID|1", ORDER, POTASSIUM)

    code, lines = check(other_hl7=other)
    assert code == 1
    assert any("unsupported_version" in line for line in lines)

    code, lines = check(nobody_hl7=nobody)
    assert code == 1
    assert any("PID^1^3: required" in line for line in lines)


def test_panels_that_cannot_be_read_are_counted_by_their_fault(check):
    document = {
        "patient": {"birth_date": "yesterday"},
        "results": [{"name": "x", "value": "1"}],
    }
    body = b"".join(json.dumps(document).encode() + b"\n" for _ in range(2))

    code, lines = check(feed_ndjson=body)

    assert code == 1
    assert "panels refused 2 patient.birth_date: not_a_date" in lines


def test_a_file_that_cannot_be_read_is_named_and_spoils_no_other(check):
    good = table(*rows(("sodium", "140", "mmol/L")))

    code, lines = check(one_csv=b"\xff\xfe\x00name", two_csv=good)

    assert code == 1
    assert lines[0] == "1 panels, 1 results; nothing was stored"
    assert lines[-1] == "file refused one.csv: line 0, not_utf8"


def test_of_a_file_with_many_faults_the_first_few_are_told(check):
    good = table(*rows(*[("sodium", "140", "mmol/L")] * 8)).splitlines()
    wrong = [good[0], *[line + b",,,more" for line in good[1:]]]

    code, lines = check(one_csv=b"\n".join(wrong))

    assert code == 1
    assert lines[-1].startswith("file refused one.csv: line 2, ")
    assert lines[-1].endswith("; and 3 more")


def test_a_sender_that_was_set_up_is_read_as_it_writes(check, tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/var/plainlab.db")
    shape(engine)
    setup = Setup("Lab North", decimal_comma=True, aliases={"na-s": "sodium"})
    senders.add(engine, setup, Stamp("system:test", stamp().at))
    engine.dispose()

    code, lines = check(
        "--sender", "lab north", feed_csv=table(*rows(("NA-S", "139,5", "mmol/L")))
    )

    assert (code, lines[1]) == (0, "understood 1 NA-S, mmol/L -> sodium")


def test_no_name_and_no_value_is_printed(check):
    body = table(("Canary", *PERSON, "sodium", "987654", "stone"))

    _, lines = check(feed_csv=body)

    assert "Canary" not in " ".join(lines)
    assert "987654" not in " ".join(lines)


def test_a_file_that_no_reader_takes_is_told(check):
    code, lines = check(feed_pdf=b"%PDF")

    assert code == 2
    assert "no reader" in lines[-1]

"""Stored panels judged by another catalogue: each changed class, and nothing else."""

import hashlib
import json
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest

from reference_ranges.interpretation import interpret
from reference_ranges.loading import DATA, load_catalogue
from reference_ranges.panel import Shift
from service.access.audit import Stamp
from service.intake.door import Door
from service.intake.reading import read_submission
from service.intake.rereading import read_again
from service.ranges.replay import NOT_COMPARED, Tally, replay
from service.store.engine import open_engine
from service.store.errors import StoreDamaged
from service.store.interpretations import Entry, save
from service.store.walking import count_newest, walk_newest
from tests.databases import shape

CATALOGUE = load_catalogue()
NOW = datetime(2026, 11, 25, tzinfo=UTC)
STAMP = Stamp("system:tests", NOW)
POTASSIUM = "analytes/potassium.toml"
NAME, NUMBER = "Wilhelmina Unmistakable", "MRN-4711"
DOOR = Door(CATALOGUE, ("en-GB",), UTC, NOW)


def document(*results, **more):
    return {
        "patient": {
            "id": NUMBER,
            "name": NAME,
            "birth_date": "1971-03-04",
            "sex": "female",
            "pregnancy": {"status": "no"},
        },
        "specimen": {"collected_at": "2026-11-20T08:40:00+00:00"},
        "results": list(results),
        "symptoms": [],
        "on_problem": "report",
        **more,
    }


def result(analyte="potassium", value="4.81", unit="mmol/L", **more):
    return {"analyte": analyte, "value": value, "unit": unit, **more}


def submission_of(*results, door=DOOR, **more):
    sent = document(*results, **more)
    return read_submission(sent, json.dumps(sent).encode(), "json", door)[0]


@pytest.fixture
def engine(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/var/plainlab.db")
    shape(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def keep(engine):
    """Keep a panel of these results; its id."""

    def kept(*results, corrects="", **more):
        submission = submission_of(*results, **more)
        made = interpret(submission.panel, CATALOGUE)
        return save(engine, Entry(submission, made, corrects), STAMP).id

    return kept


@pytest.fixture
def lower(files):
    """The data files with a lower upper limit of potassium for adults."""
    files.edit(POTASSIUM, "high      = 5.3", "high      = 4.5")
    return files


def again(*results, other, **more):
    """What *results* become by *other*: each observation of the panel."""
    panel = submission_of(*results, **more).panel
    return read_again(panel, replace(DOOR, catalogue=other), CATALOGUE).observations


def with_analyte(name, **facts):
    analyte = replace(CATALOGUE.analytes[name], **facts)
    return replace(CATALOGUE, analytes={**CATALOGUE.analytes, name: analyte})


def test_nothing_changes_by_the_catalogue_that_it_was_judged_with(keep, run):
    keep(result(), result("sodium", "134"), result("ferritin", "9", "ug/L"))
    keep(result(value="6.9", flag="N"), result("zinc", "11", "umol/L"))
    keep({"name": "K", "value": "4.1", "unit": "MMOL/L", "interval": "3.5-5.3 mmol/L"})
    keep({"code": {"system": "http://loinc.org", "code": "2823-3"}, **row_of_code()})

    code, out, err = run("ranges", "replay", "--with", DATA)

    assert (code, err) == (0, "")
    assert out == f"4 panels replayed, 0 of them change\n{NOT_COMPARED}\n"


def row_of_code():
    return {
        "value": "<3.6",
        "unit": "mmol/L",
        "interval": {"low": "3.5", "high": "5.3"},
    }


def test_each_changed_class_is_listed_and_counted(keep, lower, run):
    first = keep(result(), result("sodium", "140"))
    keep(result(value="4.1"))
    third = keep(result(value="4.9"))

    code, out, _ = run("ranges", "replay", "--with", lower.folder)

    change = "potassium: in_range -> out_of_range high, urgency routine -> routine"
    assert code == 1
    assert out.splitlines() == [
        f"{first}  {change}",
        f"{third}  {change}",
        "3 panels replayed, 2 of them change",
        "  potassium: 2 of 3 change",
        NOT_COMPARED,
    ]


def test_a_changed_category_of_a_guideline_is_listed_though_the_class_stays(
    keep, files, run
):
    mild = (
        '{ at_least = 130, below = 135,   status = "low",  severity = 1, label = "mild'
    )
    graded = (
        '{ at_least = 135, at_most = 145, status = "in",   severity = 0, label = "not'
    )
    files.edit("analytes/sodium.toml", mild, mild.replace("135", "134"))
    files.edit("analytes/sodium.toml", graded, graded.replace("135", "134"))
    kept = keep(result("sodium", "134"), result())
    title = "Hyponatraemia grade (European 2014) and hypernatraemia"

    code, out, _ = run("ranges", "replay", "--with", files.folder)

    grades = "mild hyponatraemia (low) -> not graded (in)"
    assert code == 1
    assert out.splitlines() == [
        f"{kept}  sodium, guideline {title}: {grades}",
        "1 panels replayed, 1 of them change",
        "  sodium: 1 of 1 change",
        NOT_COMPARED,
    ]


def test_an_interval_that_does_not_lead_is_listed_too(keep, files, run):
    old = 'age_from  = "19y"\nsex       = "female"\npregnancy = "no"\nlow       = 15'
    files.edit("analytes/ferritin.toml", old, old.replace("15", "20"))
    kept = keep(result("ferritin", "18", "ug/L"))

    _, out, _ = run("ranges", "replay", "--with", files.folder)

    title = "Royal Cornwall Hospitals NHS Trust"
    assert out.splitlines()[0] == f"{kept}  ferritin, interval {title}: in -> low"


def test_another_code_for_the_same_class_is_listed(keep, engine):
    kept = keep(result(value="5.6"))
    (one,) = walk_newest(engine)
    (seen,) = one.interpretation.results
    coded = seen._replace(code="A")
    stored = replace(one, interpretation=replace(one.interpretation, results=(coded,)))

    (shift,) = replay([stored], DOOR, CATALOGUE, Tally())

    assert shift.line == f"{kept}  potassium, code: A -> H"


def test_help_and_answer_say_what_is_not_compared(run):
    _, told, _ = run("ranges", "replay", "--help")

    assert "are not compared" in " ".join(told.split())


def test_the_rows_of_the_site_are_tried_before_they_go_into_use(
    keep, run, tmp_path, monkeypatch
):
    kept = keep(result())
    (tmp_path / "site" / "analytes").mkdir(parents=True)
    shipped = (DATA / POTASSIUM).read_text("utf-8")
    start = shipped.index('[[interval]]\nid        = "potassium/uk/interval/16y+"')
    row = shipped[start : shipped.index("[[interval]]", start + 1)]
    review = shipped[shipped.index("\n[review]") : shipped.index("# The number line")]
    own = f"schema = 1\n{review}\n{row.replace('5.3', '4.5')}"
    (tmp_path / "site" / POTASSIUM).write_text(own, "utf-8")
    monkeypatch.setenv("PLAINLAB_RANGES", str(tmp_path / "site"))

    code, out, err = run("ranges", "replay")

    assert (code, err) == (1, "")
    assert out.startswith(f"{kept}  potassium: in_range -> out_of_range high")


def test_a_changed_urgency_of_the_whole_is_listed(keep, files, run):
    old = 'below = 6.0, status = "high", severity = 1'
    files.edit(POTASSIUM, old, old.replace("1", "3"))
    kept = keep(result(value="5.6"))

    code, out, _ = run("ranges", "replay", "--with", files.folder)

    same = "out_of_range high -> out_of_range high, urgency"
    assert code == 1
    assert f"{kept}  potassium: {same} routine -> today\n" in out
    assert f"{kept}  panel: urgency routine -> today\n" in out
    assert "  panel: 1 of 1 change" in out


def test_no_name_value_or_record_number_is_printed(keep, lower, run):
    keep(result(), {"name": f"Note on {NAME}", "value": "4.81", "unit": "x"})

    _, out, err = run("ranges", "replay", "--with", lower.folder)

    said = out + err
    assert "potassium" in said
    assert not any(secret in said for secret in (NAME, "Wilhelmina", NUMBER, "4.81"))


def test_nothing_is_written_to_the_database(keep, lower, run, engine):
    keep(result())

    def everything():
        with closing(engine.raw_connection()) as connection:
            dump = "\n".join(connection.driver_connection.iterdump())
        return hashlib.sha256(dump.encode()).hexdigest()

    before = everything()
    run("ranges", "replay", "--with", lower.folder)

    assert everything() == before


def test_only_the_newest_version_is_replayed(keep, lower, run):
    first = keep(result(value="4.1"))
    second = keep(result(value="4.2"), corrects=first)
    newest = keep(result(value="4.9"), corrects=second)

    _, out, _ = run("ranges", "replay", "--with", lower.folder)

    assert out.splitlines()[0].startswith(newest)
    assert "1 panels replayed, 1 of them change" in out


@pytest.mark.usefixtures("engine")
def test_an_empty_database_has_nothing_to_replay(run):
    code, out, err = run("ranges", "replay", "--with", DATA)

    told = f"0 panels replayed, 0 of them change\n{NOT_COMPARED}\n"
    assert (code, out, err) == (0, told, "")


def test_a_database_that_is_not_there_yet_cannot_be_asked(run):
    code, out, err = run("ranges", "replay", "--with", DATA)

    assert (code, out) == (2, "")
    assert "plainlab db upgrade" in err


@pytest.mark.usefixtures("engine")
def test_a_folder_that_does_not_load_is_refused_by_file_and_row(files, run):
    files.edit(POTASSIUM, "high      = 5.3", "high      = 2.3")

    code, out, err = run("ranges", "replay", "--with", files.folder)

    assert (code, out) == (2, "")
    assert "analytes/potassium.toml: potassium/uk/interval/16y+" in err


def test_a_folder_that_is_not_there_is_refused(run, tmp_path):
    code, _, err = run("ranges", "replay", "--with", tmp_path / "nowhere")

    assert code == 2
    assert "does not exist" in err


def test_a_record_that_is_not_as_it_was_written_stops_the_replay(keep, engine):
    keep(result())
    with closing(engine.raw_connection()) as connection:
        plain = connection.driver_connection
        names = plain.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in names.fetchall():
            plain.execute(f"DROP TRIGGER {name}")
        plain.execute("UPDATE interpretation SET document = document || ' '")
        plain.commit()

    with pytest.raises(StoreDamaged):
        list(walk_newest(engine))


def test_all_are_walked_in_order_a_batch_at_a_time(keep, engine):
    ids = [keep(result()) for _ in range(203)]

    walk = walk_newest(engine)
    first = [next(walk).id for _ in range(100)]
    late = keep(result())

    assert count_newest(engine) == 204
    assert [*first, *(one.id for one in walk)] == [*ids, late]


def test_progress_is_told_on_long_work(keep, run, monkeypatch):
    monkeypatch.setattr("service.commands.ranges._PROGRESS_EACH", 2)
    for _ in range(5):
        keep(result())

    _, _, err = run("ranges", "replay", "--with", DATA)

    assert err.splitlines() == ["2 of 5 panels", "4 of 5 panels"]


@pytest.mark.parametrize(
    ("lacks", "said"),
    [
        ({"profiles": {}}, "profile uk"),
        ({"symptoms": {}}, "symptom rf_chest_pain"),
        ({"factors": {}}, "factor drug_ppi"),
        ({"conditions": {}}, "condition haemolysed"),
    ],
)
def test_a_panel_that_names_what_the_other_lacks_is_listed_as_left_out(
    lacks, said, keep, engine
):
    specimen = {
        "collected_at": "2026-11-20T08:40:00+00:00",
        "conditions": ["haemolysed"],
    }
    kept = keep(
        result(),
        specimen=specimen,
        symptoms=[{"id": "rf_chest_pain"}],
        factors=["drug_ppi"],
    )
    other = (
        replace(CATALOGUE, **lacks)
        if "profiles" in lacks
        else replace(CATALOGUE, rules=replace(CATALOGUE.rules, **lacks))
    )
    tally = Tally()

    (unfit,) = replay(
        walk_newest(engine), replace(DOOR, catalogue=other), CATALOGUE, tally
    )

    assert unfit.line == f"{kept}  cannot be replayed: no {said}"
    assert not tally.clean
    assert list(tally.lines()) == [
        "0 panels replayed, 0 of them change, 1 cannot be replayed"
    ]


def test_a_test_that_the_other_lacks_is_not_interpreted_there(keep, engine):
    keep(result())
    rest = {n: one for n, one in CATALOGUE.analytes.items() if n != "potassium"}
    other = replace(CATALOGUE, analytes=rest)

    shift, *_ = replay(
        walk_newest(engine), replace(DOOR, catalogue=other), CATALOGUE, Tally()
    )

    assert (shift.analyte, shift.was) == ("unknown_test", "in_range")
    assert shift.now == "not_interpreted analyte_not_supported"


def test_a_computed_value_that_one_side_does_not_have_is_listed(keep, engine):
    keep(
        result("calcium_total", "2.35"),
        result("albumin", "30", "g/L"),
    )
    stored = [
        replace(one, interpretation=replace(one.interpretation, derived=()))
        for one in walk_newest(engine)
    ]

    shifts = list(replay(stored, DOOR, CATALOGUE, Tally()))

    assert [(one.analyte, one.was, one.urgency_was) for one in shifts] == [
        ("calcium_adjusted", "not_there", "not_there")
    ]


def test_an_earlier_result_that_the_other_cannot_read_is_left_out():
    before = "2026-10-20T08:40:00+00:00"
    earlier = [
        {**result(value="4.1"), "collected_at": before},
        {**result("sodium", "140"), "collected_at": before},
        {**result(value="16", unit="mg/dL"), "collected_at": before},
    ]
    panel = submission_of(result(), earlier=earlier).panel
    panel = replace(panel, shifts=(Shift("sodium", Fraction(1000)),))
    analytes = {"potassium": CATALOGUE.analytes["potassium"]}
    units = {u: e for u, e in analytes["potassium"].units.items() if u != "mg/dL"}
    analytes["potassium"] = replace(analytes["potassium"], units=units)
    other = replace(DOOR, catalogue=replace(CATALOGUE, analytes=analytes))

    assert read_again(panel, DOOR, CATALOGUE) == panel
    again = read_again(panel, other, CATALOGUE)

    assert len(panel.earlier) == 3
    assert [one.unit for one in again.earlier] == ["mmol/L"]
    assert again.shifts == ()


def test_a_unit_that_the_other_lacks_is_no_longer_read():
    potassium = CATALOGUE.analytes["potassium"]
    fewer = {n: u for n, u in potassium.spellings.items() if u != "mg/dL"}
    other = with_analyte("potassium", spellings=fewer)

    (seen,) = again(result(value="16", unit="mg/dL"), other=other)

    assert (seen.unit, seen.refusal) == (None, "unit_not_allowed")


def test_a_code_that_the_other_accepts_is_read_there():
    code = {"code": {"system": "http://loinc.org", "code": "99-9"}}
    potassium = CATALOGUE.analytes["potassium"]
    entry = replace(potassium.loinc["2823-3"], code="99-9")
    other = with_analyte("potassium", loinc={**potassium.loinc, "99-9": entry})
    other = replace(other, codes={**CATALOGUE.codes, "99-9": "potassium"})

    (seen,) = again({**code, "value": "4.1", "unit": "mmol/L"}, other=other)

    assert (seen.analyte, seen.unit, seen.refusal) == ("potassium", "mmol/L", None)


def test_a_name_that_the_other_accepts_is_read_there():
    other = replace(CATALOGUE, names={**CATALOGUE.names, "kalemia": "potassium"})

    (seen,) = again({"name": "Kalemia", "value": "4.1", "unit": "mmol/L"}, other=other)

    assert seen.analyte == "potassium"


def test_a_foreign_code_stays_unknown_though_its_name_is_known():
    foreign = {"code": {"system": "http://example.org/local", "code": "K"}}
    sent = {**foreign, "name": "Potassium", "value": "4.1", "unit": "mmol/L"}

    (seen,) = again(sent, other=CATALOGUE)

    assert (seen.analyte, seen.refusal) == (None, "analyte_not_supported")


@pytest.mark.parametrize(
    "sent",
    [
        result(),
        result(value="5,4"),
        result(value=""),
        result(unit="furlongs"),
        result(unit=""),
        result(interval="3.5-5.3 mmol/L", flag="H", comment="haemolysed"),
        result(interval={"low": "3.5", "high": "5.3"}),
        result(interval={"low": "", "high": "5.3"}),
        result(interval="see note"),
        result(status="cancelled"),
        result(method="ISE, direct"),
        result("zinc", "11", "umol/L"),
        {"name": "S-Kalium", "value": "4.1", "unit": "mmol/L"},
        {"code": {"system": "http://loinc.org", "code": "1649-3"}, **row_of_code()},
        {"code": {"system": "http://loinc.org", "code": "2823-3"}, **row_of_code()},
        {"code": {"system": "http://example.org", "code": "K"}, **row_of_code()},
    ],
)
@pytest.mark.parametrize("specimen", ["", "serum", "urine"])
@pytest.mark.parametrize("comma", [False, True])
def test_a_result_read_again_by_its_own_catalogue_is_what_it_was(sent, specimen, comma):
    stated = {"collected_at": "2026-11-20T08:40:00+00:00", "type": specimen}
    door = replace(DOOR, decimal_comma=comma)
    panel = submission_of(sent, door=door, specimen=stated).panel

    assert read_again(panel, DOOR, CATALOGUE) == panel

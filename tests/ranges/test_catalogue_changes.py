"""What changes for whom between two catalogues: nothing unsaid, nothing invented."""

import json
import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from reference_ranges.limits import Span
from reference_ranges.loading import DATA, load_catalogue
from service.ranges.changes import changes
from service.ranges.rows import rows_of_analyte
from service.ranges.rule_changes import rule_changes
from service.ranges.rule_rows import read_rules
from service.ranges.words import whom

CATALOGUE = load_catalogue()
ANALYTES = CATALOGUE.analytes
POTASSIUM = "analytes/potassium.toml"
EACH = pytest.mark.parametrize("name", sorted(ANALYTES))
KINDS = ("intervals", "decision_sets", "critical")


def only(analyte):
    """The catalogue with one analyte: quick to compare."""
    return replace(CATALOGUE, analytes={analyte.id: analyte})


def with_row(row):
    """Its analyte, with *row* in the place of the one with its id."""
    analyte = ANALYTES[row.id.split("/")[0]]
    rows = {
        kind: tuple(row if one.id == row.id else one for one in getattr(analyte, kind))
        for kind in KINDS
    }
    return replace(analyte, **rows)


def without_row(row):
    """Its analyte without *row*."""
    analyte = ANALYTES[row.id.split("/")[0]]
    rows = {
        kind: tuple(one for one in getattr(analyte, kind) if one.id != row.id)
        for kind in KINDS
    }
    return replace(analyte, **rows)


def row_of(name):
    (row,) = [
        one for one in rows_of_analyte(ANALYTES[name.split("/")[0]]) if one.id == name
    ]
    return row


def between(old, new):
    return changes(only(old), only(new))


def said(old, new):
    return [change.sentence for change in between(old, new)]


def cited(row):
    source = CATALOGUE.sources[row.source]
    return f"{source.org} {source.year}"


def test_nothing_changes_between_a_catalogue_and_itself():
    assert changes(CATALOGUE, CATALOGUE) == ()


@EACH
def test_an_interval_that_moves_is_one_change_with_both_numbers_and_its_people(name):
    for row in ANALYTES[name].intervals:
        high = (row.span.high or row.span.low) + 1
        moved = replace(row, span=Span(at_least=row.span.low, at_most=high))

        (change,) = between(ANALYTES[name], with_row(moved))

        assert (change.kind, change.row, change.about) == ("limit", row.id, name)
        assert change.now == f"{high} {row.unit}"
        assert str(row.span.high or "none") in change.sentence
        assert change.whom == whom(row.profile, row.partition)
        assert change.source == cited(row)


@EACH
def test_a_row_that_is_switched_is_one_change(name):
    for row in rows_of_analyte(ANALYTES[name]):
        other = {"active": "proposed", "proposed": "active"}[row.status]
        expected = {"active": "switched off", "proposed": "switched on"}[row.status]

        (change,) = between(ANALYTES[name], with_row(replace(row, status=other)))

        assert (change.kind, change.row) == (expected, row.id)
        assert f"is {expected}" in change.sentence


@EACH
def test_a_row_that_goes_is_removed_one_way_and_added_the_other(name):
    for row in rows_of_analyte(ANALYTES[name]):
        (gone,) = between(ANALYTES[name], without_row(row))
        (back,) = between(without_row(row), ANALYTES[name])

        assert (gone.kind, back.kind) == ("removed", "added")
        assert gone.row == back.row == row.id
        assert ("switched off" in back.words) == (row.status == "proposed")


@EACH
def test_a_band_that_is_graver_now_is_one_change_on_all_of_its_scales(name):
    for row in ANALYTES[name].decision_sets:
        scales = {
            unit: (replace(first, severity=(first.severity + 1) % 5), *others)
            for unit, (first, *others) in row.scales.items()
        }

        (change,) = between(ANALYTES[name], with_row(replace(row, scales=scales)))

        assert change.kind == "severity"
        assert int(change.now) == (int(change.was) + 1) % 5


def test_the_example_of_the_adults_upper_limit_is_said_so(files, run):
    files.edit(POTASSIUM, "high      = 5.3", "high      = 5.4")

    code, out, _ = run("ranges", "diff", files.folder)

    assert code == 1
    assert out.splitlines()[0] == (
        "potassium, uk, adults from 16 years, not pregnant: the upper limit of the"
        " reference interval changes from 5.3 to 5.4 mmol/L"
        " (source: eJIFCC / Tate et al. 2016) [potassium/uk/interval/16y+]"
    )
    assert out.splitlines()[-1] == "1 difference"


# Edits that go together, so that a folder is loaded once for many of them.
ROUNDS = {
    "bands and critical limits": [
        (POTASSIUM, "below = 5.5,", "below = 5.6,", "usual >=3.5 and <5.6 mmol/L"),
        (
            POTASSIUM,
            "at_least = 5.5, below = 6.0,",
            "at_least = 5.6, below = 6.0,",
            "the band 'mild hyperkalaemia' moves from >=5.5 and <6.0 to >=5.6 and <6.0",
        ),
        (
            POTASSIUM,
            'below = 6.0, status = "high"',
            'below = 6.0, status = "grey"',
            "what the band 'mild hyperkalaemia' reads as changes from high to grey",
        ),
        (POTASSIUM, 'label = "not graded"', 'label = "usual"', "new band in"),
        (POTASSIUM, "UKKA 2023", "UKKA 2024", "the title changes from"),
        (POTASSIUM, 'role      = "main"', 'role      = "beside"', "main to beside"),
        (POTASSIUM, 'also      = ["rcem_k"]', "also      = []", "from rcem_k to"),
        (
            POTASSIUM,
            "low       = { at_most = 2.5 }",
            "low       = { below = 2.5 }",
            "the low critical limit changes from <=2.5 to <2.5 mmol/L",
        ),
        (
            POTASSIUM,
            "low       = { at_most = 2.5 }\n",
            "",
            "the low critical limit changes from <=2.5 mmol/L to none",
        ),
    ],
    "sources, notes, units and codes": [
        (
            POTASSIUM,
            'source    = "eq_tab3_2016"',
            'source    = "mayo_transcr"',
            "rests on Mayo Clinic Laboratories 2026 now, not on eJIFCC",
        ),
        (POTASSIUM, "Serum. Plasma", "Serum! Plasma", "the note of the reference"),
        (
            POTASSIUM,
            '{ unit = "mg/dL" },',
            '{ unit = "mg/L" },',
            "potassium: the unit mg/dL is no longer accepted",
        ),
        (POTASSIUM, "mg/L", "mg/L", "potassium: the unit mg/L is accepted now"),
        (
            POTASSIUM,
            '  { code = "2823-3"',
            '  # { code = "2823-3"',
            "potassium: the LOINC code 2823-3 is no longer accepted",
        ),
        (POTASSIUM, "in Blood", "in blood", "potassium: the name of 6298-4 changes"),
        (POTASSIUM, '"Kalium", ', "", "potassium: the name Kalium is no longer"),
        (POTASSIUM, "hard_max = 14.0", "hard_max = 15.0", "1.0 to 15.0 mmol/L"),
        (POTASSIUM, "end      = 7.5", "end      = 8.0", "the number line's end"),
        (POTASSIUM, 'lead = ["interval"]', 'lead = ["guideline"]', "to guideline"),
        (
            POTASSIUM,
            "nobody yet",
            "Dr S. Sample",
            "review of analytes/potassium.toml: reviewed by changes from nobody yet",
        ),
        (
            "analytes/urea.toml",
            '"28.014"',
            '"28.02"',
            "urea: 1 mg/dL{urea_nitrogen} changes from",
        ),
    ],
    "what the tests share": [
        ("sources.toml", "Pathology Harmony (UK)", "PH", "source harmony_paed: org"),
        ("pregnancy.toml", "weeks_to   = 14", "weeks_to   = 13", "trimester t1"),
        (
            "pregnancy.toml",
            "weeks_from = 14",
            "weeks_from = 13",
            "trimester t2: weeks from changes from 14 to 13",
        ),
        ("profiles.toml", "UKKA", "KA", "profile uk: title changes from"),
    ],
}


@pytest.mark.parametrize("edits", ROUNDS.values(), ids=ROUNDS)
def test_every_edit_is_said_in_words(files, run, edits):
    for name, old, new, _ in edits:
        files.edit(name, old, new)

    code, out, err = run("ranges", "diff", files.folder)

    assert (code, err) == (1, "")
    assert [words for *_, words in edits if words not in out] == []


def test_a_new_and_a_lost_test_are_said_with_all_of_their_rows():
    chloride = ANALYTES["chloride"]
    nothing = replace(CATALOGUE, analytes={})

    lost = Counter(change.kind for change in changes(only(chloride), nothing))
    back = Counter(change.kind for change in changes(nothing, only(chloride)))

    rows = len(rows_of_analyte(chloride))
    assert lost == {"analyte removed": 1, "removed": rows}
    assert back == {"analyte added": 1, "added": rows}


def test_a_scale_in_another_unit_comes_and_goes_with_its_limits():
    row = row_of("vitamin_d_25oh/uk/guideline/ros_uk")
    less = with_row(replace(row, scales={"nmol/L": row.scales["nmol/L"]}))

    (gone,) = between(ANALYTES["vitamin_d_25oh"], less)
    (back,) = between(less, ANALYTES["vitamin_d_25oh"])

    assert (gone.kind, back.kind) == ("scale removed", "scale added")
    assert "deficient <10" in gone.words
    assert "deficient <10" in back.words


def test_two_bands_of_one_name_are_told_apart():
    row = row_of("potassium/uk/guideline/ukka2023_rcem")
    low, *others, high = row.scales["mmol/L"]
    twins = (replace(low, label="x"), *others, replace(high, label="x"))
    graver = (*twins[:-1], replace(twins[-1], severity=1))
    pair = [
        with_row(replace(row, scales={"mmol/L": bands})) for bands in (twins, graver)
    ]

    (change,) = between(*pair)

    assert (change.kind, change.was, change.now) == ("severity", "4", "1")


def test_a_unit_of_an_interval_that_changes_is_said_with_both_units():
    row = row_of("magnesium/us/interval/18y+")

    sentences = said(ANALYTES["magnesium"], with_row(replace(row, unit="meq/L")))

    assert any("changes from 1.6 mg/dL to 1.6 meq/L" in one for one in sentences)


def test_a_row_for_other_people_under_the_same_id_is_said():
    row = row_of("potassium/uk/interval/16y+")
    other = replace(row, partition=replace(row.partition, sex="female"))

    (sentence,) = said(ANALYTES["potassium"], with_row(other))

    people = "whom it is for changes from uk, adults from 16 years, not pregnant to uk"
    assert people in sentence


def test_an_id_that_stands_for_another_kind_of_row_is_one_gone_and_one_new():
    analyte = ANALYTES["potassium"]
    first, *others = analyte.critical
    reused = replace(analyte.intervals[0], id=first.id)
    other = replace(
        analyte, intervals=(*analyte.intervals, reused), critical=tuple(others)
    )

    found = Counter(change.kind for change in between(analyte, other))

    assert found == {"removed": 1, "added": 1}


def test_what_an_ambiguous_unit_means_under_a_name_is_compared():
    urea = ANALYTES["urea"]

    found = between(urea, replace(urea, units_by_name={}))

    assert len(found) == len(urea.units_by_name) > 0
    assert {change.kind for change in found} == {"unit by name"}


def test_rule_numbers_mix_ups_and_look_alikes_are_compared():
    code, *_ = CATALOGUE.look_alikes
    other = replace(
        CATALOGUE,
        settings={**CATALOGUE.settings, "severity_critical": Decimal(1)},
        look_alikes={c: one for c, one in CATALOGUE.look_alikes.items() if c != code},
        mix_ups=CATALOGUE.mix_ups[1:],
    )

    sentences = [change.sentence for change in changes(CATALOGUE, other)]
    back = [change.sentence for change in changes(other, CATALOGUE)]

    assert len(sentences) == len(back) == 3
    assert any("rule number severity_critical: it changes" in one for one in sentences)
    assert f"look-alike {code}: is gone" in sentences
    assert f"unit mix-up {CATALOGUE.mix_ups[0].id}: is gone" in sentences
    assert f"look-alike {code}: is new" in back


def test_what_a_profile_borrows_is_compared_test_by_test():
    uk = CATALOGUE.profiles["uk"]
    pair = [
        replace(CATALOGUE, profiles={"uk": replace(uk, fallback=fallback)})
        for fallback in ({"zinc": ("us/interval",)}, {"mma": ("eu/interval",)})
    ]

    assert [change.sentence for change in changes(*pair)] == [
        "profile uk: fallback of mma changes from nothing to eu/interval",
        "profile uk: fallback of zinc changes from us/interval to nothing",
    ]


def test_biological_variation_is_compared():
    name = next(n for n in sorted(ANALYTES) if ANALYTES[n].variation)
    analyte = ANALYTES[name]
    moved = replace(analyte, variation=replace(analyte.variation, cvi=Decimal("99.9")))
    without = replace(analyte, variation=None)

    (change,), (gone,), (back,) = (
        between(*pair)
        for pair in ((analyte, moved), (analyte, without), (without, analyte))
    )

    assert "biological variation, cvi changes from" in change.sentence
    assert "to 99.9" in change.sentence
    assert "the biological variation changes from there to nothing" in gone.sentence
    assert "the biological variation changes from nothing to there" in back.sentence


def test_a_file_that_is_there_on_one_side_only_is_named(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        folder.mkdir()
    (new / "findings.toml").write_text("schema = 1\n", "utf-8")

    (there,), (back,) = rule_changes(old, new), rule_changes(new, old)

    assert there.sentence == "findings.toml: this file is new"
    assert back.sentence == "findings.toml: this file is gone"


def test_a_remark_in_a_rule_file_is_no_difference(files, run):
    path = files.folder / "links.toml"
    path.write_text("# a remark\n" + path.read_text("utf-8"), "utf-8")

    assert run("ranges", "diff", files.folder) == (0, "no difference\n", "")


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (
            "units.toml",
            '"mmol/Liter", ',
            "",
            r"units.toml: spellings changes from .*mmol/Liter.* to .* \[units/mmol/L\]",
        ),
        (
            "patterns.toml",
            'title = "Probable EDTA contamination"',
            'title = "EDTA"',
            (
                r"patterns.toml: title changes from Probable EDTA contamination "
                r"to EDTA \(source: cornes2008, kedta2019\) "
                r"\[patterns/edta_contamination\]"
            ),
        ),
        (
            "links.toml",
            'on = [{ analyte = "potassium", unit = "mmol/L", below = 3.0 }]',
            'on = [{ analyte = "potassium", unit = "mmol/L", below = 2.9 }]',
            (
                r"links.toml: on changes from \{.*below: 3.0\} to \{.*below: 2.9\} "
                r"\(source: rcem_k\) \[bands/potassium_low_moderate\]"
            ),
        ),
        (
            "factors.toml",
            'label = "ACE inhibitor or',
            'label = "Inhibitor or',
            (
                r"factors.toml: label changes from ACE inhibitor or .* to Inhibitor or "
                r".*\[factors/drug_acei_arb\]"
            ),
        ),
        (
            "cautions.toml",
            'lipaemic = "Cloudy with fat"',
            'lipaemic = "Cloudy"',
            (
                r"cautions.toml: lipaemic changes from Cloudy with fat to Cloudy "
                r"\[conditions\]"
            ),
        ),
        (
            "formulas.toml",
            "yearly          = 0.9938",
            "yearly          = 0.9939",
            (
                r"formulas.toml: yearly changes from 0.9938 to 0.9939 "
                r"\(source: nkf_ckdepi\) \[egfr/egfr_ckd_epi_2021\]"
            ),
        ),
        (
            "red_flags.toml",
            'id = "rf_chest_pain"\norigin = "symptom"\nurgency = "emergency"',
            'id = "rf_chest_pain"\norigin = "symptom"\nurgency = "today"',
            (
                r"red_flags.toml: urgency changes from emergency to today "
                r"\(source: swast_999\) \[flags/rf_chest_pain\]"
            ),
        ),
    ],
)
def test_a_rule_that_changes_is_told_by_row_and_field(files, file, old, new, sentence):
    files.edit(file, old, new)

    (change,) = rule_changes(DATA, files.folder)

    assert re.fullmatch(sentence, change.sentence)


def test_a_link_that_loses_a_symptom_is_one_link_gone(files):
    path = files.folder / "links.toml"
    text = path.read_text("utf-8")
    row = re.search(r'symptoms = \["(\w+)", "(\w+)".*\]', text)
    path.write_text(text.replace(f'"{row[1]}", ', "", 1), "utf-8")

    (gone,) = rule_changes(DATA, files.folder)
    (back,) = rule_changes(files.folder, DATA)

    assert (gone.kind, back.kind) == ("rule removed", "rule added")
    assert gone.row.endswith(row[1])
    assert f"symptom: {row[1]}" in gone.words


def test_every_row_of_the_rule_files_has_a_name_of_its_own():
    for file in DATA.glob("*.toml"):
        ids = [row.id for row in read_rules(file) if row.section]
        assert not [one for one in ids if "#" in one or "{id" in one or ": " in one]
        assert len(set(ids)) == len(ids)


def test_a_folder_with_the_shipped_files_changes_nothing(files, run):
    assert run("ranges", "diff", files.folder) == (0, "no difference\n", "")


def test_two_folders_are_compared_from_the_first_to_the_second(files, run):
    files.edit(POTASSIUM, "high      = 5.3", "high      = 5.4")

    _, there, _ = run("ranges", "diff", DATA, files.folder)
    _, back, _ = run("ranges", "diff", files.folder, DATA)

    assert "from 5.3 to 5.4" in there
    assert "from 5.4 to 5.3" in back


def test_the_changes_can_be_read_by_a_program(files, run):
    files.edit(POTASSIUM, "high      = 5.3", "high      = 5.4")

    code, out, _ = run("ranges", "diff", "--json", files.folder)
    told = json.loads(out)

    assert code == 1
    assert told["old"]["sha256"] == CATALOGUE.sha256
    assert told["new"]["sha256"] != CATALOGUE.sha256
    (change,) = told["changes"]
    assert change["about"] == "potassium"
    assert change["kind"] == "limit"
    assert (change["was"], change["now"]) == ("5.3 mmol/L", "5.4 mmol/L")
    assert change["row"] == "potassium/uk/interval/16y+"


def test_no_difference_is_an_empty_list_for_a_program(files, run):
    code, out, _ = run("ranges", "diff", "--json", files.folder)

    assert code == 0
    assert json.loads(out)["changes"] == []


@pytest.mark.parametrize("break_it", ["old", "new"])
def test_a_folder_that_does_not_load_ends_with_2_and_names_file_and_row(
    files, run, break_it
):
    files.edit(POTASSIUM, "high      = 5.3", "high      = 2.3")
    folders = (files.folder, DATA) if break_it == "old" else (files.folder,)

    code, out, err = run("ranges", "diff", *folders)

    assert (code, out) == (2, "")
    assert "analytes/potassium.toml: potassium/uk/interval/16y+: 'low' must" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("count", [0, 3])
def test_no_folder_and_three_folders_are_refused(files, run, count):
    code, _, err = run("ranges", "diff", *[files.folder] * count)

    assert code == 2
    assert "Usage" in err

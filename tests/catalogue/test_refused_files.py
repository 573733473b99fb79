"""The loader refuses units, codes, names and shared files that are not fit for use."""

import pytest

K = "analytes/potassium.toml"
UREA = "analytes/urea.toml"

# fault: (file, what it says, what it says instead, the row that is named, why)
FAULTS = {
    # profiles
    "a fallback for a test that is not there": (
        "profiles.toml",
        'crp        = ["uk/critical"]',
        'crq        = ["uk/critical"]',
        "us: fallback: crq",
        "unknown analyte",
    ),
    "a fallback that is no row": (
        "profiles.toml",
        'crp        = ["uk/critical"]',
        'crp        = ["uk/crytical"]',
        "us: fallback: crp",
        "is no active row",
    ),
    "a fallback that is the profile's own": (
        "profiles.toml",
        'crp        = ["uk/critical"]',
        'crp        = ["us/interval"]',
        "us: fallback: crp",
        "is its own",
    ),
    # plausibility and the number line
    "soft limits beyond hard ones": (
        K,
        "soft_min = 2.0",
        "soft_min = 0.5",
        f"{K}: plausible",
        "must rise",
    ),
    "a far zone beyond the end": (
        K,
        "far_high = 6.7",
        "far_high = 8",
        f"{K}: axis",
        "rise",
    ),
    "an interval below the line": (
        K,
        "far_low  = 2.5",
        "far_low = 3.3",
        "preg",
        "below",
    ),
    "an interval above the line": (
        K,
        "far_high = 6.7",
        "far_high = 5.9",
        "0d-4w",
        "above",
    ),
    # units
    "an unknown unit": (
        K,
        '{ unit = "meq/L" }',
        '{ unit = "bushel" }',
        "units 2",
        "'bushel'",
    ),
    "a unit twice": (
        K,
        '{ unit = "meq/L" }',
        '{ unit = "mmol/L" }',
        "units 2",
        "duplicate",
    ),
    "no SI unit": (K, '{ unit = "mmol/L" },', "", K, "lacks the SI unit 'mmol/L'"),
    "mEq without a valence": (
        K,
        "valence     = 1   # mEq are divided by it\n",
        "",
        "units 2",
        "meq/L needs a valence",
    ),
    "a mass without a molar mass": (
        K,
        'molar_mass  = "39.0983"   # g/mol: K+\n',
        "",
        "units 3",
        "mg/dL cannot become mmol/L",
    ),
    "a molar mass that is no number": (K, '"39.0983"', '"39,1"', K, "'molar_mass'"),
    "a size that Pint cannot read": (
        "units.toml",
        '"milligram / deciliter"',
        '"milligrum / deciliter"',
        "analytes/calcium_adjusted.toml: units 2",
        "mg/dL cannot become mmol/L",
    ),
    "a spelling of two units": (
        "units.toml",
        '"MG/L"',
        '"MG/DL"',
        "mg/L",
        "spelling 'MG/DL'",
    ),
    "one name that settles a unit twice": (
        UREA,
        'when = ["3091-6", "20977-5"]',
        'when = ["3091-6", "bun"]',
        "units_by_name 2",
        "twice",
    ),
    # codes and names
    "a wrong check digit": (K, '"2823-3"', '"2823-4"', "loinc 1", "wrong check digit"),
    "a code that is none": (K, '"2823-3"', '"K"', "loinc 1", "not a LOINC code"),
    "a code twice in one file": (
        K,
        '"6298-4"',
        '"2823-3"',
        "loinc 2",
        "duplicate code",
    ),
    "a code of two analytes": (
        K,
        '"2823-3"',
        '"2951-2"',
        "sodium.toml",
        "code '2951-2'",
    ),
    "a code that is accepted and refused": (
        "lookalikes.toml",
        '"2955-3"',
        '"2951-2"',
        "lookalikes.toml: 2951-2",
        "accepted in analytes/sodium.toml",
    ),
    "a refused code twice": (
        "lookalikes.toml",
        '"21525-1"',
        '"2955-3"',
        "look_alike 2",
        "duplicate code",
    ),
    "a SNOMED code that is none": (
        "snomed.toml",
        '"104934005"',
        '"2951-2"',
        "term 1",
        "is not a SNOMED CT id",
    ),
    "a SNOMED code twice for one test": (
        "snomed.toml",
        '"89627008"',
        '"104934005"',
        "term 2",
        "duplicate code",
    ),
    "an alias of two analytes": (
        K,
        '"Kalium"',
        '"Natrium"',
        "sodium.toml",
        "alias 'natrium'",
    ),
    "an alias twice in one file": (K, '"Kalium"', '"k"', K, "duplicate alias"),
    "an alias that is no text": (
        K,
        '"Kalium"',
        "5",
        K,
        "'aliases' must be a list of texts",
    ),
    "an unknown lead": (K, 'lead = ["interval"]', 'lead = ["critical"]', K, "'lead'"),
    "an id that is not the file's name": (
        "analytes/chloride.toml",
        'id          = "chloride"',
        'id          = "bromide"',
        "analytes/chloride.toml",
        "id 'bromide' is not the file's name",
    ),
    # the shared files
    "rows that are no tables": (
        K,
        '{ unit = "meq/L" }',
        '"meq/L"',
        K,
        "list of tables",
    ),
    "a mix-up of an unknown analyte": (
        "mixups.toml",
        'analyte      = "calcium_total"',
        'analyte      = "copper"',
        "ca_mgdl_as_mmol",
        "analyte 'copper'",
    ),
    "a mix-up that ends before it starts": (
        "mixups.toml",
        "value_from   = 6.5",
        "value_from   = 20.0",
        "ca_mgdl_as_mmol",
        "'value_from' must be below",
    ),
    "a mix-up twice": (
        "mixups.toml",
        '"ca_mmol_as_mgdl"',
        '"ca_mgdl_as_mmol"',
        "ca_mgdl_as_mmol",
        "duplicate id",
    ),
    "trimesters with a gap": (
        "pregnancy.toml",
        "weeks_to   = 14",
        "weeks_to = 13",
        "t2",
        "begin",
    ),
    "pregnancy that ends": (
        "pregnancy.toml",
        "weeks_from = 28\n",
        "weeks_from = 28\nweeks_to = 40\n",
        "pregnancy.toml",
        "no end",
    ),
    "a setting without a reason": (
        "settings.toml",
        'why    = "the laboratory knows',
        'when   = "the laboratory knows',
        "severity_outside_laboratory_interval",
        "missing key 'why'",
    ),
    "a setting that is only proposed": (
        "settings.toml",
        'status = "active"',
        'status = "proposed"',
        "severity_outside_laboratory_interval",
        "a setting must be active",
    ),
    "a setting that nobody asks for": (
        "settings.toml",
        "[settings.take_over_severity]",
        "[settings.take_under_severity]",
        "settings.toml: settings",
        "missing key 'take_over_severity'",
    ),
    "a source that stands in two files": (
        "sources_symptoms.toml",
        "[sources.aacc_biotin_2020]",
        "[sources.nice_ng239]",
        "sources_symptoms.toml: nice_ng239",
        "duplicate source",
    ),
    "a profile without a title": (
        "profiles.toml",
        "title = ",
        "name = ",
        "uk",
        "'title'",
    ),
    "a source of unknown evidence": (
        "sources.toml",
        'evidence = "seen"',
        'evidence = "heard"',
        "sources.toml: sources",
        "evidence 'heard'",
    ),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_faulty_file_is_refused_by_file_and_row(files, fault):
    name, old, new, row, why = fault

    files.edit(name, old, new)
    refusal = files.refusal()

    assert row in refusal
    assert why in refusal


def test_a_missing_file_is_refused_by_name(files):
    (files.folder / "units.toml").unlink()

    assert files.refusal().startswith("units.toml: cannot be read: ")


def test_the_files_that_we_ship_are_fit_for_use(files):
    assert len(files.load().analytes) == 40


def test_a_profile_may_fall_back_on_nothing(files):
    files.edit("profiles.toml", "[profiles.us_es2011.fallback]", "[elsewhere]")
    path = files.folder / "profiles.toml"
    path.write_text(path.read_text("utf-8").split("[elsewhere]")[0], "utf-8")

    assert not files.load().profiles["us_es2011"].fallback


def test_a_mix_up_that_is_only_proposed_is_not_looked_for(files):
    files.edit("mixups.toml", 'status       = "active"', 'status       = "proposed"')

    assert "ca_mgdl_as_mmol" not in [row.id for row in files.load().mix_ups]


def test_a_critical_limit_may_lie_in_an_interval_for_other_people(files):
    name, row = (
        "analytes/potassium.toml",
        'critical/0d+"\nprofile   = "uk"\nage_from  = ',
    )
    files.edit(name, f'{row}"0d"', f'{row}"16y"')
    files.edit(name, "{ at_least = 6.5 }", "{ at_least = 6.0 }")

    assert files.load().analytes["potassium"].critical[0].high.low == 6


def test_a_critical_limit_inside_an_interval_on_purpose_says_why(files):
    files.edit("analytes/sodium.toml", "inside_because", "note")

    assert "critical limit inside the interval sodium/preg" in files.refusal()

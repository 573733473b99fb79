"""The loader refuses what is not fit for use, and names the file and the row."""

import re

import pytest

from reference_ranges.errors import CatalogueError

K = "analytes/potassium.toml"
D = "analytes/vitamin_d_25oh.toml"
NA = "analytes/sodium.toml"
UREA = "analytes/urea.toml"
CHILD = "potassium/uk/interval/1y-16y"
ADULT = "potassium/uk/interval/16y+"
ROS = "vitamin_d_25oh/uk/guideline/ros_uk"

CHILD_ROW = f'id        = "{CHILD}"\n'
ADULT_ROW = f'id        = "{ADULT}"\n'
BLOCK = """[review]
drafted_by  = "Plainlab founding engineers"
reviewed_by = "nobody yet"
reviewed_on = ""
next_review = "2027-11-23"
"""
LOW_25 = '{                below = 25,    status = "low", '
GREY_25 = '{ at_least = 25, at_most = 50,  status = "grey",'

# fault: (file, what it says, what it says instead, the row that is named, why)
FAULTS = {
    "no TOML": (K, "schema ", "schema schema ", K, "cannot be read"),
    "an unknown key": (K, CHILD_ROW, CHILD_ROW + "lo = 1\n", CHILD, "unknown key 'lo'"),
    "an unknown key of the file": (K, "lead = ", "leads = 1\nlead = ", K, "'leads'"),
    "a missing key": (
        K,
        CHILD_ROW + 'profile   = "uk"\n',
        CHILD_ROW,
        CHILD,
        "'profile'",
    ),
    "no row id": (K, ADULT_ROW, "", "interval 4", "missing key 'id'"),
    "another schema": (
        K,
        "schema      = 1",
        "schema      = 2",
        K,
        "'schema' must be 1",
    ),
    "no [review]": (K, BLOCK, "", K, "missing [review]"),
    "no [review] in a shared file": ("units.toml", BLOCK, "", "units.toml", "review"),
    "a [review] without a drafter": (
        K,
        'drafted_by  = "Plainlab founding engineers"\n',
        "",
        f"{K}: review",
        "'drafted_by'",
    ),
    "a next review that is no date": (K, "2027-11-23", "soon", "review", "not a date"),
    "a text for a number": (
        K,
        "low       = 3.4",
        'low = "3.4"',
        "0d-4w",
        "'low' is a str",
    ),
    "a number with an exponent": (K, "= 3.4", "= 34e1", "0d-4w", "plain digits"),
    "a number that is none": (
        K,
        "low       = 3.4",
        "low = nan",
        "0d-4w",
        "plain digits",
    ),
    "a number without end": (
        K,
        "low       = 3.4",
        "low = inf",
        "0d-4w",
        "plain digits",
    ),
    "a negative number": (K, "low       = 3.4", "low = -3.4", "0d-4w", "plain digits"),
    "a yes for a number": (K, "low       = 3.4", "low = true", "0d-4w", "plain digits"),
    "low above high": (
        K,
        "low       = 3.4",
        "low = 6.1",
        "0d-4w",
        "'low' must be below",
    ),
    "low on high": (K, "low       = 3.4", "low = 6.0", "0d-4w", "'low' must be below"),
    "no limit at all": (
        K,
        "low       = 3.4\nhigh      = 6.0\n",
        "",
        "0d-4w",
        "neither 'low' nor 'high'",
    ),
    "an unknown source": (
        K,
        '"harmony_paed"',
        '"hearsay"',
        "0d-4w",
        "source 'hearsay'",
    ),
    "an unknown further source": (
        K,
        '["rcem_k"]',
        '["hearsay"]',
        "ukka2023",
        "'hearsay'",
    ),
    "no source": (K, 'source    = "harmony_paed"\n', "", "0d-4w", "'source'"),
    "an empty source": (K, '"harmony_paed"', '""', "0d-4w", "'source' is empty"),
    "an unknown status": (K, '"active"', '"agreed"', "0d-4w", "status 'agreed'"),
    "an unknown profile": (K, '"uk"', '"fr"', "0d-4w", "profile 'fr'"),
    "an unknown unit of a row": (
        K,
        'unit      = "mmol/L"',
        'unit = "g/L"',
        "0d-4w",
        "'g/L'",
    ),
    "an unknown sex": (K, '"any"', '"both"', "0d-4w", "sex 'both'"),
    "an unknown pregnancy": (K, '"no"', '"t4"', "0d-4w", "pregnancy 't4'"),
    "an age in another tongue": (K, '"4w"', '"4 weeks"', "0d-4w", "not an age"),
    "a duplicate id": (K, ADULT_ROW, CHILD_ROW, CHILD, "duplicate id"),
    "an id of another analyte": (
        K,
        ADULT_ROW,
        'id = "sodium/uk/x"\n',
        "sodium/uk/x",
        "id",
    ),
    # bands
    "a gap between bands": (
        D,
        LOW_25,
        LOW_25.replace("25", "24"),
        ROS,
        "meet once at 24",
    ),
    "an overlap of bands": (
        D,
        LOW_25,
        LOW_25.replace("25", "26"),
        ROS,
        "meet once at 26",
    ),
    "an edge that two bands own": (
        D,
        LOW_25,
        LOW_25.replace("below", "at_most"),
        ROS,
        "meet once at 25",
    ),
    "an edge that no band owns": (
        D,
        GREY_25,
        GREY_25.replace("at_least", "above"),
        ROS,
        "meet once at 25",
    ),
    "bands that end": (
        D,
        "{ above = 375, ",
        "{ above = 375, below = 9999,",
        ROS,
        "no high",
    ),
    "a band with two lower ends": (
        D,
        GREY_25,
        GREY_25.replace("{", "{ above = 20,"),
        ROS,
        "both 'at_least' and 'above'",
    ),
    "a band with a new flag": (
        D,
        'status = "grey"',
        'status = "odd"',
        ROS,
        "status 'odd'",
    ),
    "a severity beyond all": (
        D,
        "severity = 4",
        "severity = 5",
        ROS,
        "severity must be",
    ),
    "a severity that is a yes": (
        D,
        "severity = 4",
        "severity = true",
        ROS,
        "whole number",
    ),
    "an unknown unit of a scale": (D, '"ng/mL" = [', '"g/L" = [', ROS, "unit 'g/L'"),
    "no scale": (
        D,
        "[decision_set.scales]",
        "[decision_set.scales]\n[decision_set.others]",
        ROS,
        "no scale",
    ),
    # two scales of one set
    "scales with other bands": (
        D,
        '{                below = 10,    status = "low",',
        '{                below = 10,    status = "grey",',
        ROS,
        "nmol/L and ng/mL differ in their bands",
    ),
    "scales with other edges": (
        D,
        '{                below = 10,    status = "low",  severity = 2, label = '
        '"deficient" },\n  { at_least = 10,',
        '{                at_most = 10,  status = "low",  severity = 2, label = '
        '"deficient" },\n  { above = 10,',
        ROS,
        "nmol/L and ng/mL differ in their bands",
    ),
    "scales that disagree": (
        D,
        '{                below = 10,    status = "low",  severity = 2, label = '
        '"deficient" },\n  { at_least = 10,',
        '{                below = 11,    status = "low",  severity = 2, label = '
        '"deficient" },\n  { at_least = 11,',
        ROS,
        "scales nmol/L and ng/mL disagree: 25 and 11",
    ),
    # rows of one profile
    "rows that overlap by a day": (
        K,
        'age_from  = "16y"',
        'age_from  = "191mo"',
        ADULT,
        f"overlaps {CHILD}",
    ),
    "rows that overlap by sex": (
        "analytes/creatinine.toml",
        'sex       = "female"\npregnancy = "no"',
        'sex       = "any"\npregnancy = "no"',
        "creatinine/uk/interval/16y+/female",
        "overlaps creatinine/uk/interval/16y+/male",
    ),
    "rows that overlap in pregnancy": (
        K,
        'pregnancy = "t1"',
        'pregnancy = "t2"',
        "potassium/preg/interval/t2",
        "overlaps potassium/preg/interval/t1",
    ),
    "critical rows that overlap": (
        NA,
        'age_to    = "16y"',
        'age_to    = "17y"',
        "sodium/uk/critical/0d-16y",
        "overlaps sodium/uk/critical/16y+",
    ),
    "main decision sets that overlap": (
        "analytes/vitamin_b12.toml",
        'role      = "beside"',
        'role      = "main"',
        "vitamin_b12/all/guideline/high_b12",
        "overlaps vitamin_b12/uk/guideline/ng239_total",
    ),
    "targets of one condition that overlap": (
        "analytes/ferritin.toml",
        'age_from  = "2y"\nage_to    = "18y"',
        'age_from  = "2y"\nage_to    = "19y"',
        "ferritin/all/guideline/rls_child",
        "overlaps ferritin/all/guideline/rls_adult",
    ),
    # critical limits
    "a critical low inside the interval": (
        K,
        "{ at_most = 2.5 }",
        "{ at_most = 3.2 }",
        "potassium/uk/critical/0d+",
        "critical limit inside the interval potassium/preg/interval/t3",
    ),
    "a critical high inside the interval": (
        K,
        "{ at_least = 6.5 }",
        "{ at_least = 6.0 }",
        "potassium/uk/critical/0d+",
        "critical limit inside the interval potassium/uk/interval/0d-4w",
    ),
    "a critical low that ends": (
        K,
        "{ at_most = 2.5 }",
        "{ at_most = 2.5, at_least = 1 }",
        "critical/0d+",
        "'low' must be open downwards",
    ),
    "a critical high that ends": (
        K,
        "{ at_least = 6.5 }",
        "{ at_least = 6.5, at_most = 9 }",
        "critical/0d+",
        "'high' must be open upwards",
    ),
    "a critical row without limits": (
        K,
        "low       = { at_most = 2.5 }\nhigh      = { at_least = 6.5 }\n",
        "",
        "critical/0d+",
        "neither 'low' nor 'high'",
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
        "far_high = 6.5",
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
        "far_high = 6.5",
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
        'analyte      = "zinc"',
        "ca_mgdl_as_mmol",
        "analyte 'zinc'",
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


@pytest.mark.parametrize(
    ("name", "old", "new", "row", "why"), FAULTS.values(), ids=FAULTS.keys()
)
def test_a_faulty_file_is_refused_by_file_and_row(files, name, old, new, row, why):
    files.edit(name, old, new)

    with pytest.raises(CatalogueError) as refusal:
        files.load()

    message = str(refusal.value)
    assert row in message
    assert why in message
    assert re.match(r"(analytes/)?[a-z0-9_]+\.toml: ", message)


def test_a_missing_file_is_refused_by_name(files):
    (files.folder / "units.toml").unlink()

    with pytest.raises(CatalogueError, match=r"units\.toml: cannot be read"):
        files.load()


def test_the_files_that_we_ship_are_fit_for_use(files):
    assert len(files.load().analytes) == 20

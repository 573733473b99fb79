"""The loader refuses rows that are not fit for use, and names the file and the row."""

import pytest

K = "analytes/potassium.toml"
D = "analytes/vitamin_d_25oh.toml"
NA = "analytes/sodium.toml"
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
NG_10 = (
    '{                below = 10,    status = "low",  severity = 2, '
    'label = "deficient" },\n  { at_least = 10,'
)

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
        "severity = 3",
        "severity = 5",
        ROS,
        "severity must be",
    ),
    "a severity that is a yes": (
        D,
        "severity = 3",
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
        NG_10,
        NG_10.replace("below", "at_most").replace("at_least", "above"),
        ROS,
        "nmol/L and ng/mL differ in their bands",
    ),
    "scales that disagree": (
        D,
        NG_10,
        NG_10.replace("10", "11"),
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
        "creatinine/anz/interval/18y+/female",
        "overlaps creatinine/anz/interval/18y+/male",
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
        'any"\nrole      = "beside"\nsource    = "g',
        'any"\nrole      = "main"\nsource    = "g',
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
    "a reference change value that does not follow": (
        K,
        "rcv95_percent = 11.8",
        "rcv95_percent = 11.6",
        K,
        "'rcv95_percent' does not follow",
    ),
    "a scatter of nothing": (
        K,
        "cva_percent   = 1.2",
        "cva_percent   = 0",
        f"{K}: biological_variation",
        "must be above 0",
    ),
    "a variation from nowhere": (
        K,
        'source        = "eubivas_recall"',
        'source        = "a_friend"',
        f"{K}: biological_variation",
        "unknown source 'a_friend'",
    ),
    "a variation confirmed by nobody that we know": (
        K,
        'also          = ["cotlove1970"]',
        'also          = ["a_friend"]',
        f"{K}: biological_variation",
        "unknown source 'a_friend'",
    ),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_faulty_row_is_refused_by_file_and_row(files, fault):
    name, old, new, row, why = fault

    files.edit(name, old, new)
    refusal = files.refusal()

    assert row in refusal
    assert why in refusal

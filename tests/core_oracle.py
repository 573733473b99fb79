"""A second, tiny classifier: Fraction arithmetic straight from the data files.

It shares no code with the service, so that an error in one is not an error in both.
It knows fully known patients and single, uncensored values only.
"""

import re
import tomllib
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

DATA = Path(__file__).parents[1] / "reference_ranges" / "data"
PREFIX = {"": 0, "d": -1, "m": -3, "u": -6, "n": -9, "p": -12}
UNIT = re.compile(r"([munp]?)(g|mol|eq)/([dm]?)L(?:\{.*\})?")
OTHERS = {"%": Fraction(1, 100), "ukat/L": Fraction(60)}  # a katal is 60 million U
SUPPRESSED = ("certain", "likely")


def read(name):
    return tomllib.loads((DATA / name).read_text("utf-8"), parse_float=Decimal)


ANALYTES = {
    one["id"]: one
    for one in (read(f"analytes/{path.name}") for path in DATA.glob("analytes/*.toml"))
}
PROFILES = read("profiles.toml")["profiles"]
MIX_UPS = [row for row in read("mixups.toml")["mix_up"] if row["status"] == "active"]
SETTINGS = {
    name: int(row["value"]) for name, row in read("settings.toml")["settings"].items()
}
TRIMESTERS = read("pregnancy.toml")["trimester"]


@cache
def in_moles_or_grams(unit, analyte_id):
    """Give (kind, size) of a unit in mol/L or g/L; others only equal themselves."""
    match = UNIT.fullmatch(unit)
    if match is None:
        return unit.replace("ukat", "U"), OTHERS.get(unit, Fraction(1))
    analyte = ANALYTES[analyte_id]
    exponent = PREFIX[match[1]] - PREFIX[match[3]]
    size = Fraction(10) ** exponent
    if match[2] == "g":
        return "g", size
    return "mol", size / (analyte["valence"] if match[2] == "eq" else 1)


@cache
def factor(analyte_id, unit, other):
    """Give how many *other* make one *unit*."""
    (kind, size), (other_kind, other_size) = (
        in_moles_or_grams(name, analyte_id) for name in (unit, other)
    )
    if kind == other_kind or "mol" not in {kind, other_kind}:
        if kind == other_kind == "g" and "{" in unit + other and unit != other:
            return size * mass(analyte_id, other) / mass(analyte_id, unit) / other_size
        return size / other_size
    if kind == "g":
        return size / mass(analyte_id, unit) / other_size
    return size * mass(analyte_id, other) / other_size


def mass(analyte_id, unit):
    analyte = ANALYTES[analyte_id]
    own = next((row for row in analyte["units"] if row["unit"] == unit), {})
    return Fraction(own.get("molar_mass") or analyte["molar_mass"])


def kind_of(unit, analyte_id):
    return in_moles_or_grams(unit, analyte_id)[0]


def birthday(birth, months):
    """Give the day on which so many calendar months are completed."""
    year, month = divmod(birth.year * 12 + birth.month - 1 + months, 12)
    try:
        return date(year, month + 1, birth.day)
    except ValueError:  # no such day: it is completed on the first of the next month
        year, month = divmod(year * 12 + month + 1, 12)
        return date(year, month + 1, 1)


@cache
def reached(limit, birth, day):
    number, word = re.fullmatch(r"(\d+)(d|w|mo|y)", limit).groups()
    if word in "dw":
        return birth + timedelta(int(number) * (7 if word == "w" else 1)) <= day
    return birthday(birth, int(number) * (12 if word == "y" else 1)) <= day


def is_for(row, who):
    birth, day, sex, weeks, profile, facts = who
    if row["status"] != "active" or not (own(row, profile) or lent(row, profile)):
        return False
    if not reached(row["age_from"], birth, day):
        return False
    if "age_to" in row and reached(row["age_to"], birth, day):
        return False
    if row["sex"] not in {"any", sex}:
        return False
    stage, condition = row["pregnancy"], row.get("condition")
    if condition and condition.removeprefix("no_") != condition:
        facts = facts - {condition} if condition.removeprefix("no_") in facts else facts
    return in_stage(stage, weeks) and (not condition or condition in facts)


def own(row, profile):
    return row["profile"] in PROFILES[profile]["rows"]


def lent(row, profile):
    analyte, *rest = row["id"].split("/")
    listed = PROFILES[profile].get("fallback", {}).get(analyte, ())
    return any(rest[: len(start.split("/"))] == start.split("/") for start in listed)


def own_first(rows, profile):
    return [row for row in rows if own(row, profile)] or rows


def in_stage(stage, weeks):
    if stage == "any":
        return True
    if stage in {"yes", "no"}:
        return (stage == "yes") == (weeks is not None)
    if weeks is None:
        return False
    now = next(
        part["id"]
        for part in TRIMESTERS
        if part["weeks_from"] <= weeks < part.get("weeks_to", 99)
    )
    return now in stage.split("_")


def prefer(rows):
    """Choose: a condition that is met, then a row for pregnancy, then any."""
    ranked = sorted(
        rows,
        key=lambda row: (
            bool(row.get("condition")),
            row["pregnancy"] not in {"any", "no"},
        ),
    )
    return ranked[-1] if ranked else None


def inside(value, ends):
    return (
        ("at_least" not in ends or value >= Fraction(ends["at_least"]))
        and ("above" not in ends or value > Fraction(ends["above"]))
        and ("at_most" not in ends or value <= Fraction(ends["at_most"]))
        and ("below" not in ends or value < Fraction(ends["below"]))
    )


def band_of(row, value, unit, analyte_id):
    scales = row["scales"]
    alike = [
        one for one in scales if kind_of(one, analyte_id) == kind_of(unit, analyte_id)
    ]
    printed = unit if unit in scales else [*alike, *scales][0]
    there = value * factor(analyte_id, unit, printed)
    (band,) = [band for band in scales[printed] if inside(there, band)]
    return band["status"], band["severity"]


@cache
def rows_for(analyte_id, who):
    """Give interval, main set, what it displaced, those beside, critical limit."""
    analyte, profile = ANALYTES[analyte_id], who[4]
    intervals, criticals, sets = (
        [row for row in analyte.get(kind, ()) if is_for(row, who)]
        for kind in ("interval", "critical", "decision_set")
    )
    interval = prefer(own_first(intervals, profile))
    critical = prefer(own_first(criticals, profile))
    mains = [row for row in sets if row["role"] == "main"]
    main = prefer(own_first(mains, profile))
    plain = [row for row in mains if row is not main and not row.get("condition")]
    return (
        interval,
        main,
        own_first(plain, profile),
        [r for r in sets if r["role"] == "beside"],
        critical,
    )


def classify(analyte_id, value, unit, who, own=None):
    """Give (outcome, direction, reason); *own* are the ends of the lab's interval."""
    value = Fraction(value)
    held = hold(analyte_id, value, unit, own)
    if held:
        return held
    interval, main, spares, beside, critical = rows_for(analyte_id, who)
    if critical:
        there = value * factor(analyte_id, unit, critical["unit"])
        for side in ("low", "high"):
            if side in critical and inside(there, critical[side]):
                return "critical", side, None
    judged = []
    if own or interval:
        verdict, whose = against_intervals(analyte_id, value, unit, interval, own)
        severity = (
            0
            if verdict == "in"
            else severity_outside(
                whose, graded=verdict in graded_by((main, *spares, *beside))
            )
        )
        judged.append(("interval", verdict, severity))
    judged += guidelines(analyte_id, value, unit, main, spares)
    also = [("guideline", *band_of(row, value, unit, analyte_id)) for row in beside]
    leading = lead(ANALYTES[analyte_id]["lead"], judged + also if main else judged)
    if leading and leading[:2] == ("guideline", "in") and judged[0][0] == "interval":
        leading = unless_silent(leading, judged[0], [main, *beside])
    judged += also
    for one in judged:
        graver = leading is None or (one[2] > leading[2] and one[1] != leading[1])
        if one[2] >= SETTINGS["take_over_severity"] and graver:
            leading = one
    return outcome(leading)


def against_intervals(analyte_id, value, unit, row, own):
    """Give the verdict and whose interval gave it.

    The laboratory's own wins, but for a side on which it has no limit.
    """
    ours = "in"
    if row:
        there = value * factor(analyte_id, unit, row["unit"])
        ends = {"at_least": row.get("low"), "at_most": row.get("high")}
        ours = side_of(there, {end: at for end, at in ends.items() if at is not None})
    if not own:
        return ours, "catalogue"
    theirs = side_of(value, own)
    silent = {"low": not (set(own) & LOW_ENDS), "high": not (set(own) & HIGH_ENDS)}
    if theirs == "in" and silent.get(ours):
        return ours, "catalogue"
    return theirs, "laboratory"


LOW_ENDS, HIGH_ENDS = {"at_least", "above"}, {"at_most", "below"}


def side_of(value, ends):
    if not inside(value, {end: at for end, at in ends.items() if end in LOW_ENDS}):
        return "low"
    return "in" if inside(value, ends) else "high"


def graded_by(sets):
    """The sides that one of *sets* has a band for."""
    bands = [
        band
        for row in sets
        if row
        for scale in row["scales"].values()
        for band in scale
    ]
    return {band["status"] for band in bands}


def severity_outside(whose, graded):
    if whose == "laboratory":
        return SETTINGS["severity_outside_laboratory_interval"]
    return SETTINGS[
        f"severity_outside_{'catalogue_interval' if graded else 'ungraded'}"
    ]


def guidelines(analyte_id, value, unit, main, spares):
    if main is None:
        return []
    found = [("guideline", *band_of(main, value, unit, analyte_id))]
    graded = {band["status"] for bands in main["scales"].values() for band in bands}
    for row in spares:
        verdict, severity = band_of(row, value, unit, analyte_id)
        if verdict in {"low", "high"} - graded:
            found.append(("guideline", verdict, severity))
    return found


def unless_silent(leading, interval, sets):
    """Let the interval speak on a side on which no guideline has a limit."""
    end = {"low": 0, "high": -1}.get(interval[1])
    if end is None:
        return leading
    outermost = [next(iter(row["scales"].values()))[end]["status"] for row in sets]
    return interval if set(outermost) == {"in"} else leading


def lead(order, judged):
    for kind in order:
        alike = [one for one in judged if one[0] == kind]
        if alike:
            return max(alike, key=lambda one: one[2])
    return None


def outcome(leading):
    if leading is None:
        return "not_interpreted", None, "no_limit"
    verdict = leading[1]
    if verdict == "in":
        return "in_range", None, None
    if verdict == "grey":
        return "indeterminate", None, "grey_zone"
    return "out_of_range", verdict, None


def hold(analyte_id, value, unit, own):
    looks = [
        row["certainty"]
        for row in MIX_UPS
        if (row["analyte"], row["stated_unit"]) == (analyte_id, unit)
        and row["value_from"] <= value <= row["value_to"]
    ]
    if set(looks) & set(SUPPRESSED):
        return "not_interpreted", None, "suspected_unit_mix_up"
    limits = ANALYTES[analyte_id]["plausible"]
    there = value * factor(analyte_id, unit, limits["unit"])
    if not Fraction(limits["hard_min"]) <= there <= Fraction(limits["hard_max"]):
        return "not_interpreted", None, "implausible"
    if "possible" in looks and not own:
        return "indeterminate", None, "unit_question"
    return None

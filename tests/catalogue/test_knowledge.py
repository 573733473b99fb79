"""Nothing of the clinical knowledge file was lost or mistyped on its way into the data.

The file is read where it is present; where it is not, one line says so.
Where the data differ on purpose, the difference stands here with its reason.
"""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from reference_ranges.loading import DATA

KNOWLEDGE = (
    Path(__file__).parents[2].parent / "shared" / "knowledge" / "clinical_ranges.toml"
)
LOOK_ALIKES = KNOWLEDGE.with_name("loinc_lookalikes.toml")
if not KNOWLEDGE.exists():
    pytest.skip("../shared/knowledge is not here", allow_module_level=True)


def read(path):
    return tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)


def known():
    return read(KNOWLEDGE)["analytes"]


def shipped(analyte):
    return read(DATA / "analytes" / f"{analyte}.toml")


DAYS = "for the next days: symptoms and critical limits raise it"
TODAY = "for today, not for an ambulance: danger signs and critical limits raise it"
# (analyte, decision set, band): the severity we ship, and why it is another
SEVERITIES = {
    ("vitamin_d_25oh", "ros_uk", "high: check calcium and supplements"): (2, DAYS),
    ("vitamin_d_25oh", "ros_uk", "toxic range"): (3, TODAY),
    ("vitamin_d_25oh", "iom_2011", "toxic range"): (3, TODAY),
    ("vitamin_d_25oh", "es_2011", "intoxication range"): (3, TODAY),
    ("vitamin_d_25oh", "rcpa_2012", "severe deficiency"): (2, DAYS),
    ("vitamin_d_25oh", "rcpa_2012", "hypercalcaemia possible"): (2, DAYS),
    ("vitamin_d_25oh", "rcpa_2012", "toxicity reported"): (3, TODAY),
    ("vitamin_d_25oh", "rickets_2016_toxicity", "toxicity range"): (3, TODAY),
    ("vitamin_b12", "ng239_total", "confirmed deficiency"): (2, DAYS),
    ("vitamin_b12", "us_b12", "deficient"): (2, DAYS),
    ("vitamin_b12", "bsh_2014", "probable deficiency"): (2, DAYS),
    ("active_b12", "ng239_active", "confirmed deficiency"): (2, DAYS),
    ("mma", "mma_generic", "strongly suggests functional B12 deficiency"): (2, DAYS),
    ("homocysteine", "hcy_bands", "severely raised"): (2, DAYS),
    ("ferritin", "uk_adult", "absent iron stores"): (2, DAYS),
    ("ferritin", "uk_adult", "markedly raised ferritin: refer"): (2, DAYS),
    ("ferritin", "uk_adult_f_pre", "absent iron stores"): (2, DAYS),
    ("ferritin", "uk_adult_f_pre", "markedly raised ferritin: refer"): (2, DAYS),
    ("ferritin", "uk_adult_f_post", "absent iron stores"): (2, DAYS),
    ("ferritin", "uk_adult_f_post", "markedly raised ferritin: refer"): (2, DAYS),
    ("ferritin", "bsh_pregnancy", "iron deficiency"): (2, DAYS),
    ("ferritin", "chronic_inflammation", "iron deficiency"): (2, DAYS),
    ("egfr", "kdigo_g", "G5 kidney failure"): (3, TODAY),
    ("egfr", "kdigo_g", "G4 severely decreased"): (2, DAYS),
    **{
        ("haemoglobin", who, "severe anaemia"): (3, TODAY)
        for who in (
            *("who_6_23mo", "who_24_59mo", "who_5_11", "who_12_14", "who_f15"),
            *("who_m15", "who_t1", "who_t2", "who_t3"),
        )
    },
}
ADULTS = "a guideline for adults: children are judged by their own limits only"
# decision sets that we ship from 16 years on
FROM_16 = {
    ("sodium", "hyponatraemia_eu2014"): ADULTS,
    ("sodium", "ctcae5_sodium"): ADULTS,
    ("potassium", "ukka2023_rcem"): ADULTS,
    ("potassium", "ctcae5_potassium"): ADULTS,
    ("calcium_adjusted", "sfe2016"): ADULTS,
    ("calcium_adjusted", "ctcae4_hypoca"): ADULTS,
    ("calcium_ionised", "ctcae4_ica"): ADULTS,
    ("magnesium", "uk_mg"): ADULTS,
    ("magnesium", "ctcae5_mg"): ADULTS,
}
UNITS_LEFT_OUT = {
    ("ferritin", "pmol/L"): "the mass of the molecule varies",
    ("crp", "nmol/L"): "published molar masses differ",
}
CODES_LEFT_OUT = {
    "68438-1": "the name was recalled and not seen: refused until confirmed",
    "2428-1": "the name was recalled and not seen: refused until confirmed",
    "2283-0": "folate of red cells is another test than folate of serum",
}
# (mix-up, field): why it is another
MIX_UPS = {
    ("ica_as_total", "certainty"): "a true gross lack, or EDTA: ask, the alarm stays",
    ("ica_as_total", "why"): "says so",
    ("hb_mmol", "certainty"): "grave anaemia is as common: a question would hide it",
    ("hb_mmol", "why"): "says so",
}
STRICTER = {"22753-8": "UIBC: we do not add the iron of the same sample yet, so refuse"}
STATUS = {"normal": "in", "indeterminate": "grey"}
ENDS = {"ge": "at_least", "gt": "above", "le": "at_most", "lt": "below"}


def interval_of(row):
    named = ("profile", "age_from", "age_to", "sex", "pregnancy", "low", "high")
    more = ("unit", "source", "status", "note", "condition")
    return tuple(row.get(name) for name in named + more)


def critical_of(row):
    sides = {
        (side, ENDS[end]): row[f"{side}_{end}"]
        for side in ("low", "high")
        for end in ENDS
        if f"{side}_{end}" in row
    }
    return *_head(row), tuple(sorted(sides.items()))


def our_critical(row):
    sides = {
        (side, end): limit
        for side in ("low", "high")
        for end, limit in row.get(side, {}).items()
    }
    return *_head(row), tuple(sorted(sides.items()))


def _head(row):
    named = ("profile", "age_from", "age_to", "unit", "source", "status")
    return (
        *(row.get(n) for n in named),
        row.get("sex", "any"),
        row.get("pregnancy", "any"),
    )


def set_of(analyte, row):
    """A decision set as the knowledge has it, with the differences on purpose."""
    first = {
        "age_from": "16y" if (analyte, row["id"]) in FROM_16 else row["age_from"],
        "scales": {row["unit"]: [band_of(analyte, row, band) for band in row["bands"]]},
    }
    if "alt_unit" in row:
        first["scales"][row["alt_unit"]] = with_cuts(
            first["scales"][row["unit"]], row["alt_cuts"]
        )
    same = ("profile", "title", "age_to", "sex", "pregnancy", "condition")
    more = ("source", "also", "status", "note")
    return {name: row.get(name) for name in same + more} | first


def band_of(analyte, row, band):
    ends = {ENDS[end]: band[end] for end in ENDS if end in band}
    own = SEVERITIES.get((analyte, row["id"], band["label"]), (band["severity"],))[0]
    status = STATUS.get(band["status"], band["status"])
    return {"label": band["label"], "status": status, "severity": own} | ends


def with_cuts(bands, cuts):
    """The same bands on the other printed scale."""
    made = []
    for place, band in enumerate(bands):
        low = {"at_least", "above"} & band.keys()
        high = {"at_most", "below"} & band.keys()
        ends = dict.fromkeys(low, cuts[place - 1] if place else None)
        ends |= dict.fromkeys(high, cuts[place] if place < len(cuts) else None)
        made.append(band | ends)
    return made


# A laboratory may send these beside what the formulas of the knowledge give.
SENT_BESIDE = {"osmolality", "osmolal_gap", "anion_gap_any"}
# Shown to nobody by a formula of ours: their reasons stand in formulas.toml.
NOT_GIVEN = {"na_k_ratio"}


def test_every_analyte_of_the_knowledge_is_shipped_and_what_formulas_give():
    names = {path.stem for path in (DATA / "analytes").glob("*.toml")}
    given = {row["out"] for row in read(KNOWLEDGE)["formulas"]} - NOT_GIVEN

    assert names == {*known(), *given, *SENT_BESIDE}


def test_the_counts_are_those_that_were_handed_over():
    kinds = ("interval", "decision_set", "critical")
    rows = [
        (kind, row)
        for one in known()
        for kind in kinds
        for row in shipped(one).get(kind, ())
    ]

    active = [kind for kind, row in rows if row["status"] == "active"]
    assert [active.count(kind) for kind in kinds] == [265, 52, 33]
    assert len(rows) - len(active) == 19


def test_every_reference_interval_is_there_to_the_digit():
    for name, analyte in known().items():
        theirs = {interval_of(row) for row in analyte.get("reference_intervals", ())}
        ours = {interval_of(row) for row in shipped(name).get("interval", ())}

        assert ours == theirs, name


def test_every_critical_limit_is_there_to_the_digit():
    for name, analyte in known().items():
        theirs = {critical_of(row) for row in analyte.get("critical", ())}
        ours = {our_critical(row) for row in shipped(name).get("critical", ())}

        assert ours == theirs, name


def test_every_decision_set_is_there_to_the_digit_in_each_printed_unit():
    for name, analyte in known().items():
        theirs = {
            row["id"]: set_of(name, row) for row in analyte.get("decision_sets", ())
        }
        ours = {
            row["id"].split("/")[-1]: {
                key: row.get(key) for key in theirs[row["id"].split("/")[-1]]
            }
            for row in shipped(name).get("decision_set", ())
        }

        assert ours == theirs, name


def test_each_difference_on_purpose_is_still_one():
    bands = {
        (name, row["id"], band["label"]): band["severity"]
        for name, analyte in known().items()
        for row in analyte.get("decision_sets", ())
        for band in row["bands"]
    }
    ages = {
        (name, row["id"]): row["age_from"]
        for name, analyte in known().items()
        for row in analyte.get("decision_sets", ())
    }

    assert all(bands[key] > ours for key, (ours, _) in SEVERITIES.items())
    assert all(ages[key] == "0d" for key in FROM_16)


def test_units_codes_and_limits_of_the_plausible_are_there():
    for name, analyte in known().items():
        ours = shipped(name)
        units = {row["unit"] for row in analyte["factors"]}
        codes = {row["code"] for row in analyte["loinc"]} - CODES_LEFT_OUT.keys()

        left_out = {unit for one, unit in UNITS_LEFT_OUT if one == name}
        assert {row["unit"] for row in ours["units"]} == units - left_out, name
        assert codes <= {row["code"] for row in ours["loinc"]}, name
        assert ours["plausible"] == analyte["plausible"], name


def test_every_other_name_of_a_test_is_understood():
    for name, analyte in known().items():
        ours = {alias.lower() for alias in shipped(name)["aliases"]}

        assert {alias.lower() for alias in analyte["aliases"]} <= ours, name


def test_all_unit_mix_ups_are_there():
    ours = {row["id"]: row for row in read(DATA / "mixups.toml")["mix_up"]}
    theirs = read(KNOWLEDGE)["unit_mixups"]

    assert len(theirs) == 33
    assert {row["id"] for row in theirs} <= ours.keys()
    differing = {
        (row["id"], key)
        for row in theirs
        for key in row.keys() - {"evidence"}
        if ours[row["id"]].get(key) != row[key]
    }
    assert differing == set(MIX_UPS)


HOW_SOON = {"same_day": "today", "same_day_repeat": "today", "urgent": "today"}
RECALLED = {"met_alkalosis_k": ["engineering"]}
# switched off, and its source there is none that one could look up


def test_every_pattern_is_shipped_with_its_status_urgency_and_sources():
    ours = {row["id"]: row for row in read(DATA / "patterns.toml")["patterns"]}

    for row in read(KNOWLEDGE)["patterns"]:
        one, urgency = ours[row["id"]], row["urgency"]
        sources = RECALLED.get(row["id"], [row["source"], *row.get("also", [])])
        assert one["status"] == row["status"], row["id"]
        assert one["urgency"] == HOW_SOON.get(urgency, urgency), row["id"]
        assert one["sources"] == sources, row["id"]


def test_every_snomed_term_is_shipped_with_its_status():
    ours = {
        (row["analyte"], row["code"], row["term"], row["status"])
        for row in read(DATA / "snomed.toml")["term"]
    }

    assert ours == {
        (name, row["code"], row["term"], row["status"])
        for name, analyte in known().items()
        for row in analyte.get("snomed", [])
    }


def test_every_look_alike_is_refused_or_accepted_with_its_note():
    refused = {row["code"]: row for row in read(DATA / "lookalikes.toml")["look_alike"]}
    accepted = {row["code"]: row for name in known() for row in shipped(name)["loinc"]}

    for row in read(LOOK_ALIKES)["lookalikes"]:
        code = row["code"]
        if row["decision"] == "accept_with_note" and code not in STRICTER:
            assert accepted[code]["note"], code
        else:
            assert code not in accepted
            assert refused[code]["looks_like"] == row["looks_like"]
            assert refused[code]["why"]

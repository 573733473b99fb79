"""The loader refuses symptom files that are not fit for use, naming file and row."""

import shutil
import tomllib
from decimal import Decimal

import pytest

from reference_ranges.errors import CatalogueError
from reference_ranges.loading import DATA, read_catalogue
from reference_ranges.loading.knowledge_files import load_knowledge
from reference_ranges.loading.shared_files import read_head
from reference_ranges.loading.tables import Table
from tests.symptoms.shared import CATALOGUE

LINKS, FLAGS, FACTORS = "links.toml", "red_flags.toml", "factors.toml"
CAUTIONS, PATTERNS, SYMPTOMS = "cautions.toml", "patterns.toml", "symptoms.toml"
SEEDS, COMMENTS = "seed_facts.toml", "comments.toml"

# Columns of a fault: file, what it says, what it says instead, the row, the reason.
FAULTS = {
    # patterns
    "an example without a unit": (
        PATTERNS,
        'example = { results = ["potassium 6.2 mmol/L"',
        'example = { results = ["potassium 6.2"',
        "edta_contamination",
        "is not an analyte, a number and a unit",
    ),
    # symptoms
    "a symptom twice": (
        SYMPTOMS,
        'id = "tremor"',
        'id = "muscle_twitch"',
        "muscle_twitch",
        "duplicate",
    ),
    "an unknown family": (
        SYMPTOMS,
        'family = "tremor"',
        'family = "shakes"',
        "tremor",
        "'shakes'",
    ),
    "a key too many in a symptom": (
        SYMPTOMS,
        'id = "tremor"',
        'colour = "red"\nid = "tremor"',
        "tremor",
        "unknown key 'colour'",
    ),
    "a symptom without a label": (
        SYMPTOMS,
        'label = "Shaking or trembling"\n',
        "",
        "tremor",
        "missing key 'label'",
    ),
    "an unknown source of the list": (
        SYMPTOMS,
        'sources = ["gps_2020"]',
        'sources = ["hearsay"]',
        SYMPTOMS,
        "'hearsay'",
    ),
    "a grey zone of a row that has none": (
        LINKS,
        '"vitamin_b12/us/guideline/us_b12"',
        '"ferritin/us/guideline/aga_2020"',
        "links.toml: b12_us",
        "unknown rows 'ferritin/us/guideline/aga_2020'",
    ),
    "a grey zone that two rows speak of": (
        LINKS,
        '"vitamin_b12/us/guideline/us_b12"',
        '"vitamin_b12/uk/guideline/ng239_total"',
        "links.toml: b12_us",
        "unknown rows 'vitamin_b12/uk/guideline/ng239_total'",
    ),
    "a grey zone that an unknown test settles": (
        LINKS,
        'ask = ["mma", "homocysteine"]\nsources = ["nice_ng239"]',
        'ask = ["mma", "gastroscopy"]\nsources = ["nice_ng239"]',
        "links.toml: b12",
        "unknown ask 'gastroscopy'",
    ),
    "a grey zone that nothing settles": (
        LINKS,
        'ask = ["mma", "homocysteine"]\nsources = ["nice_ng239"]',
        'ask = []\nsources = ["nice_ng239"]',
        "links.toml: b12",
        "no test to ask for",
    ),
    "what speaks of a cause that no family has": (
        SYMPTOMS,
        'id = "kidney_disease"',
        'id = "kidneys"',
        "symptoms.toml: kidneys",
        "'kidneys'",
    ),
    "a cause twice": (
        SYMPTOMS,
        'id = "iron_stores"',
        'id = "anaemia"',
        "symptoms.toml: anaemia",
        "duplicate",
    ),
    "an unknown test of a cause": (
        SYMPTOMS,
        'shown_by = ["creatinine", "egfr"]',
        'shown_by = ["creatinine", "gfr"]',
        "symptoms.toml: kidney_disease",
        "unknown shown_by 'gfr'",
    ),
    "an unknown factor of a cause": (
        SYMPTOMS,
        'told_as = ["supp_b6"]',
        'told_as = ["pills"]',
        "symptoms.toml: vitamin_b6",
        "unknown told_as 'pills'",
    ),
    "a cause that nothing speaks of": (
        SYMPTOMS,
        'told_as = ["supp_b6"]\n',
        "",
        "symptoms.toml: vitamin_b6",
        "nothing shows it, and nothing says the same",
    ),
    "a cause without a source": (
        SYMPTOMS,
        'shown_by = ["ferritin"]\nsources = ["bsg_2021"]',
        'shown_by = ["ferritin"]\nsources = []',
        "symptoms.toml: iron_stores",
        "no source",
    ),
    "a key too many in a cause": (
        SYMPTOMS,
        'shown_by = ["ferritin"]\n',
        'shown_by = ["ferritin"]\nwhen = "always"\n',
        "symptoms.toml: iron_stores",
        "unknown key 'when'",
    ),
    "a key too many beside the symptoms": (
        SYMPTOMS,
        "schema = 1\n",
        "schema = 1\nextra = 2\n",
        SYMPTOMS,
        "unknown key 'extra'",
    ),
    # groups, bands
    "a group of an unknown analyte": (
        LINKS,
        'iron_tests = ["ferritin", "tsat"]',
        'iron_tests = ["ferritin", "rust"]',
        "groups",
        "'rust'",
    ),
    "an unknown analyte that stands for another": (
        LINKS,
        'calcium_ionised = "calcium_adjusted"',
        'chalk = "calcium_adjusted"',
        "stands_for",
        "'chalk'",
    ),
    "an unknown analyte stood for": (
        LINKS,
        'calcium_ionised = "calcium_adjusted"',
        'calcium_ionised = "chalk"',
        "stands_for",
        "'chalk'",
    ),
    "an unknown analyte that yields": (
        LINKS,
        "[yields_to.calcium_total]",
        "[yields_to.chalk]",
        "yields_to",
        "'chalk'",
    ),
    "a key too many where a test yields": (
        LINKS,
        'ask = ["albumin"]',
        'ask = ["albumin"]\nwhy = "so"',
        "calcium_total",
        "unknown key 'why'",
    ),
    "a band of an unknown analyte": (
        LINKS,
        '{ analyte = "sodium", unit = "mmol/L", below = 130 }',
        '{ analyte = "salt", unit = "mmol/L", below = 130 }',
        "on 1",
        "'salt'",
    ),
    "a band in a unit that the analyte has not": (
        LINKS,
        '{ analyte = "sodium", unit = "mmol/L", below = 130 }',
        '{ analyte = "sodium", unit = "g/L", below = 130 }',
        "sodium_low_moderate",
        "'g/L'",
    ),
    "a band with two limits": (
        LINKS,
        "below = 130 }",
        "below = 130, at_least = 120 }",
        "on 1",
        "one limit",
    ),
    "a band with no limit": (
        LINKS,
        ', unit = "mmol/L", below = 130 }',
        ', unit = "mmol/L" }',
        "on 1",
        "one limit",
    ),
    "a band on nothing": (
        LINKS,
        'on = [{ analyte = "sodium", unit = "mmol/L", below = 130 }]',
        "on = []",
        "sodium_low_moderate",
        "nothing",
    ),
    "a band twice": (
        LINKS,
        'id = "sodium_low_moderate"',
        'id = "potassium_low_severe"',
        "potassium_low_severe",
        "duplicate",
    ),
    "a band of an unknown source": (
        LINKS,
        'source = "theisen2014"',
        'source = "hearsay"',
        "sodium_high_severe",
        "'hearsay'",
    ),
    # links
    "an unknown symptom in a link": (
        LINKS,
        'symptoms = ["weakness"]',
        'symptoms = ["glow"]',
        "links 1",
        "'glow'",
    ),
    "an unknown analyte in a link": (
        LINKS,
        'analyte = "potassium"\ndirection',
        'analyte = "salt"\ndirection',
        "links 1",
        "'salt'",
    ),
    "an unknown grade": (
        LINKS,
        'grade = "strong"',
        'grade = "certain"',
        "links 1",
        "'certain'",
    ),
    "an unknown direction": (
        LINKS,
        'direction = "low"',
        'direction = "down"',
        "links 1",
        "'down'",
    ),
    "an unknown band in a link": (
        LINKS,
        'band = "potassium_low_moderate"',
        'band = "low_tide"',
        "links 1",
        "'low_tide'",
    ),
    "an unknown passage": (
        LINKS,
        'through = "anaemia"',
        'through = "the_wall"',
        "links",
        "'the_wall'",
    ),
    "an unknown source in a link": (
        LINKS,
        'sources = ["rcem_k"]',
        'sources = ["hearsay"]',
        "links 1",
        "'hearsay'",
    ),
    "a link without a source": (
        LINKS,
        'sources = ["rcem_k"]',
        "sources = []",
        "links 1",
        "no source",
    ),
    "a cell linked twice": (
        LINKS,
        'symptoms = ["constipation", "fatigue", "muscle_pain", "thirst_urine"]',
        'symptoms = ["weakness"]',
        "links 2",
        "duplicate 'link/potassium.low.weakness'",
    ),
    "an active row from memory": (
        LINKS,
        'evidence = "recalled"\nstatus = "proposed"',
        'evidence = "recalled"\nstatus = "active"',
        "links",
        "from memory",
    ),
    "a key too many in a link": (
        LINKS,
        'grade = "strong"',
        'grade = "strong"\nweight = 3',
        "links 1",
        "unknown key 'weight'",
    ),
    # targets, passages, in-range rules
    "an unknown symptom of a target": (
        LINKS,
        'symptom = "restless_legs"',
        'symptom = "glow"',
        "ferritin_restless_legs",
        "'glow'",
    ),
    "a passage that opens to an unknown token": (
        LINKS,
        'open = "may_contribute"',
        'open = "maybe"',
        "anaemia",
        "'maybe'",
    ),
    "an in-range rule that claims a cause": (
        LINKS,
        'token = "does_not_explain"',
        'token = "consistent_with"',
        "electrolytes_1",
        "'consistent_with'",
    ),
    "a key too many beside the links": (
        LINKS,
        "schema = 1\n",
        "schema = 1\nextra = 2\n",
        LINKS,
        "unknown key 'extra'",
    ),
    "a linked analyte without an in-range rule": (
        LINKS,
        'analytes = ["potassium", "sodium", "calcium_adjusted",',
        'analytes = ["potassium", "calcium_adjusted",',
        LINKS,
        "no in-range rule of 'sodium' that always applies",
    ),
    # clauses
    "an empty line": (
        FLAGS,
        'when = [{ symptoms = ["rf_seizure"] }]',
        "when = [{ any = [] }]",
        "when 1",
        "empty",
    ),
    "a clause of an unknown kind": (
        FLAGS,
        'when = [{ symptoms = ["rf_seizure"] }]',
        'when = [{ weather = "bad" }]',
        "when 1",
        "needs one of",
    ),
    "a clause of two kinds": (
        FLAGS,
        'when = [{ symptoms = ["rf_seizure"] }]',
        'when = [{ symptoms = ["rf_seizure"], band = "tsat_low" }]',
        "when 1",
        "needs one of",
    ),
    "an empty clause": (
        FLAGS,
        'when = [{ symptoms = ["rf_seizure"] }]',
        "when = [{ symptoms = [] }]",
        "when 1",
        "empty",
    ),
    "a clause with two attributes": (
        FLAGS,
        'onset = ["unknown", "sudden"]',
        'onset = ["unknown", "sudden"], severity = ["mild"]',
        "when 1",
        "two attributes",
    ),
    "an unknown onset": (
        FLAGS,
        'onset = ["unknown", "sudden"]',
        'onset = ["slow"]',
        "when 1",
        "'slow'",
    ),
    "an unknown symptom in a clause": (
        FLAGS,
        'when = [{ symptoms = ["rf_seizure"] }]',
        'when = [{ symptoms = ["glow"] }]',
        "when 1",
        "'glow'",
    ),
    "an unknown analyte in a clause": (
        FLAGS,
        'analytes = ["magnesium"], is = "low"',
        'analytes = ["mud"], is = "low"',
        "when 1",
        "'mud'",
    ),
    "an unknown state": (
        FLAGS,
        'analytes = ["magnesium"], is = "low"',
        'analytes = ["magnesium"], is = "odd"',
        "when 1",
        "'odd'",
    ),
    "an unknown band in a clause": (
        FLAGS,
        'band = "potassium_high_moderate"',
        'band = "low_tide"',
        "when 1",
        "'low_tide'",
    ),
    "an unknown factor in a clause": (
        FLAGS,
        'factors = ["drug_digoxin"]',
        'factors = ["luck"]',
        "when 1",
        "'luck'",
    ),
    "an unknown sex": (FLAGS, 'sex = "male"', 'sex = "any"', "any 1", "'any'"),
    "a pattern that comes later": (
        PATTERNS,
        '{ pattern = "edta_contamination" }',
        '{ pattern = "tetany" }',
        "any 2",
        "'tetany'",
    ),
    "an unknown specimen condition": (
        CAUTIONS,
        'specimen = ["drip_arm"]',
        'specimen = ["spilt"]',
        "when 1",
        "'spilt'",
    ),
    # comments
    "a comment on an unknown condition": (
        COMMENTS,
        'condition = "drip_arm"',
        'condition = "spilt"',
        "comments 5",
        "'spilt'",
    ),
    "a key too many in a comment": (
        COMMENTS,
        'condition = "drip_arm"',
        'condition = "drip_arm"\ncolour = "red"',
        "comments 5",
        "unknown key 'colour'",
    ),
    # flags
    "a danger sign without a flag": (
        FLAGS,
        'id = "rf_seizure"',
        'id = "rf_other"',
        FLAGS,
        "no flag for 'rf_seizure'",
    ),
    "a flag without a condition": (
        FLAGS,
        'when = [{ symptoms = ["rf_seizure"] }]\n',
        "",
        "rf_seizure",
        "without a condition",
    ),
    "a flag that waits for a result in range": (
        FLAGS,
        'when = [{ symptoms = ["rf_seizure"] }]',
        'when = [{ analytes = ["potassium"], is = "in" }]',
        "rf_seizure",
        "cannot wait",
    ),
    "a raise without a condition": (
        FLAGS,
        '{ to = "today", when = [{ symptoms = ["rf_speech_swallow"] }] }',
        '{ to = "today" }',
        "raise 1",
        "needs a condition",
    ),
    "an unknown urgency": (
        FLAGS,
        'urgency = "soon"',
        'urgency = "later"',
        "rf_wasting",
        "'later'",
    ),
    "a flag twice": (
        FLAGS,
        'id = "combo_heart"',
        'id = "rf_seizure"',
        "rf_seizure",
        "duplicate",
    ),
    "a key too many beside the flags": (
        FLAGS,
        "schema = 1\n",
        "schema = 1\nextra = 2\n",
        FLAGS,
        "unknown key 'extra'",
    ),
    # factors, food
    "a factor that pushes an unknown analyte": (
        FACTORS,
        '"calcium low"]\neffects',
        '"chalk low"]\neffects',
        "drug_loop_diuretic",
        "'chalk low'",
    ),
    "a factor that pushes sideways": (
        FACTORS,
        '"calcium low"]\neffects',
        '"calcium sideways"]\neffects',
        "drug_loop_diuretic",
        "'calcium sideways'",
    ),
    "a factor of an unknown effect": (
        FACTORS,
        'effects = ["explain"]',
        'effects = ["cure"]',
        "drug_loop_diuretic",
        "'cure'",
    ),
    "an alternative cause of nothing": (
        FACTORS,
        'effects = ["alternative"]\nalternative_for = ["muscle_pain"',
        'effects = ["explain"]\nalternative_for = ["muscle_pain"',
        "drug_statin",
        "do not go together",
    ),
    "food withheld without saying so": (
        FACTORS,
        'effects = ["suppress_food"]',
        'effects = ["ask"]',
        "kidney_stones",
        "do not go together",
    ),
    "a factor for an unknown specimen condition": (
        FACTORS,
        'specimen = "haemolysed"',
        'specimen = "spilt"',
        "sample_haemolysed",
        "'spilt'",
    ),
    "a factor that a symptom is to show": (
        FACTORS,
        'measured = [{ band = "crp_raised" }]',
        'measured = [{ symptoms = ["fatigue"] }]',
        "inflammation",
        "only a result that was sent",
    ),
    "a factor that a missing result is to show": (
        FACTORS,
        'measured = [{ band = "crp_raised" }]',
        'measured = [{ analytes = ["crp"], is = "missing" }]',
        "inflammation",
        "only a result that was sent",
    ),
    "a factor twice": (
        FACTORS,
        'id = "drug_nsaid"',
        'id = "drug_trimethoprim"',
        "drug_trimethoprim",
        "duplicate",
    ),
    "a food rule without a condition": (
        FACTORS,
        'when = [{ analytes = ["potassium"], is = "high" }]',
        "",
        "food_potassium_high",
        "without a condition",
    ),
    "a key too many beside the factors": (
        FACTORS,
        "schema = 1\n",
        "schema = 1\nextra = 2\n",
        FACTORS,
        "unknown key 'extra'",
    ),
    # cautions, patterns, claims
    "a caution that spoils what it is not about": (
        CAUTIONS,
        '"vitamin_b12", "iron", "folate", "zinc"]',
        '"vitamin_b12", "iron", "folate"]',
        "haemolysis",
        "not about",
    ),
    "a caution twice": (
        CAUTIONS,
        'id = "drip_arm"',
        'id = "haemolysis"',
        "haemolysis",
        "duplicate",
    ),
    "a key too many beside the cautions": (
        CAUTIONS,
        "schema = 1\n",
        "schema = 1\nextra = 2\n",
        CAUTIONS,
        "unknown key 'extra'",
    ),
    "a pattern without a condition": (
        PATTERNS,
        (
            'when = [{ analytes = ["ferritin"], is = "low" }, '
            '{ analytes = ["haemoglobin"], is = "low" }]\n'
        ),
        "",
        "ida",
        "without a condition",
    ),
    "a pattern made of patterns": (
        PATTERNS,
        'when = [{ analytes = ["sodium"], is = "low" }, { band = "glucose_high" }]',
        'when = [{ pattern = "edta_contamination" }]',
        "hyperglycaemic_hyponatraemia",
        "made of patterns",
    ),
    "a pattern twice": (
        PATTERNS,
        'id = "addison"',
        'id = "edta_contamination"',
        "edta_contamination",
        "duplicate",
    ),
    "a key too many beside the patterns": (
        PATTERNS,
        "schema = 1\n",
        "schema = 1\nextra = 2\n",
        PATTERNS,
        "unknown key 'extra'",
    ),
    "a claim cited by an unknown rule": (
        SEEDS,
        'cited_by = ["factor/alcohol"]',
        'cited_by = ["factor/luck"]',
        "A-Mg-19",
        "'factor/luck'",
    ),
    "a claim both cited and rejected": (
        SEEDS,
        'cited_by = ["factor/alcohol"]',
        'cited_by = ["factor/alcohol"]\nrejected = "no"',
        "A-Mg-19",
        "either cited or rejected",
    ),
    "a claim neither cited nor rejected": (
        SEEDS,
        'cited_by = ["factor/alcohol"]\n',
        "",
        "A-Mg-19",
        "either cited or rejected",
    ),
    "a key too many beside the claims": (
        SEEDS,
        "schema = 1\n",
        "schema = 1\nextra = 2\n",
        SEEDS,
        "unknown key 'extra'",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_file_is_refused_by_name(fault):
    name, old, new, row, why = FAULTS[fault]

    with pytest.raises(CatalogueError) as refused:
        load_with(name, old, new)

    assert str(refused.value).startswith(name)
    assert row in str(refused.value)
    assert why in str(refused.value)


def test_a_proposed_target_is_listed_and_never_used():
    seen = 'band = "ferritin_dialysis"\nwhen = [{ factors = ["dialysis"] }'
    tail = ', { band = "tsat_low" }]\nsources = ["aasm_2025"]\nevidence = "seen"\n'
    old = f'{seen}{tail}status = "active"'
    new = f'{seen}{tail}status = "proposed"'

    knowledge = load_with(LINKS, old, new)

    used = {row.id for rows in knowledge.targets.values() for row in rows}
    assert "ferritin_restless_legs_dialysis" in knowledge.proposed
    assert "ferritin_restless_legs_dialysis" not in used


def test_the_files_as_shipped_are_accepted():
    knowledge = load_with(SEEDS, "schema = 1", "schema = 1")

    assert knowledge.symptoms == CATALOGUE.rules.symptoms


def load_with(broken, old, new):
    """Load the knowledge with the first *old* of one file replaced."""

    def file(name):
        text = (DATA / name).read_text("utf-8")
        assert name != broken or old in text, f"{name} no longer says {old!r}"
        changed = text.replace(old, new, 1) if name == broken else text
        table = Table(name, tomllib.loads(changed, parse_float=Decimal))
        read_head(table)
        return table

    return load_knowledge(file, CATALOGUE.analytes, CATALOGUE.sources)


def test_a_source_may_stand_in_one_file_only(tmp_path):
    text = (DATA / "sources_symptoms.toml").read_text("utf-8")
    twice = text.replace("[sources.coch_mg_2020]", "[sources.rcem_k]")
    folder = tmp_path / "data"
    copy_data(folder)
    (folder / "sources_symptoms.toml").write_text(twice, "utf-8")

    with pytest.raises(CatalogueError, match="rcem_k: duplicate source"):
        read_catalogue(folder, versioned=False)


def copy_data(folder):

    shutil.copytree(DATA, folder)

"""What a laboratory's comments say of the sample."""

import shutil

import pytest

from reference_ranges.comments import conditions_in
from reference_ranges.loading import DATA, load_catalogue, read_catalogue

WORDS = load_catalogue().rules.comments

STATED = [
    ("HAEMOLYSED +++ please repeat", {"haemolysed", "sample_doubted"}),
    ("Gross hemolysis", {"haemolysed"}),
    ("Hämolyse: keine", set()),
    ("hæmolysed", {"haemolysed"}),
    ("Specimen grossly lipaemic and icteric", {"lipaemic", "icteric"}),
    ("lipemia 3+", {"lipaemic"}),
    ("?EDTA contamination", {"edta_contamination", "sample_doubted"}),
    ("Taken from drip arm", {"drip_arm"}),
    ("IV fluid contamination", {"drip_arm", "sample_doubted"}),
    ("Delayed separation > 8 h", {"delayed_separation"}),
    ("Sample clotted", {"sample_doubted"}),
    ("Insufficient sample for repeat", {"sample_doubted"}),
    ("non-haemolysed", set()),
    ("Not haemolysed", set()),
    ("no evidence of haemolysis", set()),
    ("without visible haemolysis", set()),
    ("nil haemolysis", set()),
    ("not repeated, haemolysed", {"haemolysed"}),
    ("No clots. Haemolysed", {"haemolysed"}),
    ("not received; sample haemolysed", {"haemolysed"}),
    ("No delay but haemolysed", {"haemolysed"}),
    ("not haemolysed at 8:00, haemolysed at 9:00", {"haemolysed"}),
    ("Haemolytic specimen", {"haemolysed"}),
    ("? haemolytic anaemia", set()),
    ("WRONG BLOOD IN TUBE suspected", {"sample_doubted"}),
    ("?wrong patient", {"sample_doubted"}),
    ("Unlabelled sample, tested on request", {"sample_doubted"}),
    ("Labelling error on tube", {"sample_doubted"}),
    ("QNS", {"sample_doubted"}),
    ("Result unreliable", {"sample_doubted"}),
    ("Spuriously raised?", {"sample_doubted"}),
    ("potassium may be falsely high", {"sample_doubted"}),
    ("Pseudohyperkalaemia cannot be excluded", {"sample_doubted"}),
    ("not spurious", set()),
    ("", set()),
    ("telephoned to ward 4", set()),
    ("Vitamin D insufficiency", set()),
]


@pytest.mark.parametrize(("comment", "stated"), STATED)
def test_a_comment_states_what_its_words_say_of_the_sample(comment, stated):
    assert conditions_in(comment, WORDS) == stated


def test_words_that_are_only_proposed_are_not_listened_for(tmp_path):
    shutil.copytree(DATA, tmp_path / "data")
    path = tmp_path / "data" / "comments.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace('"active"', '"proposed"'), "utf-8")

    words = read_catalogue(tmp_path / "data", versioned=False).rules.comments

    assert conditions_in("haemolysed", words) == set()

"""Whom a limit is for, in words: no code of a data file reaches a reader."""

import re

import pytest

from reference_ranges.judging.compiling import partition_text
from reference_ranges.loading import load_catalogue
from reports.whom import whom_words
from reports.wording import load_wording

LOCALES = [load_wording(name) for name in ("en-GB", "en-US")]
PARTITIONS = sorted(
    {
        partition_text(row.partition)
        for analyte in load_catalogue().analytes.values()
        for row in (*analyte.intervals, *analyte.decision_sets, *analyte.critical)
    }
)


@pytest.mark.parametrize(
    ("partition", "words"),
    [
        ("", ""),
        ("0d+", "any age"),
        ("16y+, pregnancy no", "from 16 years, not pregnant"),
        ("0d-1w", "under 1 week"),
        ("6mo-1y, male", "from 6 months to under 1 year, male"),
        (
            "12y-60y, female, pregnancy t2_t3",
            (
                "from 12 years to under 60 years, female, in the second or last third "
                "of a pregnancy"
            ),
        ),
        ("18y+, heart_failure", "from 18 years, with heart failure"),
        ("18y+, fasting", "from 18 years, fasting"),
        (
            "18y+, symptom:restless_legs",
            "from 18 years, with an urge to move your legs",
        ),
    ],
)
def test_whom_a_limit_is_for_is_said_in_words(partition, words):
    assert whom_words(partition, LOCALES[0]) == words


@pytest.mark.parametrize("wording", LOCALES, ids=lambda one: one.locale)
@pytest.mark.parametrize("partition", PARTITIONS)
def test_every_group_of_the_catalogue_has_words_and_no_code_is_left(partition, wording):
    words = whom_words(partition, wording)

    assert words
    assert not re.search(r"\d[a-z]|_|\+|:|pregnancy (no|yes|t\d)", words)

"""Two classifiers that share no code agree on random panels.

100,000 panels where PLAINLAB_LONG is set (as in .ci/run), else a sample of them.
"""

from itertools import islice
from random import Random

import pytest

from tests.differential import disagreements, interval_text, random_panels
from tests.long import LONG

SEED = 20261123
PANELS = 100_000 if LONG else 2_000
SHARE = 10  # the work is cut in so many parts, for two cores


@pytest.mark.parametrize("part", range(SHARE))
def test_a_second_classifier_agrees_on_random_panels(part):
    assert list(disagreements(PANELS // SHARE, SEED + part)) == []


def test_the_random_panels_hold_every_form_of_a_laboratorys_interval():
    random = Random(SEED)  # noqa: S311 - a repeatable sample, not a secret
    drawn = [results for *_, results in islice(random_panels(random), 1_000)]

    texts = [interval_text(own) for each in drawn for *_, own in each if own]

    forms = {text[:2] if text[1] == "=" else text[0] for text in texts}
    assert {"<", "<=", ">", ">="} < forms
    assert any("-" in text for text in texts)

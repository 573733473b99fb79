import pytest

from reference_ranges.loading import load_catalogue
from service.evaluation.running import evaluation_door


@pytest.fixture(scope="session")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="session")
def door(catalogue):
    return evaluation_door(catalogue)

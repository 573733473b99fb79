"""What heads mean is confirmed for a sender, in versions, and for these heads only."""

import pytest
from sqlalchemy.exc import IntegrityError

from service.access.audit import verify
from service.intake.files.heads import Meaning
from service.store.engine import open_engine
from service.store.mappings import confirm, confirmed, last_confirmed
from tests.databases import shape
from tests.store.values import STAMP

WARD = {"Nr": Meaning("record_number"), "Ward": Meaning("ignore")}
SALT = {"Nr": Meaning("record_number"), "Na": Meaning("result", "sodium", "mmol/L")}


@pytest.fixture
def engine(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/var/plainlab.db")
    shape(engine)
    yield engine
    engine.dispose()


def test_each_confirmation_is_a_version_and_none_is_lost(engine):
    other = {**WARD, "Ward": Meaning("specimen")}

    numbers = [confirm(engine, "lab", one, STAMP) for one in (WARD, SALT, other)]

    assert numbers == [1, 2, 3]
    assert confirmed(engine, "lab", ["Nr", "Ward"]) == other
    assert confirmed(engine, "lab", ["Nr", "Na"]) == SALT
    assert last_confirmed(engine, "lab") == other
    for deed in ("DELETE FROM file_mapping", "UPDATE file_mapping SET heads = ''"):
        with pytest.raises(IntegrityError), engine.begin() as connection:
            connection.exec_driver_sql(deed)


@pytest.mark.parametrize("heads", [["Nr", "Ward", "Bed"], ["Ward", "Nr"], ["Nr"], []])
def test_a_head_more_or_in_another_place_is_another_file(engine, heads):
    confirm(engine, "lab", WARD, STAMP)

    assert confirmed(engine, "lab", heads) == {}


def test_what_one_sender_confirmed_is_nobody_elses(engine):
    confirm(engine, "lab", WARD, STAMP)

    assert confirmed(engine, "", list(WARD)) == {}
    assert last_confirmed(engine, "other") == {}


def test_who_confirmed_is_in_the_audit(engine):
    confirm(engine, "", WARD, STAMP)

    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT actor, object FROM audit WHERE action = 'confirm_columns'"
        ).all()
    assert rows == [(STAMP.actor, "nobody-1")]
    assert verify(engine) is None

"""One record number, two people: held until someone has looked, and never silent."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from reports.identity import Identity
from service.access.audit import Stamp
from service.access.users import Role, User
from service.intake.people import FACTS
from service.store import identities, outbox
from service.store.engine import reading, writing
from service.store.errors import IdentityHeld, UnknownHold
from service.store.escalations import escalate
from service.store.interpretations import Entry, get, save
from service.store.reviews import review
from service.store.tables import audit
from service.store.worklist import worklist
from tests.store.values import MINUTE, NOW, STAMP, interpretation, submission

ALEX = Identity("MRN-1", "Alex Example", "1971-03-04", "female")
DOCTOR = User("u1", "doctor", "Dr Person", Role.CLINICIAN, disabled=False)


@pytest.fixture
def doctor(engine):
    with writing(engine) as connection:
        connection.exec_driver_sql(
            "INSERT INTO user (id, username, name, role, password_hash, created_at) "
            "VALUES ('u1', 'doctor', 'Dr Person', 'clinician', 'x', '2026')"
        )
    return DOCTOR


@pytest.fixture
def keep(engine):
    """Keep a panel of this person, each a minute after the one before; its id."""
    moment = iter(range(100))

    def kept(whose, corrects="", critical=False, **more):  # noqa: FBT002 - a fact
        sent = replace(submission(), identity=whose, **more)
        made = interpretation(critical=critical)
        stamp = Stamp("system:tests", NOW + next(moment) * MINUTE)
        return save(engine, Entry(sent, made, corrects), stamp).id

    return kept


def held(engine):
    return [(one.interpretation, one.differs) for one in identities.holds(engine)]


@pytest.mark.parametrize(
    ("other", "differs"),
    [
        ({"birth_date": "1971-04-03"}, ("birth_date",)),
        ({"birth_date": "1972"}, ("birth_date",)),
        ({"sex": "male"}, ("sex",)),
        ({"sex": "other"}, ("sex",)),
        ({"name": "Robin Example"}, ("name",)),
        ({"birth_date": "1999", "sex": "male", "name": "x"}, FACTS),
    ],
)
def test_a_number_that_comes_with_another_person_is_held(engine, keep, other, differs):
    first = keep(ALEX)
    second = keep(replace(ALEX, **other))

    (found,) = identities.holds(engine)

    assert (found.interpretation, found.differs) == (second, differs)
    assert (found.earlier, found.before) == (first, ALEX)
    assert found.said == replace(ALEX, **other)
    assert get(engine, second).held == differs
    assert get(engine, first).held == ()


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"birth_date": ""},
        {"birth_date": "1971-03"},
        {"sex": "unknown"},
        {"name": ""},
        {"name": "EXAMPLE, Álex"},
        {"record_number": "MRN-2", "name": "Robin Example"},
        {"record_number": "", "name": "Robin Example"},
    ],
)
def test_what_is_left_out_or_only_written_otherwise_is_no_difference(
    engine, keep, other
):
    keep(ALEX)
    keep(replace(ALEX, record_number=""))
    keep(replace(ALEX, **other))

    assert held(engine) == []


def test_a_fact_is_held_against_the_last_panel_that_stated_it(engine, keep):
    first = keep(ALEX)
    keep(Identity("MRN-1"))
    keep(replace(ALEX, name="Robin Example"))

    assert [one.earlier for one in identities.holds(engine)] == [first]


def test_a_held_panel_does_not_make_the_number_theirs(engine, keep):
    robin = replace(ALEX, name="Robin Example")
    keep(ALEX)
    second, third = keep(robin), keep(robin)
    keep(ALEX)

    assert held(engine) == [(third, ("name",)), (second, ("name",))]
    assert identities.count_holds(engine) == 2


def test_more_holds_than_a_page_takes_are_counted(engine, keep, monkeypatch):
    monkeypatch.setattr(identities, "MOST", 1)
    keep(ALEX)
    keep(replace(ALEX, sex="male"))
    newest = keep(replace(ALEX, name="Robin Example"))

    assert held(engine) == [(newest, ("name",))]
    assert identities.count_holds(engine) == 2


@pytest.mark.parametrize("order", [("trial", "true"), ("true", "trial")])
def test_a_trial_message_is_nobodys(engine, keep, order):
    for kind in order:
        whose = ALEX if kind == "true" else replace(ALEX, name="Test Test")
        keep(whose, test_message=kind == "trial")

    assert held(engine) == []


def test_a_held_panel_cannot_be_reviewed_until_it_is_released(engine, keep, doctor):
    keep(ALEX)
    robin = replace(ALEX, name="Robin Example")
    second = keep(robin)
    later = Stamp("user:u1", NOW + timedelta(hours=1))

    with pytest.raises(IdentityHeld):
        review(engine, second, doctor, later.at)
    identities.release(engine, second, "  married, asked the ward ", later)
    made = review(engine, second, doctor, later.at)
    third = keep(robin)

    assert made.reviewer == "Dr Person"
    assert held(engine) == []
    assert get(engine, third).held == ()
    with reading(engine) as connection:
        told = select(audit.c.action, audit.c.actor, audit.c.object)
        deeds = connection.execute(told.order_by(audit.c.sequence)).all()
    assert ("hold_identity", "system:tests", second) in deeds
    assert ("release_identity", "user:u1", second) in deeds


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
def test_a_release_needs_a_reason(engine, keep, reason):
    keep(ALEX)
    second = keep(replace(ALEX, sex="male"))

    with pytest.raises(ValueError, match="reason"):
        identities.release(engine, second, reason, STAMP)

    assert held(engine) == [(second, ("sex",))]


def test_what_is_not_held_cannot_be_released(engine, keep):
    first = keep(ALEX)
    second = keep(replace(ALEX, sex="male"))
    identities.release(engine, second, "asked", STAMP)

    for one in (first, second, "no-such-panel"):
        with pytest.raises(UnknownHold):
            identities.release(engine, one, "asked", STAMP)


def test_a_critical_result_of_a_held_panel_alarms_like_any_other(
    engine, keep, monkeypatch
):
    told = []
    monkeypatch.setattr(outbox, "post", lambda _, news: told.append(news))
    keep(ALEX)
    second = keep(replace(ALEX, name="Robin Example"), critical=True)

    line = worklist(engine).lines[0]
    escalated = escalate(engine, MINUTE, Stamp("system:tests", NOW + 60 * MINUTE))

    assert (line.id, line.critical, line.held) == (second, True, True)
    assert escalated == (second,)
    assert [news.critical for news in told] == [False, True]


def test_trials_do_not_hide_whose_a_number_was(engine, keep):
    keep(ALEX)
    for _ in range(25):
        keep(ALEX, test_message=True)

    other = keep(Identity("MRN-1", "Robin Else", "1980-01-01", "male"))

    assert held(engine) == [(other, ("birth_date", "sex", "name"))]


def test_a_correction_takes_the_place_of_a_held_panel(engine, keep):
    keep(ALEX)
    wrong = keep(replace(ALEX, name="Robin Example"))
    keep(ALEX, corrects=wrong)

    assert held(engine) == []


@pytest.mark.parametrize("deed", ["DELETE FROM {}", "UPDATE {} SET at = at"])
def test_a_hold_is_neither_changed_nor_removed(engine, keep, deed):
    keep(ALEX)
    keep(replace(ALEX, sex="male"))

    with (
        pytest.raises(IntegrityError, match="append-only"),
        writing(engine) as connection,
    ):
        connection.exec_driver_sql(deed.format("identity_event"))


def test_whose_a_number_was_is_found_by_indexes(engine, keep):
    keep(ALEX)
    wanted = identities.PANELS.params(number="MRN-1", but="x")
    text = str(wanted.compile(engine, compile_kwargs={"literal_binds": True}))

    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all()

    steps = [row[-1] for row in plan]
    assert not [one for one in steps if "SCAN" in one or "TEMP B-TREE" in one]
    assert any("submission_by_record_number" in one for one in steps)

"""A panel is kept whole, once, for good; and comes back as it was."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta

import pytest
from sqlalchemy import func, select

from service.access import audit
from service.access.errors import NotAllowed
from service.access.users import Role, by_id, disable
from service.store import instance, tables
from service.store.engine import open_engine, reading
from service.store.errors import (
    DemoRefused,
    KeyInFlight,
    KeyReused,
    StoreDamaged,
    Superseded,
    UnknownInterpretation,
)
from service.store.idempotency import claimed
from service.store.interpretations import Saved, get, save, versions
from service.store.migrate import upgrade
from service.store.reviews import Review, review
from service.store.worklist import worklist
from tests.store.people import account, clinician
from tests.store.values import MINUTE, NOW, STAMP, entry, key


def rows(engine, table):
    """All rows of a table."""
    with reading(engine) as connection:
        return connection.execute(table.select()).mappings().all()


def counts(engine):
    """How many rows each table of the record holds."""
    kept = (tables.submission, tables.interpretation, tables.result, tables.idempotency)
    with reading(engine) as connection:
        return [connection.scalar(select(func.count()).select_from(t)) for t in kept]


def test_what_was_saved_comes_back_as_it_was(engine):
    sent = entry(raw=b'\xef\xbb\xbf{"value": 6.80}\r\n\x00')

    saved = save(engine, sent, STAMP)
    stored = get(engine, saved.id)

    assert stored.submission == sent.submission
    assert stored.submission.collected_at.isoformat() == "2026-11-20T08:40:00+02:00"
    assert stored.interpretation == sent.interpretation
    assert (stored.made_at, stored.made_at.tzinfo) == (NOW, UTC)
    assert (stored.version, stored.supersedes, stored.superseded_by) == (1, "", "")
    assert stored.review is None


def test_the_body_is_kept_once_as_it_came(engine):
    save(engine, entry(raw=b"\x00as sent"), STAMP)

    (row,) = rows(engine, tables.submission)

    assert row["raw"] == b"\x00as sent"
    assert '"raw":""' in row["document"]


def test_results_are_rows_with_their_text_as_reported(engine):
    save(engine, entry(), STAMP)

    (row,) = rows(engine, tables.result)

    assert (row["value_text"], row["unit_text"]) == ("6.80", "MMOL/L")
    assert (row["outcome"], row["direction"], row["code"]) == ("critical", "high", "HH")
    assert row["reason"] is None


def test_an_interpretation_keeps_the_catalogue_that_it_was_made_with(engine):
    save(engine, entry(), STAMP)

    (row,) = rows(engine, tables.interpretation)

    assert (row["catalogue_version"], row["catalogue_sha256"]) == ("2026.1", "ab" * 32)


def test_a_panel_without_results_is_kept_too(engine):
    bare = entry()
    none = type(bare)(bare.submission, replace_results(bare.interpretation))

    saved = save(engine, none, STAMP)

    assert get(engine, saved.id).interpretation.results == ()


def replace_results(interpretation):
    return interpretation.__class__(
        **{
            name: () if name == "results" else getattr(interpretation, name)
            for name in interpretation.__dataclass_fields__
        }
    )


def test_an_id_is_unguessable_and_fit_for_a_url(engine):
    ids = [save(engine, entry(), STAMP).id for _ in range(3)]

    assert len(set(ids)) == 3
    assert all(len(made) == 26 and made.isalnum() and made.islower() for made in ids)


def test_an_unknown_id_gives_nothing(engine):
    assert get(engine, "nosuchid") is None
    assert versions(engine, "nosuchid") == ()


def test_a_repeat_with_one_key_is_answered_the_same_and_stored_once(engine):
    first = save(engine, entry(), STAMP, key())
    again = save(engine, entry(), STAMP, key())

    assert again == Saved(first.id, 1, replayed=True)
    assert counts(engine) == [1, 1, 1, 1]


def test_a_key_with_another_body_is_refused_and_nothing_is_stored(engine):
    save(engine, entry(), STAMP, key())

    with pytest.raises(KeyReused):
        save(engine, entry(), STAMP, key(body="1" * 64))

    assert counts(engine) == [1, 1, 1, 1]


def test_two_senders_may_use_the_same_key(engine):
    save(engine, entry(), STAMP, key(sender="one"))

    assert not save(engine, entry(), STAMP, key(sender="two")).replayed


def test_sixty_four_posts_with_one_key_make_one_panel(engine):
    gate = threading.Barrier(64)

    def post(_):
        gate.wait()
        try:
            return save(engine, entry(), STAMP, key()).id
        except KeyInFlight:
            return "409"

    with ThreadPoolExecutor(64) as pool:
        answers = set(pool.map(post, range(64)))

    (kept,) = rows(engine, tables.interpretation)
    assert answers <= {kept["id"], "409"}
    assert kept["id"] in answers
    assert counts(engine) == [1, 1, 1, 1]


def test_sixty_four_posts_that_know_nothing_of_each_other_make_one_panel(url):
    # each opens the file by another spelling, as if from a process of its own
    spelled = [url.replace("/kept/", "/kept/" + "./" * n) for n in range(64)]
    engines = [open_engine(spelling, busy_timeout=30) for spelling in spelled]
    upgrade(engines[0])
    gate = threading.Barrier(64)

    def post(engine):
        gate.wait()
        return save(engine, entry(), STAMP, key())

    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(post, engines))

    assert len({answer.id for answer in answers}) == 1
    assert [answer.replayed for answer in answers].count(False) == 1
    assert counts(engines[0]) == [1, 1, 1, 1]
    [engine.dispose() for engine in engines]


def test_a_key_that_is_being_stored_is_in_flight_until_it_is_done(engine):
    with claimed(engine, key()), pytest.raises(KeyInFlight):
        save(engine, entry(), STAMP, key())

    assert not save(engine, entry(), STAMP, key()).replayed


def test_a_correction_is_a_new_version_and_the_old_one_stays(engine):
    old = save(engine, entry(name="Before"), STAMP)

    new = save(engine, entry(name="After", corrects=old.id), STAMP)

    before, after = get(engine, old.id), get(engine, new.id)
    assert (before.submission.identity.name, after.submission.identity.name) == (
        "Before",
        "After",
    )
    assert (before.superseded_by, after.supersedes) == (new.id, old.id)
    assert (new.version, after.root, after.version) == (2, old.id, 2)
    assert versions(engine, old.id) == versions(engine, new.id) == (old.id, new.id)


def test_a_version_is_corrected_once(engine):
    old = save(engine, entry(), STAMP)
    save(engine, entry(corrects=old.id), STAMP)

    with pytest.raises(Superseded):
        save(engine, entry(corrects=old.id), STAMP)

    assert len(rows(engine, tables.interpretation)) == 2


def test_what_does_not_exist_cannot_be_corrected(engine):
    with pytest.raises(UnknownInterpretation):
        save(engine, entry(corrects="nosuchid"), STAMP)

    assert counts(engine) == [0, 0, 0, 0]


def test_an_interpretation_that_was_changed_behind_our_back_is_not_shown(engine, rough):
    saved = save(engine, entry(), STAMP)
    rough("UPDATE interpretation SET document = replace(document, '6.80', '4.80')")

    with pytest.raises(StoreDamaged):
        get(engine, saved.id)


# --- review -----------------------------------------------------------------------


def test_a_review_says_who_and_when_for_good(engine):
    saved = save(engine, entry(), STAMP)
    kim = clinician(engine)

    made = review(engine, saved.id, kim, NOW)
    again = review(engine, saved.id, kim, NOW + MINUTE)

    assert made == again == Review(kim.id, "Dr Kim Clinician", NOW)
    assert get(engine, saved.id).review == made


@pytest.mark.parametrize("role", [Role.STAFF, Role.ADMIN])
def test_only_a_clinician_reviews(engine, role):
    saved = save(engine, entry(), STAMP)

    with pytest.raises(NotAllowed):
        review(engine, saved.id, account(engine, role), NOW)

    assert get(engine, saved.id).review is None


def test_a_closed_account_does_not_review(engine):
    saved = save(engine, entry(), STAMP)
    kim = clinician(engine)
    disable(engine, kim.id, STAMP)

    with pytest.raises(NotAllowed):
        review(engine, saved.id, by_id(engine, kim.id), NOW)


def test_what_does_not_exist_is_not_reviewed(engine):
    with pytest.raises(UnknownInterpretation):
        review(engine, "nosuchid", clinician(engine), NOW)


def test_an_old_version_is_not_reviewed_and_a_new_one_starts_unreviewed(engine):
    kim = clinician(engine)
    old = save(engine, entry(), STAMP)
    new = save(engine, entry(corrects=old.id), STAMP)

    with pytest.raises(Superseded):
        review(engine, old.id, kim, NOW)

    assert get(engine, new.id).review is None
    assert review(engine, new.id, kim, NOW).reviewer == "Dr Kim Clinician"


# --- demo -------------------------------------------------------------------------


def test_a_new_database_is_neither_demo_nor_real(engine):
    assert not instance.is_demo(engine)


def test_demo_data_enters_a_demo(engine):
    instance.mark_demo(engine, STAMP)
    instance.mark_demo(engine, STAMP)

    save(engine, entry(demo=True), STAMP)

    assert instance.is_demo(engine)
    assert [row["action"] for row in rows(engine, tables.audit)] == [
        "mark_demo",
        "store",
    ]


def test_demo_data_does_not_enter_an_empty_database_that_is_not_a_demo(engine):
    with pytest.raises(DemoRefused):
        save(engine, entry(demo=True), STAMP)

    assert counts(engine) == [0, 0, 0, 0]


def test_a_database_with_real_data_never_becomes_a_demo(engine):
    save(engine, entry(), STAMP)

    with pytest.raises(DemoRefused):
        instance.mark_demo(engine, STAMP)
    with pytest.raises(DemoRefused):
        save(engine, entry(demo=True), STAMP)

    assert not instance.is_demo(engine)
    assert len(worklist(engine).lines) == 1


# --- audit ------------------------------------------------------------------------


def test_the_record_of_deeds_holds_no_name_and_no_value(engine):
    kim = clinician(engine)
    whose = {"name": "Canary Bird", "number": "MRN-CANARY"}
    saved = save(engine, entry(**whose), STAMP, key("canary-key"))
    save(engine, entry(corrects=saved.id, **whose), STAMP)
    worklist(engine, "canary")

    text = repr([tuple(row.values()) for row in rows(engine, tables.audit)]).casefold()

    assert "canary" not in text
    assert "6.80" not in text
    assert "kim" not in text.replace(kim.id, "")


def test_each_deed_is_recorded_with_what_it_changed(engine):
    saved = save(engine, entry(), STAMP)
    save(engine, entry(corrects=saved.id), audit.Stamp("key:5eed", NOW + timedelta(1)))

    deeds = [(row["actor"], row["action"]) for row in rows(engine, tables.audit)]

    assert deeds == [("system:tests", "store"), ("key:5eed", "correct")]
    assert audit.verify(engine) is None

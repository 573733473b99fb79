"""Who has a report that was replaced: exactly those who downloaded it."""

import pytest

from service.access.audit import Action, Stamp, note
from service.access.downloads import of_replaced
from service.store.errors import UnknownInterpretation
from service.store.interpretations import Entry, save
from tests.store.values import MINUTE, NOW, STAMP, interpretation, submission


@pytest.fixture
def three(engine):
    """Three versions of one panel, and another panel."""
    ids = [""]
    for _ in range(3):
        entry = Entry(submission(), interpretation(), ids[-1])
        ids.append(save(engine, entry, STAMP).id)
    other = save(engine, Entry(submission(number="MRN-2"), interpretation()), STAMP)
    return (*ids[1:], other.id)


def test_each_download_of_a_replaced_version_is_listed_and_no_other(engine, three):
    first, second, newest, other = three
    deeds = [
        ("user:ann", Action.DOWNLOAD, first),
        ("key:abc", Action.READ, first),
        ("user:bob", Action.DOWNLOAD, newest),
        ("key:abc", Action.DOWNLOAD, second),
        ("user:ann", Action.DOWNLOAD, first),
        ("user:eve", Action.DOWNLOAD, other),
    ]
    for number, (actor, action, object_id) in enumerate(deeds):
        note(engine, Stamp(actor, NOW + number * MINUTE), action, object_id)

    found = of_replaced(engine, newest)

    assert [(one.at, one.who, one.version, one.id) for one in found] == [
        (NOW, "user:ann", 1, first),
        (NOW + 3 * MINUTE, "key:abc", 2, second),
        (NOW + 4 * MINUTE, "user:ann", 1, first),
    ]
    assert of_replaced(engine, first) == found
    assert of_replaced(engine, other) == ()


def test_an_unknown_panel_is_refused(engine):
    with pytest.raises(UnknownInterpretation):
        of_replaced(engine, "no-such-panel")

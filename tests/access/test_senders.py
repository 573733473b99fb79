"""Senders: what can be set up, what is refused by name, and that nothing is lost."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import IntegrityError

from reference_ranges.loading import load_catalogue
from reports.wording import locales
from service.access import keys, senders
from service.access.audit import verify
from service.access.errors import (
    SenderChanged,
    SenderNameTaken,
    SetupRefused,
    UnknownSender,
)
from service.access.keys import NewKey, Scope
from service.access.setups import MOST_ALIASES, Setup, require_fit
from service.intake.sender import UNKNOWN, Sender
from service.store import tables
from service.store.engine import reading, writing
from tests.store.values import MINUTE, NOW, STAMP

CATALOGUE = load_catalogue()
FULL = Setup(
    name="Praxislabor Süd",
    laboratory="Praxislabor Süd, Hauptstraße 1",
    zone="Europe/Berlin",
    profile="eu",
    locale="en-US",
    decimal_comma=True,
    hl7_errors=True,
    aliases={"fer.": "ferritin", "k+": "potassium"},
    units={"MMOLL": "mmol/L", "mcgL": "ug/L"},
)
LATER = replace(STAMP, at=NOW + MINUTE)


@pytest.fixture
def known(engine):
    return senders.add(engine, FULL, STAMP)


def test_everything_that_was_set_up_reaches_the_reader(engine, known):
    key = keys.issue(
        engine, NewKey("one", frozenset({Scope.WRITE}), NOW + MINUTE, known.id), STAMP
    )

    whose = keys.check(engine, key, NOW).sender

    assert senders.as_it_sends(engine, whose) == Sender(
        name="Praxislabor Süd",
        laboratory="Praxislabor Süd, Hauptstraße 1",
        aliases={"fer.": "ferritin", "k+": "potassium"},
        units={"MMOLL": "mmol/L", "mcgL": "ug/L"},
        zone=ZoneInfo("Europe/Berlin"),
        profile="eu",
        locale="en-US",
        decimal_comma=True,
        hl7_errors=True,
    )


def test_a_key_without_a_sender_is_nobodys(engine):
    assert senders.as_it_sends(engine, None) == UNKNOWN


def test_what_is_empty_is_as_the_service_has_it(engine):
    plain = senders.add(engine, Setup("Plain"), STAMP)

    assert senders.as_it_sends(engine, plain.id) == Sender(name="Plain")


def test_a_sender_is_found_by_name_and_id_and_listed_in_order(engine, known):
    other = senders.add(engine, Setup("analyser"), STAMP)

    assert senders.by_id(engine, known.id) == known
    assert senders.by_name(engine, "  praxislabor SÜD ") == known
    assert senders.every_sender(engine) == (other, known)


@pytest.mark.parametrize("find", [senders.by_id, senders.by_name])
def test_a_sender_that_is_not_there_is_refused(engine, find):
    with pytest.raises(UnknownSender):
        find(engine, "nobody")


@pytest.mark.parametrize(
    "name", ["Praxislabor Süd", "PRAXISLABOR  SÜD", "\uff30raxislabor Süd"]
)
@pytest.mark.usefixtures("known")
def test_two_senders_never_have_names_that_look_alike(engine, name):
    other = senders.add(engine, Setup("other"), STAMP)

    with pytest.raises(SenderNameTaken):
        senders.add(engine, Setup(name), STAMP)
    with pytest.raises(SenderNameTaken):
        senders.change(engine, other, Setup(name), STAMP)
    assert senders.by_id(engine, other.id) == other


def test_each_change_is_a_version_in_the_audit_and_none_is_lost(engine, known):
    fewer = replace(FULL, aliases={"k+": "potassium"}, units={}, zone="UTC")

    made = senders.change(engine, known, fewer, LATER)

    assert senders.by_id(engine, known.id) == made
    assert (made.version, made.created_at, made.changed_at) == (2, NOW, LATER.at)
    kept = senders.versions(engine, known.id)
    assert [(one.version, one.actor, one.at) for one in kept] == [
        (2, STAMP.actor, LATER.at),
        (1, STAMP.actor, NOW),
    ]
    assert [one.document["aliases"] for one in kept] == [fewer.aliases, FULL.aliases]
    with reading(engine) as connection:
        done = connection.execute(tables.audit.select()).all()
    assert [(row.action, row.object) for row in done] == [
        ("set_sender", f"{known.id}-1"),
        ("set_sender", f"{known.id}-2"),
    ]
    assert verify(engine) is None


def test_of_two_changes_side_by_side_the_second_is_refused(engine, known):
    made = senders.change(engine, known, replace(FULL, zone="UTC"), LATER)

    with pytest.raises(SenderChanged):
        senders.change(engine, known, replace(FULL, zone=""), LATER)

    assert senders.by_id(engine, known.id) == made


@pytest.mark.parametrize("deed", ["DELETE FROM", "UPDATE"])
@pytest.mark.usefixtures("known")
def test_no_version_is_changed_or_removed(engine, deed):
    what = " SET version = 9" if deed == "UPDATE" else ""

    with (
        pytest.raises(IntegrityError, match="append-only"),
        writing(engine) as connection,
    ):
        connection.exec_driver_sql(f"{deed} sender_version{what}")


def test_a_full_setup_is_fit():
    require_fit(FULL, CATALOGUE, locales())


@pytest.mark.parametrize(
    ("value", "pointer", "code"),
    [
        ({"name": " "}, "name", "required"),
        ({"name": "x" * 65}, "name", "too_long"),
        ({"name": "a\nb"}, "name", "control_character"),
        ({"laboratory": "\u202eevil"}, "laboratory", "control_character"),
        ({"laboratory": "x" * 201}, "laboratory", "too_long"),
        ({"zone": "Europe/Nowhere"}, "zone", "not_allowed"),
        ({"zone": "../../etc/passwd"}, "zone", "not_allowed"),
        ({"profile": "mars"}, "profile", "not_allowed"),
        ({"locale": "tlh"}, "locale", "not_allowed"),
        ({"aliases": {"fe": "feritin"}}, "aliases/fe", "not_allowed"),
        ({"aliases": {"FE": "ferritin"}}, "aliases/FE", "not_allowed"),
        ({"aliases": {"": "ferritin"}}, "aliases/", "not_allowed"),
        ({"units": {"MMOLL": "mmoll"}}, "units/MMOLL", "not_allowed"),
        ({"units": {"mg/dl": "mmol/L"}}, "units/mg/dl", "not_allowed"),
        ({"units": {" MMOLL": "mmol/L"}}, "units/ MMOLL", "not_allowed"),
        ({"units": {"": "mmol/L"}}, "units/", "not_allowed"),
        ({"units": {"a\nb": "mmol/L"}}, "units/a\nb", "control_character"),
        ({"units": {"x" * 33: "mmol/L"}}, f"units/{'x' * 33}", "too_long"),
        (
            {"units": {f"u{n}": "mmol/L" for n in range(MOST_ALIASES + 1)}},
            "units",
            "too_long",
        ),
        (
            {"aliases": {f"{n}": "iron" for n in range(MOST_ALIASES + 1)}},
            "aliases",
            "too_long",
        ),
    ],
)
def test_each_value_that_is_not_known_is_refused_by_name(value, pointer, code):
    with pytest.raises(SetupRefused) as refused:
        require_fit(replace(FULL, **value), CATALOGUE, locales())

    assert [(one.pointer, one.code) for one in refused.value.faults] == [
        (pointer, code)
    ]

"""A key's sender decides how its panels are read, and whose feed they are."""

from dataclasses import replace

import pytest

from service.access import senders
from service.access.setups import Setup
from service.store import feeds
from tests.api.conftest import SYSTEM, Client, issue, panel

LAB = "Praxislabor Süd, Hauptstraße 1"


@pytest.fixture
def known(own):
    engine = own.extensions["plainlab"].engine
    setup = Setup(
        "Praxislabor Süd",
        laboratory=LAB,
        profile="us",
        decimal_comma=True,
        aliases={"hb-fe": "ferritin"},
        units={"MMOLL": "mmol/L"},
    )
    return senders.add(engine, setup, SYSTEM)


@pytest.fixture
def sent_by(own, known):
    return Client(own, issue(own, sender=known.id))


def row(value="9,5"):
    return {"name": "Hb-Fe", "value": value, "unit": "ug/L"}


def test_codes_comma_profile_and_laboratory_are_the_senders(sent_by):
    answer = sent_by.post(panel(row()))

    assert answer.status_code == 201, answer.text
    (result,) = answer.json["results"]
    assert result["analyte"] == "ferritin"
    assert result["as_reported"]["value"] == "9,5"
    assert answer.json["catalogue"]["profile"] == "us"
    assert LAB in sent_by.get(f"{answer.location}/report.html").text


def test_a_unit_in_the_senders_own_spelling_is_what_it_was_set_up_to_mean(sent_by):
    potassium = {"analyte": "potassium", "value": "6,9", "unit": "MMOLL"}
    answer = sent_by.post(panel(potassium | {"interval": "3,5-5,3 MMOLL"}))

    (result,) = answer.json["results"]
    reported = result["as_reported"]
    assert (reported["value"], reported["unit"]) == ("6,9", "mmol/L")
    interval = result["judgements"]["interval"]
    assert interval["origin"] == "laboratory"
    assert interval["limits"]["at_most"] == "5.3"
    page = sent_by.get(f"{answer.location}/report.html").text
    assert "6,9 mmol/L" in page
    assert page.count("MMOLL") == page.count("3,5-5,3 MMOLL</bdi>")  # word for word


def test_a_spelling_helps_no_test_that_does_not_have_the_unit(sent_by):
    ferritin = {"analyte": "ferritin", "value": "9", "unit": "MMOLL"}

    assert sent_by.codes(panel(ferritin)) == {"/results/0/unit": "unit_not_allowed"}


def test_a_spelling_counts_as_it_was_set_up_case_and_all(sent_by):
    potassium = {"analyte": "potassium", "value": "4", "unit": "mmoll"}

    assert sent_by.codes(panel(potassium)) == {"/results/0/unit": "unit_not_allowed"}


def test_what_the_panel_says_itself_goes_before(sent_by):
    answer = sent_by.post(panel(row(), profile="uk", laboratory="Elsewhere"))

    assert answer.json["catalogue"]["profile"] == "uk"
    assert LAB not in sent_by.get(f"{answer.location}/report.html").text


@pytest.mark.usefixtures("known")
def test_another_key_knows_nothing_of_it(own_lab):
    (result,) = own_lab.post(panel(row("9.5"))).json["results"]

    assert result["reason"] == "analyte_not_supported"


def test_a_change_counts_from_the_next_panel_on(own, known, sent_by):
    engine = own.extensions["plainlab"].engine
    senders.change(engine, known, replace(known.setup, decimal_comma=False), SYSTEM)

    assert sent_by.codes(panel(row())) == {"/results/0/value": "decimal_comma"}


def test_all_keys_of_a_sender_are_one_feed_by_its_name(own, known, sent_by):
    other = Client(own, issue(own, sender=known.id))
    for client in (sent_by, other):
        client.post(panel(row()))

    engine = own.extensions["plainlab"].engine
    with engine.connect() as connection:
        whose = connection.exec_driver_sql("SELECT sender FROM measurement").scalars()
        assert set(whose) == {f"sender:{known.id}"}
    assert feeds.sender_names(engine)[f"sender:{known.id}"] == "Praxislabor Süd"

"""The rules of alarm for Prometheus: what they watch is told, and they fire."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from service import cli
from service.access.keys import Scope
from service.webhooks.courier import Courier
from tests.api.conftest import Client, issue, panel

DOCS = Path(__file__).parents[2] / "docs"
RULES = [
    rule
    for group in yaml.safe_load((DOCS / "examples/alarms.yml").read_text())["groups"]
    for rule in group["rules"]
]
OF_PROMETHEUS = {"up", "probe_success"}
CRITICAL = {"analyte": "potassium", "value": "7.1", "unit": "mmol/L"}
LIMIT = re.compile(r"(\w+) > (\d+)")


@pytest.fixture
def read(own):
    """All samples without labels, by name."""
    operator = Client(own, issue(own, Scope.METRICS))

    def scrape():
        lines = operator.get("/metrics").text.splitlines()
        found = re.findall(r"^(\w+) (\S+)$", "\n".join(lines), re.MULTILINE)
        return {name: float(number) for name, number in found}

    return scrape


def firing(samples):
    limits = {rule["alert"]: LIMIT.fullmatch(rule["expr"]) for rule in RULES}
    return {
        name
        for name, limit in limits.items()
        if limit and samples[limit[1]] > float(limit[2])
    }


def test_every_metric_of_a_rule_is_one_that_is_told(read):
    told = set(read())

    for rule in RULES:
        plain = re.sub(r"\{.*?\}", "", rule["expr"])
        metrics = set(re.findall(r"[a-z]\w+", plain)) - {"or", "absent"}
        assert metrics, rule
        assert metrics <= told | OF_PROMETHEUS, rule


def test_an_escalated_critical_fires_its_alarm(own, own_lab, read, clock):
    quiet = firing(read())
    own_lab.post(panel(CRITICAL))
    clock.now += timedelta(minutes=61)
    engine = own.extensions["plainlab"].engine
    Courier(engine, "secret", (), timedelta(minutes=60), clock).look()

    assert quiet == set()
    assert firing(read()) == {"PlainlabCriticalEscalated"}


def test_a_critical_that_waits_fires_though_nothing_escalates(own_lab, read, clock):
    own_lab.post(panel(CRITICAL))
    clock.now += timedelta(minutes=121)

    assert firing(read()) == {"PlainlabCriticalWaits"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_each_alarm_says_whom_to_tell_and_what_to_do(rule):
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"]
    commands = re.findall(r"plainlab (\w+) (\w+)", rule["annotations"]["action"])
    for room, word in commands:
        assert word in cli.plainlab.get_command(None, room).commands


def test_the_alarms_of_the_documentation_are_rules():
    text = (DOCS / "watching.md").read_text("utf-8")
    named = set(re.findall(r"`(plainlab_\w+ > \d+)`", text))

    assert named == {one["expr"] for one in RULES if LIMIT.fullmatch(one["expr"])}

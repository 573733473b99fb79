"""Metrics: in the words of Prometheus, true of all workers, and about nobody."""

import re
from datetime import timedelta

import pytest

from service.access.keys import Scope
from service.measuring import Measured, Metric, exposition
from service.webhooks import hooks
from service.webhooks.courier import Courier
from tests.api.conftest import SYSTEM, Client, issue, panel

SAMPLE = re.compile(r'[a-z_]+(\{([a-z]+="(\\.|[^"\\\n])*",?)+\})? (\d+(\.\d+)?|\+Inf)')
CRITICAL = {"analyte": "potassium", "value": "7.1", "unit": "mmol/L"}
CANARY = "Canaryann"


@pytest.fixture
def operator(own):
    return Client(own, issue(own, Scope.METRICS))


@pytest.fixture
def read(operator):
    """All samples, by name with labels."""

    def scrape():
        lines = operator.get("/metrics").text.splitlines()
        pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
        return {name: float(number) for name, number in pairs}

    return scrape


def test_every_line_is_of_the_text_format(own_lab, operator, document):
    own_lab.post(document)
    own_lab.post({})

    answer = operator.get("/metrics")

    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.text.splitlines()
    kinds = dict(
        re.findall(
            r"^# TYPE (\w+) (counter|gauge|histogram)$", answer.text, re.MULTILINE
        )
    )
    told = [line for line in lines if not line.startswith("# ")]
    assert [line for line in told if not SAMPLE.fullmatch(line)] == []
    names = {
        re.sub(r"_(bucket|sum|count)$", "", re.split(r"[{ ]", one)[0]) for one in told
    }
    assert names <= set(kinds)
    assert answer.text.endswith("\n")


def test_what_is_true_of_the_service_is_read_from_the_store(own, own_lab, read, clock):
    engine = own.extensions["plainlab"].engine
    hooks.add(engine, "https://a.example/", ["interpretation.critical"], SYSTEM)
    own_lab.post(panel({"analyte": "sodium", "value": "140", "unit": "mmol/L"}))
    own_lab.post(panel(CRITICAL))
    clock.now += timedelta(minutes=61)

    found = read()

    assert found["plainlab_interpretations_total"] == 2
    assert found["plainlab_critical_unacknowledged"] == 1
    assert found["plainlab_critical_oldest_seconds"] == 3660
    assert found["plainlab_critical_escalated"] == 0
    assert found["plainlab_webhooks_waiting"] == 1
    assert found["plainlab_webhooks_oldest_seconds"] == 3660
    assert (found["plainlab_webhooks_dead"], found["plainlab_feeds_held"]) == (0, 0)
    assert found["plainlab_identities_held"] == 0


def test_a_critical_result_that_nobody_reviews_changes_its_state(
    own, own_lab, read, clock
):
    made = own_lab.post(panel(CRITICAL), Idempotency_Key="once")
    services = own.extensions["plainlab"]
    courier = Courier(services.engine, "", (), services.settings.escalate_after, clock)
    clock.now += timedelta(minutes=60)
    courier.look()

    assert own_lab.get(made.location).json["status"] == "escalated"
    assert read()["plainlab_critical_escalated"] == 1
    again = own_lab.post(panel(CRITICAL), Idempotency_Key="once")
    assert again.json["status"] == "unreviewed"


def test_a_worker_counts_what_it_answered_by_route_and_code(own_lab, read):
    own_lab.post(panel(CRITICAL))
    own_lab.post({})
    own_lab.get(f"/v1/interpretations/{CANARY}")
    own_lab.plain.open("/healthz", method=CANARY.upper())

    found = read()

    def count(name, **labels):
        wanted = [f'{key}="{text}"' for key, text in labels.items()]
        return sum(
            number
            for one, number in found.items()
            if one.startswith(name) and all(part in one for part in wanted)
        )

    route = "/v1/interpretations"
    requests = "plainlab_requests_total"
    assert count(requests, route=route, method="POST", status=201) == 1
    assert count(requests, route=route, method="POST", status=422) == 1
    assert count(requests, method="other") == 1
    assert count("plainlab_refusals_total", code="not_found") == 1
    assert count("plainlab_request_seconds_count", route=route) == 2
    assert count("plainlab_request_seconds_bucket", route=route, le="+Inf") == 2
    assert all("worker=" in one for one in found if one.startswith(requests))
    assert CANARY.lower() not in str(found).lower()


@pytest.mark.parametrize("scope", [one for one in Scope if one is not Scope.METRICS])
def test_metrics_are_for_who_runs_the_service(own, scope):
    answer = Client(own, issue(own, scope)).get("/metrics")

    assert answer.status_code == 403


def test_buckets_hold_everything_that_was_as_fast():
    measured = Measured()
    for seconds in (0.01, 0.2, 9.0):
        measured.note("GET", "/a", 200, seconds)

    text = exposition(measured.metrics())

    counts = re.findall(r'le="([^"]+)"\} (\d+)', text)
    assert counts == [
        ("0.05", "1"),
        ("0.1", "1"),
        ("0.25", "2"),
        ("0.5", "2"),
        ("1.0", "2"),
        ("2.5", "2"),
        ("+Inf", "3"),
    ]


def test_a_label_cannot_break_out_of_its_quotes():
    odd = Metric("a", "gauge", "b", (("", (("c", 'x"\\\ny'),), 1),))

    assert exposition((odd,)).splitlines()[2] == r'a{c="x\"\\\ny"} 1'

"""What a correction takes the place of, and what it must leave standing."""

from dataclasses import replace

import pytest

from reference_ranges.panel import WITHDRAWN, ObservationStatus, Reason
from reference_ranges.results import Urgency
from service.correcting import of_one_specimen
from service.reporting import ReportOptions, report_html
from service.store.interpretations import versions
from tests.hl7.conftest import ORDER, PATIENT, Engine, obx, oru, panel, sender_key


@pytest.fixture
def own(hl7_app):
    """An engine of a sender of its own."""
    return Engine(hl7_app, sender_key(hl7_app))


class Sent:
    """What a sender's messages, one after the other, were kept as."""

    def __init__(self, own, *bodies):
        self.acks = [own.ack(body) for body in bodies]
        self.stored = [own.stored(ack) for ack in self.acks]
        database = own.app.extensions["plainlab"].engine
        (first, *_) = self.acks[0].ids
        self.versions = versions(database, first)

    @property
    def last(self):
        (found,) = self.stored[-1]
        return found

    @property
    def values(self):
        return [one.value_text for one in self.last.submission.panel.observations]

    @property
    def warned(self):
        return [code for _, _, code in self.acks[-1].told("W")]


def potassium(*results, control="M-2"):
    """A message with potassium as often as there are (sub-id, value, status)."""
    rows = [
        obx(value, f4=sub, f11=status, number=number)
        for number, (sub, value, status) in enumerate(results, 1)
    ]
    return panel(*rows, control=control)


# --- one test, several results --------------------------------------------------------


def test_a_correction_of_one_of_two_results_leaves_the_other_standing(own):
    first = potassium(("1", "6.8", "F"), ("2", "4.1", "F"), control="M-1")

    sent = Sent(own, first, potassium(("2", "4.2", "C")))

    assert sent.values == ["6.8", "4.2"]
    assert sent.last.interpretation.urgency is Urgency.EMERGENCY
    assert sent.warned == ["not_repeated"]


@pytest.mark.parametrize(
    ("before", "new", "values"),
    [
        # nothing says which of the two is meant
        ((("", "6.8"), ("", "4.1")), ("", "4.2", "C"), ["6.8", "4.1", "4.2"]),
        ((("1", "6.8"), ("2", "4.1")), ("", "4.2", "C"), ["6.8", "4.1", "4.2"]),
        ((("1", "6.8"), ("2", "4.1")), ("3", "4.2", "C"), ["6.8", "4.1", "4.2"]),
        ((("1", "6.8"),), ("2", "4.2", "C"), ["6.8", "4.2"]),
        ((("", "6.8"),), ("2", "4.2", "C"), ["6.8", "4.2"]),
        ((("1", "6.8"), ("1", "4.1")), ("1", "4.2", "C"), ["6.8", "4.1", "4.2"]),
        ((("", "6.8"), ("", "4.1")), ("", "", "D"), ["6.8", "4.1", ""]),
    ],
)
def test_what_cannot_be_paired_with_certainty_stays_beside_the_new(
    own, before, new, values
):
    first = potassium(*((*one, "F") for one in before), control="M-1")

    sent = Sent(own, first, potassium(new))

    assert sent.values == values
    assert sent.warned == ["not_paired"]
    assert sent.last.interpretation.urgency is Urgency.EMERGENCY


def test_what_came_again_as_it_was_tells_which_the_other_is(own):
    first = potassium(("", "6.8", "F"), ("", "4.1", "F"), control="M-1")

    sent = Sent(own, first, potassium(("", "6.8", "F"), ("", "4.2", "C")))

    assert sent.values == ["6.8", "4.2"]
    assert sent.warned == []


def test_a_result_under_another_code_of_the_same_test_is_another_result(own):
    first = panel(obx("6.8"), obx("4.1", code="6298-4^^LN", number=2))

    sent = Sent(own, first, panel(obx("4.2", code="6298-4^^LN", f11="C"), control="2"))

    assert sent.values == ["6.8", "4.2"]


def test_a_repeat_of_a_preliminary_result_settles_that_one_only(own):
    first = potassium(("1", "6.8", "P"), ("2", "4.1", "P"), control="M-1")

    sent = Sent(own, first, potassium(("2", "4.2", "F")))

    assert sent.values == ["6.8", "4.2"]
    assert len(sent.versions) == 2


def test_another_result_of_a_preliminary_test_does_not_settle_it(own):
    first = potassium(("1", "6.8", "P"), control="M-1")

    assert len(Sent(own, first, potassium(("2", "4.2", "F"))).versions) == 1


# --- a final result that comes late ---------------------------------------------------


@pytest.mark.parametrize("status", ["C", "A", "D", "W"])
def test_a_final_result_after_its_correction_stands_beside_it_in_one_report(
    own, status
):
    first = potassium(("", "4.1", status), control="M-1")

    sent = Sent(own, first, potassium(("", "6.8", "F")))

    assert len(sent.versions) == 2
    assert sent.values == ["4.1", "6.8"]
    assert sent.last.interpretation.urgency is Urgency.EMERGENCY
    assert sent.warned == ["not_paired", "earlier_unknown"]


@pytest.mark.parametrize("status", ["D", "W"])
def test_a_final_result_does_not_undo_its_withdrawal_though_it_says_the_same(
    own, status
):
    first = potassium(("", "4.1", "F"), control="M-1")
    taken_back = potassium(("", "4.1", status), control="M-2")

    sent = Sent(own, first, taken_back, potassium(("", "4.1", "F"), control="M-3"))

    seen = sent.last.submission.panel.observations
    assert seen[0].status in WITHDRAWN
    assert seen[1].status is ObservationStatus.FINAL
    assert seen[0].refusal is Reason.STATUS_NOT_USABLE
    assert sent.warned == ["not_paired"]


def test_a_correction_of_a_correction_takes_its_place(own):
    first = potassium(("", "4.2", "F"), control="M-1")
    bodies = [potassium(("", v, "C"), control=v) for v in ("4.3", "4.4")]

    sent = Sent(own, first, *bodies)

    assert (sent.values, sent.warned) == (["4.4"], [])


# --- which order, which specimen ------------------------------------------------------


def order(value, status, numbers="P-1|F-1", *, spm="", **more):
    """A message with potassium under these placer's and filler's numbers."""
    told = {"hour": "08", "control": "M-1"} | more
    head = f"OBR|1|{numbers}|U|||20261120{told['hour']}4000+0000"
    specimens = [f"SPM|1|{spm}||SER"] if spm else []
    rows = obx(value, f11=status), *specimens
    return oru(PATIENT, head, *rows, control=told["control"])


def last_order(*args, **more):
    return order(*args, **more, control="M-2")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # another order of the filler, of one placer's number
        (order("6.8", "F"), last_order("4.1", "C", "P-1|F-2", hour="09")),
        (order("6.8", "F"), last_order("4.1", "C", "P-1|F-2")),
        (order("6.8", "P"), last_order("4.1", "F", "P-1|F-2")),
        # another specimen of one order
        (order("6.8", "F", spm="S-1"), last_order("4.1", "C", spm="S-2")),
        (order("6.8", "P", spm="S-1"), last_order("4.1", "F", spm="S-2")),
        (order("6.8", "F", "P-1|", spm="S-1"), last_order("4.1", "C", "P-1|", spm="2")),
    ],
)
def test_another_order_or_specimen_takes_the_place_of_nothing(own, first, second):
    sent = Sent(own, first, second)

    assert len(sent.versions) == 1
    assert sent.last.supersedes == ""


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (order("6.8", "F", "|F-1"), last_order("4.1", "C", "P-9|F-1")),
        (order("6.8", "F", "P-1|"), last_order("4.1", "C", "P-1|")),
        (order("6.8", "F", spm="S-1"), last_order("4.1", "C", spm="S-1")),
        (order("6.8", "F"), last_order("4.1", "C", spm="S-1")),
        (order("6.8", "F", spm="S-1"), last_order("4.1", "C")),
        (order("6.8", "F"), last_order("4.1", "C", hour="09")),
    ],
)
def test_a_correction_finds_its_order_by_the_filler_or_else_the_placer(
    own, first, second
):
    assert len(Sent(own, first, second).versions) == 2


def test_of_several_reports_of_an_order_the_one_of_that_collection_is_meant(own):
    first = order("6.8", "F", hour="08")
    second = order("4.1", "F", hour="09", control="9")

    sent = Sent(own, first, second, last_order("6.7", "C", hour="08"))

    assert sent.last.supersedes == sent.acks[0].ids[0]


def test_of_several_reports_of_an_order_the_one_with_that_test_is_meant(own):
    sodium = oru(PATIENT, ORDER, obx("140", code="2951-2^^LN"), control="9")

    sent = Sent(own, order("6.8", "F"), sodium, last_order("6.7", "C"))

    assert sent.last.supersedes == sent.acks[0].ids[0]


def test_where_it_is_not_certain_which_report_is_meant_none_is_replaced(own):
    first = order("6.8", "F", hour="07")
    second = order("4.1", "F", hour="08", control="9")

    sent = Sent(own, first, second, last_order("4.2", "C", hour="09"))

    assert sent.last.supersedes == ""
    assert sent.warned == ["not_paired"]


# --- within one message ---------------------------------------------------------------


@pytest.mark.parametrize("later", [("C", "4.1"), ("A", "4.1"), ("D", "6.8"), ("W", "")])
def test_what_a_message_corrects_in_itself_is_kept_and_not_judged(own, later):
    status, value = later

    sent = Sent(own, potassium(("", "6.8", "F"), ("", value, status)))

    first, second = sent.last.submission.panel.observations
    assert (first.value_text, first.refusal) == ("6.8", Reason.STATUS_NOT_USABLE)
    assert first.status is ObservationStatus.ENTERED_IN_ERROR
    assert (second.refusal is None) is (status in "CA")
    assert sent.last.interpretation.urgency < Urgency.EMERGENCY
    assert sent.acks[0].code == "AA"
    assert sent.acks[0].told("I")[0] == ("OBX^1^3", "103", "status_not_usable")
    assert sent.warned == []


@pytest.mark.parametrize(
    "results",
    [
        (("", "4.1", "C"), ("", "6.8", "F")),
        (("", "6.8", "F"), ("", "4.0", "F"), ("", "4.1", "C")),
        (("", "6.8", "F"), ("", "4.1", "D"), ("", "4.1", "F")),
    ],
)
def test_where_the_order_makes_it_unsure_all_of_a_message_stand(own, results):
    sent = Sent(own, potassium(*results))

    seen = sent.last.submission.panel.observations
    assert [one.value_text for one in seen] == [value for _, value, _ in results]
    assert sent.last.interpretation.urgency is Urgency.EMERGENCY
    assert sent.warned == ["not_paired"]


@pytest.mark.parametrize(
    ("results", "warned"),
    [
        ((("1", "6.8", "F"), ("2", "4.1", "C")), ["earlier_unknown"]),
        ((("", "6.8", "F"), ("", "4.1", "F")), []),
        ((("", "6.8", "P"), ("", "4.1", "X")), []),
        ((("", "6.8", "C"), ("", "4.1", "C")), ["earlier_unknown"]),
    ],
)
def test_what_corrects_nothing_in_its_message_leaves_all_of_it_as_it_was(
    own, results, warned
):
    sent = Sent(own, potassium(*results))

    seen = sent.last.submission.panel.observations
    assert seen[0].reading is not None
    assert sent.warned == warned


def test_what_was_withdrawn_beside_its_successor_makes_nothing_doubtful(own):
    first = potassium(("", "6.5", "F"), control="M-1")
    second = potassium(("", "6.8", "F"), ("", "4.1", "C"))

    sent = Sent(own, first, second, potassium(("", "4.2", "C"), control="M-3"))

    values = [
        [one.value_text for one in stored[0].submission.panel.observations]
        for stored in sent.stored
    ]
    assert values == [["6.5"], ["4.1", "6.8"], ["4.2", "6.8"]]
    assert "not_paired" not in str([ack.errors for ack in sent.acks])


def test_what_is_no_test_of_ours_stays_so_when_it_is_withdrawn(own):
    body = panel(
        obx("a", code="1-8^^LN", kind="ST"),
        obx("b", code="1-8^^LN", kind="ST", number=2, f11="C"),
    )

    (first, _) = Sent(own, body).last.submission.panel.observations

    assert first.refusal is Reason.ANALYTE_NOT_SUPPORTED
    assert first.status is ObservationStatus.ENTERED_IN_ERROR


def test_the_page_tells_what_was_changed_and_nothing_that_was_not(own):
    first = potassium(("1", "6.8", "F"), ("2", "4.1", "F"), control="M-1")

    sent = Sent(own, first, potassium(("2", "4.2", "C")))

    address = f"/v1/interpretations/{sent.last.id}/report.html"
    page = own.client.get(address, headers=own.headers).text
    assert "it was 4.1 mmol/L. It is now 4.2 mmol/L." in page
    assert "it was 6.8" not in page


# --- which order, where it is not told by the filler's number -----------------------


def ordered(value, placer="", filler="", status="F", **more):
    """A message with potassium in an order of those numbers, of that OBR-25."""
    control, result = more.pop("control"), more.pop("result", "")
    fields = {2: placer, 3: filler, 4: "U", 7: "20261120084000+0000", 25: status}
    fields |= {int(name[1:]): text for name, text in more.items()}
    order = "|".join(["OBR", "1", *(fields.get(n, "") for n in range(2, 26))])
    row = obx(value, f11=result or status, number=1)
    return oru(PATIENT, order, row, control=control)


EARLIER = "corrects or takes back an earlier result"


def on_the_page(own, stored):
    with own.app.test_request_context():
        app = own.app.extensions["plainlab"]
        return report_html(app, stored, ReportOptions())


@pytest.mark.parametrize("placer", ["", "P-9"])
def test_a_correction_of_an_order_that_is_not_found_says_so_everywhere(own, placer):
    sent = Sent(own, ordered("4.2", placer, status="C", control=f"LOST-{placer}"))

    assert sent.warned == ["earlier_unknown"]
    assert (sent.acks[-1].code, sent.last.version) == ("AA", 1)
    assert EARLIER in on_the_page(own, sent.last)


def test_a_correction_without_any_number_stands_beside_and_says_so(own):
    first = ordered("6.8", "P-1", "F-1", control="NONE-1")
    sent = Sent(own, first, ordered("4.2", status="C", control="NONE-2"))

    assert len(sent.versions) == 1
    assert sent.warned == ["earlier_unknown"]
    assert EARLIER not in on_the_page(own, sent.stored[0][0])
    assert EARLIER in on_the_page(own, sent.last)


@pytest.mark.parametrize(
    ("first", "second"),
    [(("P-2", "F-2"), ("P-2", "")), (("P-3", ""), ("P-3", "F-3"))],
    ids=["no filler any more", "no filler at first"],
)
def test_the_placers_number_tells_the_order_where_one_report_alone_fits(
    own, first, second
):
    name = first[0]
    sent = Sent(
        own,
        ordered("6.8", *first, control=f"{name}-1"),
        ordered("4.2", *second, status="C", control=f"{name}-2"),
    )

    assert (sent.values, len(sent.versions), sent.warned) == (["4.2"], 2, [])
    assert EARLIER not in on_the_page(own, sent.last)


@pytest.mark.parametrize(
    "change",
    [
        {"f7": ""},
        {"f7": "20261121084000+0000"},
    ],
    ids=["collection not told", "another collection"],
)
def test_the_placers_number_alone_replaces_nothing_where_it_is_not_certain(own, change):
    sent = Sent(
        own,
        ordered("6.8", "P-4", "F-4", control="SURE-1", **change),
        ordered("4.2", "P-4", status="C", control="SURE-2", **(
            change if not change["f7"] else {}
        )),
    )  # fmt: skip

    assert (len(sent.versions), sent.warned) == (1, ["earlier_unknown"])


def test_one_placers_number_of_two_orders_with_the_test_replaces_neither(own):
    sent = Sent(
        own,
        ordered("6.8", "P-5", "F-51", control="TWO-1"),
        ordered("4.1", "P-5", "F-52", control="TWO-2"),
        ordered("4.2", "P-5", status="C", control="TWO-3"),
    )

    assert (sent.values, sent.warned) == (["4.2"], ["earlier_unknown"])
    assert [one.version for (one,) in sent.stored] == [1, 1, 1]


def test_an_order_that_is_said_to_be_corrected_takes_the_place_of_the_first(own):
    sent = Sent(
        own,
        ordered("6.8", "P-6", "F-6", control="OBR-1"),
        ordered("4.2", "P-6", "F-6", status="C", result="F", control="OBR-2"),
    )

    assert (sent.values, len(sent.versions)) == (["4.2"], 2)


def test_a_trial_that_corrects_does_not_alarm_anyone(own):
    trial = ordered("4.2", status="C", control="TRIAL").replace(
        b"|P|2.5.1", b"|T|2.5.1"
    )
    sent = Sent(own, trial)

    assert sent.warned == []
    assert EARLIER not in on_the_page(own, sent.last)


# --- the commonest form of a correction: what was wrong, then what is right ----------


@pytest.mark.parametrize(
    "results",
    [
        (("", "6.8", "W"), ("", "4.1", "C")),
        (("", "4.1", "C"), ("", "6.8", "D")),
        (("", "6.8", "W"), ("", "4.1", "W")),
    ],
)
def test_what_was_wrong_beside_what_is_right_corrects_an_earlier_report(own, results):
    sent = Sent(own, potassium(*results))

    assert sent.warned == ["earlier_unknown"]
    assert EARLIER in on_the_page(own, sent.last)


@pytest.mark.parametrize("results", [("WC", "6.8", "4.1"), ("FC", "6.8", "4.1")])
def test_a_correction_of_an_order_that_is_known_and_not_paired_says_so(own, results):
    statuses, *values = results
    rows = [
        obx(value, f11=status, number=n)
        for n, (status, value) in enumerate(zip(statuses, values, strict=True), 1)
    ]
    elsewhere = ORDER.replace("20261120084000", "20261120094000")
    later = ORDER.replace("20261120084000", "20261120104000")
    sent = Sent(
        own,
        panel(obx("6.8"), control="M-1"),
        oru(PATIENT, elsewhere, obx("6.8"), control="M-2"),
        oru(PATIENT, later, *rows, control="M-3"),
    )

    assert (len(sent.versions), sent.warned) == (1, ["not_paired"])


# --- an order that is cancelled after its report --------------------------------------


@pytest.mark.parametrize("first", ["F", "P", "C"])
def test_a_cancelled_order_takes_its_report_back(own, first):
    sent = Sent(
        own,
        ordered("6.8", "P-7", "F-7", status=first, result=first, control="X-1"),
        ordered("6.8", "P-7", "F-7", status="X", result="F", control="X-2"),
    )

    (seen,) = sent.last.submission.panel.observations
    assert (seen.status, len(sent.versions)) == (ObservationStatus.CANCELLED, 2)
    assert sent.last.interpretation.urgency < Urgency.EMERGENCY


def test_a_cancelled_order_hides_no_correction_that_it_does_not_repeat(own):
    first = ordered("6.8", "P-11", "F-11", "C", control="X-4")
    cancelled = ordered("", "P-11", "F-11", status="X", control="X-5")

    sent = Sent(own, first, cancelled)

    assert sent.values == ["6.8", ""]
    assert "not_paired" in sent.warned


def test_a_cancelled_order_whose_report_is_not_found_says_so(own):
    sent = Sent(own, ordered("6.8", "P-8", "F-8", status="X", control="X-3"))

    assert sent.warned == ["earlier_unknown"]
    assert EARLIER in on_the_page(own, sent.last)


# --- what is said once holds for every version ----------------------------------------


@pytest.mark.parametrize("next_status", ["C", "F"])
def test_a_report_that_may_stand_beside_is_told_of_in_every_version(own, next_status):
    sent = Sent(
        own,
        ordered("4.2", "", "F-9", "C", result="C", control="V-1"),
        ordered("4.3", "", "F-9", "", result=next_status, control="V-2"),
    )

    assert sent.last.version == 2
    assert "earlier_unknown" in sent.warned
    assert EARLIER in on_the_page(own, sent.last)


# --- numbers of the placer are no numbers of the filler -------------------------------


@pytest.mark.parametrize("placer", ["", "100"])
def test_a_fillers_number_is_no_placers(own, placer):
    sent = Sent(
        own,
        ordered("6.8", placer, "100", control="N-1"),
        ordered("4.2", "100", "200", status="C", control="N-2"),
    )

    assert (len(sent.versions), sent.warned) == (1, ["earlier_unknown"])


@pytest.mark.parametrize("kind", ["placer", "placer-only"])
def test_no_number_that_is_sent_is_one_of_our_own_names(own, kind):
    sent = Sent(
        own,
        ordered("6.8", "", rf"\.br\{kind} 300", control="N-3"),
        ordered("4.2", "300", "" if kind == "placer" else "400", "C", control="N-4"),
    )

    assert (len(sent.versions), sent.warned) == (1, ["earlier_unknown"])


# --- what had no value ----------------------------------------------------------------


def waiting(*results):
    """A first message: potassium without a value yet beside *results*."""
    return potassium(("", "", "P"), *results, control="M-1")


@pytest.mark.parametrize("final", ["5.0", "5.1"])
def test_the_final_result_settles_the_empty_line_whatever_it_says(own, final):
    sent = Sent(own, waiting(("", "5.0", "P")), potassium(("", final, "F")))

    assert (sent.values, sent.warned) == ([final], [])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([("", "5.0", "P")], [("", "5.0", "P")]),
        ([("", "5.0", "P"), ("", "6.8", "P")], [("", "5.0", "F")]),
        ([("", "5.0", "P")], [("", "5.0", "F"), ("", "6.8", "F")]),
    ],
    ids=["as it was", "another waits", "another came"],
)
def test_an_empty_line_stays_while_it_may_be_of_another_result(own, before, after):
    assert "" in Sent(own, waiting(*before), potassium(*after)).values


def test_the_end_of_one_empty_line_is_not_that_of_another(own):
    again = potassium(("", "", "F"), ("", "5.0", "P"))

    sent = Sent(own, waiting(("", "", "P"), ("", "5.0", "P")), again)

    assert sorted(sent.values) == ["", "", "5.0"]


# --- what was stored before days were -------------------------------------------------


@pytest.mark.parametrize("day", ["20261120", "20261121"])
def test_a_report_of_a_time_when_no_day_was_kept_is_of_any_day(read, day):
    head = "OBR|1|P-1|F-1|U|||20261120"
    earlier, later = (
        read(oru(PATIENT, text, obx("4.2"))).panels[0].submission
        for text in (head, head.replace("20261120", day))
    )

    assert of_one_specimen(later, replace(earlier, collected_on=None))
    assert of_one_specimen(later, earlier) is (day == "20261120")


def test_the_placers_number_alone_finds_no_report_whose_day_is_not_told(own):
    sent = Sent(
        own,
        ordered("6.8", "P-10", "F-10", control="D-1", f7=""),
        ordered("4.2", "P-10", status="C", control="D-2", f7="20261120"),
    )

    assert (len(sent.versions), sent.warned) == (
        1,
        ["time_not_exact", "earlier_unknown"],
    )

"""A reader can work out every class again with a pencil, from the explanation alone.

What is read here is the answer of the explain address; nothing of the service but the
grammar of a number is used to do the sums.
"""

import ast
import json
from fractions import Fraction
from functools import cache
from itertools import pairwise

import pytest

from reference_ranges.readings import parse_reading
from reports.wording import load_wording
from reports.working.statements import statements
from service.api.schemas import StatementSchema
from tests.long import SHORT
from tests.reports.panels import random_interpretation

SEEDS = range(100 if SHORT else 300)


CRITICAL = {"critical_low": "critical low", "critical_high": "critical high"}
PLAIN = {
    "in": "in_range",
    "low": "out_of_range low",
    "high": "out_of_range high",
    "grey": "indeterminate grey_zone",
}
FLAGS = {
    "N": (0, None),
    "L": (1, "low"),
    "H": (1, "high"),
    "LL": (2, "low"),
    "HH": (2, "high"),
}
LEVELS = {"in_range": 0, "out_of_range": 1, "critical": 2}


@cache
def explained(seed):
    """The statements as they are answered: JSON and nothing else."""
    found = statements(random_interpretation(seed), load_wording("en-GB"))
    answered = json.loads(json.dumps(StatementSchema(many=True).dump(list(found))))
    return {one["about"]: one for one in answered}


def given(statement):
    return {one["name"]: one["text"] for one in statement["inputs"]}


# ---- one limit ---------------------------------------------------------------------


def ends_of(text, factor):
    """Give low, whether it belongs, high (None: no end), whether it belongs."""
    reading = parse_reading(text)
    number, sign = Fraction(reading.number) * Fraction(factor), reading.comparator
    if sign == "=":
        return number, True, number, True
    if sign in {"<", "<="}:
        return Fraction(0), True, number, sign == "<="
    return number, sign == ">=", None, False


def side_of(text, factor, limit):
    low, low_in, high, high_in = ends_of(text, factor)
    at_least, above, at_most, below = (
        None if limit[name] is None else Fraction(limit[name])
        for name in ("at_least", "above", "at_most", "below")
    )
    short = at_least is not None and high is not None
    if short and (high < at_least or (high == at_least and not high_in)):
        return "below"
    if above is not None and high is not None and high <= above:
        return "below"
    if at_most is not None and (low > at_most or (low == at_most and not low_in)):
        return "above"
    if below is not None and low >= below:
        return "above"
    starts = (at_least is None or low >= at_least) and (
        above is None or low > above or (low == above and not low_in)
    )
    ends = (at_most is None or (high is not None and high <= at_most)) and (
        below is None
        or (high is not None and (high < below or (high == below and not high_in)))
    )
    return "inside" if starts and ends else "straddles"


def verdict_of(judgement):
    """Work out a verdict from the numbers, and hold the stated one against it."""
    kind, _, stated = judgement["statement"].partition(": ")
    inputs = given(judgement)
    side = side_of(inputs["value"], judgement["factor"], judgement["limit"])
    if inputs["missing"] not in {"", "straddles_limit"}:
        return stated  # it takes a fact of the patient, which no sum can give
    if kind == "interval":
        sides = {"below": "low", "inside": "in", "above": "high"}
        return sides.get(side, "cannot_tell")
    assert side == "inside" or stated == "cannot_tell"
    return stated


# ---- one result --------------------------------------------------------------------


def kind_of(judgement):
    return judgement["statement"].partition(":")[0]


def class_of(at, nodes):
    steps = [one for about, one in nodes.items() if about.startswith(f"{at}/trace/")]
    judged = {
        about: one
        for about, one in nodes.items()
        if about.startswith(f"{at}/judgements/") and not about.endswith("set_aside")
    }
    (leads,) = [one for one in steps if one["rule"].split(":")[0] == "leads"]
    sent = given(nodes[at]).get("value", "")
    found = decided(leads, judged) if given(leads) else held(sent, steps, leads)
    return flagged(found, steps, nodes[at])


def decided(leads, judged):
    because = given(leads)
    weighed = [
        (kind_of(one), one["rule"], verdict_of(one), int(given(one)["severity"]))
        for one in judged.values()
        if kind_of(one) != "condition_target"
    ]
    ours = [one for one in weighed if one[0] != "critical"]
    critical = next((one[2] for one in weighed if one[0] == "critical"), None)
    leading = next((one for one in ours if row(one) == because["first"]), None)
    order = because["order"].split(", ")
    assert leading is None or leading[0] in order
    for one in ours:
        graver = leading is None or (one[3] > leading[3] and one[2] != leading[2])
        if graver and one[3] >= int(because["take_over_severity"]):
            leading = one
    if critical in CRITICAL:
        return CRITICAL[critical]
    if leading is None:
        return "not_interpreted no_limit"
    if leading[2] == "cannot_tell":
        return f"indeterminate {reason_of(leading, judged)}"
    if leading[2] == "in" and critical == "cannot_tell":
        untold = next(one for one in weighed if one[0] == "critical")
        return f"indeterminate {reason_of(untold, judged)}"
    return PLAIN[leading[2]]


def row(weighed):
    kind, rule, verdict, severity = weighed
    return f"{kind} {rule}: {verdict}, severity {severity}"


def reason_of(weighed, judged):
    (one,) = [
        one
        for one in judged.values()
        if (kind_of(one), one["rule"], one["statement"].partition(": ")[2])
        == (weighed[0], weighed[1], weighed[2])
    ]
    return given(one)["missing"]


def held(sent, steps, leads):
    """A value that was not judged: its size shows why, or what was sent does."""
    for one in (one for one in steps if one["statement"] == "implausible_value"):
        low, _, high, *_ = given(one)["credible"].split()
        credible = dict.fromkeys(("at_least", "above", "at_most", "below"))
        credible |= {"at_least": low, "at_most": high}
        assert side_of(sent, given(one)["factor"], credible) in {"below", "above"}
    suspicious = [one for one in steps if "suspicious" in given(one)]
    for one in suspicious:
        low, _, high, *_ = given(one)["suspicious"].split()
        value = ends_of(sent, 1)
        assert Fraction(low) <= value[0]
        assert value[2] <= Fraction(high)
    return leads["statement"]


def flagged(found, steps, result):
    """Hold a class against the sender's flag; then against what is left in doubt."""
    flag, kind = given(result).get("flag"), found.split()[0]
    compared = any(one["rule"] == "sender_flag" for one in steps)
    if flag in FLAGS and compared:
        level, way = FLAGS[flag]
        ours = LEVELS.get(kind)
        same_way = way is None or found.split()[-1] == way or level == 0
        if ours is None:
            stands = level < 2
        elif level and not same_way:
            stands = ours == 2 and level == 1
        else:
            stands = ours >= level
        if ours is None or ours != level or not same_way:
            found = found if stands else f"conflict {way or ''}".strip()
    open_to = [one for one in steps if one["rule"] == "open_to_doubt"]
    if open_to and found == "in_range":
        (doubt,) = [given(one)["doubt"] for one in open_to]
        return f"indeterminate {doubt}"
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_each_class_of_a_panel_can_be_worked_out_from_the_explanation_alone(seed):
    nodes = explained(seed)
    results = {at: one for at, one in nodes.items() if one["kind"] == "result"}

    worked_out = {at: class_of(at, nodes) for at in results}

    assert worked_out == {at: one["statement"] for at, one in results.items()}
    assert worked_out


@pytest.mark.parametrize("seed", SEEDS)
def test_each_severity_becomes_the_urgency_that_its_limits_say(seed):
    tiers = ("routine", "soon", "today", "emergency")
    for step in explained(seed).values():
        if step["kind"] == "step" and step["rule"] == "urgency":
            inputs = given(step)
            severity = int(inputs["severity"])
            reached = sum(
                severity >= int(inputs[f"urgency_{t}_from"]) for t in tiers[1:]
            )

            assert inputs["by_severity"] == tiers[reached]
            assert tiers.index(step["statement"]) >= reached
            raised = tiers.index(step["statement"]) > reached
            assert raised is ("raised_by" in inputs)


# ---- the sums as they are printed --------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_each_computed_value_is_what_its_sum_gives(seed):
    steps = [s for s in explained(seed).values() if s["rule"].startswith("formula:")]

    for step in steps:
        sums, gave = step["working"].split(" = ")
        places = len(gave.split(" ")[0].partition(".")[2])
        if "formula" in given(step):  # the powers of an eGFR take more than a pencil
            off = abs(value_of(sums) - Fraction(gave.split(" ")[0]))
            assert off <= Fraction(1, 2) / 10**places


def value_of(sums):
    """The exact value of a sum such as ``2.10 - 0.02 x (30 - 40)``."""
    return reckoned(ast.parse(sums.replace(" x ", " * "), mode="eval").body)


def reckoned(node):
    if isinstance(node, ast.Constant):
        return Fraction(str(node.value))
    if isinstance(node, ast.UnaryOp):
        return -reckoned(node.operand)
    left, right = reckoned(node.left), reckoned(node.right)
    return {
        ast.Add: lambda: left + right,
        ast.Sub: lambda: left - right,
        ast.Mult: lambda: left * right,
        ast.Div: lambda: left / right,
    }[type(node.op)]()


def numbers(text):
    """The exact number before any bracket: ``42000/20039 (≈ 2.0959)``."""
    return Fraction(text.split(" (")[0].strip())


@pytest.mark.parametrize("seed", SEEDS)
def test_each_printed_sum_and_comparison_is_true(seed):
    judged = [one for one in explained(seed).values() if one["kind"] == "judgement"]

    for one in judged:
        sums, _, compared = one["working"].partition("; ")
        left, right = sums.split(" = ", 1)
        value, factor = left.rsplit(" \u00d7 ", 1)
        made = right.removesuffix(f" {one['limit_unit']}").lstrip("<>= ")
        number = value.removesuffix(given(one)["unit"]).strip().lstrip("<>= ")
        assert Fraction(number) * Fraction(factor) == numbers(made)
        assert Fraction(factor) == Fraction(one["factor"])
        if not given(one)["missing"]:
            assert holds(compared), compared


def holds(chain):
    """Whether each comparison of a chain such as ``3.5 ≤ x < 4 < 5.3`` is true."""
    signs = ("≤", "≥", "<", ">")
    words = [""]
    for word in chain.split(" "):
        words += [word, ""] if word in signs else []
        if word not in signs:
            words[-1] = f"{words[-1]} {word}".strip()
    terms, between = words[::2], words[1::2]
    known = [(t, s) for t, s in zip(terms, [*between, ""], strict=True) if t != "x"]
    assert "x" in terms or len(between) == len(known) - 1
    return all(true(a, sign, b) for (a, sign), (b, _) in pairwise(known))


def true(first, sign, second):
    one, other = numbers(first), numbers(second)
    return {
        "≤": one <= other,
        "≥": one >= other,
        "<": one < other,
        ">": one > other,
    }[sign]

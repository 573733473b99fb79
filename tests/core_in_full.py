"""Results with all that is said of them, word for word: the kept text is in_full.txt.

After a change that is meant, read what changes and keep it:
``python -m tests.core_in_full > tests/in_full.txt``.
"""

from dataclasses import fields, replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from reference_ranges.classification import classify
from reference_ranges.interpretation import interpret
from reference_ranges.limits import Span
from reference_ranges.loading import load_catalogue
from reference_ranges.panel import (
    Comparator,
    Observation,
    ObservationStatus,
    Person,
    Reason,
    ReportedSymptom,
    Shift,
)
from reference_ranges.partitions import AgeRange, Pregnancy, Sex
from reference_ranges.results import Amount, Axis
from reference_ranges.scales import span_text
from tests.core_panels import WOMAN, aged, observation, panel_of

KEPT = Path(__file__).parent / "in_full.txt"
CATALOGUE = load_catalogue()

MAN = Person(aged(date(1960, 2, 29)), Sex.MALE, Pregnancy.NO)
CHILD = Person(aged(date(2021, 3, 1)), Sex.FEMALE, Pregnancy.NO)
PREGNANT = Person(aged(date(1995, 6, 1)), Sex.FEMALE, Pregnancy.YES, 20)
NOBODY = Person()
UNKNOWN_SEX = Person(aged(date(1981, 6, 1)), Sex.UNKNOWN, Pregnancy.UNKNOWN)
EITHER_SEX = Person(aged(date(1981, 6, 1)), Sex.UNKNOWN, Pregnancy.NO)
PREGNANT_FOR_NOBODY_KNOWS_HOW_LONG = replace(PREGNANT, weeks=None)
YOUNG = Person(
    AgeRange(aged(date(2016, 6, 1)).youngest, aged(date(1996, 6, 1)).oldest),
    Sex.FEMALE,
    Pregnancy.UNKNOWN,
)
IN_HER_TEENS_OR_HIS = Person(
    AgeRange(aged(date(2014, 6, 1)).youngest, aged(date(2011, 6, 1)).oldest),
    Sex.UNKNOWN,
    Pregnancy.UNKNOWN,
)


def _unread(analyte, value, unit, reason, **more):
    return Observation(
        analyte, analyte or "Somatomedin C", value, unit, refusal=reason, **more
    )


_D_SHIFTED = (Shift("vitamin_d_25oh", Fraction(5, 2)),)
_MG_SHIFTED = (Shift("magnesium", Fraction(5, 2)),)

CASES = {
    "potassium in range": (observation("potassium", "4.2", "mmol/L"), {}),
    "potassium in range, and so marked": (
        observation("potassium", "4.20", "mmol/L", sender_flag="N"),
        {},
    ),
    "potassium on the upper limit": (observation("potassium", "5.3", "mmol/L"), {}),
    "potassium low, marked high": (
        observation("potassium", "3.2", "mmol/L", sender_flag="H"),
        {},
    ),
    "potassium critical, marked normal": (
        observation("potassium", "6.8", "mmol/L", sender_flag="N"),
        {},
    ),
    "potassium in range, marked critical": (
        observation("potassium", "4.2", "mmol/L", sender_flag="HH"),
        {},
    ),
    "potassium in range, with a mark that nobody reads": (
        observation("potassium", "4.2", "mmol/L", sender_flag="Q7"),
        {},
    ),
    "potassium with the laboratory's own interval": (
        observation("potassium", "3.4", "mmol/L", "3.3-5.1"),
        {},
    ),
    "potassium inside of both intervals": (
        observation("potassium", "4.2", "mmol/L", "3.4-5.0"),
        {},
    ),
    "potassium with an interval that cannot be one": (
        observation("potassium", "4.2", "mmol/L", "35-53"),
        {},
    ),
    "potassium below a number that straddles": (
        observation("potassium", "<3.6", "mmol/L"),
        {},
    ),
    "potassium of nobody in particular": (
        observation("potassium", "5.6", "mmol/L"),
        {"person": NOBODY},
    ),
    "potassium critical, of nobody in particular": (
        observation("potassium", "6.6", "mmol/L"),
        {"person": NOBODY},
    ),
    "sodium that the guideline reads as low": (
        observation("sodium", "134", "mmol/L"),
        {},
    ),
    "sodium low by limits that are the same at all ages": (
        observation("sodium", "128", "mmol/L"),
        {"person": replace(MAN, age=None)},
    ),
    "sodium in milligrams": (observation("sodium", "290", "mg/dL"), {}),
    "vitamin D on the edge of a band in its own unit": (
        observation("vitamin_d_25oh", "20", "ng/mL"),
        {},
    ),
    "vitamin D by two American guidelines": (
        observation("vitamin_d_25oh", "25", "ng/mL"),
        {"profile": "us_es2011"},
    ),
    "vitamin D with an interval of another unit": (
        observation("vitamin_d_25oh", "60", "ng/mL", "50-125"),
        {},
    ),
    "vitamin D of a sender that has moved": (
        observation("vitamin_d_25oh", "40", "nmol/L"),
        {"shifts": _D_SHIFTED},
    ),
    "magnesium critical, of a sender that has moved": (
        observation("magnesium", "0.30", "mmol/L"),
        {"shifts": _MG_SHIFTED},
    ),
    "magnesium in equivalents": (observation("magnesium", "1.6", "meq/L"), {}),
    "magnesium a hair below its limit, shown with four decimals more": (
        observation("magnesium", "1.701348542", "mg/dL"),
        {},
    ),
    "magnesium so close to its limit that no decimals help": (
        observation("magnesium", "1.701349028", "mg/dL"),
        {},
    ),
    "ferritin of a woman, low": (observation("ferritin", "9", "ug/L"), {}),
    "ferritin of a man in the grey": (
        observation("ferritin", "40", "ng/mL"),
        {"person": MAN},
    ),
    "ferritin where the sex decides": (
        observation("ferritin", "250", "ug/L"),
        {"person": UNKNOWN_SEX},
    ),
    "ferritin low in either sex, and how low a guideline says": (
        observation("ferritin", "14", "ug/L"),
        {"person": EITHER_SEX, "profile": "anz"},
    ),
    "haemoglobin in the range of either sex": (
        observation("haemoglobin", "145", "g/L"),
        {"person": EITHER_SEX},
    ),
    "haemoglobin of either sex in the laboratory's range": (
        observation("haemoglobin", "145", "g/L", "115-165"),
        {"person": EITHER_SEX},
    ),
    "haemoglobin low in either sex, where the laboratory has no low limit": (
        observation("haemoglobin", "90", "g/L", "<165"),
        {"person": EITHER_SEX},
    ),
    "haemoglobin high in pregnancy, where some guidelines speak of a lack": (
        observation("haemoglobin", "169", "g/L"),
        {"person": PREGNANT_FOR_NOBODY_KNOWS_HOW_LONG, "profile": "us"},
    ),
    "phosphate where age decides, and a guideline speaks for adults": (
        observation("phosphate", "5.4", "mg/dL"),
        {"person": YOUNG},
    ),
    "zinc low for all, for some by a guideline and for some by an interval": (
        observation("zinc", "30.6", "ug/dL"),
        {"person": IN_HER_TEENS_OR_HIS, "profile": "who"},
    ),
    "vitamin D of a child by two guidelines of which one speaks": (
        observation("vitamin_d_25oh", "162.5", "nmol/L"),
        {"person": CHILD, "profile": "who"},
    ),
    "ferritin of a woman with an infection": (
        observation("ferritin", "60", "ug/L"),
        {"factors": frozenset({"inflammation"})},
    ),
    "ferritin of a man with a failing heart": (
        observation("ferritin", "150", "ug/L"),
        {"person": MAN, "profile": "eu", "factors": frozenset({"heart_failure"})},
    ),
    "ferritin of a child with an infection, by the world's guideline": (
        observation("ferritin", "25", "ug/L"),
        {"person": CHILD, "profile": "who", "factors": frozenset({"inflammation"})},
    ),
    "ferritin of a child without one, by the world's guideline": (
        observation("ferritin", "25", "ug/L"),
        {"person": CHILD, "profile": "who", "factors": frozenset({"no_inflammation"})},
    ),
    "ferritin beside restless legs": (
        observation("ferritin", "60", "ug/L"),
        {"symptoms": (ReportedSymptom("restless_legs"),)},
    ),
    "transferrin saturation of a woman with anaemia": (
        observation("tsat", "18", "%"),
        {"factors": frozenset({"anaemia"})},
    ),
    "glucose of somebody fasting": (observation("glucose", "6.2", "mmol/L"), {}),
    "ferritin high in pregnancy, where guidelines speak of a lack": (
        observation("ferritin", "900", "ug/L"),
        {"person": PREGNANT},
    ),
    "ferritin above a number, where guidelines speak of a lack": (
        observation("ferritin", ">100", "ug/L"),
        {"person": PREGNANT},
    ),
    "vitamin B12 above all that guidelines speak of": (
        observation("vitamin_b12", "1500", "ng/L"),
        {},
    ),
    "sodium low enough for the guideline to take over": (
        observation("sodium", "124", "mmol/L"),
        {},
    ),
    "magnesium with a range that has no lower end": (
        observation("magnesium", "0.65", "mmol/L", "<1.0"),
        {},
    ),
    "magnesium above a number that straddles all": (
        observation("magnesium", ">0.3", "mmol/L"),
        {},
    ),
    "glucose critically low": (observation("glucose", "2.0", "mmol/L"), {}),
    "glucose on its critical limit": (observation("glucose", "2.5", "mmol/L"), {}),
    "creatinine without a guideline, far too high": (
        observation("creatinine", "900", "umol/L"),
        {},
    ),
    "phosphate where age decides": (
        observation("phosphate", "1.9", "mmol/L"),
        {"person": NOBODY},
    ),
    "vitamin B12 in the grey zone": (observation("vitamin_b12", "200", "ng/L"), {}),
    "vitamin B12 by the guidelines of 2014": (
        observation("vitamin_b12", "150", "ng/L"),
        {"profile": "uk_bsh2014"},
    ),
    "haemoglobin in pregnancy": (
        observation("haemoglobin", "104", "g/L"),
        {"person": PREGNANT},
    ),
    "haemoglobin of a child in American units": (
        observation("haemoglobin", "11.0", "g/dL"),
        {"person": CHILD, "profile": "us"},
    ),
    "calcium by the limits of the United States": (
        observation("calcium_total", "10.6", "mg/dL", "8.5-10.2"),
        {"profile": "us"},
    ),
    "adjusted calcium high and asked about": (
        observation("calcium_adjusted", "3.10", "mmol/L"),
        {},
    ),
    "glucose that is not credible": (observation("glucose", "450", "mmol/L"), {}),
    "glucose that looks like milligrams": (observation("glucose", "95", "mmol/L"), {}),
    "creatinine in milligrams with the unit of micromoles": (
        observation("creatinine", "0.9", "umol/L"),
        {},
    ),
    "zinc of a child with the limits of another profile": (
        observation("zinc", "8", "umol/L"),
        {"person": CHILD, "profile": "anz"},
    ),
    "phosphate in the wrong specimen": (
        observation("phosphate", "1.0", "mmol/L"),
        {"specimen": "urine"},
    ),
    "potassium that was broken": (
        observation("potassium", "5.9", "mmol/L"),
        {"conditions": frozenset({"haemolysed"})},
    ),
    "vitamin D in the wrong specimen, of a sender that has moved": (
        observation("vitamin_d_25oh", "40", "nmol/L"),
        {"specimen": "urine", "shifts": _D_SHIFTED},
    ),
    "a value that nobody read, in a unit of the test": (
        replace(observation("vitamin_d_25oh", "40", "nmol/L"), reading=None),
        {},
    ),
    "a value that nobody read, of a sender that has moved": (
        replace(observation("vitamin_d_25oh", "40", "nmol/L"), reading=None),
        {"shifts": _D_SHIFTED},
    ),
    "a number without a unit, of a sender that has moved": (
        replace(observation("vitamin_d_25oh", "40", "nmol/L"), unit=None),
        {"shifts": _D_SHIFTED},
    ),
    "potassium with a mark and an interval that both ask": (
        observation("potassium", "4.2", "mmol/L", "35-53", sender_flag="Q7"),
        {},
    ),
    "a test that we do not know, marked critical": (
        _unread(None, "210", "ug/L", Reason.ANALYTE_NOT_SUPPORTED, sender_flag="HH"),
        {},
    ),
    "a unit that is not of the test": (
        _unread("potassium", "4.2", "g/L", Reason.UNIT_NOT_ALLOWED, sender_flag="?"),
        {},
    ),
    "a value that is no number": (
        _unread("potassium", "see note", "mmol/L", Reason.VALUE_NOT_READ),
        {},
    ),
    "a result that was withdrawn": (
        observation(
            "potassium",
            "6.8",
            "mmol/L",
            sender_flag="Q7",
            status=ObservationStatus.CANCELLED,
        ),
        {},
    ),
}


CREATININE = ("creatinine", "62", "umol/L")
SALTS = (
    ("sodium", "140", "mmol/L"),
    ("potassium", "4.0", "mmol/L"),
    ("chloride", "100.0", "meq/L"),
    ("bicarbonate", "20", "mmol/L"),
)
CALM = (("chloride", "104", "mmol/L"), ("bicarbonate", "24", "mmol/L"))
WORKED_OUT = {
    "eGFR of a woman": ([CREATININE], WOMAN),
    "eGFR of a man, from milligrams": ([("creatinine", "1.30", "mg/dL")], MAN),
    "eGFR of a woman with little creatinine": ([("creatinine", "44", "umol/L")], WOMAN),
    "eGFR at the bend of its equation": ([("creatinine", "0.7", "mg/dL")], WOMAN),
    "eGFR in pregnancy": ([CREATININE], PREGNANT),
    "eGFR of a child": ([CREATININE], CHILD),
    "eGFR of nobody in particular": ([CREATININE], NOBODY),
    "anion gaps": ([*SALTS, ("albumin", "25", "g/L")], WOMAN),
    "anion gaps of broken cells": ([*SALTS[:2], *CALM], WOMAN, "haemolysed"),
    "calcium adjusted, of two units": (
        [("calcium_total", "9.2", "mg/dL"), ("albumin", "30", "g/L")],
        WOMAN,
    ),
    "calcium adjusted, in American units": (
        [("calcium_total", "9.2", "mg/dL"), ("albumin", "3.0", "g/dL")],
        WOMAN,
    ),
    "calcium not adjusted": (
        [("calcium_total", "2.20", "mmol/L"), ("albumin", "18", "g/L")],
        WOMAN,
    ),
    "osmolality and sodium beside a high glucose": (
        [
            ("sodium", "128", "mmol/L"),
            ("glucose", "540", "mg/dL"),
            ("urea", "14", "mg/dL{urea_nitrogen}"),
            ("osmolality", "310", "mosm/kg"),
        ],
        WOMAN,
    ),
    "transferrin saturation": (
        [("iron", "10", "umol/L"), ("transferrin", "2.8", "g/L")],
        WOMAN,
    ),
    "transferrin saturation of the binding capacity": (
        [("iron", "56", "ug/dL"), ("tibc", "70", "umol/L")],
        WOMAN,
    ),
}


def worked_out(results, person, *conditions):
    """Return every line that is said of what is worked out of *results*."""
    rows = (observation(*one) for one in results)
    panel = panel_of(*rows, person=person, conditions=frozenset(conditions))
    found = interpret(panel, CATALOGUE)
    lines = [line for one in found.derived for line in _of_derived(one)]
    lines += [
        f"finding: {_all(one)}" for one in found.findings if one.code == "not_computed"
    ]
    lines += [
        f"missing: {_all(one)}" for one in found.missing if one.why == "not_computed"
    ]
    return "\n".join(line.rstrip() for line in lines)


def _of_derived(one):
    seen = one.observation
    yield (
        f"{one.name}: {seen.value_text} {seen.unit_text}; {one.outcome.words}; "
        f"by {one.derived_by}; settled by: {_said(one.settled_by)}"
    )
    for step in one.trace:
        yield f"step {step.rule}: {step.gave} ({_pairs(step.inputs)}) {step.source}"


def in_full(observed, more):
    """Return every line that is said of one result."""
    judged = classify(observed, panel_of(observed, **more), CATALOGUE)
    return "\n".join(line.rstrip() for line in _lines(judged))


def _lines(judged):
    result, evidence = judged.result, judged.answer.evidence
    yield (
        f"outcome: {result.outcome.words}; code {result.code}; severity "
        f"{result.severity}; {result.urgency.name.lower()}; critical "
        f"{judged.critical}; flag agrees: {result.flag_agrees}; at edge: "
        f"{result.at_edge}"
    )
    shown = (result.si, result.conventional)
    yield f"name: {result.name}; shown: {' = '.join(map(_said, shown))}"
    yield f"leads: {result.leads}; usual: {_said(result.usual)}"
    yield f"axis: {_said(result.axis)}"
    judgements = {
        "interval": [result.interval],
        "set aside": [result.set_aside],
        "guideline": result.guidelines,
        "critical": [result.critical],
        "target": result.targets,
        "closes": result.closes,
    }
    for place, found in judgements.items():
        yield from (f"{place}: {_all(one)}" for one in found if one is not None)
    yield from (f"finding: {_all(one)}" for one in judged.findings)
    yield from (f"missing: {_all(one)}" for one in judged.missing)
    yield f"settled by: {_said(result.settled_by)}"
    yield f"facts: {_said(sorted(evidence.facts))}"
    yield f"if true: {_said(sorted(evidence.if_true))}"
    yield f"evidence: {evidence.outcome.words}, {evidence.urgency.name.lower()}"
    for step in result.trace:
        yield f"step {step.rule}: {step.gave} ({_pairs(step.inputs)}) {step.source}"


def _all(part):
    found = ((field.name, getattr(part, field.name)) for field in fields(part))
    said = ((name, value) for name, value in found if value not in (None, "", ()))
    return "; ".join(f"{name} {_said(value)}" for name, value in said)


def _pairs(pairs):
    return "; ".join(f"{name} {text}" for name, text in pairs)


def _said(value):
    if isinstance(value, Span):
        return span_text(value) or "any"
    if isinstance(value, Amount):
        sign = "" if value.comparator is Comparator.EQUAL else value.comparator
        return f"{sign}{value.number:f} {value.unit}"
    if isinstance(value, Axis):
        return _all(value)
    if isinstance(value, tuple | list):
        pairs = value and isinstance(value[0], tuple)
        return f"[{_pairs(value) if pairs else ', '.join(value)}]"
    return str(value)


def whole():
    """Return the whole text as it is to be kept."""
    texts = {name: in_full(*case) for name, case in CASES.items()}
    texts |= {name: worked_out(*case) for name, case in WORKED_OUT.items()}
    return "\n".join(f"== {name}\n{text}\n" for name, text in texts.items())


def kept():
    """Return the kept text of each case by its name."""
    parts = KEPT.read_text("utf-8").split("== ")[1:]
    return {name: text.strip() for name, _, text in (p.partition("\n") for p in parts)}


if __name__ == "__main__":
    print(whole(), end="")

"""Short ways to write panels with symptoms, and to read what was found of them."""

from decimal import Decimal

from reference_ranges.classification import court_of
from reference_ranges.facts import circumstances_of, gather
from reference_ranges.interpretation import interpret
from reference_ranges.loading import load_catalogue
from reference_ranges.panel import ReportedSymptom
from tests.core_panels import observation, panel_of

CATALOGUE = load_catalogue()
RULES = CATALOGUE.rules


def found(results=(), symptoms=(), factors=(), **more):
    """Interpret results such as ``"potassium 2.8 mmol/L"`` beside symptoms."""
    reported = symptoms and tuple(as_symptom(symptom) for symptom in symptoms)
    panel = panel_of(
        *(observation(*result.split()) for result in results),
        symptoms=reported,
        factors=frozenset(factors),
        **more,
    )
    return interpret(panel, CATALOGUE)


def as_symptom(symptom):
    return ReportedSymptom(symptom) if isinstance(symptom, str) else symptom


def tokens(interpretation):
    return {
        (relation.analyte, relation.symptom): relation.token.value
        for result in (*interpretation.results, *interpretation.derived)
        for relation in result.relations
    }


def token(interpretation, analyte, symptom):
    return tokens(interpretation)[analyte, symptom]


def flags(interpretation):
    return {flag.id: flag.urgency.name.lower() for flag in interpretation.red_flags}


def codes(things):
    return {thing.code for thing in things}


def summary(interpretation, symptom):
    by_id = {one.symptom.id: one for one in interpretation.symptoms}
    return by_id[symptom].summary.value


def facts_of(panel):
    """What is known of a panel, as the rules see it."""
    court = court_of(panel, CATALOGUE)
    evidence = [court.judge(one).answer.evidence for one in panel.observations]
    around = circumstances_of(panel, RULES, rules_from_age=Decimal(16))
    return gather(evidence, around, RULES)

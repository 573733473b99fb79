"""What we wrote ourselves, where it comes back: told apart from what others said.

Our judgement is made anew and never read; what the laboratory said of a result stands
beside it, in extensions of ours.
"""

from service.fhir import terms
from service.intake.fhir.element import Element
from service.intake.fhir.resources import Pool

_JUDGED = (terms.OUTCOME, terms.REASON)


def is_judgement(interpretation: Element) -> bool:
    """Say whether an *interpretation* is what we found, and no flag of a sender."""
    systems = {one.text("system") for one in interpretation.many("coding")}
    return not systems.isdisjoint(_JUDGED)


def is_judged(holder: Element) -> bool:
    """Say whether *holder* is an Observation with our judgement in it."""
    return any(is_judgement(one) for one in holder.many("interpretation"))


def sender_said(holder: Element, name: str) -> str:
    """Return what the extension *name* of ours says of *holder*; empty for nothing."""
    url = terms.EXTENSION + name
    said = (one for one in holder.many("extension") if one.text("url") == url)
    return next((one.text("valueString") for one in said), "")


def is_worked_out(observation: Element, pool: Pool) -> bool:
    """Say whether we worked it out from results that are all in the body.

    It is worked out again from those: it is no result that somebody measured.
    """
    method = observation.one("method").many("coding")
    made_from = observation.many("derivedFrom")
    by_us = any(one.text("system") == terms.FORMULA for one in method)
    there = [bool(pool.resolve(one, observation)) for one in made_from]
    return by_us and bool(there) and all(there)


def is_our_report(report: Element) -> bool:
    """Say whether *report* was made here: what it concludes is no laboratory's word."""
    return any(one.text("system") == terms.REPORT for one in report.many("identifier"))

"""What a panel shows beyond its single results, in words: the one list of it.

Danger signs, findings, cautions, and what is missing to settle what is left open.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reference_ranges.results import Finding, Interpretation
from reports.phrasing import sentence_start, subject_words
from reports.remarks import CONDITION_MEASURED, finding_text, stands_with
from reports.said import together
from reports.wording import Wording

RED_FLAG, FINDING, CAUTION, MISSING = "red_flag", "finding", "caution", "missing"


@dataclass(frozen=True, slots=True)
class Beyond:
    """One of them: its kind, its code, and its words.

    ``text`` names what it is about; it is empty where there are no words for it, and
    ``about`` alone says so then.  ``why`` says what is left open by what is missing.
    """

    kind: str
    code: str
    text: str
    why: str = ""
    about: str = ""


def beyond(made: Interpretation, wording: Wording) -> Iterator[Beyond]:
    """Yield all of them, danger first."""
    for flag in made.red_flags:
        text = _worded(f"red_flags.{flag.id}", flag.subjects, wording)
        yield Beyond(RED_FLAG, flag.id, text, about=_names(flag.subjects, wording))
    for found in made.findings:
        text = _found(found, made, wording)
        yield Beyond(FINDING, found.code, text, about=_names(found.subjects, wording))
    for one in made.cautions:
        group = "cautions" if wording.has(f"cautions.{one.code}") else "factors"
        text = _worded(f"{group}.{one.code}", one.analytes, wording)
        yield Beyond(CAUTION, one.code, text)
    for gap in made.missing:
        fact = gap.fact
        known = wording.has(f"missing.{fact}")
        said = wording.say(f"missing.{fact}") if known else subject_words(fact, wording)
        if gap.sent:
            said = wording.say("clinician_page.in_vain", test=said)
        yield Beyond(MISSING, fact, _about(gap.analytes, said, wording), gap.why)


def _found(found: Finding, made: Interpretation, wording: Wording) -> str:
    """Return the words of a finding; borrowed limits have none: with the sources."""
    if found.code != CONDITION_MEASURED and not wording.has(f"findings.{found.code}"):
        return ""
    said = finding_text(found, stands_with(found, made), wording)
    return _about(found.subjects, said, wording)


def _worded(key: str, subjects: Sequence[str], wording: Wording) -> str:
    return _about(subjects, wording.say(key), wording) if wording.has(key) else ""


def _about(subjects: Sequence[str], text: str, wording: Wording) -> str:
    """Return *text* with what it is about before it, each name once."""
    names = _names(subjects, wording)
    if not names:
        return text
    listed = sentence_start(names)
    return together([wording.say("clinician_page.about", names=listed, text=text)])


def _names(subjects: Sequence[str], wording: Wording) -> str:
    names = dict.fromkeys(_subject(one, wording) for one in subjects)
    return wording.say("lists.between").join(names)


def _subject(subject: str, wording: Wording) -> str:
    """Return what *subject* is called here: each calcium by its own name."""
    for group, field in (
        ("symptoms", ".told"),
        ("factors", ""),
        ("analytes", ".short"),
    ):
        if wording.has(f"{group}.{subject}{field}"):
            return wording.say(f"{group}.{subject}{field}")
    return subject_words(subject, wording)

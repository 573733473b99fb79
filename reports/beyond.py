"""What a panel shows beyond its single results, in words: the one list of it.

Danger signs, findings, cautions, and what is missing to settle what is left open.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reference_ranges.results import Finding, Interpretation, RedFlag
from reports.phrasing import sentence_start, subject_words
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
    raised: list[tuple[str, str, RedFlag | Finding]] = [
        (RED_FLAG, flag.id, flag) for flag in made.red_flags
    ]
    raised += [(FINDING, found.code, found) for found in made.findings]
    for kind, code, found in raised:
        text = _worded(f"{kind}s.{code}", found.subjects, wording)
        names = dict.fromkeys(_subject(one, wording) for one in found.subjects)
        yield Beyond(kind, code, text, about=", ".join(names))
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


def _worded(key: str, subjects: Sequence[str], wording: Wording) -> str:
    """Return the words of *key*; where limits were borrowed stands with the sources."""
    return _about(subjects, wording.say(key), wording) if wording.has(key) else ""


def _about(subjects: Sequence[str], text: str, wording: Wording) -> str:
    """Return *text* with what it is about before it, each name once."""
    names = dict.fromkeys(_subject(one, wording) for one in subjects)
    if not names:
        return text
    listed = sentence_start(wording.say("lists.between").join(names))
    return together([wording.say("clinician_page.about", names=listed, text=text)])


def _subject(subject: str, wording: Wording) -> str:
    for group, field in (("symptoms", ".told"), ("factors", "")):
        if wording.has(f"{group}.{subject}{field}"):
            return wording.say(f"{group}.{subject}{field}")
    return subject_words(subject, wording)

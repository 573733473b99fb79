"""The ids of the working in words: what stands beside each of them for a reader."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from reference_ranges.results import Interpretation, Judgement, JudgementKind
from reports.direction import isolated
from reports.whom import whom_words
from reports.wording import Wording
from reports.working.statements import Statement, judgements_of

_REMARK = re.compile(r"(/?)\{([^{}]*)\}")  # in a unit
_END = re.compile(r"[:,;]?$")  # of a word, after an id
_PARTS = re.compile(r"[/:]")
_TITLED = (JudgementKind.GUIDELINE, JudgementKind.CONDITION_TARGET)
_GROUPS = {
    "pattern": "findings",
    "flag": "red_flags",
    "caution": "cautions",
    "condition": "cautions",
    "factor": "factors",
}
_NAMES = (
    ("analytes", ".short"),
    ("symptoms", ".told"),
    ("factors", ""),
    ("causes", ""),
)
_CODED = {
    "finding": ("findings", "working_gives", "working_rules"),
    "caution": ("cautions", "factors"),
    "red_flag": ("red_flags",),
}
_GIVEN = (
    ("working_gives", ""),
    ("reasons", ".staff"),
    ("kinds", ""),
    ("urgencies", ""),
    ("symptom_summaries", ""),
)
_LISTS = {
    "analyte",
    "analytes",
    "candidates",
    "input",
    "other_causes",
    "subjects",
    "symptom",
    "useful_tests",
}


@dataclass(frozen=True, slots=True)
class Readings:
    """The words for the ids of one working; ``limits`` are the rows that judged."""

    limits: Mapping[str, str]
    wording: Wording

    def rule(self, one: Statement) -> str:
        """Return the rule of a statement with its words; the id where it has none."""
        words = (self.limits.get(one.rule) or self._rule_words(one)).rstrip(".")
        said = words and words != self.gives(one)
        return self._beside_id(one.rule, words) if said else one.rule

    def gives(self, one: Statement) -> str:
        """Return what a statement comes to, in words; a number as it is.

        A code of a site's own has none, and stands for itself.
        """
        if one.kind == "missing":
            words = self._said(f"missing.{one.statement}") or self._name(one.statement)
        elif one.kind in _CODED:
            keys = (f"{group}.{one.statement}" for group in _CODED[one.kind])
            words = next((said for said in map(self._said, keys) if said), "")
        else:
            judged = one.kind == "judgement"
            parts = one.statement.split(": ")[judged:]
            words = ": ".join(map(self.token, parts))
        return words.rstrip(".") or one.statement

    def token(self, text: str) -> str:
        """Return a closed word of the core, or several such as an outcome, in words."""
        whole = self._given(text.replace(" ", "_"))
        first, *rest = text.split(" ")
        if whole or not self._given(first):
            return whole or text
        more = [f": {said}" if (said := self._given(o)) else f" {o}" for o in rest]
        return "".join([self._given(first), *more])

    def _given(self, token: str) -> str:
        keys = (f"{group}.{token}{field}" for group, field in _GIVEN)
        said = next((said for said in map(self._said, keys) if said), "")
        return said.rstrip(".")

    def text(self, name: str, text: str) -> str:
        """Return the input *name* of a statement, each id in it with its words."""
        words = text.split(" ")
        if name in _LISTS:
            said = [self._beside(one, self._name(one)) for one in words]
        else:
            said = [self._limit(one) for one in words]
        return (", " if name in _LISTS else " ").join(said)

    def _limit(self, word: str) -> str:
        end = _END.search(word)
        bare = word[: end.start()] if end else word
        return f"{self._beside(bare, self.limits.get(bare, ''))}{word[len(bare) :]}"

    def _beside(self, name: str, words: str) -> str:
        same = words.lower() == name.replace("_", " ").lower()
        return self._beside_id(name, words) if words and not same else words or name

    def _beside_id(self, name: str, words: str) -> str:
        """Return *words* behind an id, the end of which stays its end: ``16y+``."""
        whole = isolated(name) if self.wording.right_to_left else name
        return f"{whole} ({words})"

    def _name(self, name: str) -> str:
        keys = (f"{group}.{name}{field}" for group, field in _NAMES)
        return next((said for said in map(self._said, keys) if said), "")

    def _said(self, key: str) -> str:
        return self.wording.say(key) if self.wording.has(key) else ""

    def _rule_words(self, one: Statement) -> str:
        first, *rest = _PARTS.split(one.rule, maxsplit=1)
        name = "".join(rest)
        if first == "link":
            return self._link(name)
        if first in self.wording.ids("analytes"):  # ferritin/plausible
            first, name = name, first
        keys = (
            f"reasons.{one.rule}.staff",
            f"working_rules.{one.rule}",
            f"findings.{one.rule}",
            f"{_GROUPS.get(first, first)}.{name}",
            f"working_rules.{first}",
            f"working_rules.of_{one.statement}",
            f"working_rules.of_{one.kind}",
        )
        return next((said for said in map(self._said, keys) if said), "")

    def _link(self, name: str) -> str:
        analyte, side, symptom = name.split(".")
        short = self.wording.say(f"analytes.{analyte}.short")
        return self.wording.say(
            "working_rules.link",
            finding=self.wording.say(f"findings_named.{side}", name=short),
            symptom=self.wording.say(f"symptoms.{symptom}.told"),
        )


def readings_of(made: Interpretation, wording: Wording) -> Readings:
    """Return the words for the ids of the working of *made*."""
    limits = {
        judgement.rule: _limit_words(judgement, wording)
        for result in (*made.results, *made.derived)
        for _, judgement in judgements_of(result)
    }
    return Readings(limits, wording)


def _limit_words(judgement: Judgement, wording: Wording) -> str:
    """Return what a limit is called: its own title, or its kind and whom it is for."""
    if judgement.origin == "laboratory":
        return wording.say("working_rules.laboratory_interval")
    if judgement.kind in _TITLED:
        return judgement.title
    kind = wording.say(f"working_steps.{judgement.kind}")
    whom = whom_words(judgement.partition, wording)
    return f"{kind}: {whom}"


def plain_units(text: str) -> str:
    """Return *text*, the remarks in its units as people write them.

    ``mL/min/{1.73_m2}`` is mL/min/1.73 m², and ``mg/dL{urea}`` is mg/dL (urea).
    """
    return _REMARK.sub(_plain_remark, text)


def _plain_remark(found: re.Match[str]) -> str:
    per, remark = found[1], found[2].replace("_m2", " m\u00b2").replace("_", " ")
    return f"{per}{remark}" if per else f" ({remark})"

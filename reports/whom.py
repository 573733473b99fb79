"""Whom a limit is for, from the words of its data file to those of a reader."""

import re

from reports.wording import Wording

_AGES = re.compile(r"(\d+)([a-z]+)(?:\+|-(\d+)([a-z]+))")
_SYMPTOM = "symptom:"
_ON_THE_PAGE = {"female", "male", "pregnancy no"}


def whom_words(partition: str, wording: Wording) -> str:
    """Return whom a limit is for: ``0d-1y, male`` is for males under 1 year.

    *partition* is that of a judgement; an empty one has no words.
    """
    if not partition:
        return ""
    ages, *others = partition.split(", ")
    words = [_age_words(ages, wording), *(_other_words(one, wording) for one in others)]
    return wording.say("lists.between").join(words)


def beside_age_and_sex(partition: str, wording: Wording) -> str:
    """Return what else a limit is chosen by, such as a pregnancy, or nothing."""
    others = [one for one in partition.split(", ")[1:] if one not in _ON_THE_PAGE]
    words = [_other_words(one, wording) for one in others]
    return wording.say("lists.between").join(words)


def _age_words(ages: str, wording: Wording) -> str:
    number, unit, end_number, end_unit = _AGES.findall(ages)[0]
    start = wording.count(f"whom.{unit}", int(number))
    born = int(number) == 0
    if not end_number:
        return wording.say("whom.any_age" if born else "whom.from", start=start)
    end = wording.count(f"whom.{end_unit}", int(end_number))
    return wording.say("whom.under" if born else "whom.between", start=start, end=end)


def _other_words(word: str, wording: Wording) -> str:
    """Return a sex, a pregnancy or a condition in words."""
    key = f"whom.{word.replace(' ', '_')}"
    if wording.has(key):
        return wording.say(key)
    symptom = word.removeprefix(_SYMPTOM)
    key = f"factors.{word}" if symptom == word else f"symptoms.{symptom}.told"
    return wording.say("whom.condition", condition=wording.say(key))

"""The beginning of a new locale: every text of the first one, marked as open."""

import re

from reports.wording import FOLDER, UNTRANSLATED, WordingError, locales

ORIGIN = "en-GB"
"""The locale that was written first, and that others are translated from."""

_NAME = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
_TEXT = re.compile(r'^((?:[a-z0-9_]+|"[^"]+") += )"(.*)"$', re.MULTILINE)
_HEADING = re.compile(r"^\[([a-z_]+)", re.MULTILINE)
_KEPT = frozenset({"units", "formulas"})
_START = """\
# The words that patients read, in a language that is still to be written here.
# Translate each text that begins with {mark}, and take the mark away; what stands in
# braces stays.  Give each counted text a form for each of [plurals].

locale = "{name}"

[language]
name = "{mark}"
direction = "ltr"
translated_from = "{origin}"

[plurals]
one = {{ from = 1, to = 1 }}
many = {{}}

[checks]
negations = ["{mark}"]
normal = ["{mark}"]
banned = ["{mark}"]

[checks.numbers]

[review]
drafted_by = "{mark}"
reviewed_by = "nobody yet"
reviewed_on = ""
next_review = "{mark}"

"""


def skeleton(name: str) -> str:
    """Return the text of a file for the locale *name*, such as ``fr`` or ``pt-BR``.

    Raises:
        WordingError: that is no name of a language, or the locale is there already.
    """
    if not _NAME.fullmatch(name):
        raise WordingError(f"{name}: not a language such as fr or pt-BR")
    if name in locales():
        raise WordingError(f"{name}: this locale is there already")
    text = (FOLDER / f"{ORIGIN}.toml").read_text("utf-8")
    tables = _tables(text[text.index("[settings]") :])
    return _START.format(name=name, origin=ORIGIN, mark=UNTRANSLATED) + "".join(tables)


def _tables(text: str) -> list[str]:
    """Return the tables of the origin in order, their texts marked."""
    starts = [found.start() for found in _HEADING.finditer(text)]
    parts = [text[a:b] for a, b in zip(starts, [*starts[1:], None], strict=True)]
    return [_marked(part) for part in parts]


def _marked(table: str) -> str:
    group = _HEADING.match(table)
    if group and group[1] in _KEPT:
        return table
    return _TEXT.sub(rf'\1"{UNTRANSLATED} \2"', table)

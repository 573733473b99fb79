"""The HTML twin of the report: the same Page, drawn for a screen."""

from dataclasses import fields, is_dataclass, replace
from enum import StrEnum
from typing import TypeVar, cast

from flask import render_template
from markupsafe import Markup, escape

from reports.direction import (
    END_OF_ISOLATE,
    LEFT_TO_RIGHT_ISOLATE,
    OPENING,
    has_right_to_left,
    isolated,
)
from reports.model import NumberLine, Page
from reports.said import by_language, lang_of, pieces
from service.desk.line_drawing import draw

Part = TypeVar("Part")

_SIGNS = (*OPENING, END_OF_ISOLATE)
_NO_SIGNS = str.maketrans(dict.fromkeys(_SIGNS, ""))
_AS_IT_IS = frozenset({"about", "direction", "id", "issued_at", "lang", "title"})


def render_report_html(page: Page, *, size: str = "standard") -> str:
    """Return *page* as a whole HTML document, in the same order as the PDF.

    *size* is ``standard`` or ``large``: half as large again, as on paper.

    Needs an application context with the desk's blueprint registered.  All texts
    are escaped; there is no script and no inline style.
    """
    shown = _isolated(page, turned=page.direction == "rtl")
    return render_template("report.html", page=shown, draw=draw, size=size)


def _isolated(part: Part, *, turned: bool) -> Part:
    """Return *part* of a page with an element for each isolate in its texts.

    On a *turned* page, what has no letter from right to left is one isolate.  A number
    line has none: its texts stand in attributes and drawings, each alone.
    """
    made: object = part
    if isinstance(part, StrEnum):
        return part
    if isinstance(part, str):
        made = _spoken(part, turned=turned)
    elif isinstance(part, tuple):
        made = tuple(_isolated(one, turned=turned) for one in part)
    elif isinstance(part, NumberLine):
        made = _without_signs(part)
    elif is_dataclass(part) and not isinstance(part, type):
        seen = {
            field.name: _isolated(getattr(part, field.name), turned=turned)
            for field in fields(part)
            if field.name not in _AS_IT_IS
        }
        made = replace(part, **seen)
    return cast("Part", made)


def _spoken(text: str, *, turned: bool) -> str:
    """Return *text* with an element for each part of it in another language."""
    parts = by_language(pieces(text))
    if not any(map(lang_of, parts)):
        return _one_way(text, turned=turned)
    return Markup(" ").join([_named(one, turned=turned) for one in parts])


def _named(text: str, *, turned: bool) -> str:
    """Return *text* in an element that names its language, where it has its own."""
    said, lang = _one_way(text, turned=turned), lang_of(text)
    return Markup('<span lang="{}">{}</span>').format(lang, said) if lang else said


def _one_way(text: str, *, turned: bool) -> str:
    whole = turned and not has_right_to_left(text)
    return _elements(isolated(text) if whole else text)


def _without_signs(line: NumberLine) -> NumberLine:
    marker = replace(line.marker, text=line.marker.text.translate(_NO_SIGNS))
    return replace(
        line,
        marker=marker,
        usual_label=line.usual_label.translate(_NO_SIGNS),
        alt=line.alt.translate(_NO_SIGNS),
    )


def _elements(text: str) -> str:
    """Return *text*, escaped and with elements where it has isolates; else as it is."""
    if not any(sign in text for sign in _SIGNS):
        return text
    depth, found = 0, Markup()
    for sign in text:
        if sign in OPENING:
            depth += 1
            way = ' dir="ltr"' if sign == LEFT_TO_RIGHT_ISOLATE else ""
            found += Markup("<bdi{}>").format(Markup(way))  # noqa: S704  # ours alone
        elif sign == END_OF_ISOLATE and depth:
            depth -= 1
            found += Markup("</bdi>")
        elif sign != END_OF_ISOLATE:
            found += escape(sign)
    return found + Markup("</bdi>") * depth

"""Typst: a template that is always the same, the report's data handed to it as JSON.

It gives language, title, metadata, tags (PDF/UA-1 and PDF/A-3a) and the file inside:
all that our page gives.
"""

import json
from functools import cache
from pathlib import Path

from typst import Compiler

from benchmarks.engines.content import Columns, Content, Grid, Panel, Part
from benchmarks.engines.look import (
    FACE,
    FONTS,
    FOOT,
    FRAMES,
    GREY,
    LINE,
    MARGIN,
    SHADE,
    STYLES,
    TOP,
)
from benchmarks.engines.picture import Picture

_SOURCE = Path(__file__).with_name("report.typ").read_bytes()
_LOOK = json.dumps(
    {
        "styles": {name: style._asdict() for name, style in STYLES.items()},
        "frames": {name: frame._asdict() for name, frame in FRAMES.items()},
        "face": FACE,
        "margin": MARGIN,
        "top": TOP,
        "foot": FOOT,
        "grey": GREY,
        "line": LINE,
        "shade": SHADE,
    }
)


def draw(report: Content) -> bytes:
    """Return *report* as PDF, by a compiler of its own."""
    return _compiled(_compiler(), report)


def draw_kept(report: Content) -> bytes:
    """Return *report* as PDF, by a compiler that is kept for all reports."""
    return _compiled(_kept(), report)


def _compiler() -> Compiler:
    return Compiler(font_paths=[str(FONTS)], ignore_system_fonts=True)


@cache
def _kept() -> Compiler:
    return _compiler()


def _compiled(compiler: Compiler, report: Content) -> bytes:
    pdf = compiler.compile(
        _SOURCE,
        format="pdf",
        sys_inputs={"report": json.dumps(_data(report)), "look": _LOOK},
        pdf_standards=["ua-1", "a-3a"],
        timestamp=report.issued_at,
    )
    return bytes(pdf)


def _data(report: Content) -> dict[str, object]:
    inside = report.attachment
    return {
        "title": report.title,
        "subject": report.subject,
        "author": report.author,
        "keywords": report.keywords,
        "lang": report.lang,
        "foot": report.foot,
        "status": report.status,
        "page_of": report.page_of,
        "file": {
            "name": inside.name,
            "media_type": inside.media_type,
            "content": inside.content.decode(),
            "description": inside.description,
        },
        "parts": _arrays(report.parts),
    }


def _arrays(parts: tuple[Part, ...]) -> list[list[object]]:
    return [[type(part).__name__, *_facts(part)] for part in parts]


def _facts(part: Part) -> list[object]:
    match part:
        case Panel():
            return [part.kind, _arrays(part.parts), part.padding]
        case Columns():
            columns = [_arrays(parts) for parts in part.columns]
            return [part.widths, columns, part.gutter, part.rule]
        case Picture():
            return [*part]
        case Grid():
            return [part.columns, part.rows, part.shares]
        case _:
            return [getattr(part, name) for name in part.__match_args__]

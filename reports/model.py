"""The Page: everything that a reader sees, as pure data, before paper or screen.

The PDF and the HTML twin are two drawings of one Page, so they cannot say different
things.  Texts are final: already in the reader's language, never markup; each knows
what it rests on (``said.Said``).
"""

from dataclasses import dataclass, field
from enum import StrEnum

from reports.said import Ground


class Tone(StrEnum):
    """What a chip or a marker means; each tone has a colour and a shape of its own."""

    USUAL = "usual"
    LOW = "low"
    HIGH = "high"
    EDGE = "edge"
    URGENT = "urgent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Chip:
    """A short verdict in words, with its tone."""

    tone: Tone
    text: str


class ZoneKind(StrEnum):
    """A stretch of the number line."""

    USUAL = "usual"
    OUTSIDE = "outside"
    FAR = "far"


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of the bar, from and to in 0..1 of its width.

    ``open_low`` and ``open_high`` say that the usual range goes on for ever there.
    """

    kind: ZoneKind
    start: float
    end: float
    open_low: bool = False
    open_high: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """A number under the bar at a place in 0..1; ``strong`` for limits of the range."""

    at: float
    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Marker:
    """Where the result lies: place in 0..1, tone, the words of its label.

    ``reach`` is ``low`` or ``high`` for a reading like ``<5`` that goes on to that end
    of the scale, else empty.  ``off`` is ``low`` or ``high`` where the value lies
    beyond the end of the bar.
    """

    at: float
    tone: Tone
    text: str
    reach: str = ""
    off: str = ""


@dataclass(frozen=True, slots=True)
class NumberLine:
    """A result on its scale, and the sentence that says the same without a picture.

    All its numbers are in ``unit``, which stands with the range; ``usual_label`` is
    the name of the range with it.  ``past`` are earlier results, drawn hollow.
    """

    zones: tuple[Zone, ...]
    ticks: tuple[Tick, ...]
    marker: Marker
    usual_label: str
    alt: str
    unit: str = ""
    past: tuple[Tick, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """One result to talk about.

    ``also`` is the converted value in small type; ``texts`` are paragraphs in order;
    ``notes`` are smaller lines after them (the range's origin, other limits);
    ``about`` is what all of it rests on.
    """

    id: str
    heading: str
    purpose: str
    value: str
    unit: str
    also: str
    chip: Chip
    line: NumberLine | None
    texts: tuple[str, ...]
    notes: tuple[str, ...] = ()
    about: tuple[Ground, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Row:
    """One result in the usual range: a single line with a slim number line.

    ``ranges`` says what it was held against, and ``note`` what else there is to say;
    ``about`` is what all of it rests on.
    """

    id: str
    heading: str
    purpose: str
    value: str
    unit: str
    line: NumberLine | None
    note: str = ""
    ranges: str = ""
    about: tuple[Ground, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Unjudged:
    """One result that could not be judged, why, and the range that came with it.

    ``about`` is what all of it rests on.
    """

    heading: str
    value: str
    why: str
    ranges: str = ""
    about: tuple[Ground, ...] = field(default=(), compare=False, repr=False)


class BoxKind(StrEnum):
    """How a box looks: panel, numbered steps, a correction, or red with the octagon."""

    PANEL = "panel"
    STEPS = "steps"
    HELP = "help"
    EMERGENCY = "emergency"
    TODAY = "today"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Box:
    """A framed part: heading, lead, items, closing line; ``elsewhere`` leads to it."""

    kind: BoxKind
    heading: str
    lead: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    closing: str = ""
    chips: tuple[Chip, ...] = ()
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The complete table: column heads, then rows whose first cell is a row head."""

    heading: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with plain paragraphs and, if any, bullet items."""

    heading: str
    texts: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """The top of page one: clinic, title, whose report, sample facts.

    ``reader`` says who it is written for where that is not the patient, else empty.
    ``more`` stands over those of the facts that have no room at the top.
    """

    clinic: str
    contact: str
    title: str
    name: str
    facts: tuple[str, ...]
    reader: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class Working:
    """The working sheet: a table for each result, then one for all that goes beyond.

    The frame around it is that of the ``Page``.
    """

    lang: str
    title: str
    subject: str
    issued_at: str
    header: Header
    lead: tuple[str, ...]
    tables: tuple[Table, ...]
    sources: Section
    footer: tuple[str, ...]
    page_of: str
    status_line: str
    watermark: str = ""
    unprintable: str = ""
    direction: str = "ltr"


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One result in time: places in 0..1 from the left and the foot, and its words.

    ``value`` is the number as it was reported; ``text`` has unit and day as well.
    """

    at: float
    level: float
    text: str
    value: str


@dataclass(frozen=True, slots=True)
class Trend:
    """Results of one test over time, oldest first, the present one last.

    ``band`` is where the usual range lies, from and to in 0..1 of the height, or None
    where it cannot be drawn in the unit of the results; ``limits`` are the numbers of
    its ends, each at its height; ``days`` those of the first and the last result;
    ``alt`` is all of it in words; ``tone`` is that of the present result.
    """

    heading: str
    points: tuple[TrendPoint, ...]
    band: tuple[float, float] | None
    alt: str
    limits: tuple[Tick, ...] = ()
    days: tuple[str, ...] = ()
    tone: Tone = Tone.UNKNOWN


@dataclass(frozen=True, slots=True)
class ClinicianPage:
    """The short page for the clinician: facts in a table, patterns, change over time.

    ``alert`` names what is to be acted on, where there is something; ``corrected``
    says what has changed since the version before; ``lead`` comes next, and
    ``sections`` follow the table.  The frame around it is that of the ``Page``.
    """

    lang: str
    title: str
    subject: str
    issued_at: str
    header: Header
    lead: tuple[str, ...]
    table: Table
    sections: tuple[Section, ...]
    trends_heading: str
    trends: tuple[Trend, ...]
    sources: Section
    footer: tuple[str, ...]
    page_of: str
    status_line: str
    watermark: str = ""
    unprintable: str = ""
    direction: str = "ltr"
    attached: str = ""
    mark: str = ""
    alert: Box | None = None
    corrected: Box | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The whole report, in reading order.

    ``alerts`` (emergency, today) come before everything else.  ``footer`` stands on
    every sheet with ``page_of`` (``Page {n} of {m}``); it holds two identifiers and
    the report's id and version.  ``watermark`` is empty or a word on every sheet.
    ``corrected`` says old and new of each result that has changed since the version
    before; ``changed`` are those for which the box has no room.  ``attached`` leads to
    the file inside, on paper that has one; ``mark`` says in the document's metadata
    which report it is.  ``brief`` says that all but agreement in the table stands in
    the rows.  ``continued`` (``{name}, continued``) stands over a part that goes on on
    a later sheet, ``more`` under danger signs that do.  ``issued_at`` is ISO text, for
    the document's dates.  ``unprintable`` is the line that stands where a name or
    a text cannot be drawn in the fonts at hand.  ``direction`` is ``ltr``, or ``rtl``
    for a page that is read from right to left.
    """

    lang: str
    title: str
    subject: str
    issued_at: str
    header: Header
    alerts: tuple[Box, ...]
    summary: Box
    symptoms: Section | None
    next_steps: Box
    get_help: Box
    cards_heading: str
    cards: tuple[Card, ...]
    rows_heading: str
    rows: tuple[Row, ...]
    rows_note: str
    unjudged_heading: str
    unjudged: tuple[Unjudged, ...]
    visit: Section | None
    how_to_read: Section
    sources: Section
    table: Table
    footer: tuple[str, ...]
    page_of: str
    status_line: str
    watermark: str = ""
    unprintable: str = ""
    direction: str = "ltr"
    corrected: Box | None = None
    changed: Section | None = None
    attached: str = ""
    mark: str = ""
    brief: bool = False
    continued: str = "{name}"
    more: str = ""

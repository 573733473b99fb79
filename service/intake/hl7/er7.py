"""ER7, the bars and hats of HL7 version 2: bytes to segments, nothing interpreted.

Separators are those that the message itself declares, never assumed ones.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache

from service.problems import Fault

_MESSAGE = re.compile(rb"(?:\A\s*|(?<=[\r\n\x0b\x1c]))(?:\xef\xbb\xbf)?MSH(?=[^\w\s])")
_FIRST_MARK = re.compile(r"MSH([^\w\s])")
_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}[^\w\s]")
_NAME = re.compile(r"[A-Z][A-Z0-9]{2}")
_FRAMING = "\ufeff\x0b\x1c"  # byte order mark, and what MLLP puts around a message
_ENVELOPE = frozenset({"FHS", "BHS", "BTS", "FTS"})
_FEWEST, _MOST = 3, 5  # separators in MSH-2; the escape may be left out of none
_NULL = '""'

MOST_SEGMENTS = 2_000
"""Segments of one message."""

CHARSETS = {
    "ASCII": "utf-8",
    "UNICODE UTF-8": "utf-8",
    "UTF-8": "utf-8",
    "UTF8": "utf-8",
    "WINDOWS-1252": "cp1252",
    **{f"8859/{part}": f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 15)},
    **{f"ISO-8859-{part}": f"iso8859-{part}" for part in (1, 2, 9, 15)},
}
"""Names of MSH-18 and of ``Content-Type`` that we read, each with its codec."""


class Er7Error(Exception):
    """A message cannot be taken apart; ``fault`` says where and why."""

    def __init__(self, fault: Fault) -> None:
        """Keep the fault; the message is its code alone."""
        super().__init__(fault.code)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Marks:
    """The separators of one message, and the codec of its escaped bytes.

    A separator that was not declared is empty, and nothing is separated by it.
    """

    field: str
    component: str = ""
    repetition: str = ""
    escape: str = ""
    subcomponent: str = ""
    truncation: str = ""
    codec: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment: the *number*-th of its *name* in the message, counted from 1.

    ``fields[n]`` is field n as it came; fields that were left out are empty.
    """

    name: str
    number: int
    fields: tuple[str, ...]
    marks: Marks

    def raw(self, field: int) -> str:
        """Return a field as it came; the null of HL7 is empty, too."""
        text = self.fields[field] if field < len(self.fields) else ""
        return "" if text == _NULL else text

    def repetitions(self, field: int) -> list[str]:
        """Return the repetitions of a field that say anything, as they came."""
        parts = _split(self.raw(field), self.marks.repetition)
        return [part for part in parts if part not in {"", _NULL}]

    def part(self, field: int, component: int = 1) -> str:
        """Return a component of the first repetition that says anything, as text."""
        return next((self.of(one, component) for one in self.repetitions(field)), "")

    def of(self, repetition: str, component: int = 1, sub: int = 0) -> str:
        """Return a component of one repetition as text; *sub* 0 is all of it."""
        text = _nth(repetition, self.marks.component, component)
        if sub:
            text = _nth(text, self.marks.subcomponent, sub)
        return self.plain(text)

    def parts_of(self, repetition: str) -> list[str]:
        """Return all components of one repetition, as they came."""
        return _split(repetition, self.marks.component)

    def plain(self, raw: str) -> str:
        """Return *raw* with its escapes undone and spaces at both ends dropped."""
        text = unescaped(raw, self.marks).strip(" ")
        return "" if text == _NULL else text

    def at(self, field: int, component: int = 0) -> str:
        """Return where a field is, as ERR-2 writes it."""
        place = f"{self.name}^{self.number}^{field}"
        return f"{place}^1^{component}" if component else place


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its bytes as they came, and its segments, MSH first.

    ``doubts`` are warnings about how its letters were read.
    """

    raw: bytes
    segments: tuple[Segment, ...]
    doubts: tuple[Fault, ...] = ()

    @property
    def header(self) -> Segment:
        """The MSH segment."""
        return self.segments[0]


def split_messages(body: bytes) -> tuple[bytes, ...]:
    """Return each message of *body*, a single one with all that is around it.

    Batches, MLLP frames and messages merely one after the other are taken alike.
    """
    starts = [match.start() for match in _MESSAGE.finditer(body)]
    if len(starts) < 2:  # noqa: PLR2004 - one message, or none
        return (body,)
    ends = [*starts[1:], len(body)]
    return tuple(body[start:end] for start, end in zip(starts, ends, strict=True))


def parse(raw: bytes, charset: str = "") -> Message:
    """Take one message apart; *charset* is that of ``Content-Type``, if it had one.

    MSH-18 goes before *charset*.  Bytes that are neither what was declared nor UTF-8
    are read as Latin-1, with a warning; so is a name that we do not know, as UTF-8.

    Raises:
        Er7Error: ``separators`` where MSH-1 and 2 are not usable, ``segment_sequence``
            where something is no segment, ``too_long`` where there are too many.
    """
    text, codec, doubts = _decoded(raw, charset)
    lines = _ends_of_segments(text).split(text.rstrip(f"\r\n {_FRAMING}"))
    lines = [line.strip(f"\n{_FRAMING}") for line in lines]
    lines = [line for line in lines if line.strip()]
    if len(lines) > MOST_SEGMENTS:
        allowed = (f"at most {MOST_SEGMENTS} segments",)
        raise Er7Error(Fault("MSH^1", "too_long", allowed=allowed))
    while lines and _is_before(lines[0]):
        del lines[0]
    if not lines or not lines[0].lstrip().startswith("MSH"):
        raise Er7Error(Fault("MSH^1", "segment_sequence"))
    lines[0] = lines[0].lstrip()
    marks = replace(_marks(lines[0]), codec=codec)
    return Message(raw, tuple(_segments(lines, marks)), doubts)


def _ends_of_segments(text: str) -> re.Pattern[str]:
    """Return where the segments of *text* end: at a carriage return in any case.

    Any other line break is text, as in a comment, but where something like a segment
    follows.  Its name may be odd: it is refused then, and never taken for the text of
    the segment before, for it may be a result, or the next patient.
    """
    found = _FIRST_MARK.search(text)
    return _ends_before(found[1] if found else "|")


@lru_cache(maxsize=64)
def _ends_before(mark: str) -> re.Pattern[str]:
    name = rf"[\s\ufeff]{{0,9}}\w{{0,4}}[ \t]{{0,9}}{re.escape(mark)}"
    return re.compile(rf"\r\n?|[\n\v\f\x1c-\x1e\x85\u2028\u2029](?={name})")


def _is_before(line: str) -> bool:
    """Say whether a line may stand before a message: an envelope, or no segment."""
    return line[:3] in _ENVELOPE or not _SEGMENT.match(line.lstrip())


def _segments(lines: list[str], marks: Marks) -> list[Segment]:
    seen: Counter[str] = Counter()
    segments: list[Segment] = []
    for line in lines:
        name, *fields = line.split(marks.field)
        if not _NAME.fullmatch(name):
            last = segments[-1]
            raise Er7Error(Fault(f"{last.name}^{last.number}", "segment_sequence"))
        if name in _ENVELOPE:
            continue
        seen[name] += 1
        first = (name, marks.field) if name == "MSH" else (name,)
        segments.append(Segment(name, seen[name], (*first, *fields), marks))
    return segments


def _marks(line: str) -> Marks:
    field = line[3:4]
    declared = line[4:].split(field, 1)[0] if field else ""
    every = field + declared
    fit = _FEWEST <= len(declared) <= _MOST and len(set(every)) == len(every)
    if not fit or any(one.isalnum() or not one.isprintable() for one in every):
        raise Er7Error(Fault("MSH^1^2", "separators"))
    return Marks(field, *declared)


def _decoded(raw: bytes, charset: str) -> tuple[str, str, tuple[Fault, ...]]:
    """Return the text, the codec it was read by, and what is doubtful about that."""
    named = _declared(raw) or charset
    codec = CHARSETS.get(named.strip().upper(), "") if named else "utf-8"
    for one in dict.fromkeys((codec or "utf-8", "utf-8")):
        try:
            doubts = () if one == codec else (_assumed(),)
            return raw.decode(one), one, doubts
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1"), "latin-1", (_assumed(),)


def _assumed() -> Fault:
    return Fault("MSH^1^18", "charset_assumed", allowed=tuple(CHARSETS))


def _declared(raw: bytes) -> str:
    """Return the first charset of MSH-18; no separator of a message is above ASCII."""
    start = raw.find(b"MSH")
    line = re.split(rb"[\r\n]", raw[start : start + 4000], maxsplit=1)[0]
    fields = line.split(line[3:4] or b"|")
    named = fields[17].decode("latin-1") if len(fields) > 17 else ""  # noqa: PLR2004 - MSH-18
    first = line[5:6].decode("latin-1")
    return _split(named, first if first == "~" else "~")[0]


def _split(text: str, mark: str) -> list[str]:
    return text.split(mark) if mark else [text]


def _nth(text: str, mark: str, number: int) -> str:
    parts = _split(text, mark)
    return parts[number - 1] if number <= len(parts) else ""


def unescaped(text: str, marks: Marks) -> str:
    r"""Return *text* with the escapes of HL7 undone.

    Line breaks become line feeds, highlighting and layout are dropped, and an
    escape that we do not know, or that never ends, stays as it came.

    >>> unescaped(r"5\F\ 6\.br\7\Zz\ ", Marks("|", "^", "~", "\\", "&"))
    '5| 6\n7\\Zz\\ '
    """
    if not marks.escape or marks.escape not in text:
        return text
    known = _escapes(marks)
    return _pattern(marks.escape).sub(
        lambda match: _meaning(match[1], known, marks.codec, match[0]), text
    )


@lru_cache(maxsize=64)
def _pattern(escape: str) -> re.Pattern[str]:
    end = re.escape(escape)
    return re.compile(f"{end}([^{end}\n]{{1,400}}){end}")


@lru_cache(maxsize=64)
def _escapes(marks: Marks) -> dict[str, str]:
    return {
        "F": marks.field,
        "S": marks.component,
        "R": marks.repetition,
        "E": marks.escape,
        "T": marks.subcomponent,
        "P": marks.truncation,
        ".br": "\n",
        "H": "",
        "N": "",
    }


def _meaning(code: str, known: dict[str, str], codec: str, verbatim: str) -> str:
    if code in known:
        return known[code]
    if code.startswith(".sp"):
        return "\n"
    if code.startswith("."):
        return " "
    if code.startswith("X"):
        try:
            return bytes.fromhex(code[1:]).decode(codec)
        except ValueError:
            return verbatim
    return verbatim


_OUTWARD = {
    "\\": "\\E\\",
    "|": "\\F\\",
    "^": "\\S\\",
    "~": "\\R\\",
    "&": "\\T\\",
    "\n": "\\.br\\",
}


def escaped(text: str) -> str:
    r"""Return *text* fit for a message of ours, whose separators are the usual ones.

    >>> escaped("5 | 6\n7")
    '5 \\F\\ 6\\.br\\7'
    """
    return "".join(
        _OUTWARD.get(one) or (one if one.isprintable() else _hex(one)) for one in text
    )


def _hex(char: str) -> str:
    return f"\\X{char.encode('utf-8', 'replace').hex().upper()}\\"

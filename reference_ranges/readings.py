"""The grammar of a reported value, and of the interval a laboratory sends with it.

What cannot be read is refused by name.  Nothing is stripped, guessed or repaired:
``1,234`` may be one or one thousand, ``6.2 H`` may be a value or an alarm.
"""

import re
import unicodedata
from collections.abc import Collection
from decimal import Decimal
from fractions import Fraction

from reference_ranges.errors import CatalogueError, ReadingError
from reference_ranges.limits import Reach, Span
from reference_ranges.panel import Comparator, LabInterval, Reading

_LONGEST = 40  # comparator, 9 + 9 digits, point and generous surrounding spaces
_LONGEST_INTERVAL = 80

COMPARATORS = {
    "": Comparator.EQUAL,
    "=": Comparator.EQUAL,
    "<": Comparator.LESS,
    "<=": Comparator.AT_MOST,
    "≤": Comparator.AT_MOST,
    ">": Comparator.GREATER,
    ">=": Comparator.AT_LEAST,
    "≥": Comparator.AT_LEAST,
}
"""What may stand before a number, and what it says."""

_VALUE = re.compile(r"(<=|>=|[<>=≤≥]?) *([^ ].*)", re.DOTALL)
_POINT = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_COMMA = re.compile(r"[0-9]{1,9}(?:,[0-9]{1,9})?")
_RANGE = re.compile(r" *([0-9.,]+) *(?:-|\u2013|\u2212| to ) *([0-9.,]+) *")

# Why a number was refused: the first pattern that fits names it.  Order matters.
_FAULTS = (
    ("negative", re.compile(r"[-\u2212][ 0-9.,].*", re.DOTALL)),
    ("exponent", re.compile(r"[0-9.,]+[eE][-+]?[0-9]+")),
    ("too_long", re.compile(r"[0-9]{10,}(?:[.,][0-9]*)?|[0-9]*[.,][0-9]{10,}")),
    ("bare_point", re.compile(r"[.,][0-9]+|[0-9]+[.,]")),
    ("ambiguous_separator", re.compile(r"[0-9]{1,3},[0-9]{3}")),
    ("decimal_comma", re.compile(r"[0-9]+,[0-9]+")),
    ("digit_separator", re.compile(r"[0-9]+(?:[\s.,_'\u2019][0-9]+)+")),
    ("trailing_text", re.compile(r"[0-9].*", re.DOTALL)),
)
_ALLOWED = (
    "ASCII digits with one decimal point and at most 9 digits on either side of it, "
    "after one of < <= > >= = or nothing"
)
_ALLOWED_COMMA = _ALLOWED.replace("decimal point", "decimal comma")
_ALLOWED_INTERVAL = "low-high, <high, <=high, >low or >=low, low less than high"


def parse_reading(text: str, *, decimal_comma: bool = False) -> Reading:
    """Read a reported value; its text is kept as it was sent.

    ASCII digits, one decimal point with a digit on both sides, at most nine digits
    before and after it, ASCII spaces around; ``≤`` and ``≥`` read as ``<=`` and
    ``>=``.  ``.5`` and ``5.`` are refused, because a digit may have been lost on
    the way.  With *decimal_comma* the comma takes the place of the point, which is
    then refused.

    Raises:
        ReadingError: ``empty``, ``control_character``, ``not_ascii_digits``,
            ``negative``, ``exponent``, ``too_long``, ``bare_point``,
            ``ambiguous_separator``, ``decimal_comma``, ``digit_separator``,
            ``trailing_text`` or ``not_a_number``.

    >>> parse_reading("<0.50")
    Reading(text='<0.50', comparator=<Comparator.LESS: '<'>, number=Decimal('0.50'))
    """
    body = _checked(text, _LONGEST)
    match = _VALUE.fullmatch(body)
    if match is None:
        raise ReadingError("empty", _ALLOWED)
    comparator = COMPARATORS[match[1]]
    number = _number(match[2], decimal_comma=decimal_comma)
    if comparator is Comparator.LESS and not number:
        raise ReadingError("negative", "nothing is less than 0")
    return Reading(text, comparator, number)


def reading_reach(reading: Reading) -> Reach:
    """Return all values that *reading* may stand for, in the unit it came in."""
    number = Fraction(reading.number)
    match reading.comparator:
        case Comparator.LESS:
            return Reach(Fraction(0), low_in=True, high=number, high_in=False)
        case Comparator.AT_MOST:
            return Reach(Fraction(0), low_in=True, high=number, high_in=True)
        case Comparator.GREATER:
            return Reach(number, low_in=False, high=None, high_in=False)
        case Comparator.AT_LEAST:
            return Reach(number, low_in=True, high=None, high_in=False)
    return Reach(number, low_in=True, high=number, high_in=True)


def parse_interval(
    text: str, *, decimal_comma: bool = False, units: Collection[str] = ()
) -> Span:
    """Read a laboratory's own interval, in the unit of the result it came with.

    ``3.5-5.3`` (or an en dash, a minus sign, or ``to``) has both limits inside;
    ``<5``, ``<=5``, ``>30`` and ``>=30`` are open on the other side.  It may stand in
    round or square brackets, and one of *units*, the spellings of the result's own
    unit, may follow it.

    Raises:
        ReadingError: as for a reading, or ``limits_reversed``, ``no_width`` (low and
            high are equal, as in the placeholder ``0-0``), ``no_limit`` (it would
            take in, or leave out, every value) or ``not_an_interval``.

    >>> parse_interval("3.5-5.3").side(reading_reach(parse_reading("5.3")))
    <Side.INSIDE: 'inside'>
    """
    body = _bare(_checked(text, _LONGEST_INTERVAL), units)
    match = _RANGE.fullmatch(body)
    if match is not None:
        return _between(match[1], match[2], decimal_comma=decimal_comma)
    reading = parse_reading(body, decimal_comma=decimal_comma)
    if not reading.number:
        raise ReadingError("no_limit", _ALLOWED_INTERVAL)
    match reading.comparator:
        case Comparator.LESS:
            return Span(below=reading.number)
        case Comparator.AT_MOST:
            return Span(at_most=reading.number)
        case Comparator.GREATER:
            return Span(above=reading.number)
        case Comparator.AT_LEAST:
            return Span(at_least=reading.number)
    raise ReadingError("not_an_interval", _ALLOWED_INTERVAL)


def interval_from_fields(
    low: str | None, high: str | None, *, decimal_comma: bool = False
) -> Span:
    """Read an interval from a low and a high field; both limits lie inside.

    A field that is None or blank leaves that side open.

    Raises:
        ReadingError: as for ``parse_interval``; ``empty`` where both are missing.
    """
    low, high = (low or "").strip(" "), (high or "").strip(" ")
    if low and high:
        return _between(low, high, decimal_comma=decimal_comma)
    if not low and not high:
        raise ReadingError("empty", _ALLOWED_INTERVAL)
    limit = _number(_checked(low or high, _LONGEST), decimal_comma=decimal_comma)
    if not limit:
        raise ReadingError("no_limit", _ALLOWED_INTERVAL)
    return Span(at_least=limit) if low else Span(at_most=limit)


def _bare(body: str, units: Collection[str]) -> str:
    """Return an interval without the brackets around it and the unit after it."""
    inside = _unbracketed(body)
    for unit in units:
        number = inside.removesuffix(unit).rstrip(" ")
        if number != inside and number[-1:] in _ENDS_OF_INTERVALS:
            return _unbracketed(number)
    return inside


_ENDS_OF_INTERVALS = frozenset("0123456789)]")


def _unbracketed(body: str) -> str:
    return body[1:-1] if body[:1] + body[-1:] in {"()", "[]"} else body


def lab_interval(
    text: str, *, decimal_comma: bool = False, units: Collection[str] = ()
) -> LabInterval:
    """Keep the laboratory's interval as it came, with its span where it can be read."""
    try:
        span = parse_interval(text, decimal_comma=decimal_comma, units=units)
        return LabInterval(text, span)
    except ReadingError:
        return LabInterval(text, None)


def lab_interval_from_fields(
    low: str | None, high: str | None, *, decimal_comma: bool = False
) -> LabInterval:
    """Do as ``lab_interval`` does, for an interval sent as two fields."""
    one_sided = f">={low}" if low else f"<={high or ''}"
    text = f"{low}-{high}" if low and high else one_sided
    try:
        span = interval_from_fields(low, high, decimal_comma=decimal_comma)
    except ReadingError:
        return LabInterval(text, None)
    return LabInterval(text, span)


def _between(low: str, high: str, *, decimal_comma: bool) -> Span:
    at_least = _number(_checked(low, _LONGEST), decimal_comma=decimal_comma)
    at_most = _number(_checked(high, _LONGEST), decimal_comma=decimal_comma)
    if at_least == at_most:
        raise ReadingError("no_width", _ALLOWED_INTERVAL)
    try:
        return Span(at_least=at_least, at_most=at_most)
    except CatalogueError as error:
        raise ReadingError("limits_reversed", _ALLOWED_INTERVAL) from error


def _checked(text: str, longest: int) -> str:
    """Return *text* without the spaces around it, once its characters are allowed."""
    if len(text) > longest:
        raise ReadingError("too_long", _ALLOWED)
    if text.isascii() and text.isprintable():
        return text.strip(" ")
    for character in text:
        if unicodedata.category(character) in {"Cc", "Cf"}:
            raise ReadingError("control_character", _ALLOWED)
        if character.isdigit() and not character.isascii():
            raise ReadingError("not_ascii_digits", _ALLOWED)
    return text.strip(" ")


def _number(body: str, *, decimal_comma: bool) -> Decimal:
    grammar = _COMMA if decimal_comma else _POINT
    if grammar.fullmatch(body):
        return Decimal(body.replace(",", "."))
    allowed = _ALLOWED_COMMA if decimal_comma else _ALLOWED
    if decimal_comma and _POINT.fullmatch(body):
        raise ReadingError("ambiguous_separator", allowed)
    for code, pattern in _FAULTS:
        if pattern.fullmatch(body):
            raise ReadingError(code, allowed)
    raise ReadingError("not_a_number", allowed)

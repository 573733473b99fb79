"""A number of a workbook as it is shown: its digits, its zeros, or a day."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation

from service.intake.strict_json import Number

_DIGITS = Context(prec=15, rounding=ROUND_HALF_EVEN)
_NUMBER = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?([eE][-+]?[0-9]{1,3})?", re.ASCII)
_FIXED = re.compile(r"(?:#,##)?0\.(0{1,9})_?\)?", re.ASCII)
_SPOKEN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_WORDS = re.compile(r'"[^"]*"|\\.')
_CONDITION = re.compile(r"\[[<>=]")
_SIGNS = re.compile(r"[<>=~\u2264\u2265+0-9%-]")  # the two are at most, at least
_SCALED = re.compile(r"[0#?],+(?![0#?,])")  # a comma at the end divides by a thousand
_MARKS = re.compile(r"[<>=~\u2264\u2265%]")
_DAY_FORMATS = frozenset({*range(14, 18), 22, *range(27, 32), *range(50, 59), 36})
_TIME_FORMATS = frozenset({18, 19, 20, 21, 22, 32, 33, 34, 35, 45, 46, 47})
_BUILT_IN = {"2": "0.00", "4": "#,##0.00", "9": "0%", "10": "0.00%"}
_SECONDS = 86_400
_LEAP_THAT_NEVER_WAS = 60  # 29 February 1900, which the first spreadsheets counted
_LAST_DAY = 2_958_465  # 31 December 9999
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Format:
    """How a cell shows its number.

    ``places`` are those of a plain fixed format, 0 for any other; ``day`` and
    ``time`` say what of a moment it shows.  ``other`` shows something else than the
    number that is stored: percent, a comparator, zeros before it, or words by its size.
    """

    places: int = 0
    other: bool = False
    day: bool = False
    time: bool = False


def format_of(number: str, code: str | None) -> Format:
    """Return what the format of that *number*, or its own *code*, shows."""
    if code is None and number.isdigit():
        known = int(number)
        if known in _DAY_FORMATS | _TIME_FORMATS:
            return Format(day=known in _DAY_FORMATS, time=known in _TIME_FORMATS)
    plain = code or _BUILT_IN.get(number, "General")
    if _shows_other(plain):
        return Format(other=True)
    fixed = _FIXED.fullmatch(plain.split(";")[0])
    if fixed:
        return Format(places=len(fixed[1]))
    bare = _SPOKEN.sub("", plain.split(";")[0]).lower()
    if bare in {"general", "@"}:
        return Format()
    time = "h" in bare or "s" in bare
    day = "y" in bare or "d" in bare or ("m" in bare and not time)
    return Format(day=day, time=time)


def _shows_other(code: str) -> bool:
    """Say whether a format shows more than the number, or another one.

    Words behind a number (a unit) are no matter; signs and digits among them are.
    """
    first = code.partition(";")[0]
    spoken = "".join(_WORDS.findall(first))
    bare = _SPOKEN.sub("", first)
    return bool(
        _CONDITION.search(code)
        or _SIGNS.search(spoken)
        or _MARKS.search(bare)
        or _SCALED.search(bare)
        or bare.partition(".")[0].count("0") > 1  # 00007
    )


def shown_number(text: str, form: Format, *, from_1904: bool) -> tuple[str, str]:
    """Return the text of a stored number, and the code of what is wrong with it.

    Digits are as they are stored, at most the 15 that a spreadsheet keeps; zeros that
    a fixed format shows are added; a day is written as ISO 8601.  A plain number is a
    ``Number``: it has a point, whatever its sender writes in texts.
    """
    if not _NUMBER.fullmatch(text):
        return text, ""
    number = _fifteen(text)
    if form.other or (number and number.adjusted() >= _DIGITS.prec):
        return "", "number_format"  # of a longer one, the last digits are lost
    if number is None:
        return text, ""
    if form.day or form.time:
        return _moment(number, form, from_1904=from_1904)
    plain = f"{number:f}"
    if len(plain) > _LONGEST:
        return text, ""
    places = len(plain.partition(".")[2])
    if form.places > places:
        plain = f"{number:.{form.places}f}"
    return Number(plain), ""


def _fifteen(text: str) -> Decimal | None:
    """Return the number with the digits that were stored, or the 15 that are kept."""
    try:
        number = Decimal(text)
        if len(number.as_tuple().digits) <= _DIGITS.prec:
            return number
        rounded = _DIGITS.plus(number)
    except InvalidOperation:
        return None
    return rounded.normalize(_DIGITS)  # the zeros are of the rounding, not of the cell


def _moment(number: Decimal, form: Format, *, from_1904: bool) -> tuple[str, str]:
    if not 0 <= number < _LAST_DAY + 1:
        return "", "not_a_day"
    seconds = int((number * _SECONDS).to_integral_value())
    days, rest = divmod(seconds, _SECONDS)
    time = f"{rest // 3600:02}:{rest // 60 % 60:02}"
    if rest % 60:
        time += f":{rest % 60:02}"
    if form.time and not form.day:
        return time, ""
    day = _day(days, from_1904=from_1904)
    if day is None:
        return "", "not_a_day"
    shown = day.isoformat()
    return (f"{shown} {time}" if form.time else shown), ""


def _day(days: int, *, from_1904: bool) -> date | None:
    if from_1904:
        start = date(1904, 1, 1)
    elif days == _LEAP_THAT_NEVER_WAS or not days:
        return None
    else:
        start = date(1899, 12, 30 if days > _LEAP_THAT_NEVER_WAS else 31)
    try:
        return start + timedelta(days=days)
    except OverflowError:
        return None

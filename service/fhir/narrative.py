"""What a person reads of a document: plain XHTML, made of the resources themselves."""

from collections.abc import Iterable, Iterator
from html import escape

from reports.wording import Wording
from service.fhir.elements import Json

_XHTML = "http://www.w3.org/1999/xhtml"


def narrative(inside: str, wording: Wording) -> Json:
    """Return *inside*, which is XHTML, as a Narrative in the language of *wording*."""
    way = "rtl" if wording.right_to_left else "ltr"
    language = f'lang="{wording.locale}" xml:lang="{wording.locale}" dir="{way}"'
    return {
        "status": "generated",
        "div": f'<div xmlns="{_XHTML}" {language}>{inside}</div>',
    }


def paragraphs(texts: Iterable[str]) -> str:
    """Return one paragraph per text."""
    return "".join(f"<p>{escape(one)}</p>" for one in texts)


def table(observations: Iterable[Json], wording: Wording) -> str:
    """Return every observation as a row: test, result, range used, what was found."""
    names = ("test", "result", "range", "outcome")
    heads = _row("th", (wording.say(f"table.{name}") for name in names))
    rows = "".join(_row("td", _cells(one)) for one in observations)
    return f"<table><thead>{heads}</thead><tbody>{rows}</tbody></table>"


def _row(tag: str, cells: Iterable[str]) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(one)}</{tag}>' for one in cells)}</tr>"


def _cells(observation: Json) -> Iterator[str]:
    yield observation["code"]["text"]
    yield _value(observation)
    ranges = observation.get("referenceRange", ())
    yield next((one["text"] for one in ranges if _is_normal(one)), "")
    yield "; ".join(
        one["text"] for one in observation["interpretation"] if "text" in one
    )


def _value(observation: Json) -> str:
    if "valueQuantity" not in observation:
        return str(observation.get("valueString", ""))
    amount = observation["valueQuantity"]
    number = f"{amount.get('comparator', '')}{amount['value']:f}"
    return f"{number} {amount.get('unit', '')}".strip()


def _is_normal(one: Json) -> bool:
    return bool(one["type"]["coding"][0]["code"] == "normal")

"""An interpretation as ORU^R01, for an engine that wants it back: flags, notes, page.

The results are those that were sent, each with our flag, what the page says of it as
notes, and last the page itself as a PDF.
"""

import base64
from collections.abc import Iterator
from itertools import chain

from reference_ranges.panel import Comparator, Observation, ObservationStatus
from reference_ranges.partitions import Sex
from reference_ranges.results import Interpretation, Result
from reports.beyond import beyond
from reports.model import Card, Page, Row, Unjudged
from reports.wording import Wording, load_wording
from service.intake.hl7.answering import APPLICATION, CHARSET
from service.intake.hl7.er7 import Er7Error, Segment, escaped, parse
from service.intake.hl7.header import Header, read_header
from service.intake.hl7.reading import SOURCE
from service.intake.hl7.tables import SEX
from service.intake.hl7.times import hl7_time
from service.reporting import ReportOptions, report_page, report_pdf
from service.services import Services
from service.store.interpretations import Stored

_VERSION = "2.5.1"
_LONGEST_ID = 20
_SEXES = {sex: code for code, sex in reversed(SEX.items()) if code}
_STATUSES = {
    ObservationStatus.FINAL: "F",
    ObservationStatus.PRELIMINARY: "P",
    ObservationStatus.CORRECTED: "C",
    ObservationStatus.CANCELLED: "X",
    ObservationStatus.ENTERED_IN_ERROR: "W",
}


def oru_of(app: Services, stored: Stored, options: ReportOptions) -> str:
    """Return the message; every segment ends in a carriage return.

    It is the same message for the same record.  Text is for UTF-8.
    """
    page = report_page(app, stored, options)
    made = stored.interpretation
    wording = load_wording(stored.submission.locale)
    results = (*made.results, *made.derived)
    status = _status(stored)
    segments = [
        _head(app, stored),
        _patient(stored),
        _order(stored, status),
        *_notes(chain(_first(page), order_notes(made, wording))),
    ]
    for number, result in enumerate(results, start=1):
        segments.append(_result(number, result))
        segments += _notes(chain(_said(result, page), result_notes(result)))
    pdf = base64.b64encode(report_pdf(app, stored, options)).decode("ascii")
    segments.append(
        f"OBX|{len(results) + 1}|ED|PDF^Report^99{APPLICATION}||"
        f"{APPLICATION}^application^pdf^Base64^{pdf}||||||{status}"
    )
    return "".join(f"{segment}\r" for segment in segments)


def _first(page: Page) -> Iterator[str]:
    """Yield what the page begins with: what cannot wait, then the summary."""
    for box in (*page.alerts, page.summary):
        yield from (box.heading, *box.lead, *box.items, box.closing)


def order_notes(made: Interpretation, wording: Wording) -> Iterator[str]:
    """Yield all that was found beyond single results, each by its code and in words."""
    for one in beyond(made, wording):
        code = f"{one.kind} {one.code}"
        why = f" ({one.why})" if one.why else ""
        text = one.text or one.about
        yield f"{code}{why}: {text}" if text else f"{code}{why}"


def result_notes(result: Result) -> Iterator[str]:
    """Yield what became of *result* in our codes, and what stands beside it."""
    yield f"outcome {result.outcome.words}"
    yield from (f"caution {code}" for code in result.cautions)
    yield from (f"missing {fact}" for fact in result.settled_by)
    if result.observation.detail:
        yield f"detail {result.observation.detail}"


def _head(app: Services, stored: Stored) -> str:
    header = _sent_header(stored)
    fields = (
        *(r"MSH|^~\&", APPLICATION, escaped(app.settings.letterhead.clinic)),
        *header.sender,
        *(hl7_time(stored.made_at), "", "ORU^R01^ORU_R01", stored.id[:_LONGEST_ID]),
        "T" if stored.submission.test_message or app.demo else "P",
        *(_VERSION, "", "", "", "", "", CHARSET),
    )
    return "|".join(fields)


def _sent_header(stored: Stored) -> Header:
    """Return the header that the panel came with, if it came by HL7."""
    if stored.submission.source != SOURCE:
        return Header()
    try:
        return read_header(parse(stored.submission.raw).header)
    except Er7Error:
        return Header()


def _sent_order(stored: Stored) -> tuple[str, str]:
    """Return the placer's and the filler's number of a panel that came by HL7."""
    if stored.submission.source != SOURCE:
        return "", ""
    orders = [one for one in parse(stored.submission.raw).segments if _is_order(one)]
    numbers = {tuple(escaped(one.part(n)) for n in (2, 3)) for one in orders}
    placer, filler = numbers.pop() if len(numbers) == 1 else ("", "")
    return placer, filler


def _is_order(segment: Segment) -> bool:
    return segment.name == "OBR"


def _patient(stored: Stored) -> str:
    """Return the PID; a name of one text stands whole as the family name."""
    who = stored.submission.identity
    family, first, *further = (*stored.submission.name_parts, "", "")
    name = (family, first, " ".join(filter(None, further)))
    parts = "^".join(map(escaped, name)).rstrip("^") or escaped(who.name)
    number = f"{escaped(who.record_number)}^^^^MR" if who.record_number else ""
    birth = who.birth_date.replace("-", "")
    sex = _SEXES[Sex(who.sex)]
    fields = ("PID", "1", "", number, "", parts, "", birth, sex)
    return "|".join(fields)


def _order(stored: Stored, status: str) -> str:
    placer, filler = _sent_order(stored)
    fields = [""] * 26
    fields[0:5] = (
        *("OBR", "1", placer, filler or f"{stored.id}^{APPLICATION}"),
        f"{stored.id}^Interpretation^99{APPLICATION}",
    )
    fields[7] = _collected(stored)
    fields[16] = f"^{escaped(stored.submission.requester)}"
    fields[22] = hl7_time(stored.made_at)
    fields[25] = status
    return "|".join(fields)


def _collected(stored: Stored) -> str:
    """Return when the specimen was collected, as exact as it was told."""
    sent = stored.submission
    if sent.collected_on is not None:
        return f"{sent.collected_on:%Y%m%d}"
    return hl7_time(sent.collected_at) if sent.collected_at else ""


def _status(stored: Stored) -> str:
    """Return R until a clinician has reviewed it, then F, or C where it corrects."""
    if stored.review is None:
        return "R"
    return "C" if stored.supersedes else "F"


def _result(number: int, result: Result) -> str:
    seen = result.observation
    kind, value = _value(seen)
    interval = seen.lab_interval.text if seen.lab_interval else ""
    fields = (
        *("OBX", f"{number}", kind, _code(seen, result), "", value),
        *(escaped(seen.unit_text), escaped(interval), result.code or "", "", ""),
        _STATUSES[seen.status],
    )
    return "|".join(fields)


def _value(seen: Observation) -> tuple[str, str]:
    if seen.reading is None:
        return "ST", escaped(seen.value_text)
    if seen.reading.comparator is Comparator.EQUAL:
        return "NM", escaped(seen.value_text.strip(" ="))
    comparator = escaped(seen.reading.comparator.value)
    number = seen.value_text.strip(" <>=≤≥")
    return "SN", f"{comparator}^{escaped(number)}"


def _code(seen: Observation, result: Result) -> str:
    name = escaped(seen.name or result.name)
    ours = f"{seen.analyte}^{escaped(result.name)}^99{APPLICATION}"
    if seen.loinc is None:
        return ours if seen.analyte else f"^{name}"
    loinc = f"{escaped(seen.loinc)}^{name}^LN"
    return f"{loinc}^{ours}" if seen.analyte else loinc


def _said(result: Result, page: Page) -> Iterator[str]:
    """Yield what the page says of *result*, paragraph by paragraph."""
    parts: tuple[Card | Row | Unjudged, ...] = (
        *page.cards,
        *page.rows,
        *page.unjudged,
    )
    for part in parts:
        if any(one is result for one in part.about):
            yield from _texts(part)
            return


def _texts(part: Card | Row | Unjudged) -> tuple[str, ...]:
    if isinstance(part, Card):
        return (part.chip.text, *part.texts, *part.notes)
    if isinstance(part, Row):
        return (part.note, part.ranges)
    return (part.why, part.ranges)


def _notes(texts: Iterator[str] | tuple[str, ...]) -> Iterator[str]:
    told = (text for text in texts if text)
    for number, text in enumerate(told, start=1):
        yield f"NTE|{number}|L|{escaped(text)}"

"""What stands around the results: whose they are, which report it is, its state."""

from collections.abc import Iterator
from datetime import date, datetime

from reports.dates import date_words, moment_words
from reports.direction import isolated
from reports.identity import Identity, Letterhead, ReportFacts
from reports.model import Header
from reports.said import (
    SENT,
    Said,
    foreign_to,
    grounds_of,
    resting,
    spoken,
    together,
)
from reports.wording import Wording, load_wording

_PATIENT, _PANEL, _CLINIC = f"{SENT}patient", f"{SENT}panel", f"{SENT}clinic"


DATA_FILE = "results.fhir.json"
"""The name of the file inside a report: the same results, for a computer."""

_CHILD = 16  # years under which a parent or carer reads the page


def header_of(
    identity: Identity, facts: ReportFacts, letterhead: Letterhead, wording: Wording
) -> Header:
    """Return the top of the page; what was not supplied is said to be missing."""
    contact = (letterhead.address, letterhead.phone)
    return Header(
        clinic=resting(letterhead.clinic, _CLINIC),
        contact=resting(" · ".join(part for part in contact if part), _CLINIC),
        title=wording.say("header.title"),
        name=resting(identity.name.strip() or wording.say("header.no_name"), _PATIENT),
        facts=tuple([resting(f, _PANEL) for f in _facts(identity, facts, wording)]),
        reader=_reader(identity, facts, wording),
        more=wording.say("header.more"),
    )


def footer_of(
    identity: Identity, facts: ReportFacts, wording: Wording
) -> tuple[str, ...]:
    """Return the identifiers and the report's number for the foot of every sheet."""
    missing = wording.say("header.not_supplied")
    born = _born(identity, wording)
    record = identity.record_number.strip() or missing
    report, version = facts.report_id, str(facts.version)
    code = (wording.say("footer.code", code=facts.code),) if facts.code else ()
    return (
        resting(identity.name.strip() or wording.say("header.no_name"), _PATIENT),
        resting(wording.say("header.born", date=born), _PATIENT),
        resting(wording.say("header.record", number=record), _PATIENT),
        resting(wording.say("footer.report", id=report, version=version), "/id"),
        *(resting(one, "/id") for one in code),
    )


def mark_of(facts: ReportFacts) -> str:
    """Return what the document itself says of which report it is, or nothing."""
    return f"report {facts.report_id} code {facts.code}" if facts.code else ""


def status_of(facts: ReportFacts, wording: Wording) -> str:
    """Return who has reviewed the report, or that nobody has; and what it replaces."""
    if facts.reviewed_by:
        when = _when(facts.reviewed_at, wording)
        line = wording.say("status.reviewed", name=facts.reviewed_by, when=when)
    else:
        line = wording.say("status.unreviewed")
    if facts.corrects_unknown:
        line = together([wording.say("status.earlier"), line])
    if facts.supersedes:
        corrected = wording.say("status.corrected", id=facts.supersedes)
        line = together([corrected, line])
    if facts.superseded_by:
        replaced = wording.say("status.replaced", id=facts.superseded_by)
        line = together([replaced, line])
    if wording.unchecked:
        line = together([line, *_unchecked(wording)])
    return resting(line, "/status")


def _unchecked(wording: Wording) -> Iterator[str]:
    """Yield that nobody has checked the translation, in its language and at its origin.

    Who reads both must not have to trust a translation to know that.
    """
    yield wording.say("status.unchecked")
    origin = wording.language.translated_from
    said = load_wording(origin).say("status.unchecked")
    if wording.right_to_left:
        said = Said(isolated(said), grounds_of(said))
    yield spoken(said, foreign_to(wording.locale, origin))


def watermark_of(facts: ReportFacts, wording: Wording) -> str:
    """Return the word across every sheet, or nothing."""
    mark = facts.watermark.lower()
    return wording.say(f"watermark.{mark}") if mark else ""


def _reader(identity: Identity, facts: ReportFacts, wording: Wording) -> str:
    """Return that *you* is the child, where the patient was one at collection."""
    day = facts.collection_day
    try:
        born = date.fromisoformat(identity.birth_date)
    except ValueError:
        return ""
    if day is None:
        return ""
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    if not 0 <= years < _CHILD:
        return ""
    return resting(wording.say("header.child"), _PATIENT)


def _facts(identity: Identity, facts: ReportFacts, wording: Wording) -> Iterator[str]:
    missing = wording.say("header.not_supplied")
    yield wording.say("header.born", date=_born(identity, wording))
    yield wording.say("header.record", number=identity.record_number.strip() or missing)
    yield wording.say("header.sex", sex=wording.say(f"sexes.{identity.sex}"))
    yield wording.say("header.taken", when=_taken(facts, wording))
    yield wording.say("header.received", when=_when(facts.received_at, wording))
    sample = wording.say(f"specimens.{facts.specimen}") if facts.specimen else missing
    yield wording.say("header.sample", sample=sample)
    yield wording.say("header.laboratory", name=facts.laboratory or missing)
    yield wording.say("header.requester", name=facts.requester or missing)
    yield wording.say("header.issued", when=_when(facts.issued_at, wording))


def _born(identity: Identity, wording: Wording) -> str:
    if not identity.birth_date:
        return wording.say("header.not_supplied")
    return date_words(identity.birth_date, wording)


def _taken(facts: ReportFacts, wording: Wording) -> str:
    """Return when the specimen was collected: the day alone where no time was told."""
    if facts.collected_on is not None:
        return date_words(facts.collected_on.isoformat(), wording)
    return _when(facts.collected_at, wording)


def _when(moment: datetime | None, wording: Wording) -> str:
    if moment is None:
        return wording.say("header.not_supplied")
    return moment_words(moment, wording)

"""What can be set up of a sender, and which of it is refused: every value by name."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from reference_ranges.catalogue import Catalogue
from service.access.errors import SetupRefused
from service.intake.sender import Sender
from service.problems import Fault

LONGEST_NAME = 64
LONGEST_LABORATORY = 200
LONGEST_CODE = 128
LONGEST_UNIT = 32
MOST_ALIASES = 1000
_SHOWN = 64


@dataclass(frozen=True, slots=True)
class Setup:
    """How a sender is set up, as someone typed it; what is empty is the service's own.

    ``aliases`` leads from the sender's codes and names, in small letters, to the ids
    of analytes; ``units`` from its spellings of units, case and all, to units of ours.
    ``zone`` is an IANA name.
    """

    name: str
    laboratory: str = ""
    zone: str = ""
    profile: str = ""
    locale: str = ""
    decimal_comma: bool = False
    hl7_errors: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)


def require_fit(setup: Setup, catalogue: Catalogue, locales: tuple[str, ...]) -> None:
    """Let *setup* through if every value of it is known.

    Raises:
        SetupRefused: with one fault for each that is not.
    """
    faults = (
        *_texts(setup),
        *_of_lists(setup, catalogue, locales),
        *_aliases(setup.aliases, catalogue),
        *_units(setup.units, catalogue),
    )
    if faults:
        raise SetupRefused(faults)


def small(code: str) -> str:
    """Return a sender's code or name in the small letters that it is looked up by."""
    return code.strip().casefold()


def sender_of(setup: Setup) -> Sender:
    """Return what reading a submission needs to know of *setup*."""
    zone = UTC if setup.zone == "UTC" else setup.zone and ZoneInfo(setup.zone)
    return Sender(
        name=setup.name,
        laboratory=setup.laboratory,
        aliases=dict(setup.aliases),
        units=dict(setup.units),
        zone=zone or None,
        profile=setup.profile,
        locale=setup.locale,
        decimal_comma=setup.decimal_comma,
        hl7_errors=setup.hl7_errors,
    )


def document_of(setup: Setup) -> dict[str, Any]:
    """Return *setup* as JSON holds it."""
    return asdict(setup)


def zones() -> tuple[str, ...]:
    """Return the names of all zones, in order."""
    return tuple(sorted(available_timezones() | {"UTC"}))


def _texts(setup: Setup) -> Iterator[Fault]:
    if not setup.name.strip():
        yield Fault("name", "required")
    for name, limit in (("name", LONGEST_NAME), ("laboratory", LONGEST_LABORATORY)):
        text = getattr(setup, name)
        yield from _text(name, text, limit)


def _text(pointer: str, text: str, limit: int) -> Iterator[Fault]:
    if len(text) > limit:
        allowed = (f"at most {limit} characters",)
        yield Fault(pointer, "too_long", text[:_SHOWN], allowed)
    if any(unicodedata.category(char) in {"Cc", "Cf"} for char in text):
        yield Fault(pointer, "control_character")


def _of_lists(
    setup: Setup, catalogue: Catalogue, locales: tuple[str, ...]
) -> Iterator[Fault]:
    lists = {
        "zone": (setup.zone, zones(), ("an IANA name, such as Europe/Berlin",)),
        "profile": (setup.profile, catalogue.profiles, tuple(catalogue.profiles)),
        "locale": (setup.locale, locales, locales),
    }
    for pointer, (text, known, allowed) in lists.items():
        if text and text not in known:
            yield Fault(pointer, "not_allowed", text[:_SHOWN], allowed)


def _aliases(aliases: Mapping[str, str], catalogue: Catalogue) -> Iterator[Fault]:
    if len(aliases) > MOST_ALIASES:
        yield Fault("aliases", "too_long", allowed=(f"at most {MOST_ALIASES}",))
    for code, analyte in aliases.items():
        at = f"aliases/{code[:_SHOWN]}"
        if not code or code != small(code):
            yield Fault(at, "not_allowed", code[:_SHOWN], ("small letters",))
        yield from _text(at, code, LONGEST_CODE)
        if analyte not in catalogue.analytes:
            known = tuple(catalogue.analytes)
            yield Fault(at, "not_allowed", analyte[:_SHOWN], known)


def _units(units: Mapping[str, str], catalogue: Catalogue) -> Iterator[Fault]:
    """Yield what is wrong with *units*: none takes a spelling of ours another way."""
    if len(units) > MOST_ALIASES:
        yield Fault("units", "too_long", allowed=(f"at most {MOST_ALIASES}",))
    analytes = catalogue.analytes.values()
    known = {name for one in analytes for name in one.units}
    taken = {text: name for one in analytes for text, name in one.spellings.items()}
    for spelling, unit in units.items():
        at = f"units/{spelling[:_SHOWN]}"
        yield from _text(at, spelling, LONGEST_UNIT)
        if not spelling or spelling != spelling.strip():
            yield Fault(at, "not_allowed", spelling[:_SHOWN])
        if taken.get(spelling, unit) != unit:
            yield Fault(at, "not_allowed", unit[:_SHOWN], (taken[spelling],))
        elif unit not in known:
            yield Fault(at, "not_allowed", unit[:_SHOWN], tuple(sorted(known)))

"""Magic patients: requests that show one outcome, code, urgency or hazard each."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("magic.toml")


@dataclass(frozen=True, slots=True)
class Magic:
    """One request, and what is answered to it.

    ``after`` are the ids of those that must have been sent before; ``<id of X>`` in
    the body stands for what X was stored as.  ``scope`` is all that the key may open,
    empty for everything.  The body is filled up with blanks to ``padded_to`` bytes,
    and the request is sent ``times`` times.
    """

    id: str
    about: str
    expect: Mapping[str, Any]
    method: str = "POST"
    path: str = "/v1/interpretations"
    headers: Mapping[str, str] = field(default_factory=dict)
    scope: str = ""
    body: str = ""
    padded_to: int = 0
    times: int = 1
    after: tuple[str, ...] = ()

    @property
    def proves(self) -> frozenset[str]:
        """The outcome, reason, urgency or codes that it shows."""
        words = ("outcome", "reason", "urgency", "code", "fault")
        return frozenset(self.expect[word] for word in words if word in self.expect)


@cache
def magic() -> tuple[Magic, ...]:
    """Return all magic patients, in the order in which they can be sent."""
    rows = _document()["magic"]
    return tuple(Magic(**row | {"after": tuple(row.get("after", ()))}) for row in rows)


def apart() -> dict[str, str]:
    """Return the codes that have no magic patient, and why."""
    return {row["code"]: row["why"] for row in _document()["apart"]}


def hazards() -> dict[str, str | tuple[str, ...]]:
    """Return by hazard the magic patients that show it, or where else it is seen."""
    return {
        row["id"]: row["seen"] if "seen" in row else tuple(row["shown_by"])
        for row in _document()["hazard"]
    }


def sandbox_markdown() -> str:
    """Return ``docs/sandbox.md``."""
    return "\n".join(_markdown()) + "\n"


def _document() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text("utf-8"))


_INTRODUCTION = """\
# The sandbox: magic patients

Each of these requests shows one thing, offline, on your own machine. `plainlab demo`
hands them out at `/sandbox`, as JSON, and prints a key to send them with. Everybody is
invented. A test sends each of them and sees exactly what is written here.

What is not said is: POST to `/v1/interpretations`, `Content-Type: application/json`,
with a key that may do everything. `<id of X>` stands for the `id` that was answered to
X; what builds on MAGIC-FIRST works once in each database."""


def _markdown() -> Iterator[str]:
    yield _INTRODUCTION
    yield "\n## What you send, and what you get"
    for one in magic():
        manner = "; ".join(_manner(one))
        yield f"\n### {one.id}\n\n{one.about} {_answer(one.expect)}."
        if manner:
            yield f"\nSent so: {manner}."
        if one.body:
            yield f"\n```{_kind(one)}\n{one.body}\n```"
    yield "\n## Hazards of the safety case (`plainlab safety`), and who shows them\n"
    for hazard, shown in hazards().items():
        yield f"- {hazard}: {shown if isinstance(shown, str) else ', '.join(shown)}"
    yield "\n## Codes without a magic patient\n"
    yield from (f"- `{code}`: {why}" for code, why in apart().items())


def _kind(one: Magic) -> str:
    return "hl7" if "hl7" in one.headers.get("Content-Type", "") else "json"


def _answer(expect: Mapping[str, Any]) -> str:
    words = (f"{key} `{str(value).lower()}`" for key, value in expect.items())
    return "Answered with " + ", ".join(words)


def _manner(one: Magic) -> Iterator[str]:
    if (one.method, one.path) != ("POST", "/v1/interpretations"):
        yield f"`{one.method} {one.path}`"
    yield from (f"`{name}: {text}`" for name, text in one.headers.items())
    if one.scope:
        yield f"with a key that has the scope `{one.scope}` alone"
    if one.padded_to:
        yield f"blanks after the body, to {one.padded_to} bytes"
    if one.times > 1:
        yield f"{one.times} times"
    if one.after:
        yield f"after {', '.join(one.after)}"

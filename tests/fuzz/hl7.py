"""HL7 messages that went wrong on the way: cut, doubled, swapped, filled with noise."""

from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from reference_ranges.loading import load_catalogue
from service.evaluation.running import evaluation_door
from service.intake.hl7.answering import Issue, acknowledgement
from service.intake.hl7.er7 import split_messages
from service.intake.hl7.reading import Answer, read_message
from tests.conftest import SAMPLES

FOLDER = Path(__file__).parent.parent / "hl7" / "messages"
KEPT = Path(__file__).parent / "corpus" / "hl7"
_LARGEST = 200_000


@cache
def _door():
    return evaluation_door(load_catalogue())


@cache
def _seeds():
    files = [*FOLDER.glob("*"), *(SAMPLES / "hl7v2").rglob("*.hl7"), *KEPT.glob("*")]
    return [one.read_bytes().replace(b"\r\n", b"\r").replace(b"\n", b"\r")
            for one in sorted(files)]  # fmt: skip


_NOISE = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [
            *(b"|", b"^", b"~", b"\\", b"&", b"\r", b"\n", b"\x0b", b"\x1c\r", b"\\X"),
            *(b"MSH|^~\\&|", b"OBX|", b"PID|", b"OBR|", b"SPM|", b"NTE|", b'""', b"-"),
            *(b"\\.br\\", b"\\XFF\\", b"\\X", b"9**9**9", b"1e999", b"<", b"\xc2\xb5"),
            *(b"|" * 999, b"^" * 999, b"~" * 999, b"\\" * 999, b"&" * 999, b"9" * 999),
            *(b"20261399", b"-0001", b"\xef\xbb\xbf", b"UNICODE UTF-8", b"8859/1"),
        ]
    ),
)


@st.composite
def inputs(draw):
    """Return a message with up to eight faults."""
    body = draw(st.sampled_from(_seeds()))
    for _ in range(draw(st.integers(0, 8))):
        body = draw(_FAULTS)(draw, body)[:_LARGEST]
    return body


def _place(draw, body):
    return draw(st.integers(0, len(body)))


def _cut(draw, body):
    start = _place(draw, body)
    return body[:start] + body[start + draw(st.integers(0, 80)) :]


def _insert(draw, body):
    at = _place(draw, body)
    return body[:at] + draw(_NOISE) + body[at:]


def _double(draw, body):
    lines = body.split(b"\r")
    at = draw(st.integers(0, len(lines) - 1))
    return b"\r".join(
        [*lines[:at], *[lines[at]] * draw(st.integers(2, 9)), *lines[at:]]
    )


def _swap(draw, body):
    lines = body.split(b"\r")
    one, two = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    lines[one], lines[two] = lines[two], lines[one]
    return b"\r".join(lines)


def _refill(draw, body):
    fields = body.split(b"|")
    at = draw(st.integers(0, len(fields) - 1))
    fields[at] = draw(_NOISE)
    return b"|".join(fields)


_FAULTS = st.sampled_from([_cut, _insert, _double, _swap, _refill])


def take(body):
    """Read it to its end, and check what holds of every answer."""
    door = _door()
    for raw in split_messages(body):
        reading = read_message(raw, door)
        stored = ["a" * 26] * len(reading.panels)
        text = acknowledgement(reading, Issue("1", door.now), stored)
        assert text.startswith("MSH|^~\\&|")
        assert text.endswith("\r")
        assert reading.panels or reading.answer is not Answer.ACCEPTED
        text.encode()

"""No message, however it is made, takes a second or much memory to answer."""

import time
import tracemalloc

import pytest

from service.intake.hl7.answering import Issue, acknowledgement
from service.intake.hl7.er7 import split_messages
from service.intake.hl7.reading import read_message
from service.receiving import MOST_MESSAGES
from tests.hl7.conftest import HEAD, ORDER, PATIENT, POTASSIUM, wire
from tests.long import untraced

LARGEST = 1_000_000  # what the HTTP door takes
SLOWEST = 1.0  # seconds of the processor
MOST_MEMORY = 100_000_000
BEGUN = wire(HEAD.format(id="1"), PATIENT, ORDER)
RESULT = POTASSIUM.encode() + b"\r"
BARE = b"OBX|1|NM|2823-3^^LN||4|mmol/L|||||F\r"


def filled(part, before=BEGUN, after=b""):
    """As much of *part* as fits into one body."""
    return before + part * ((LARGEST - len(before) - len(after)) // len(part)) + after


NOTE = BEGUN + RESULT + b"NTE|1||"
VALUE = BEGUN + b"OBX|1|NM|2823-3^^LN||"
FLAGS = BEGUN + b"OBX|1|NM|2823-3^^LN||4|mmol/L||"
INFO = wire(HEAD.format(id="1"), PATIENT)
MADE = {
    "results": filled(BARE),
    "nothing but names of segments": filled(b"OBX|\r"),
    "results of so many orders": filled(b"OBR|\r" + BARE),
    "orders without results": filled(b"OBR|1||1\rOBR|2||2\r"),
    "patients": filled(PATIENT.encode() + b"\r"),
    "as many results as are kept": INFO
    + b"".join(b"OBR|1||F%d\r" % n + BARE * 190 for n in range(10)),
    "bars": filled(b"|"),
    "hats": filled(b"^", VALUE, b"\r"),
    "repetitions": filled(b"1~", VALUE, b"\r"),
    "flags": filled(b"H~", FLAGS, b"|||F\r"),
    "different flags": FLAGS + b"~".join(b"%d" % n for n in range(120_000)) + b"|||F\r",
    "escapes": filled(b"\\X41\\", NOTE, b"\r"),
    "escapes that never end": filled(b"\\", NOTE, b"\r"),
    "line feeds": filled(b"\n "),
    "comments that say much": filled(b"no haemolysed ", NOTE, b"\r"),
    "as much comment as is read": NOTE + b"no haemolysed " * 3_500 + b"\r" + BARE * 150,
    "symptoms": INFO + b"OBR|1||||||||||||" + b"cramp~" * 160_000 + b"\r" + RESULT,
    "numbers of patients": wire(HEAD.format(id="1"), "PID|1||" + "1^^^A^PI~" * 100_000)
    + ORDER.encode()
    + b"\r"
    + RESULT,
    "messages": filled(b"MSH|^~\\&\r", b""),
    "bytes": bytes(range(256)) * (LARGEST // 256),
}


def answered(body, door):
    parts = split_messages(body)
    for raw in parts if len(parts) <= MOST_MESSAGES else ():
        reading = read_message(raw, door)
        acknowledgement(reading, Issue("1", door.now), ["x"] * len(reading.panels))


@pytest.mark.usefixtures("usual_collector")
@pytest.mark.parametrize("made", MADE)
def test_no_message_takes_a_second_or_much_memory(door, made):
    body = MADE[made]
    assert len(body) <= LARGEST

    started = time.process_time()
    with untraced():
        answered(body, door)
    seconds = time.process_time() - started

    assert seconds < SLOWEST
    tracemalloc.start()
    try:
        answered(body[: LARGEST // 4], door)
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()

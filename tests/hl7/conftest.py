"""Small messages, and the door that they come in by."""

import itertools
import re
from datetime import timedelta
from pathlib import Path

import pytest

from reference_ranges.loading import load_catalogue
from service.access import senders
from service.access.keys import NewKey, Scope, issue
from service.access.setups import Setup
from service.intake.door import Door
from service.intake.hl7.reading import read_message
from service.store.interpretations import get
from tests.api.conftest import NOW, SYSTEM, Clock, make_app

FOLDER = Path(__file__).parent / "messages"
HEAD = "MSH|^~\\&|LIS|LAB|US|HERE|20261120101500+0000||ORU^R01^ORU_R01|{id}|P|2.5.1"
PATIENT = "PID|1||MRN-1^^^LAB^MR||Example^Alex||19710304|F"
ORDER = "OBR|1|P-1|F-1|U^Panel^L|||20261120084000+0000"
POTASSIUM = "OBX|1|NM|2823-3^Potassium^LN||4.2|mmol/L|3.5-5.3||||F"


def oru(*segments, control="M-1"):
    """A message of *segments* after its MSH, as it goes over the wire."""
    return wire(HEAD.format(id=control), *segments)


def panel(*results, control="M-1"):
    """A message with one order of *results*."""
    return oru(PATIENT, ORDER, *results, control=control)


def obx(value, unit="mmol/L", code="2823-3^Potassium^LN", kind="NM", number=1, **more):
    """One OBX; *more* are fields by number, as ``f7="3.5-5.3"``."""
    fields = {3: code, 5: value, 6: unit, 11: "F"}
    fields |= {int(name[1:]): text for name, text in more.items()}
    texts = [fields.get(index, "") for index in range(3, max(fields) + 1)]
    return "|".join(["OBX", f"{number}", kind, *texts])


def wire(*segments):
    return "".join(f"{segment}\r" for segment in segments).encode()


def example(name):
    """A message of the folder, as it goes over the wire."""
    return (FOLDER / name).read_bytes().replace(b"\n", b"\r")


class Engine:
    """An interface engine: it posts messages and reads what comes back."""

    def __init__(self, app, key):
        self.app = app
        self.client = app.test_client()
        self.headers = {"Authorization": f"Bearer {key}"}

    def post(self, body, kind="application/hl7-v2", **options):
        headers = self.headers | options.pop("headers", {})
        return self.client.post(
            "/hl7v2", data=body, content_type=kind, headers=headers, **options
        )

    def ack(self, body, **options):
        """The acknowledgement of *body*, by segment."""
        return Ack(self.post(body, **options).text)

    def stored(self, ack):
        """What the message that was acknowledged so was kept as."""
        engine = self.app.extensions["plainlab"].engine
        return [get(engine, one) for one in ack.ids]


class Ack:
    """An acknowledgement, taken apart by hand."""

    def __init__(self, text):
        assert text.endswith("\r")
        self.text = text
        self.segments = [line.split("|") for line in text.split("\r")[:-1]]
        self.msh = ["MSH", "|", *self.segments[0][1:]]
        self.msa = self.segments[1]
        self.errors = [one for one in self.segments if one[0] == "ERR"]
        self.code = self.msa[1]
        text = self.msa[3] if len(self.msa) > 3 else ""
        self.ids = re.findall(r"[a-z2-7]{26}", text)

    def told(self, severity="E"):
        """Place, condition and code of each problem of this severity."""
        return [
            (one[2], one[3].split("^")[0], one[5].split("^")[0])
            for one in self.errors
            if one[4] == severity
        ]


_NUMBERS = itertools.count()


def sender_key(app, **setup):
    """A key of a new sender who was set up so."""
    engine = app.extensions["plainlab"].engine
    name = f"lab {next(_NUMBERS)}"
    made = senders.add(engine, Setup(name, **setup), SYSTEM)
    new = NewKey("lab", frozenset(Scope), NOW + timedelta(days=1), made.id)
    return issue(engine, new, SYSTEM)


@pytest.fixture(scope="session")
def hl7_app(tmp_path_factory):
    app = make_app(tmp_path_factory.mktemp("hl7"), Clock())
    yield app
    app.extensions["plainlab"].engine.dispose()


@pytest.fixture(scope="session")
def engine(hl7_app):
    """An engine of a sender that nothing was set up for."""
    database = hl7_app.extensions["plainlab"].engine
    new = NewKey("engine", frozenset(Scope), NOW + timedelta(days=1))
    return Engine(hl7_app, issue(database, new, SYSTEM))


@pytest.fixture(scope="session")
def door():
    return Door(
        catalogue=load_catalogue(),
        locales=("en-GB",),
        zone=NOW.tzinfo,
        now=NOW,
        aliases={"k1": "potassium", "kalium im serum": "potassium"},
    )


@pytest.fixture(scope="session")
def read(door):
    """Read a message of bytes or of segments."""
    return lambda body, **charset: read_message(body, door, **charset)


@pytest.fixture(scope="session")
def seen(read):
    """The one observation of a panel of one OBX and what follows it."""

    def first(*segments):
        reading = read(panel(*segments))
        return reading.panels[0].submission.panel.observations[0]

    return first

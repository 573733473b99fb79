"""The example of docs/hl7.md is sent as it stands, and answered as it says."""

import re

from tests.hl7.conftest import wire
from tests.proofs import ROOT

TEXT = (ROOT / "docs" / "hl7.md").read_text("utf-8")


def test_the_documented_message_is_answered_as_documented(engine):
    message, answer = re.findall(r"```hl7\n(.*?)```", TEXT, re.DOTALL)

    ack = engine.ack(wire(*message.splitlines()))

    msa, error = answer.splitlines()
    assert msa.startswith("|".join(ack.msa[:3]))
    assert ack.errors[0][2:5] == error.split("|")[2:5]
    assert ack.errors[0][5].split("^")[0] == error.split("|")[5].split("^")[0]
    assert ack.errors[0][8].endswith(error.split("…")[-1].strip())
    assert len(ack.errors) == 1


def test_every_content_type_and_route_that_is_named_is_there(engine):
    for kind in re.findall(r"`((?:x-)?(?:application|text)/[^`]+)`", TEXT):
        assert engine.post(b"", kind=kind).status_code == 200

"""Taking a message apart: by its own separators, whatever they and its bytes are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.intake.hl7.er7 import (
    CHARSETS,
    Er7Error,
    Marks,
    escaped,
    parse,
    split_messages,
    unescaped,
)
from tests.hl7.conftest import ORDER, PATIENT, POTASSIUM, oru, panel, wire

USUAL = Marks("|", "^", "~", "\\", "&")
OTHERS = ["|^~\\&", "#*=!%", "$^~\\&", "|:;@,"]


def resealed(body, marks):
    """The same message with other separators."""
    swap = str.maketrans("|^~\\&", marks)
    return body.decode().translate(swap).encode()


def texts(message):
    return [[one.part(n) for n in range(1, 20)] for one in message.segments[1:]]


@pytest.mark.parametrize("marks", OTHERS)
def test_separators_are_those_of_the_message(marks):
    body = panel(POTASSIUM)

    assert texts(parse(resealed(body, marks))) == texts(parse(body))


@pytest.mark.parametrize(
    "head",
    ["MSH||^~&", "MSH|^^~&|", "MSH|abc&|", "MSH|^|", "MSH|", "MSH|^~\\&#!?|", "MSH"],
)
def test_separators_that_cannot_be_told_apart_are_refused(head):
    with pytest.raises(Er7Error) as refused:
        parse(f"{head}LIS\rPID|1\r".encode())

    assert refused.value.fault.code in {"separators", "segment_sequence"}


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\r\n\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_segments_may_end_in_any_way(end, last):
    body = panel(POTASSIUM).decode().replace("\r", end)
    body = body if last else body.rstrip("\r\n")

    assert texts(parse(body.encode())) == texts(parse(panel(POTASSIUM)))


def test_a_line_feed_inside_a_comment_is_part_of_it():
    body = panel(POTASSIUM, "NTE|1||one\ntwo")

    assert parse(body).segments[-1].part(3) == "one\ntwo"


def test_msh_inside_a_text_begins_no_message():
    body = panel(POTASSIUM, "NTE|1||see MSH|^~\\& there")

    assert split_messages(body) == (body,)
    assert parse(body).segments[-1].part(3) == "see MSH"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\xef\xbb\xbf", b""),
        (b"\x0b", b"\x1c\r"),
        (b"\r\n \r\n", b"\r\r"),
        (b"FHS|^~\\&|A\rBHS|^~\\&|A\r", b"BTS|1\rFTS|1\r"),
        (b"A message of the laboratory:\n", b""),
    ],
)
def test_what_is_around_a_message_is_tolerated(before, after):
    body = panel(POTASSIUM)

    assert texts(parse(before + body + after)) == texts(parse(body))


def test_a_segment_before_the_message_is_refused():
    with pytest.raises(Er7Error):
        parse(b"OBX|7|NM|2823-3^^LN||7.5|mmol/L\r" + panel(POTASSIUM))


def test_a_batch_is_its_messages():
    one, two = panel(POTASSIUM, control="A"), panel(POTASSIUM, control="B")
    body = b"FHS|^~\\&\rBHS|^~\\&\r" + one + b"\x0b" + two + b"\x1c\rBTS|2\rFTS|1\r"

    found = [parse(part).header.part(10) for part in split_messages(body)]

    assert found == ["A", "B"]
    assert len(parse(split_messages(body)[1]).segments) == 4


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (r"a\F\b\S\c\R\d\E\e\T\f", "a|b^c~d\\e&f"),
        (r"one\.br\two", "one\ntwo"),
        (r"\H\bold\N\ plain", "bold plain"),
        (r"\X4C61\b", "Lab"),
        (r"5 \XC2B5\g", "5 µg"),
        (r"\Z99\ and \Xzz\ stay", r"\Z99\ and \Xzz\ stay"),
        ("never ends \\", "never ends \\"),
        ("\\" * 9, "\\" * 9),
    ],
)
def test_escapes_are_undone_and_what_is_none_stays(sent, read):
    assert unescaped(sent, USUAL) == read


@given(st.text())
def test_what_is_escaped_comes_back_and_holds_no_separator(text):
    outward = escaped(text)

    assert not set("|^~&\r\n") & set(outward)
    assert unescaped(outward, USUAL) == text


@pytest.mark.parametrize("micro", ["µg/L", "μg/L"])
@pytest.mark.parametrize(
    ("named", "codec"),
    [
        ("UNICODE UTF-8", "utf-8"),
        ("8859/1", "latin-1"),
        ("8859/15", "iso8859-15"),
        ("", "utf-8"),
    ],
)
def test_micro_survives_in_any_declared_character_set(micro, named, codec):
    if micro == "μg/L" and codec != "utf-8":
        pytest.skip("the Greek letter is not in this character set")
    body = oru(PATIENT, ORDER, POTASSIUM.replace("mmol/L", micro)).decode()
    body = body.replace("|2.5.1", f"|2.5.1||||||{named}", 1)

    message = parse(body.encode(codec))

    assert message.segments[-1].part(6) == micro
    assert message.doubts == ()


def test_the_content_type_declares_what_the_message_does_not():
    body = oru(PATIENT, ORDER, POTASSIUM.replace("mmol/L", "µg/L"))

    message = parse(body.decode().encode("latin-1"), "ISO-8859-1")

    assert message.segments[-1].part(6) == "µg/L"
    assert message.doubts == ()


@pytest.mark.parametrize("declared", ["", "UNICODE UTF-8", "KLINGON"])
def test_what_is_no_utf_8_is_latin_1_with_a_warning(declared):
    body = oru(PATIENT, ORDER, POTASSIUM.replace("mmol/L", "µg/L")).decode()
    body = body.replace("|2.5.1", f"|2.5.1||||||{declared}", 1).encode("latin-1")

    message = parse(body)

    assert message.segments[-1].part(6) == "µg/L"
    assert [one.code for one in message.doubts] == ["charset_assumed"]


@pytest.mark.parametrize("declared", ["ISO IR87", "UNICODE UTF-16", "KLINGON"])
@pytest.mark.parametrize("unit", ["mmol/L", "µmol/L"])
def test_a_character_set_that_we_do_not_know_is_told_though_it_can_be_read(
    declared, unit
):
    body = oru(PATIENT, ORDER, POTASSIUM.replace("mmol/L", unit)).decode()
    body = body.replace("|2.5.1", f"|2.5.1||||||{declared}", 1).encode()

    message = parse(body)

    assert message.segments[-1].part(6) == unit
    assert [one.code for one in message.doubts] == ["charset_assumed"]


def test_every_character_set_keeps_the_separators():
    for codec in CHARSETS.values():
        assert "MSH|^~\\&\r".encode(codec) == b"MSH|^~\\&\r"


def test_the_null_of_hl7_is_nothing():
    segment = parse(wire('MSH|^~\\&|""|A', 'PID|1||""~7|""^B')).segments[1]

    assert segment.part(3) == "7"
    assert (segment.part(4), segment.part(4, 2)) == ("", "B")
    assert segment.raw(99) == ""

"""JSON that two readers could take differently is refused by name."""

import json
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.intake.strict_json import MAX_DEPTH, Number, read_json
from service.problems import ProblemError


@pytest.mark.parametrize("digits", ["6.80", "0", "1e5", "-0.0", "1E+2", "9" * 5000])
def test_a_number_keeps_its_digits(digits):
    (value,) = read_json(f"[{digits}]".encode())

    assert (type(value), value) == (Number, digits)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "syntax"),
        (b"{", "syntax"),
        (b'{"a": 1,}', "syntax"),
        (b"{'a': 1}", "syntax"),
        (b"[01]", "syntax"),
        (b"[1_000]", "syntax"),
        ("[٣]".encode(), "syntax"),
        (b'["\x01"]', "syntax"),
        (b"[] []", "syntax"),
        (b'"' + b'\\"' * 300_000, "syntax"),
        (b"\xef\xbb\xbf{}", "syntax"),
        ('{"a": 1}'.encode("utf-16"), "not_utf8"),
        (b'["\xff"]', "not_utf8"),
        (b'["\\ud800"]', "not_utf8"),
        (b'{"\\udfff": 1}', "not_utf8"),
        (b"[NaN]", "not_finite"),
        (b"[Infinity]", "not_finite"),
        (b"[-Infinity]", "not_finite"),
        (b'{"value": 6.5, "value": 3.5}', "duplicate_key"),
        (b'{"a": {"b": 1, "b": 1}}', "duplicate_key"),
        (b"[" * 5000, "too_deep"),
        (b'{"a":' * 5000, "too_deep"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "too_deep"),
    ],
)
def test_what_is_refused_is_refused_by_name(body, code):
    with pytest.raises(ProblemError) as refused:
        read_json(body)

    assert refused.value.code == "invalid_json"
    assert [fault.code for fault in refused.value.faults] == [code]


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, None),
        (rb'["[[[[\"{{{{"]', ['[[[["{{{{']),
        ('["Łukasz \U0001f600"]'.encode(), ["Łukasz \U0001f600"]),
        (rb'["\ud83d\ude00"]', ["\U0001f600"]),
        (b"null", None),
    ],
)
def test_what_is_unusual_but_clear_is_read(body, value):
    found = read_json(body)

    assert value is None or found == value


HOSTILE = [b'"' * 999_999, b'\\"' * 499_999, b"{" * 999_999, b'["' + b"\\" * 999_990]


@pytest.mark.usefixtures("usual_collector")
@pytest.mark.parametrize("body", HOSTILE)
def test_a_hostile_megabyte_takes_less_than_fifty(body):
    tracemalloc.start()

    with pytest.raises(ProblemError):
        read_json(body)

    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 50_000_000


@pytest.mark.parametrize("body", HOSTILE)
def test_a_hostile_megabyte_is_refused_within_a_second(body):
    before = time.monotonic()

    with pytest.raises(ProblemError):
        read_json(body)

    assert time.monotonic() - before < 1


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_fail_otherwise(body):
    try:
        read_json(body)
    except ProblemError as refused:
        assert refused.code == "invalid_json"  # noqa: PT017 - any other error fails


_texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
_documents = st.recursive(
    st.none() | st.booleans() | _texts,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4)
    ),
    max_leaves=20,
)


@given(_documents)
def test_what_others_write_is_read_unchanged(document):
    assert read_json(json.dumps(document).encode()) == document

"""Tables and workbooks with bytes changed, cut and doubled, as each kind of file."""

from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from reference_ranges.loading import load_catalogue
from service.evaluation.running import evaluation_door
from service.intake.files.faults import TABLE_FAULTS, TableError
from service.intake.files.reading import KINDS, Manner, read_file
from service.problems import FAULTS
from tests.files.books import ROWS, TEMPLATE, book, table, with_shared_texts

KEPT = Path(__file__).parent / "corpus" / "files"
_KNOWN = set(TABLE_FAULTS) | set(FAULTS)
_WIDE = ("patient_id", "birth_date", "Sodium (mmol/L)", "K [mmol/L]")
_NOISE = st.one_of(
    st.binary(max_size=12),
    st.sampled_from(
        [
            *(b'"', b";", b"\t", b"\r\n", b"\x00", b"\xef\xbb\xbf", b"=1+1", b"9" * 99),
            *(b"<!DOCTYPE x>", b"<row>", b"</row>", b"<c t='s'><v>9</v></c>", b"&#0;"),
            *(b"PK\x05\x06", b"PK\x03\x04", b"\xff" * 4, b"1e999", b"{", b"[" * 50),
        ]
    ),
)


@cache
def _door():
    return evaluation_door(load_catalogue())


@cache
def _seeds():
    plain = book(*ROWS)
    return [
        *(table(*ROWS), table(("M1", "1971", "140", "<3"), heads=_WIDE)),
        *(TEMPLATE.encode(), plain, with_shared_texts(plain), b'{"results": []}\n'),
        *(one.read_bytes() for one in sorted(KEPT.glob("*"))),
    ]


@st.composite
def inputs(draw):
    """Return a file with up to eight faults."""
    body = bytearray(draw(st.sampled_from(_seeds())))
    for _ in range(draw(st.integers(0, 8))):
        at = draw(st.integers(0, len(body)))
        body[at : at + draw(st.integers(0, 40))] = draw(_NOISE)
    return bytes(body)


def take(body):
    """Read *body* as each kind of file: what comes of it has a name."""
    for kind in KINDS:
        try:
            found = read_file(f"file.{kind}", body, Manner(_door())).faults
        except TableError as error:
            found = error.faults
        assert {one.code for one in found} <= _KNOWN

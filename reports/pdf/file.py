"""The file: objects numbered as they come, the many small ones packed together.

ReportLab would write every object by itself, with a line of its own in a table.  A
tagged page has some sixty structure elements of a few words each: they go into a
compressed object stream, and the table into another stream (PDF 1.5 and later).
"""

from collections.abc import Mapping
from hashlib import sha256
from itertools import accumulate, repeat
from struct import Struct

import deflate

_HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_ENTRY = Struct(">BIH")  # of the table: kind, where, which one there
_FREE, _PLAIN, _PACKED = 0, 1, 2

# Of libdeflate: the next one takes a third more time for as many bytes.
_QUICK, _SMALLEST = 1, 12


def packed(data: bytes) -> bytes:
    """Return *data* compressed, as a stream of a report holds it.

    The same data gives the same bytes on any machine: the zlib of an operating system
    would not, for there are several, so the library comes with its own code.
    """
    return bytes(deflate.zlib_compress(data, _QUICK))


def packed_once(data: bytes) -> bytes:
    """Return *data* compressed as far as can be: for what is kept for all reports."""
    return bytes(deflate.zlib_compress(data, _SMALLEST))


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """Return the stream of *data*, packed already, with *entries* in its dictionary.

    It ends with a line end of two bytes, as PDF/A wants it ended: packed data may end
    with one of them, and be taken for shorter than it is.
    """
    head = b"<<%s/Filter/FlateDecode/Length %d>>" % (entries, len(data))
    return b"%s\nstream\n%s\r\nendstream" % (head, data)


def string(text: str) -> str:
    """Return *text* as a PDF string, itself written in ASCII."""
    if not text.isascii():
        return f"<FEFF{text.encode('utf-16-be').hex()}>"
    for sign in "\\()":
        text = text.replace(sign, f"\\{sign}")
    return f"({text})"


class File:
    """A document as it grows: the parts so far, and where each object is."""

    def __init__(self) -> None:
        """Begin with nothing but the head."""
        self._parts = [_HEAD]
        self._own: list[bytes] = []  # of the parts: what no other document has
        self._length = len(_HEAD)
        self._places = {0: _ENTRY.pack(_FREE, 0, 0xFFFF)}

    def number(self) -> int:
        """Take the next number, for an object that will be put there."""
        number = len(self._places)
        self._places[number] = b""
        return number

    def put(self, number: int, body: bytes) -> None:
        """Write object *number* by itself."""
        self._own.append(body)
        self._write(number, body)

    def _write(self, number: int, body: bytes) -> None:
        self._places[number] = _ENTRY.pack(_PLAIN, self._length, 0)
        part = b"%d 0 obj\n%s\nendobj\n" % (number, body)
        self._parts.append(part)
        self._length += len(part)

    def add(self, body: bytes) -> int:
        """Write an object by itself; return the number that it took."""
        number = self.number()
        self.put(number, body)
        return number

    def add_common(self, body: bytes) -> int:
        """Write an object that many documents have: it tells this one from none."""
        number = self.number()
        self._write(number, body)
        return number

    def pack(self, objects: Mapping[int, str]) -> None:
        """Write *objects* by number, in ASCII and none of them a stream, as one."""
        inside, bodies = self.number(), objects.values()
        places = map(_ENTRY.pack, repeat(_PACKED), repeat(inside), range(len(objects)))
        self._places.update(zip(objects, places, strict=True))
        starts = accumulate([len(body) + 1 for body in bodies], initial=0)
        pairs = zip(objects, starts, strict=False)  # the last start is the end
        head = " ".join([f"{number} {at}" for number, at in pairs])
        kind = b"/Type/ObjStm/N %d/First %d" % (len(objects), len(head) + 1)
        data = "\n".join([head, *bodies]).encode("ascii")
        self.put(inside, stream(packed(data), kind))

    def closed(self, catalog: int, info: int) -> bytes:
        """Return the file, ended by its table: the same bytes for the same objects."""
        start, number = self._length, self.number()
        mark = sha256(b"".join(self._own)).hexdigest()[:32].encode()
        self._places[number] = _ENTRY.pack(_PLAIN, start, 0)
        kind = b"/Type/XRef/Size %d/W[1 4 2]/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]"
        kind %= (number + 1, catalog, info, mark, mark)
        table = b"".join(self._places.values())  # too short to be worth packing
        self.put(
            number,
            b"<<%s/Length %d>>\nstream\n%s\r\nendstream" % (kind, len(table), table),
        )
        self._parts.append(b"startxref\n%d\n%%%%EOF\n" % start)
        return b"".join(self._parts)

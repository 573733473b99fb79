"""The finished file: the many small objects packed together.

ReportLab writes every object by itself, with a line of its own in a table.  A tagged
page has some sixty structure elements of a few words each: they go into a compressed
object stream, and the table into another stream (PDF 1.5 and later).
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from struct import Struct

from reports.pdf.objects import Document, Stream, number_of, packed

_HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_ENTRY = Struct(">BIH")  # of the table: kind, where, which one there
_FREE, _PLAIN, _PACKED = 0, 1, 2


def written(document: Document, packed: Mapping[int, bytes]) -> bytes:
    """Return *document* as a file, the same bytes for the same document.

    *packed* are objects, none of them a stream, by the numbers that they have taken
    in the document.
    """
    catalog = number_of(document, document.Catalog)
    info = number_of(document, document.info)
    file = _File()
    for number, body in _objects(document):
        file.add(number, body)
    file.pack(document.objectcounter + 1, packed)
    return file.closed(document.objectcounter + 2, catalog, info)


def _objects(document: Document) -> Iterator[tuple[int, bytes]]:
    """Yield the objects that ReportLab keeps; writing one may call for another."""
    number = 0
    while number < document.objectcounter:
        number += 1
        name = document.numberToId.get(number)
        if name is not None:
            yield number, document.idToObject[name].format(document)


class _File:
    """The parts so far, and where each object is."""

    def __init__(self) -> None:
        self.parts = [_HEAD]
        self.length = len(_HEAD)
        self.places = {0: _ENTRY.pack(_FREE, 0, 0xFFFF)}

    def add(self, number: int, body: bytes) -> None:
        """Write an object by itself."""
        self.places[number] = _ENTRY.pack(_PLAIN, self.length, 0)
        part = b"%d 0 obj\n%s\nendobj\n" % (number, body)
        self.parts.append(part)
        self.length += len(part)

    def pack(self, number: int, objects: Mapping[int, bytes]) -> None:
        """Write *objects* as one stream, which is object *number*."""
        index, place = [], 0
        for position, (one, body) in enumerate(objects.items()):
            self.places[one] = _ENTRY.pack(_PACKED, number, position)
            index.append(b"%d %d " % (one, place))
            place += len(body) + 1
        head = b"".join(index)
        kind = b"/Type/ObjStm/N %d/First %d" % (len(objects), len(head))
        self._add_stream(number, kind, head + b"\n".join(objects.values()))

    def _add_stream(self, number: int, kind: bytes, data: bytes) -> None:
        self.add(number, Stream(packed(data), kind).format(None))

    def closed(self, number: int, catalog: int, info: int) -> bytes:
        """Return the file, ended by its table, which is object *number*."""
        start = self.length
        mark = sha256(b"".join(self.parts)).hexdigest()[:32].encode()
        self.places[number] = _ENTRY.pack(_PLAIN, start, 0)
        kind = b"/Type/XRef/Size %d/W[1 4 2]/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]"
        kind %= (number + 1, catalog, info, mark, mark)
        self._add_stream(number, kind, _in_order(self.places))
        return b"%sstartxref\n%d\n%%%%EOF\n" % (b"".join(self.parts), start)


def _in_order(places: Mapping[int, bytes]) -> bytes:
    return b"".join(places[number] for number in range(len(places)))

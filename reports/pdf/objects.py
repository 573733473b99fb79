"""The few kinds of PDF object that ReportLab lacks: streams, structure, metadata."""

import zlib
from datetime import datetime
from typing import Any, TypeAlias
from xml.sax.saxutils import escape

from reportlab.pdfbase.pdfdoc import PDFObject

_XMP = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
    ' xmlns:pdf="http://ns.adobe.com/pdf/1.3/"'
    ' xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"'
    ' xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">'
    "<dc:format>application/pdf</dc:format>"
    '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt>'
    "</dc:title><dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>"
    '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li>'
    "</rdf:Alt></dc:description>"
    "<dc:language><rdf:Bag><rdf:li>{lang}</rdf:li></rdf:Bag></dc:language>"
    "<xmp:CreatorTool>{creator}</xmp:CreatorTool>"
    "<xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate>"
    "<pdf:Producer>{producer}</pdf:Producer>"
    "<pdf:Keywords>{keywords}</pdf:Keywords><pdfuaid:part>1</pdfuaid:part>"
    "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>"
    "</rdf:Description>"
    # PDF/A wants to be told of every schema that is not its own
    '<rdf:Description rdf:about=""'
    ' xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    ' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    ' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    '<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    "<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>"
    "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/"
    "</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    '<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">'
    "<pdfaProperty:name>part</pdfaProperty:name>"
    "<pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    "<pdfaProperty:category>internal</pdfaProperty:category>"
    "<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>"
    "</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag>"
    "</pdfaExtension:schemas></rdf:Description></rdf:RDF></x:xmpmeta>"
    '<?xpacket end="r"?>'
)

# ReportLab's PDFDocument, whose published types leave out most of what it has.
Document: TypeAlias = Any


# Of zlib: half the time of its usual 6, for two or three per cent more bytes.
_LEVEL = 4


def packed(data: bytes) -> bytes:
    """Return *data* compressed, as a stream of a report holds it."""
    return zlib.compress(data, _LEVEL)


class Raw(PDFObject):
    """An object whose bytes are ready."""

    __RefOnly__ = 1

    def __init__(self, data: bytes) -> None:
        """Keep *data*."""
        self.data = data

    def format(self, _document: Document) -> bytes:
        """Return the bytes."""
        return self.data


class Stream(PDFObject):
    """A stream whose content is compressed already, ended as PDF/A wants it."""

    __RefOnly__ = 1

    def __init__(self, data: bytes, entries: bytes = b"") -> None:
        """Keep the compressed *data*, and *entries* of its dictionary."""
        self.data = data
        self.entries = entries

    def format(self, _document: Document) -> bytes:
        """Return dictionary and content.

        It ends with a line end of two bytes: packed data may end with one of them,
        and be taken for shorter than it is.
        """
        head = b"<<%s/Filter/FlateDecode/Length %d>>" % (self.entries, len(self.data))
        return b"%s\nstream\n%s\r\nendstream" % (head, self.data)


class Sheet(PDFObject):
    """A page: its marks, compressed, and its number from 0 for the way back to tags.

    ``notes`` are its annotations.
    """

    __RefOnly__ = 1

    def __init__(self, marks: bytes, size: tuple[float, float], number: int) -> None:
        """Keep what is on the page."""
        self.marks = Stream(marks)
        self.size = size
        self.number = number
        self.notes: list[PDFObject] = []

    def format(self, document: Document) -> bytes:
        """Return the page's dictionary."""
        fonts = reference(document, document.idToObject["BasicFonts"])
        notes = b" ".join([reference(document, note) for note in self.notes])
        return (
            b"<</Type/Page/Parent %s/MediaBox[0 0 %.4f %.4f]/Resources<</Font %s>>"
            b"/Contents %s/StructParents %d/Tabs/S%s>>"
        ) % (
            reference(document, document.Pages),
            *self.size,
            fonts,
            reference(document, self.marks),
            self.number,
            b"/Annots[%s]" % notes if notes else b"",
        )


class Metadata(PDFObject):
    """The XMP packet: what the document information says, PDF/UA-1 and PDF/A-3a."""

    __RefOnly__ = 1

    def __init__(self, lang: str, issued_at: datetime) -> None:
        """Keep the facts that the document information does not hold."""
        self.lang = lang
        self.issued_at = issued_at

    def format(self, document: Document) -> bytes:
        """Return the packet, uncompressed so that any tool can read it."""
        info = document.info
        facts = {
            "title": info.title,
            "author": info.author,
            "subject": info.subject,
            "creator": info.creator,
            "producer": info.producer,
            "keywords": info.keywords,
            "lang": self.lang,
            "date": self.issued_at.isoformat(timespec="seconds"),
        }
        safe = {name: escape(value) for name, value in facts.items()}
        packet = _XMP.format(**safe).encode()
        head = b"<</Type/Metadata/Subtype/XML/Length %d>>\nstream\n" % len(packet)
        return head + packet + b"\nendstream"


def number_of(document: Document, thing: Any) -> int:  # noqa: ANN401  # any PDFObject
    """Return the number of *thing* in *document*, of which it becomes a part."""
    name = document.Reference(thing).name
    number: int = document.idToObjectNumberAndVersion[name][0]
    return number


def reference(document: Document, thing: Any) -> bytes:  # noqa: ANN401  # any PDFObject
    """Return the bytes that point to *thing*, made part of *document*."""
    return b"%d 0 R" % number_of(document, thing)


def string(text: str) -> bytes:
    """Return *text* as a PDF string."""
    if not text.isascii():
        return b"<FEFF" + text.encode("utf-16-be").hex().encode() + b">"
    for sign in "\\()":
        text = text.replace(sign, f"\\{sign}")
    return f"({text})".encode()

"""What stands around the sheets and makes them PDF/UA-1 and PDF/A-3a."""

from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from reports.pdf.archive import output_intents
from reports.pdf.file import File, string

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
_CREATOR, _PRODUCER = "Plainlab", "Plainlab with ReportLab"


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What the document says of itself; ``issued_at`` becomes its dates.

    ``turned`` says that it is read from right to left; ``mark`` says which report it
    is, and goes into its keywords.
    """

    title: str
    subject: str
    author: str
    lang: str
    issued_at: datetime
    turned: bool = False
    mark: str = ""


def information(facts: DocumentFacts) -> bytes:
    """Return the dictionary with what *facts* say, for readers that know no XMP."""
    moment = facts.issued_at.astimezone(UTC).strftime("(D:%Y%m%d%H%M%S+00'00')")
    said = {
        "Title": facts.title,
        "Author": facts.author,
        "Subject": facts.subject,
        "Keywords": facts.mark,
        "Creator": _CREATOR,
        "Producer": _PRODUCER,
    }
    words = "".join([f"/{name} {string(text)}" for name, text in said.items()])
    return f"<<{words}/CreationDate {moment}/ModDate {moment}>>".encode()


def metadata(facts: DocumentFacts) -> bytes:
    """Return the same as an XMP packet, uncompressed so that any tool can read it."""
    packet = _XMP.format(
        title=escape(facts.title),
        author=escape(facts.author),
        subject=escape(facts.subject),
        creator=_CREATOR,
        producer=_PRODUCER,
        keywords=escape(facts.mark),
        lang=escape(facts.lang),
        date=facts.issued_at.isoformat(timespec="seconds"),
    ).encode()
    head = b"<</Type/Metadata/Subtype/XML/Length %d>>\nstream\n" % len(packet)
    return head + packet + b"\nendstream"


def catalog(
    facts: DocumentFacts, file: File, *, pages: int, tree: int, inside: str
) -> bytes:
    """Return the catalog over objects *pages* and *tree*; its parts go into *file*.

    *inside* is what it says of an attached file.
    """
    described = file.add(metadata(facts))
    way = "/Direction/R2L" if facts.turned else ""
    # No outlines: the headings of the tree are the outline.
    return (
        f"<</Type/Catalog/Pages {pages} 0 R/Lang {string(facts.lang)}"
        f"/PageMode/UseNone/ViewerPreferences<</DisplayDocTitle true{way}>>"
        f"/MarkInfo<</Marked true>>/StructTreeRoot {tree} 0 R"
        f"/Metadata {described} 0 R/OutputIntents{output_intents(file)}{inside}>>"
    ).encode()

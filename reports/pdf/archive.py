"""What makes a report one to keep for good: its colour space, and a file inside it.

PDF/A-3 wants the colours defined and lets any file be attached; the results as data
are attached to the paper that says the same.
"""

import zlib
from dataclasses import dataclass
from datetime import UTC, datetime

from reportlab.pdfbase.pdfdoc import PDFObject

from reports.pdf.icc import srgb
from reports.pdf.objects import Document, Stream, packed, reference, string


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to put into a report: its name, kind, bytes, and what it is in words."""

    name: str
    media_type: str
    content: bytes
    description: str


_PROFILE = zlib.compress(srgb(), 9)


class OutputIntent(PDFObject):
    """The one output intent of a document, as the array that the catalog wants."""

    def __init__(self) -> None:
        """Take the one colour space that we draw in."""
        self.profile = Stream(_PROFILE, b"/N 3")

    def format(self, document: Document) -> bytes:
        """Return the array with the profile beside it in *document*."""
        profile = reference(document, self.profile)
        return (
            b"[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)"
            b"/Info(sRGB IEC61966-2.1)/DestOutputProfile %s>>]" % profile
        )


class FileInside(PDFObject):
    """An attached file: the specification that list, association and sign point to."""

    __RefOnly__ = 1

    def __init__(self, attachment: Attachment, issued_at: datetime) -> None:
        """Pack the file; it is as old as the report."""
        self.attachment = attachment
        kind = attachment.media_type.encode().replace(b"/", b"#2F")
        moment = issued_at.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ").encode()
        size = len(attachment.content)
        entries = b"/Type/EmbeddedFile/Subtype/%s/Params<</Size %d/ModDate(%s)>>"
        self.content = Stream(
            packed(attachment.content), entries % (kind, size, moment)
        )

    def format(self, document: Document) -> bytes:
        """Return the file specification."""
        name, words = string(self.attachment.name), string(self.attachment.description)
        inside = reference(document, self.content)
        return (
            b"<</Type/Filespec/F %s/UF %s/Desc %s/AFRelationship/Data"
            b"/EF<</F %s/UF %s>>>>"
        ) % (name, name, words, inside, inside)


class Listed(PDFObject):
    """The catalog's list of attached files, by name; and which belong to the whole."""

    def __init__(self, inside: FileInside, *, by_name: bool) -> None:
        """Point to *inside*, in the name tree or among the associated files."""
        self.inside = inside
        self.by_name = by_name

    def format(self, document: Document) -> bytes:
        """Return the name tree, or the array of associated files."""
        file = reference(document, self.inside)
        if not self.by_name:
            return b"[%s]" % file
        name = string(self.inside.attachment.name)
        return b"<</EmbeddedFiles<</Names[%s %s]>>>>" % (name, file)


class Clip(PDFObject):
    """The place on a sheet that opens the attached file.

    ``box`` is left, bottom, right, top in points; ``key`` is its number in the way
    back to the tags, once it has one.
    """

    __RefOnly__ = 1

    def __init__(
        self, inside: FileInside, box: tuple[float, float, float, float]
    ) -> None:
        """Put the sign of *inside* on *box*; the words under it are drawn already."""
        self.inside = inside
        self.box = box
        self.key = 0
        left, bottom, right, top = box
        size = (right - left, top - bottom)
        self.face = Stream(
            packed(b""),
            b"/Type/XObject/Subtype/Form/BBox[0 0 %.2f %.2f]/Resources<<>>" % size,
        )

    def format(self, document: Document) -> bytes:
        """Return the annotation."""
        return (
            b"<</Type/Annot/Subtype/FileAttachment/Name/Paperclip/F 4"
            b"/Rect[%.2f %.2f %.2f %.2f]/Contents %s/FS %s/StructParent %d"
            b"/AP<</N %s>>>>"
        ) % (
            *self.box,
            string(self.inside.attachment.description),
            reference(document, self.inside),
            self.key,
            reference(document, self.face),
        )

"""What makes a report one to keep for good: its colour space, and a file inside it.

PDF/A-3 wants the colours defined and lets any file be attached; the results as data
are attached to the paper that says the same.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from reports.pdf.file import File, packed, packed_once, stream, string
from reports.pdf.icc import srgb


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to put into a report: its name, kind, bytes, and what it is in words."""

    name: str
    media_type: str
    content: bytes
    description: str


_PROFILE = stream(packed_once(srgb()), b"/N 3")
_NO_FACE = packed(b"")


def output_intents(file: File) -> str:
    """Return the array with the one colour space that we draw in, put into *file*."""
    return (
        "[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)"
        f"/Info(sRGB IEC61966-2.1)/DestOutputProfile {file.add_common(_PROFILE)} 0 R>>]"
    )


class FileInside:
    """An attached file: list, association and sign point to its specification."""

    def __init__(self, attachment: Attachment, issued_at: datetime, file: File) -> None:
        """Put the attachment into *file*; it is as old as the report."""
        kind = attachment.media_type.replace("/", "#2F")
        moment = issued_at.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ")
        facts = f"/Size {len(attachment.content)}/ModDate({moment})"
        entries = f"/Type/EmbeddedFile/Subtype/{kind}/Params<<{facts}>>"
        inside = file.add(stream(packed(attachment.content), entries.encode()))
        self._name = string(attachment.name)
        self._description = string(attachment.description)
        specification = (
            f"<</Type/Filespec/F {self._name}/UF {self._name}/Desc {self._description}"
            f"/AFRelationship/Data/EF<</F {inside} 0 R/UF {inside} 0 R>>>>"
        )
        self._number = file.add(specification.encode())

    def listed(self) -> str:
        """Return what the catalog says of it: by name, and that it belongs to all."""
        return (
            f"/Names<</EmbeddedFiles<</Names[{self._name} {self._number} 0 R]>>>>"
            f"/AF[{self._number} 0 R]"
        )

    def sign(
        self, file: File, number: int, key: int, box: tuple[float, float, float, float]
    ) -> None:
        """Put annotation *number* into *file*: the *box* on a sheet that opens it.

        The box is left, bottom, right, top in points; the words under it are drawn
        already.  *key* leads back to the tags.
        """
        left, bottom, right, top = box
        size = f"{right - left:.2f} {top - bottom:.2f}"
        kind = f"/Type/XObject/Subtype/Form/BBox[0 0 {size}]/Resources<<>>"
        face = file.add(stream(_NO_FACE, kind.encode()))
        note = (
            "<</Type/Annot/Subtype/FileAttachment/Name/Paperclip/F 4"
            f"/Rect[{left:.2f} {bottom:.2f} {right:.2f} {top:.2f}]"
            f"/Contents {self._description}/FS {self._number} 0 R/StructParent {key}"
            f"/AP<</N {face} 0 R>>>>"
        )
        file.put(number, note.encode())

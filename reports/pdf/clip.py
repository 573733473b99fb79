"""The line on the page that opens the file inside."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.pdf.blocks import Block
from reports.pdf.canvas import ReportCanvas
from reports.pdf.text import Text


@dataclass(frozen=True, slots=True)
class ClipBlock:
    """A line of text, all of which opens the attached file."""

    text: Text

    @property
    def height(self) -> float:
        """The height of the text."""
        return self.text.height

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Set the text as the face of an annotation, in a paragraph."""
        box = (left, top - self.height, left + self.text.width, top)
        with canvas.group("P"):
            element = canvas.child("Annot")
            self.text.add(canvas, element, (left, top))
            canvas.clip(element, box)

    def split(self, room: float) -> Sequence[Block]:
        """Return the words alone."""
        return self.text.split(room)

"""What a patient reads on a Page, as plain texts in reading order."""

from tests.readability import sentences_of


def prose(page):
    """All running text, without names of people, publications and the table."""
    return [
        *(text for box in page.alerts for text in _box(box)),
        *_box(page.summary),
        *_section(page.symptoms),
        *_box(page.next_steps),
        *_box(page.get_help),
        *(text for card in page.cards for text in (card.purpose, *card.texts)),
        *(text for row in page.rows for text in (row.purpose, _short(row.note))),
        page.rows_note,
        *(one.why for one in page.unjudged),
        *_section(page.visit),
        *_section(page.how_to_read),
    ]


def everything(page):
    """All running text, and what stands in small type and on the number lines."""
    cards = [card for card in page.cards if card.line]
    rows = [row for row in page.rows if row.line]
    return [
        *prose(page),
        *(card.chip.text for card in page.cards),
        *(chip.text for chip in page.summary.chips),
        *(one.line.alt for one in (*cards, *rows)),
        *(note for card in page.cards for note in card.notes),
        *(row.note for row in page.rows),
        page.status_line,
        *page.sources.texts,
    ]


def sentences(page):
    return [one for text in prose(page) for one in sentences_of(text)]


def text_of(page):
    return "\n".join(everything(page))


def _box(box):
    return [box.heading, *box.lead, *box.items, box.closing]


def _section(section):
    return [section.heading, *section.texts, *section.items]


def _short(note):
    """A row's note without the guideline that it names, which is a publication."""
    return " ".join(s for s in sentences_of(note) if not s.endswith(":"))

"""How much of a file is read: beyond these it is refused before it is unpacked."""

MAX_FILE = 8_000_000
"""The largest file, in bytes."""

MAX_ROWS = 20_000
"""The most lines below the head."""

MAX_COLUMNS = 200
"""The most cells of one line."""

MAX_CELLS = 600_000
"""The most cells of one file."""

MAX_UNPACKED = 60_000_000
"""The most bytes that all parts of a workbook may unpack to."""

MAX_PARTS = 200
"""The most parts that a workbook may be packed of."""

MAX_SHEETS = 20
"""The most sheets of a workbook; only one of them may hold cells."""

MAX_STYLES = 10_000
"""The most cell formats of a workbook."""

MAX_TEXT = 4_000
"""The longest text of a cell, in characters."""

MAX_LINE = 1_000_000
"""The largest JSON document, or line of one, in bytes."""

MAX_PANELS = 5_000
"""The most panels of one file."""
